/** The help of a command that has commands below it: a line for each. @effect/cli would print every option of all of them, and take its time. */
import * as CliConfig from "@effect/cli/CliConfig"
import * as Descriptor from "@effect/cli/CommandDescriptor"
import type { HelpDoc } from "@effect/cli/HelpDoc"
import type { Span } from "@effect/cli/HelpDoc/Span"
import { HashMap } from "effect"
import { bold, table } from "../../terminal/output.ts"

/** Commands by their names. */
export type Children = HashMap.HashMap<string, Descriptor.Command<unknown>>

const textOf = (span: Span): string => {
  switch (span._tag) {
    case "Text":
    case "URI":
      return span.value
    case "Sequence":
      return textOf(span.left) + textOf(span.right)
    default:
      return textOf(span.value)
  }
}

/** A help begins with the command's description, under a header. */
const firstParagraph = (doc: HelpDoc): string =>
  doc._tag === "Paragraph" ? textOf(doc.value) : doc._tag === "Sequence" ? firstParagraph(doc.left) || firstParagraph(doc.right) : ""

const plain = CliConfig.make({ showBuiltIns: false })

const descriptionOf = (command: Descriptor.Command<unknown>): string => firstParagraph(Descriptor.getHelp(command, plain))

const optionsOfAll: ReadonlyArray<ReadonlyArray<string>> = [
  ["--help", "this text, and with a command all that it takes"],
  ["--version", "the version"],
  ["--log-level LEVEL", "how much is logged to standard error: debug, info, warning, error, none"],
  ["--completions SHELL", "completions for sh, bash, fish or zsh"]
]

const indented = (rows: ReadonlyArray<ReadonlyArray<string>>): ReadonlyArray<string> => table(rows).map((line) => `  ${line}`)

/** The lines of a group's help; `path` are the words that lead to it. */
export const groupHelp = (path: string, description: string, children: Children): ReadonlyArray<string> => [
  description,
  "",
  bold("USAGE"),
  `  ${path} COMMAND …`,
  "",
  bold("COMMANDS"),
  ...indented(
    [...HashMap.entries(children)].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, command]) => [name, descriptionOf(command)])
  ),
  "",
  ...(path.includes(" ") ? [] : [bold("OPTIONS"), ...indented(optionsOfAll), ""]),
  `"${path} COMMAND --help" says more of a command.`
]

/** What a group says of itself, as the group above it knows it. */
export const descriptionIn = (parent: Children, name: string): string => {
  const found = HashMap.get(parent, name)
  return found._tag === "Some" ? descriptionOf(found.value) : ""
}
