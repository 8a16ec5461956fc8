/**
 * Resolves a package's test script. Scripts call scripts of their own and of other packages, so the test runner may be several steps away. Strangers write
 * the scripts: everything here takes linear time, and commands that are not understood stay unchanged.
 */
import { shellQuoted } from "./testPlan.ts"

export interface NodePackage {
  /** Its folder; "." for the root. */
  readonly folder: string
  readonly name: string
  readonly scripts: Readonly<Record<string, string>>
  /** Names of its dependencies. */
  readonly dependencies: ReadonlyArray<string>
}

/** Placeholder for a report's file, until the number of reports is known. */
const REPORT = "\u0001"

/**
 * Options that make JavaScript test runners write a report, placed after the runner's name or at the end of its command. A program that does more than test
 * is a runner only with arguments that ask for tests (`asked`).
 */
const RUNNERS: ReadonlyArray<readonly [runner: RegExp, at: "after" | "end", options: string, asked?: RegExp]> = [
  [/\bnode\b/, "after", `--test-reporter=junit --test-reporter-destination="${REPORT}"`, /\s--test\b/],
  [/\bbun test\b/, "after", `--reporter=junit --reporter-outfile="${REPORT}"`],
  [/\b(?:tsx|ts-node)\b/, "after", `--test-reporter=junit --test-reporter-destination="${REPORT}"`, /\s--test\b/],
  [/\bborp\b/, "after", `--reporter=junit:"${REPORT}"`],
  [/\bvitest\b/, "end", `--run --reporter=json --outputFile="${REPORT}"`],
  [/\bjest\b|\breact-scripts test\b/, "end", `--json --outputFile="${REPORT}"`],
  [/\bmocha\b/, "end", `--reporter json --reporter-option output="${REPORT}"`],
  [/\bava\b/, "end", `--tap >"${REPORT}"`],
  [/\btape\b/, "end", `>"${REPORT}"`],
  [/\btap\b/, "end", `--reporter=tap >"${REPORT}"`]
]

/** Splits a text at separators outside quotes. Each part includes the separator that follows it. */
const splitOutsideQuotes = (text: string, separatorAt: (at: number) => number) => {
  const parts: Array<{ readonly text: string; readonly separator: string }> = []
  let quote = ""
  let from = 0
  for (let at = 0; at < text.length; at++) {
    const letter = text[at] ?? ""
    if (letter === "\\") at++
    else if (quote !== "") quote = letter === quote ? "" : quote
    else if (letter === '"' || letter === "'") quote = letter
    else {
      const length = separatorAt(at)
      if (length === 0) continue
      parts.push({ text: text.slice(from, at), separator: text.slice(at, at + length) })
      from = at + length
      at = from - 1
    }
  }
  return [...parts, { text: text.slice(from), separator: "" }]
}

const commandsOf = (script: string) =>
  splitOutsideQuotes(script, (at) =>
    script.startsWith("&&", at) || script.startsWith("||", at)
      ? 2
      : /[;|&\n]/.test(script[at] ?? "") && !/>/.test(script[at - 1] ?? "")
        ? 1
        : 0
  )

const wordsOf = (command: string): ReadonlyArray<string> =>
  splitOutsideQuotes(command, (at) => (/\s/.test(command[at] ?? "") ? 1 : 0))
    .map(({ text }) => text)
    .filter((word) => word !== "")

