/** Finds what somebody may have meant by a mistyped word. */
import * as AutoCorrect from "@effect/cli/AutoCorrect"
import * as CliConfig from "@effect/cli/CliConfig"

/** Maximum edit distance between a command and a mistyped word. */
const MOST_MISTYPED = 2

/** Number of letters to add, remove or replace between two words (Levenshtein distance). */
const editDistance = (from: string, to: string): number =>
  AutoCorrect.levensteinDistance(from, to, CliConfig.make({ isCaseSensitive: true }))

/** Known words similar to a mistyped or shortened one: `issues` for `issuse`, `link-github` for `link`. */
export const similarTo = (word: string, known: ReadonlyArray<string>): ReadonlyArray<string> =>
  known.filter((name) => name.startsWith(`${word}-`) || editDistance(word, name) <= Math.min(MOST_MISTYPED, word.length / 2))
