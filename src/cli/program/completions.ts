/** Completions for shells, as @effect/cli 0.77 writes them, mended where they stop or offer what this program does not have. */
import * as Command from "@effect/cli/Command"
import { Effect, Record, Schema } from "effect"
import { DEFAULT_COMMANDS, type Shell } from "./argv.ts"

/** A case of the script by which bash follows the words: the words so far, and the next one. */
const CASE = /^( *)(gittensor(?:,[\w-]+)*),([\w-]+)\)$/gm

/**
 * The script keeps the words so far joined by `__`, with `__` for hyphens too, but compares them with words joined by commas; and it compares the next word
 * with `link__github` instead of `link-github`.
 */
const followingWords = (script: string): string =>
  script.replace(CASE, (_, indent: string, before: string, word: string) => {
    const state = before.replaceAll(",", "__")
    return `${indent}${state},${word.replaceAll("__", "-")})`
  })

/** bash separates words by spaces; the script would offer `own,consensus` as one. */
const separatingChoices = (script: string): string =>
  script.replace(/compgen -W "([^"$]*)"/g, (_, choices: string) => `compgen -W "${choices.replaceAll(",", " ")}"`)

/** What the script does in a state: the words that it offers, and what follows certain options. */
const stateOf = (name: string) =>
  new RegExp(`(^ *gittensor__${name}\\)\\n *opts=")([^"]*)("\\n[\\s\\S]*?case "\\$\\{prev\\}" in\\n)([\\s\\S]*?)( *\\*\\)\\n)`, "m")

/** `gittensor validate` takes the options of `gittensor validate run`, which are offered behind both. */
const withDefaultCommands = (script: string): string =>
  Record.toEntries(DEFAULT_COMMANDS).reduce((text, [group, command]) => {
    const [, , options = "", , arms = ""] = stateOf(`${group}__${command}`).exec(text) ?? []
    return text.replace(
      stateOf(group),
      (_, start: string, own: string, middle: string, ownArms: string, end: string) =>
        `${start}${[...new Set([...own.split(" "), ...options.split(" ")])].join(" ")}${middle}${ownArms}${arms}${end}`
    )
  }, script)

/** The same for fish, where a line says after which words it counts. */
const withDefaultCommandsInFish = (lines: ReadonlyArray<string>): ReadonlyArray<string> => {
  const added = Record.toEntries(DEFAULT_COMMANDS).flatMap(([group, command]) => {
    const after = `-n "__fish_seen_subcommand_from ${group}; and`
    const alone = lines.find((line) => line.includes(`${after} not `))?.match(/-n "[^"]*"/)?.[0]
    const own = `${after} __fish_seen_subcommand_from ${command}"`
    return alone === undefined ? [] : lines.filter((line) => line.includes(`${own} `)).map((line) => line.replace(own, alone))
  })
  return [...new Set([...lines, ...added])]
}

/** What `_arguments` is told of one option in zsh. */
const ZSH_OPTION = /^ *'(?:\([^)]*\))?-/

/** The same for zsh: the group's own lines stand before its commands. */
const withDefaultCommandsInZsh = (lines: ReadonlyArray<string>): ReadonlyArray<string> =>
  Record.toEntries(DEFAULT_COMMANDS).reduce((all, [group, command]) => {
    const from = all.findIndex((line) => line.trim() === `(${group})`)
    const commands = all.findIndex((line, index) => index > from && line.includes(`:_gittensor__${group}_commands`))
    const begin = all.findIndex((line, index) => index > commands && line.trim() === `(${command})`)
    if (from < 0 || commands < 0 || begin < 0) return all
    const end = all.findIndex((line, index) => index > begin && line.trim() === "&& ret=0")
    const own = new Set(all.slice(from, commands).map((line) => line.trim()))
    const indent = /^ */.exec(all[commands] ?? "")?.[0] ?? ""
    const added = all.slice(begin, end).filter((line) => ZSH_OPTION.test(line) && !own.has(line.trim()))
    return all.toSpliced(commands, 0, ...added.map((line) => `${indent}${line.trim()}`))
  }, lines)

/** The levels that the help names. @effect/cli knows more, which no line of this program has. */
const withUsualLevels = (lines: ReadonlyArray<string>): ReadonlyArray<string> =>
  lines.map((line) => line.replace(/all(''|)([ ,])trace\1\2(?=debug)/, "").replace(/fatal(''|)[ ,](?=none)/, ""))

/** @effect/cli offers a wizard, which asks for everything that has a default too. The help does not name it either. */
const withoutWizard = (lines: ReadonlyArray<string>): ReadonlyArray<string> =>
  lines
    .join("\n")
    .split("\n")
    .filter((line) => !/ -l wizard | '--wizard\[/.test(line))

export class InvalidShell extends Schema.TaggedError<InvalidShell>()("InvalidShell", { word: Schema.String }) {
  override get message() {
    return this.word === "" ? `name the shell: ${USAGE}` : `there are no completions for "${this.word}": ${USAGE}`
  }
}
const USAGE = "gittensor --completions bash, fish or zsh"

/** The lines of the script for a shell. */
export const completionsFor = <Name extends string, R, E, A>(
  command: Command.Command<Name, R, E, A>,
  shell: Shell
): Effect.Effect<ReadonlyArray<string>> => {
  switch (shell) {
    case "bash":
      return Effect.map(Command.getBashCompletions(command, "gittensor"), (lines) =>
        withDefaultCommands(separatingChoices(followingWords(lines.join("\n").replaceAll(" --wizard", "")))).split("\n")
      )
    case "fish":
      return Effect.map(Command.getFishCompletions(command, "gittensor"), (lines) =>
        withUsualLevels(withDefaultCommandsInFish(withoutWizard(lines)))
      )
    case "zsh":
      return Effect.map(Command.getZshCompletions(command, "gittensor"), (lines) =>
        withUsualLevels(withDefaultCommandsInZsh(withoutWizard(lines)))
      )
  }
}
