/**
 * Command groups. Their help and the check of command names are implemented here, because @effect/cli would print every option of every subcommand, slowly,
 * and does not quote the unknown word.
 */
import type * as Descriptor from "@effect/cli/CommandDescriptor"
import { HashMap, Option } from "effect"
import { InvalidInput } from "../../domain/failures.ts"
import { bold, table } from "../../layers/machine/terminal/output.ts"
import { asksForHelp, BUILT_IN, DEFAULT_COMMANDS } from "./argv.ts"
import type { CommandDescription } from "./failure.ts"
import { type CommandHelp, descriptionOf, helpOf, linesOf, optionLines, usageLines } from "./help.ts"
import { similarTo } from "./similarTo.ts"

export type Commands = HashMap.HashMap<string, Descriptor.Command<unknown>>

/** The commands of each group, by the group's path: `gittensor mine`. */
export type Groups = ReadonlyMap<string, Commands>

const unknownCommand = (word: string, group: string, known: ReadonlyArray<string>): InvalidInput => {
  const builtIn = word === "help" ? `${group} --help` : word === "version" ? "gittensor --version" : undefined
  const meant = builtIn === undefined ? similarTo(word, known) : [builtIn]
  const advice = meant.length === 0 ? "use" : `did you mean ${meant.map((name) => `"${name}"`).join(" or ")}? Otherwise use`
  return new InvalidInput({ message: `"${word}" is not a command of "${group}": ${advice} one of ${known.join(", ")}` })
}

export const GLOBAL_OPTIONS: ReadonlyArray<ReadonlyArray<string>> = [
  ["--help", "show this text; after a command, all that it takes"],
  ["--version", "show the version"],
  ["--log-level LEVEL", "how much to log to standard error: debug, info, warning, error or none"],
  ["--completions SHELL", "print completions for sh, bash, fish or zsh"]
]

const indentedTable = (rows: ReadonlyArray<ReadonlyArray<string>>): ReadonlyArray<string> => table(rows).map((line) => `  ${line}`)

/** The help of a group's default command, for the group without a subcommand. */
const defaultHelp = (path: string, commands: Commands): CommandHelp | undefined => {
  const name = path.split(" ").slice(1).join(" ")
  const command = Object.hasOwn(DEFAULT_COMMANDS, name) ? HashMap.get(commands, DEFAULT_COMMANDS[name] ?? "") : Option.none()
  return Option.isSome(command) ? helpOf(path, command.value) : undefined
}

/** The lines of a group's help. `path`: the words of the group. */
const groupHelp = (
  path: string,
  description: string,
  commands: Commands,
  byDefault = defaultHelp(path, commands)
): ReadonlyArray<string> => [
  description,
  "",
  bold("USAGE"),
  ...(byDefault === undefined ? [] : usageLines(byDefault)),
  `  ${path} COMMAND …`,
  "",
  bold("COMMANDS"),
  ...indentedTable(
    [...HashMap.entries(commands)].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, command]) => [name, descriptionOf(command)])
  ),
  ...(byDefault === undefined ? [""] : [...optionLines(byDefault)]),
  ...(path.includes(" ") ? [] : [bold("OPTIONS"), ...indentedTable(GLOBAL_OPTIONS), ""]),
  `For details: ${path} COMMAND --help`
]

const describeGroup = (groups: Groups, path: string, programDescription: string): string => {
  const lastSpace = path.lastIndexOf(" ")
  const parent = groups.get(path.slice(0, lastSpace))
  return parent === undefined
    ? programDescription
    : Option.match(HashMap.get(parent, path.slice(lastSpace + 1)), { onNone: () => "", onSome: descriptionOf })
}

export interface NamedCommand {
  /** The words of the command. */
  readonly path: string
  /** Set if a word names no command. */
  readonly unknown?: InvalidInput
  /** The requested help, or the help of a group without a subcommand. */
  readonly help?: ReadonlyArray<string>
  /** For a command: facts for errors about its options. */
  readonly facts?: CommandDescription
}

const optionsOf = ({ options }: CommandHelp): ReadonlyArray<string> => options.flatMap(({ name }) => name.match(/--[a-z-]+/g) ?? [])

/** An option or argument in the help's form: `--role validator | miner`. */
const CHOICE = /^(?:-\w, )?(\S+) (\S+(?: \| \S+)+)$/

/** The option with these choices, and its value on the command line. */
const givenFor = ({ options, arguments: args }: CommandHelp, words: ReadonlyArray<string>, choices: ReadonlyArray<string>) => {
  const names = [...options, ...args].flatMap(({ name }) => {
    const [, written = "", listed] = CHOICE.exec(name) ?? []
    return listed === choices.join(" | ") ? [written] : []
  })
  const [name, ...others] = names
  if (name === undefined || others.length > 0) return undefined
  const value = words.flatMap((word, index) =>
    word === name ? (words[index + 1] ?? []) : word.startsWith(`${name}=`) ? word.slice(name.length + 1) : []
  )[0]
  return value === undefined ? name : `${name} "${value}"`
}

/** Resolves the words of the command line to the command that they name. */
export const commandNamed = (
  groups: Groups,
  programDescription: string,
  words: ReadonlyArray<string>,
  path = "gittensor",
  command?: Descriptor.Command<unknown>
): NamedCommand => {
  const [word, ...others] = words
  const commands = groups.get(path)
  if (commands === undefined) {
    const end = words.indexOf("--")
    const isAsked = (end < 0 ? words : words.slice(0, end)).some(asksForHelp)
    if (command === undefined) return { path }
    if (isAsked) return { path, help: linesOf(helpOf(path, command)) }
    const facts: CommandDescription = {
      // Without the hyphens, which would make short options similar.
      similarOptions: (option) =>
        similarTo(
          option.slice(2),
          optionsOf(helpOf(path, command)).map((name) => name.slice(2))
        ).map((name) => `--${name}`),
      givenFor: (choices) => givenFor(helpOf(path, command), words, choices)
    }
    return { path, facts }
  }
  if (word === undefined || asksForHelp(word))
    return { path, help: groupHelp(path, describeGroup(groups, path, programDescription), commands) }
  if (BUILT_IN.test(word)) return { path }
  return Option.match(HashMap.get(commands, word), {
    onNone: () => ({ path, unknown: unknownCommand(word, path, [...HashMap.keys(commands)].toSorted()) }),
    onSome: (named) => commandNamed(groups, programDescription, others, `${path} ${word}`, named)
  })
}

/** The help of all commands except groups, by path. */
export const allHelp = (groups: Groups): ReadonlyArray<CommandHelp> =>
  [...groups]
    .flatMap(([path, commands]) => [...commands].map(([name, command]) => [`${path} ${name}`, command] as const))
    .filter(([path]) => !groups.has(path))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, command]) => helpOf(path, command))
