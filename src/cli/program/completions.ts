/** Completions for shells, as @effect/cli writes them, mended where bash would stop at the second word. */
import * as Command from "@effect/cli/Command"
import { Effect, Schema } from "effect"
import type { Shell } from "./argv.ts"

/** A case of the script by which bash follows the words: the words so far, and the next one. */
const CASE = /^( *)(gittensor(?:,[\w-]+)*),([\w-]+)\)$/

/**
 * The script keeps the words so far joined by `__`, with `__` for hyphens too, but compares them with words joined by commas; and it compares the next word
 * with `link__github` instead of `link-github` (@effect/cli 0.77).
 */
const mended = (line: string): string =>
  line.replace(CASE, (_, indent: string, before: string, word: string) => {
    const state = before.replaceAll(",", "__")
    return `${indent}${state},${word.replaceAll("__", "-")})`
  })

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
      return Effect.map(Command.getBashCompletions(command, "gittensor"), (lines) => lines.join("\n").split("\n").map(mended))
    case "fish":
      return Command.getFishCompletions(command, "gittensor")
    case "zsh":
      return Command.getZshCompletions(command, "gittensor")
  }
}