const bare = (word: string): string => (/^(?:"[^"]*"|'[^']*')$/.test(word) ? word.slice(1, -1) : word)

const REPORTER = /^--(?:(?:test-)?reporter(?:-destination|-options?|-outfile)?|outputFile(?:\.\w+)?)(=|$)/

/** Removes a command's own reporter options: Node rejects two reporters with one file, and Bun and Vitest use only one of two. */
const withoutReporters = (command: string): string => {
  const words = wordsOf(command)
  const isChoice = (word: string | undefined, end: string) => REPORTER.exec(word ?? "")?.[1] === end
  const kept = words.filter((word, at) => !isChoice(word, "=") && !isChoice(word, "") && !isChoice(words[at - 1], ""))
  return kept.length === words.length ? command : kept.join(" ")
}

/** Adds the report options if the command is a runner. */
const withReport = (given: string): string => {
  const command = withoutReporters(given)
  const found = RUNNERS.find(([runner, , , asked]) => {
    const name = runner.exec(command)
    return name !== null && (asked === undefined || asked.test(command.slice(name.index)))
  })
  if (found === undefined) return given
  const [runner, at, options] = found
  return at === "end" ? `${command} ${options}` : command.replace(runner, (name) => `${name} ${options}`)
}

/** Whether a script runs nothing, like `npm init`'s default script, which prints that there are no tests. */
export const isPlaceholder = (script: string): boolean =>
  commandsOf(script).every(({ text }) => /^(?:(?:echo|exit)\b.*|true|false|:)?$/s.test(text.trim()))

/** A command's call of scripts, by name and package. */
interface Call {
  readonly names: ReadonlyArray<string>
  /** "all": in every package that has such scripts. */
  readonly where: "here" | "all" | { readonly package: string }
  /** Arguments appended to the script's text. */
  readonly more: ReadonlyArray<string>
}

const TARGET_OPTION = /^(?:-w|--workspace|-F|--filter|--prefix|-C|--dir|--cwd)(?:=|$)/
const ALL_PACKAGES_OPTIONS: ReadonlyArray<string> = ["-ws", "--workspaces", "-r", "--recursive", "-A", "--all"]

const splitArguments = (words: ReadonlyArray<string>) => {
  const end = words.indexOf("--")
  const own = (end < 0 ? words : words.slice(0, end)).map(bare)
  const positional: Array<string> = []
  const flags: Array<string> = []
  let target: string | undefined
  for (let at = 0; at < own.length; at++) {
    const word = own[at] ?? ""
    if (TARGET_OPTION.test(word)) target = word.includes("=") ? word.slice(word.indexOf("=") + 1) : own[++at]
    else if (word.startsWith("-")) flags.push(word)
    else positional.push(word)
  }
  return { positional, flags, target, more: end < 0 ? [] : words.slice(end + 1) }
}

/** The scripts that match a name of `npm-run-all`, such as `test:*`. */
const scriptsNamed = (name: string, known: ReadonlyArray<string>): ReadonlyArray<string> =>
  name.endsWith("*") ? known.filter((one) => one.startsWith(name.slice(0, -1))) : [name]

/** Linters run no tests, and their findings would skip the commands after `&&`. */
const LINTERS: ReadonlySet<string> = new Set([
  "biome",
  "eslint",
  "jshint",
  "markdownlint",
  "oxlint",
  "prettier",
  "publint",
  "standard",
  "stylelint",
  "tsd",
  "tslint",
  "xo"
])

/** The managers' own commands. Any other word is a script, or a program of an installed package. */
const OWN_COMMANDS: Readonly<Record<string, ReadonlySet<string>>> = {
  yarn: new Set([
    "add",
    "config",
    "constraints",
    "dedupe",
    "dlx",
    "init",
    "install",
    "link",
    "node",
    "npm",
    "pack",
    "plugin",
    "rebuild",
    "remove",
    "set",
    "up",
    "version",
    "why",
    "workspace",
    "workspaces"
  ]),
  pnpm: new Set([
    "add",
    "audit",
    "config",
    "dedupe",
    "deploy",
    "dlx",
    "fetch",
    "i",
    "install",
    "link",
    "pack",
    "prune",
    "rebuild",
    "remove",
    "setup",
    "store",
    "update",
    "up",
    "why"
  ])
}

/** Removes a coverage tool in front of the command that it measures. For a script, the script's own commands count. */
const withoutCoverage = (words: ReadonlyArray<string>): ReadonlyArray<string> => {
  const at = words[0] === "nyc" || words[0] === "c8" ? words.findIndex((word) => /^(?:npm|pnpm|yarn)$/.test(word)) : -1
  return at < 0 ? words : words.slice(at)
}

/** Removes a manager that only starts a program: the manager may be missing, and the program is on the PATH. */
const withoutManager = (words: ReadonlyArray<string>): ReadonlyArray<string> => {
  const [first = "", ...rest] = words[0] === "corepack" ? words.slice(1) : words
  const own = OWN_COMMANDS[first]
  const [second = ""] = rest
  if (own === undefined || second.startsWith("-") || own.has(second)) return [first, ...rest]
  return second === "exec" || second === "run" ? rest.slice(rest[1] === "--" ? 2 : 1) : rest
}

/** The scripts that a command calls. The command has no variable assignments in front. */
const callOf = (words: ReadonlyArray<string>, known: ReadonlyArray<string>): Call | undefined => {
  const [program = "", ...rest] = words
  const { positional, flags, target, more } = splitArguments(rest)
  const [first = "", second, third, fourth] = positional
  const isAll = flags.some((flag) => ALL_PACKAGES_OPTIONS.includes(flag))
  const where = isAll ? ("all" as const) : target === undefined ? ("here" as const) : { package: target }
  const call = (name: string | undefined, at: Call["where"] = where): Call | undefined =>
    name === undefined ? undefined : { names: [name], where: at, more }
  const runs = first === "run" || first === "run-script"
  const isTest = /^(?:test|t|tst)$/.test(first)
  switch (program) {
    case "npm":
      return runs ? call(second) : isTest ? call("test") : undefined
    case "pnpm":
      return runs ? call(second) : isTest ? call("test") : known.includes(first) ? call(first) : undefined
    case "yarn": {
      if (first === "workspaces") return call(positional[positional.indexOf("run") + 1], "all")
      if (first === "workspace" && second !== undefined) return call(third === "run" ? fourth : third, { package: second })
      return runs ? call(second) : first === "" || known.includes(first) ? call(first === "" ? undefined : first) : undefined
    }
    case "bun":
      return runs && second !== undefined && known.includes(second) ? call(second) : undefined
    case "node": {
      const at = rest.findIndex((word) => word === "--run" || word.startsWith("--run="))
      return at < 0 ? undefined : call(rest[at]?.includes("=") ? rest[at]?.slice("--run=".length) : rest[at + 1])
    }
    case "npm-run-all":
    case "npm-run-all2":
    case "run-s":
    case "run-p":
      return { names: positional.flatMap((name) => scriptsNamed(name, known)), where, more: [] }
    case "lerna":
      return runs ? call(second, "all") : undefined
    case "turbo":
      return { names: runs ? positional.slice(1) : positional, where: "all", more }
    case "nx": {
      const at = rest.findIndex((word) => /^(?:-t|--targets?)(?:=|$)/.test(word))
      const names = rest[at]?.includes("=") ? rest[at]?.split("=")[1] : rest[at + 1]
      return first !== "run-many" || at < 0 || names === undefined ? undefined : { names: names.split(","), where: "all", more: [] }
    }
  }
  return undefined
}

/** Maximum of calls followed: scripts that call two scripts each would multiply. */
const MOST_CALLS = 100

/** A command with variable assignments that apply only to it. */
const withVariables = (variables: ReadonlyArray<string>, text: string): string =>
  variables.length === 0 ? `{ ${text}; }` : `(${variables.map((one) => `export ${one}; `).join("")}${text})`

const follower = (packages: ReadonlyArray<NodePackage>) => {
  let calls = 0

  const script = (of: NodePackage, name: string, more: ReadonlyArray<string>, path: ReadonlyArray<string>): string => {
    const parts = [of.scripts[`pre${name}`], [of.scripts[name], ...more].join(" ")].filter((text) => text !== undefined)
    return parts.map((text) => commands(of, text, [...path, `${of.folder} ${name}`])).join(" && ")
  }

  const within = (of: NodePackage, from: NodePackage, text: string): string =>
    of.folder === from.folder ? text : `(cd ${shellQuoted(`/box/work/${of.folder}`)} && PATH="$PWD/node_modules/.bin:$PATH" && ${text})`

  const targets = (from: NodePackage, { names, where }: Call): ReadonlyArray<NodePackage> => {
    if (where === "here") return [from]
    const wanted = where === "all" ? undefined : where.package.replace(/^\.\//, "")
    return packages.filter(
      ({ folder, name, scripts }) =>
        folder !== "." &&
        names.some((one) => scripts[one] !== undefined && !isPlaceholder(scripts[one])) &&
        (wanted === undefined || wanted === name || wanted === folder)
    )
  }

  const command = (of: NodePackage, text: string, path: ReadonlyArray<string>): string => {
    const words = wordsOf(text)
    const begins = words.findIndex((word) => !/^(?:[A-Za-z_]\w*=|cross-env$|env$|npx$)/.test(word))
    const started = begins < 0 ? [] : withoutCoverage(words.slice(begins))
    if (LINTERS.has(started[0] ?? "")) return ":"
    const call = callOf(started[0] === "corepack" ? started.slice(1) : started, Object.keys(of.scripts))
    const found = call === undefined ? [] : targets(of, call)
    const called = found.flatMap((one) =>
      (call?.names ?? []).flatMap((name) => {
        if (one.scripts[name] === undefined || path.includes(`${one.folder} ${name}`) || calls >= MOST_CALLS) return []
        calls += 1
        return [within(one, of, script(one, name, call?.more ?? [], path))]
      })
    )
    if (called.length === 0) {
      const direct = withoutManager(started)
      return withReport(direct.length === started.length ? text : [...words.slice(0, Math.max(0, begins)), ...direct].join(" "))
    }
    const variables = words.slice(0, begins).filter((word) => word.includes("="))
    // Across packages, a failure does not skip the next package's tests.
    return withVariables(variables, called.join(call?.where === "all" ? "; " : " && "))
  }

  const commands = (of: NodePackage, text: string, path: ReadonlyArray<string>): string =>
    commandsOf(text)
      .map(({ text, separator }) => `${command(of, text.trim(), path)}${separator === "" ? "" : ` ${separator} `}`)
      .join("")

  return { script, within, commands }
}

/** The single report, or several in sequence (`BETWEEN_REPORTS`). */
const withReports = (text: string): string => {
  const parts = text.split(REPORT)
  if (parts.length <= 2) return text.replaceAll(REPORT, "$REPORT")
  const apart = parts.map((part, index) => `${part}${index === parts.length - 1 ? "" : `/box/tmp/report-${index + 1}`}`).join("")
  return [
    "rm -f /box/tmp/report-*",
    apart,
    "code=$?",
    `for one in /box/tmp/report-*; do [ -s "$one" ] || continue; cat "$one"; printf '\\n\\036\\n'; done >"$REPORT"; exit $code`
  ].join("\n")
}

export interface NodeCommand {
  readonly command: string
  /** Whether it contains a runner that writes a report. */
  readonly hasRunner: boolean
}

const commandOf = (text: string): NodeCommand => ({ command: withReports(text), hasRunner: text.includes(REPORT) })

/** The first package's command with reports. `text`: a script's command line. */
export const nodeCommand = (packages: readonly [NodePackage, ...ReadonlyArray<NodePackage>], text: string): NodeCommand =>
  commandOf(follower(packages).commands(packages[0], text, []))

/** The same for a named script, with its pre-script. */
export const scriptCommand = (packages: readonly [NodePackage, ...ReadonlyArray<NodePackage>], name: string): NodeCommand =>
  commandOf(follower(packages).script(packages[0], name, [], []))

/** The test scripts of all packages but the first. */
export const everyCommand = (packages: readonly [NodePackage, ...ReadonlyArray<NodePackage>]): NodeCommand => {
  const [root, ...others] = packages
  const { script, within } = follower(packages)
  return commandOf(
    others
      .filter(({ scripts }) => scripts.test !== undefined && !isPlaceholder(scripts.test))
      .map((one) => within(one, root, script(one, "test", [], [])))
      .join("\n")
  )
}
