/** What a Python repository's manifests say that its tests need, without running any of its code. */
import { dirname, join, normalize } from "node:path"
import { type RepositoryFiles, record, strings, tomlOf } from "./manifests.ts"

/**
 * A requirement that a registry answers: a name with extras, versions and a marker. A requirement that names an address, a file or a folder would be built, which
 * runs its code. The same for grep, so it has no classes such as \w.
 */
export const REGISTRY_REQUIREMENT = /^[A-Za-z0-9]([A-Za-z0-9_ .,*+!<>=~()-]|\[|\])*(;[^@]*)?$/

/** Extras and groups that tests use, by their usual names. */
const FOR_TESTS = /test|dev/i

const listsForTests = (lists: Readonly<Record<string, unknown>>): ReadonlyArray<string> =>
  Object.entries(lists).flatMap(([name, list]) => (FOR_TESTS.test(name) ? strings(list) : []))

/** The first version that `^version` excludes, by Poetry's rule: the first number that is not zero rises. */
const nextBreaking = (version: string): string => {
  const numbers = version.split(".").map((part) => Number.parseInt(part, 10) || 0)
  const first = numbers.findIndex((number) => number > 0)
  const at = first < 0 ? numbers.length - 1 : first
  return [...numbers.slice(0, at), (numbers[at] ?? 0) + 1].join(".")
}

/** The first version that `~version` excludes: the second number rises, or the only one. */
const nextMinor = (version: string): string => {
  const [major = "0", minor] = version.split(".")
  return minor === undefined ? String(Number(major) + 1) : `${major}.${Number(minor) + 1}`
}

/** One of Poetry's constraints, such as ^1.2, ~1.2, 1.2.* or >=1,<2, as Python's standard has it. Undefined: a form that this does not know. */
const standardConstraint = (text: string): string | undefined => {
  const parts = text.split(",").map((part) => {
    const [, sign = "", version = ""] = /^\s*(?:(\^|~=|~|==|!=|>=|<=|>|<)\s*)?([\w.*+!-]+)\s*$/.exec(part) ?? []
    if (version === "") return undefined
    if (version === "*") return ""
    if (sign === "^") return `>=${version},<${nextBreaking(version)}`
    if (sign === "~") return `>=${version},<${nextMinor(version)}`
    return `${sign === "" ? "==" : sign}${version}`
  })
  return parts.includes(undefined) ? undefined : parts.filter((part) => part !== "").join(",")
}

/** A dependency of Poetry's own table. Those from a path or a git repository, and optional ones, are left out. */
const poetryRequirement = (name: string, given: unknown): ReadonlyArray<string> => {
  const { version, extras, markers, optional } = typeof given === "string" ? { version: given } : record(given)
  if (name.toLowerCase() === "python" || optional === true || typeof version !== "string") return []
  const constraint = standardConstraint(version)
  if (constraint === undefined) return []
  const wanted = strings(extras)
  const marker = typeof markers === "string" ? ` ; ${markers}` : ""
  return [`${name}${wanted.length > 0 ? `[${wanted.join(",")}]` : ""}${constraint}${marker}`]
}

/** The folders that a table of Poetry's leads to. */
export const poetryFolders = (table: unknown): ReadonlyArray<string> =>
  Object.values(record(table)).flatMap((given) => {
    const { path } = record(given)
    return typeof path === "string" ? [path] : []
  })

const poetryTable = (table: unknown): ReadonlyArray<string> =>
  Object.entries(record(table)).flatMap(([name, given]) => poetryRequirement(name, given))

/** The lists of the tools that have tables of their own: Poetry, PDM and uv. */
const ofTools = (tool: Readonly<Record<string, unknown>>): ReadonlyArray<string> => {
  const [poetry, pdm, uv] = [record(tool.poetry), record(tool.pdm), record(tool.uv)]
  const groups = Object.entries(record(poetry.group)).filter(([name]) => FOR_TESTS.test(name))
  return [
    ...poetryTable(poetry.dependencies),
    ...poetryTable(poetry["dev-dependencies"]),
    ...groups.flatMap(([, group]) => poetryTable(record(group).dependencies)),
    ...listsForTests(record(pdm["dev-dependencies"])),
    ...strings(uv["dev-dependencies"])
  ]
}

/** The groups of a project for tests, with the groups that they include. */
const groupsForTests = (groups: Readonly<Record<string, unknown>>): ReadonlyArray<string> => {
  const seen = new Set<string>()
  const of = (name: string): ReadonlyArray<string> => {
    if (seen.has(name)) return []
    seen.add(name)
    const list = groups[name]
    return Array.isArray(list)
      ? list.flatMap((one) => {
          const included = record(one)["include-group"]
          return typeof one === "string" ? [one] : typeof included === "string" ? of(included) : []
        })
      : []
  }
  return Object.keys(groups)
    .filter((name) => FOR_TESTS.test(name))
    .flatMap(of)
}

interface CfgList {
  readonly section: string
  readonly key: string
  readonly items: Array<string>
}

