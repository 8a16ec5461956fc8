/** Arguments and options of a command, for its help and the manual page. @effect/cli's own help leaves out the command's path, and describes each option as text. */
import * as CliConfig from "@effect/cli/CliConfig"
import * as Descriptor from "@effect/cli/CommandDescriptor"
import type { HelpDoc } from "@effect/cli/HelpDoc"
import type { Span } from "@effect/cli/HelpDoc/Span"
import { bold } from "../../layers/machine/terminal/output.ts"
import { paragraph } from "../../layers/machine/terminal/paragraph.ts"

export interface Entry {
  /** The written form: `--port number`, `<issue>`; with `...` if it may be repeated. */
  readonly name: string
  readonly description: string
  readonly isRequired: boolean
  /** Whether the environment or the configuration file may set it. */
  readonly isSetting: boolean
}

export interface CommandHelp {
  /** The words of the command. */
  readonly path: string
  readonly description: string
  /** Arguments and options in the usage line. */
  readonly usage: ReadonlyArray<string>
  readonly arguments: ReadonlyArray<Entry>
  readonly options: ReadonlyArray<Entry>
}

/** Without the options that every command has. */
const config = CliConfig.make({ showBuiltIns: false })

const spanText = (span: Span): string => {
  switch (span._tag) {
    case "Text":
    case "URI":
      return span.value
    case "Sequence":
      return spanText(span.left) + spanText(span.right)
    default:
      return spanText(span.value)
  }
}

/** A document's parts in order. */
const partsOf = (doc: HelpDoc): ReadonlyArray<HelpDoc> => (doc._tag === "Sequence" ? [...partsOf(doc.left), ...partsOf(doc.right)] : [doc])

const paragraphsOf = (doc: HelpDoc): ReadonlyArray<string> =>
  partsOf(doc).flatMap((part) => (part._tag === "Paragraph" ? [spanText(part.value)] : []))

const FROM_ENVIRONMENT = /^This option can be set from environment variables\./
const OPTIONAL_SETTING = /^This setting is optional\./
/** A repeatable `key=value` option. */
const PROPERTIES = /^This setting is a property argument which:/
const REPEATED_OPTION = /^This \w+ (?:may|must) be repeated /

/** Skips an option's first paragraph, which repeats the type. Then come the option's description and @effect/cli's notes. */
const entryOf = ([name, doc]: readonly [Span, HelpDoc]): Entry => {
  const [, ...paragraphs] = paragraphsOf(doc)
  const says = (pattern: RegExp) => paragraphs.some((text) => pattern.test(text))
  const written = spanText(name)
    .replace(/^\((.*)\)$/, "$1")
    // The number of repetitions.
    .replace(/(?<! \|) \d+(?: - \d+)?$/, "...")
    .replace(/ \S+$/, (value) => (says(PROPERTIES) ? " key=value..." : value))
  const isSwitch = written.startsWith("-") && !/^--\S+ /.test(written)
  const known = [OPTIONAL_SETTING, PROPERTIES, REPEATED_OPTION, FROM_ENVIRONMENT]
  return {
    name: written,
    description: paragraphs.filter((text) => !known.some((pattern) => pattern.test(text))).join(" "),
    isRequired: !isSwitch && ![OPTIONAL_SETTING, PROPERTIES, REPEATED_OPTION].some(says),
    isSetting: says(FROM_ENVIRONMENT)
  }
}

const areOpposites = (negative: Entry | undefined, positive: Entry | undefined): boolean =>
  positive !== undefined && negative?.name === positive.name.replace(/^--/, "--no-")

/** Merges a switch and its opposite, which have the same description, into one entry. */
const withOpposites = (entries: ReadonlyArray<Entry>): ReadonlyArray<Entry> =>
  entries.flatMap((entry, index) => {
    const next = entries[index + 1]
    if (areOpposites(entries[index - 1], entry)) return []
    return next !== undefined && areOpposites(entry, next) ? [{ ...entry, name: `${entry.name}, ${next.name}` }] : [entry]
  })

const entriesOf = (parts: ReadonlyArray<HelpDoc>, heading: string): ReadonlyArray<Entry> => {
  const from = parts.findIndex((part) => part._tag === "Header" && spanText(part.value) === heading)
  if (from < 0) return []
  const until = parts.findIndex((part, index) => index > from && part._tag === "Header")
  const within = parts.slice(from, until < 0 ? parts.length : until)
  return withOpposites(within.flatMap((part) => (part._tag === "DescriptionList" ? part.definitions.map(entryOf) : [])))
}

export const descriptionOf = (command: Descriptor.Command<unknown>): string => paragraphsOf(Descriptor.getHelp(command, config))[0] ?? ""

const usageOf = ({ name, isRequired, isSetting }: Entry): string => {
  const shown = name.replaceAll(", ", "|")
  return isRequired && !isSetting ? shown : `[${shown}]`
}

/** `path`: the words of the command. */
export const helpOf = (path: string, command: Descriptor.Command<unknown>): CommandHelp => {
  const parts = partsOf(Descriptor.getHelp(command, config))
  const [args, options] = [entriesOf(parts, "ARGUMENTS"), entriesOf(parts, "OPTIONS")]
  return {
    path,
    description: descriptionOf(command),
    usage: [...options, ...args].map(usageOf),
    arguments: args,
    options
  }
}

export const explanationOf = ({ description, isRequired, isSetting }: Entry): string => {
  const notes = [...(isRequired ? ["required"] : []), ...(isSetting ? ["also a setting"] : [])]
  return [description, ...(notes.length === 0 ? [] : [`(${notes.join("; ")})`])].join(" ")
}

const section = (title: string, entries: ReadonlyArray<Entry>): ReadonlyArray<string> =>
  entries.length === 0 ? [] : ["", bold(title), ...entries.flatMap((entry) => [`  ${entry.name}`, ...paragraph(explanationOf(entry), 6)])]

/** A no-break space. */
const FIXED = "\u00a0"

export const usageLines = ({ path, usage }: CommandHelp): ReadonlyArray<string> =>
  paragraph([path, ...usage].map((word) => word.replaceAll(" ", FIXED)).join(" "), 2, 6).map((line) => line.replaceAll(FIXED, " "))

export const optionLines = ({ arguments: args, options }: CommandHelp): ReadonlyArray<string> => [
  ...section("ARGUMENTS", args),
  ...section("OPTIONS", options),
  "",
  ...(options.some(({ isSetting }) => isSetting) ? ["Settings may also come from the environment or from ~/.gittensor/config.json."] : []),
  "For --log-level and other options of every command: gittensor --help"
]

export const linesOf = (help: CommandHelp): ReadonlyArray<string> => [
  ...paragraph(help.description),
  "",
  bold("USAGE"),
  ...usageLines(help),
  ...optionLines(help)
]
