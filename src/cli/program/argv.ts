/** Rewrites command lines that @effect/cli 0.77 cannot parse. */

const HELP = /^(-h|--help)$/
/** Options that @effect/cli itself handles for every command. */
export const BUILT_IN = /^(-h|--(help|version|wizard|completions|log-level)(=.*)?)$/
export const asksForHelp = (word: string): boolean => HELP.test(word)

const SHELLS = { sh: "bash", bash: "bash", fish: "fish", zsh: "zsh" } as const
export type Shell = (typeof SHELLS)[keyof typeof SHELLS]
const isShell = (word: string): word is keyof typeof SHELLS => Object.hasOwn(SHELLS, word)

/** Parses a `--completions` request: the word after it and, if it names one, the shell. */
export const completionsAsked = (
  words: ReadonlyArray<string>
): { readonly word: string; readonly shell: Shell | undefined } | undefined => {
  const [option, word = ""] = words[0]?.startsWith("--completions=") ? words[0].split("=", 2) : words
  return option === "--completions" ? { word, shell: isShell(word) ? SHELLS[word] : undefined } : undefined
}

/**
 * Extracts `--log-level LEVEL` from any position. @effect/cli accepts it only before a command's own options, and would apply it too late for the errors that
 * are logged around the command.
 */
const takeLogLevel = (argv: ReadonlyArray<string>): { readonly argv: ReadonlyArray<string>; readonly logLevel?: string } => {
  const end = argv.includes("--") ? argv.indexOf("--") : argv.length
  const at = argv.findIndex((word, index) => index < end && /^--log-level(=|$)/.test(word))
  if (at < 0) return { argv }
  const [, value] = argv[at]?.split("=", 2) ?? []
  return { argv: argv.toSpliced(at, value === undefined ? 2 : 1), logLevel: value ?? argv[at + 1] ?? "" }
}

/** The command that runs when a group is called alone: `gittensor mine` opens the screen. */
export const DEFAULT_COMMANDS: Readonly<Record<string, string>> = {
  devnet: "run",
  mine: "screen",
  simulate: "run",
  validate: "run"
}

/**
 * Inserts a group's default command. A handler of the group itself would not work: @effect/cli parses a group's options before the subcommand's, so
 * `gittensor mine issues --contract …` would fail because `gittensor mine` lacks a contract.
 */
const withDefaultCommand = (argv: ReadonlyArray<string>): ReadonlyArray<string> => {
  const [, , group = "", next] = argv
  const command = Object.hasOwn(DEFAULT_COMMANDS, group) ? DEFAULT_COMMANDS[group] : undefined
  const isMissing = next === undefined || (next.startsWith("-") && !BUILT_IN.test(next))
  return command !== undefined && isMissing ? argv.toSpliced(3, 0, command) : argv
}

/** Commands with a file argument that may be `-` (standard input). */
const READS_INPUT = /^(score-files|score-round|simulate case) /

/** Moves `-` to the end: @effect/cli treats it as an unknown option and stops parsing the following ones. */
const withInputLast = (argv: ReadonlyArray<string>): ReadonlyArray<string> => {
  const at = READS_INPUT.test(argv.slice(2).join(" ")) ? argv.indexOf("-", 3) : -1
  return at < 0 ? argv : [...argv.toSpliced(at, 1), "-"]
}

/** Renames `--version N` of `owner roster sign`, because @effect/cli would print the program's version. */
const withRosterVersion = (argv: ReadonlyArray<string>): ReadonlyArray<string> =>
  argv.slice(2, 5).join(" ") === "owner roster sign"
    ? argv.map((word, index) =>
        /^--version=/.test(word) || (word === "--version" && /^\d/.test(argv[index + 1] ?? ""))
          ? word.replace("--version", "--roster-version")
          : word
      )
    : argv

/** Maps `gittensor help mine issues` to `gittensor mine issues --help`, and British `enrol` to `enroll`. */
const withUsualWords = (argv: ReadonlyArray<string>): ReadonlyArray<string> => {
  const [runtime = "", program = "", first, ...others] = argv
  if (first === "help") return withUsualWords([runtime, program, ...others, "--help"])
  return first === "mine" && others[0] === "enrol" ? argv.with(3, "enroll") : argv
}

/** The command line in a form that @effect/cli can parse, and the requested log level. */
export const parseable = (commandLine: ReadonlyArray<string>) => {
  const { argv, logLevel } = takeLogLevel(commandLine)
  return { argv: withInputLast(withRosterVersion(withDefaultCommand(withUsualWords(argv)))), logLevel }
}