/** The lists of setup.cfg, as setuptools reads them: an item on each indented line, or several on the key's own line, separated by semicolons. */
const cfgLists = (text: string): ReadonlyArray<CfgList> => {
  const found: Array<CfgList> = []
  let section = ""
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*(?:[#;]|$)/.test(line)) continue
    const [, name] = /^\[([^\]]+)\]\s*$/.exec(line) ?? []
    if (name !== undefined) section = name
    else if (/^\s/.test(line)) found.at(-1)?.items.push(line)
    else {
      const [, key = "", value = ""] = /^([\w.-]+)\s*[=:](.*)$/.exec(line) ?? []
      if (key !== "") found.push({ section, key, items: value.split(";") })
    }
  }
  return found
}

const ofSetupCfg = (text: string, extras: ReadonlyArray<string>): ReadonlyArray<string> =>
  cfgLists(text).flatMap(({ section, key, items }) =>
    (section === "options" && (key === "install_requires" || key === "tests_require")) ||
    (section === "options.extras_require" && (FOR_TESTS.test(key) || extras.includes(key)))
      ? items
      : []
  )

/** The texts in a list or a dictionary that begins at a place, each with the key before it, up to the bracket that ends it. */
const textsFrom = (text: string, at: number): ReadonlyArray<{ readonly key: string; readonly text: string }> => {
  const found: Array<{ readonly key: string; readonly text: string }> = []
  let depth = 0
  let key = ""
  for (let place = at; place < text.length; place++) {
    const letter = text[place] ?? ""
    if (letter === "#") place = text.indexOf("\n", place) < 0 ? text.length : text.indexOf("\n", place)
    else if (letter === '"' || letter === "'") {
      const end = text.indexOf(letter, place + 1)
      if (end < 0) return found
      const said = text.slice(place + 1, end)
      if (/^\s*:/.test(text.slice(end + 1, end + 20))) key = said
      else found.push({ key, text: said })
      place = end
    } else if ("[({".includes(letter)) depth += 1
    else if ("])}".includes(letter)) {
      depth -= 1
      if (depth === 0) return found
    }
  }
  return found
}

/** No project names its lists more often. Each is looked for in the whole text. */
const MOST_LISTS = 20

/** The lists of a setup.py that are written out in it, or in a variable of it. What it computes cannot be known without running it. */
const ofSetupPy = (text: string, extras: ReadonlyArray<string>): ReadonlyArray<string> =>
  [...text.matchAll(/\b(install_requires|tests_require|extras_require)\s{0,9}=\s{0,9}([[{(]|\w+)/g)]
    .slice(0, MOST_LISTS)
    .flatMap(({ index, 0: whole, 1: name, 2: value = "" }) => {
      const begins = /^\w/.test(value) ? text.search(new RegExp(`^${value}\\s{0,9}=\\s{0,9}[[{(]`, "m")) : index + whole.length - 1
      const at = begins < 0 ? -1 : /^\w/.test(value) ? text.indexOf("=", begins) + 1 : begins
      if (at < 0) return []
      return textsFrom(text, at)
        .filter(({ key }) => name !== "extras_require" || FOR_TESTS.test(key) || extras.includes(key))
        .map((one) => one.text)
    })

/** What a project in a folder says that its tests need, each as pip takes it, in the order of the manifests. `extras`: those that are needed besides tests' own. */
export const requirementsOf = (files: RepositoryFiles, folder: string, extras: ReadonlyArray<string>): ReadonlyArray<string> => {
  const textOf = (name: string): string => {
    const path = normalize(join(folder, name))
    return files.has(path) ? files.read(path) : ""
  }
  const manifest = tomlOf(textOf("pyproject.toml"))
  const project = record(manifest.project)
  const optional = record(project["optional-dependencies"])
  const all = [
    ...strings(project.dependencies),
    ...listsForTests(optional),
    ...extras.flatMap((extra) => strings(optional[extra])),
    ...groupsForTests(record(manifest["dependency-groups"])),
    ...ofTools(record(manifest.tool)),
    ...ofSetupCfg(textOf("setup.cfg"), extras),
    ...ofSetupPy(textOf("setup.py"), extras)
  ]
  // Behind a blank and a dash is an option of pip.
  return all.map((one) => one.trim()).filter((one) => REGISTRY_REQUIREMENT.test(one) && !/\s-/.test(one))
}

/** The files that requirements files name on lines such as `-r base.txt`, by one of these options. */
const namedIn = (files: RepositoryFiles, path: string, option: RegExp): ReadonlyArray<string> =>
  files
    .read(path)
    .split(/\r?\n/)
    .flatMap((line) => {
      const [, name = ""] = option.exec(line) ?? []
      const found = normalize(join(dirname(path), name))
      return name !== "" && files.has(found) ? [found] : []
    })

/** All requirements files that these lead to, themselves included, and the files of constraints that are named in them. */
export const requirementFiles = (
  files: RepositoryFiles,
  paths: ReadonlyArray<string>
): { readonly lists: ReadonlyArray<string>; readonly constraints: ReadonlyArray<string> } => {
  const lists = new Set(paths)
  // A set goes on to what is added to it meanwhile.
  for (const path of lists)
    for (const named of namedIn(files, path, /^(?:-r|--requirement)[\s=]+([^\s=]\S*)(?:\s+(?:#.*)?)?$/)) lists.add(named)
  const constraints = [...lists].flatMap((path) => namedIn(files, path, /^(?:-c|--constraint)[\s=]+([^\s=]\S*)(?:\s+(?:#.*)?)?$/))
  return { lists: [...lists], constraints: [...new Set(constraints)] }
}
