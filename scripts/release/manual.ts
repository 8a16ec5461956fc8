/** The manual page and the completions of a release, made from the commands. */
import { mkdirSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { Effect } from "effect"
import { DESCRIPTION, gittensor, groups } from "../../executable/gittensor.ts"
import { completionsFor } from "../../src/cli/program/completions.ts"
import { allHelp, GLOBAL_OPTIONS } from "../../src/cli/program/groups.ts"
import { type CommandHelp, type Entry, explanationOf } from "../../src/cli/program/help.ts"

/** An option of at least this many commands is described once. */
const COMMON = 8

/** Text in roff: no escapes, no hyphens that break lines, and no requests at the beginning of a line. */
const roff = (text: string): string =>
  text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replace(/^(?=[.'])/gm, "\\&")

/** `--port number` with the option in bold and its value in italics. */
const nameOf = (name: string): string => {
  const [, option = "", value = ""] = /^(-\S+(?:, -\S+)*)(?: (.*))?$/.exec(name) ?? []
  if (option === "") return `\\fI${roff(name)}\\fR`
  return `\\fB${roff(option)}\\fR${value === "" ? "" : ` \\fI${roff(value)}\\fR`}`
}

const item = (entry: Entry): string => `.TP\n${nameOf(entry.name)}\n${roff(explanationOf(entry))}`

const keyOf = (entry: Entry): string => `${entry.name}\n${explanationOf(entry)}`

const commonOptions = (commands: ReadonlyArray<CommandHelp>): ReadonlyMap<string, Entry> => {
  const all = commands.flatMap(({ options }) => options)
  const count = (key: string) => all.filter((entry) => keyOf(entry) === key).length
  return new Map(all.map((entry) => [keyOf(entry), entry] as const).filter(([key]) => count(key) >= COMMON))
}

const commandSection = ({ path, description, usage, arguments: args, options }: CommandHelp, common: ReadonlyMap<string, Entry>): string =>
  [
    `.SS ${roff(path)}`,
    roff(description),
    ".PP",
    `\\fB${roff(path)}\\fR ${roff(usage.join(" "))}`,
    ...[...args, ...options.filter((entry) => !common.has(keyOf(entry)))].map(item)
  ].join("\n")

/** gittensor(1), in roff. */
const manualPage = (version: string): string => {
  const commands = allHelp(groups)
  const common = commonOptions(commands)
  return `${[
    `.TH GITTENSOR 1 "" "gittensor ${version}" "Gittensor"`,
    ".SH NAME",
    `gittensor \\- ${roff(DESCRIPTION.charAt(0).toLowerCase() + DESCRIPTION.slice(1).replace(/\.$/, ""))}`,
    ".SH SYNOPSIS",
    "\\fBgittensor\\fR \\fICOMMAND\\fR [\\fIOPTION\\fR]...",
    ".SH OPTIONS OF EVERY COMMAND",
    ...GLOBAL_OPTIONS.map(([name = "", description = ""]) => `.TP\n${nameOf(name)}\n${roff(description)}`),
    ".SH OPTIONS OF MANY COMMANDS",
    "A command takes those of these that its synopsis names.",
    ...[...common.values()].map(item),
    ".SH COMMANDS",
    ...commands.map((command) => commandSection(command, common)),
    ".SH FILES",
    ".TP\n\\fI~/.gittensor/config.json\\fR",
    "Settings that are given neither as an option nor in the environment.",
    ".SH SEE ALSO",
    roff("docs/commands.md of the release: settings and exit codes. docs/validator.md: how to run a validator.")
  ].join("\n")}\n`
}

/** The folder of each shell's completions below a folder such as /usr/local. zsh calls a function by its file's name. */
const completions = Effect.all({
  "share/bash-completion/completions/gittensor": completionsFor(gittensor, "bash"),
  "share/fish/vendor_completions.d/gittensor.fish": completionsFor(gittensor, "fish"),
  "share/zsh/site-functions/_gittensor_zsh_completions": completionsFor(gittensor, "zsh")
})

/** The texts of the manual page and of the completions, by their paths in an archive. */
export const manualFiles = (version: string): Effect.Effect<Readonly<Record<string, string>>> =>
  Effect.map(completions, (found) => ({
    "share/man/man1/gittensor.1": manualPage(version),
    ...Object.fromEntries(Object.entries(found).map(([path, lines]) => [path, `${lines.join("\n")}\n`]))
  }))

/** Writes the manual files into a folder. */
export const writeManual = async (place: string, version: string): Promise<void> => {
  for (const [path, text] of Object.entries(await Effect.runPromise(manualFiles(version)))) {
    mkdirSync(dirname(join(place, path)), { recursive: true })
    writeFileSync(join(place, path), text)
  }
}
