/** Reads a Python repository's test dependencies from its manifests, without running its code. */
import { dirname, join, normalize } from "node:path"
import { type RepositoryFiles, record, strings, tomlOf } from "./manifests.ts"

/**
 * A requirement that a registry answers: a name with extras, versions and a marker. A requirement that names an address, a file or a folder would be built, which
 * runs its code. The same for grep, so it has no classes such as \w.
 */
export const REGISTRY_REQUIREMENT = /^[A-Za-z0-9]([A-Za-z0-9_ .,*+!<>=~()-]|\[|\])*(;[^@]*)?$/

/** Usual names of extras and groups for tests. */
const FOR_TESTS = /test|dev/i

const listsForTests = (lists: Readonly<Record<string, unknown>>): ReadonlyArray<string> =>
  Object.entries(lists).flatMap(([name, list]) => (FOR_TESTS.test(name) ? strings(list) : []))

/** The first version that Poetry's `^version` excludes: the first non-zero number is incremented. */
const nextBreaking = (version: string): string => {
  const numbers = version.split(".").map((part) => Number.parseInt(part, 10) || 0)
  const first = numbers.findIndex((number) => number > 0)
  const at = first < 0 ? numbers.length - 1 : first
  return [...numbers.slice(0, at), (numbers[at] ?? 0) + 1].join(".")
}

/** The first version that Poetry's `~version` excludes: the second number is incremented, or the only one. */
const nextMinor = (version: string): string => {
  const [major = "0", minor] = version.split(".")
  return minor === undefined ? String(Number(major) + 1) : `${major}.${Number(minor) + 1}`
}

/** Converts one Poetry constraint, such as ^1.2, ~1.2, 1.2.* or >=1,<2, to a PEP 440 specifier. Undefined: unknown form. */
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

/** A dependency in Poetry's own table. Optional ones and those from a path or a git repository are left out. */
const poetryRequirement = (name: string, given: unknown): ReadonlyArray<string> => {
  const { version, extras, markers, optional } = typeof given === "string" ? { version: given } : record(given)
  if (name.toLowerCase() === "python" || optional === true || typeof version !== "string") return []
  const constraint = standardConstraint(version)
  if (constraint === undefined) return []
  const wanted = strings(extras)
  const marker = typeof markers === "string" ? ` ; ${markers}` : ""
  return [`${name}${wanted.length > 0 ? `[${wanted.join(",")}]` : ""}${constraint}${marker}`]
}

/** Folders of path dependencies in a Poetry table. */
export const poetryFolders = (table: unknown): ReadonlyArray<string> =>
  Object.values(record(table)).flatMap((given) => {
    const { path } = record(given)
    return typeof path === "string" ? [path] : []
  })

const poetryTable = (table: unknown): ReadonlyArray<string> =>
  Object.entries(record(table)).flatMap(([name, given]) => poetryRequirement(name, given))

/** Requirement lists in the tables of Poetry, PDM and uv. */
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

/** A project's dependency groups for tests, with the groups that they include. */
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

/** Lists in setup.cfg, as setuptools parses them: an item per indented line, or several on the key's own line, separated by semicolons. */
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

/** The strings in a list or dictionary that begins at an offset, up to its closing bracket, each with the key before it. */
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

/** Maximum of lists per setup.py: each is searched for in the whole text. */
const MOST_LISTS = 20

/** Literal lists in a setup.py, inline or in a variable. Computed lists would need running the code. */
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

/** A project's test requirements in pip's form, in the order of the manifests. `extras`: needed besides those for tests. */
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
  // After a blank, a dash begins an option of pip.
  return all.map((one) => one.trim()).filter((one) => REGISTRY_REQUIREMENT.test(one) && !/\s-/.test(one))
}

/** Files that requirements files name with one of these options, for example `-r base.txt`. */
const namedIn = (files: RepositoryFiles, path: string, option: RegExp): ReadonlyArray<string> =>
  files
    .read(path)
    .split(/\r?\n/)
    .flatMap((line) => {
      const [, name = ""] = option.exec(line) ?? []
      const found = normalize(join(dirname(path), name))
      return name !== "" && files.has(found) ? [found] : []
    })

/** All requirements files reachable from these, including these, and the constraints files that they name. */
export const requirementFiles = (
  files: RepositoryFiles,
  paths: ReadonlyArray<string>
): { readonly lists: ReadonlyArray<string>; readonly constraints: ReadonlyArray<string> } => {
  const lists = new Set(paths)
  // Iterating over a set includes elements added during the loop.
  for (const path of lists)
    for (const named of namedIn(files, path, /^(?:-r|--requirement)[\s=]+([^\s=]\S*)(?:\s+(?:#.*)?)?$/)) lists.add(named)
  const constraints = [...lists].flatMap((path) => namedIn(files, path, /^(?:-c|--constraint)[\s=]+([^\s=]\S*)(?:\s+(?:#.*)?)?$/))
  return { lists: [...lists], constraints: [...new Set(constraints)] }
}
