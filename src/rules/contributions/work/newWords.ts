/**
 * How many words a file has more than before, where no nodes of its language have a weight ("Words" in docs/protocol.md). Comments, and literals of several
 * lines, have none, so that prose counts nothing; nor has white space. A text between two tags of a page is one word. Pure.
 */
import type { Token } from "../../text/around.ts"
import { languageOf } from "../../text/languages.ts"
import { tokensOf } from "../../text/lexer.ts"
import { rowHashes, wordsOf } from "../../text/rows.ts"
import { RUN_WORDS } from "../had.ts"

type Tokens = ReadonlyArray<Token>

const countedIn = (text: string, path: string): Tokens => {
  const language = languageOf(path)
  return tokensOf(text, language).filter((one) => language.isMarkup || one.kind !== "literal" || !one.text.includes("\n"))
}

const runsOf = (tokens: Tokens): Float64Array => rowHashes(wordsOf(tokens), RUN_WORDS)

/** The words that no run of the other version covers. */
const uncovered = (tokens: Tokens, runs: Float64Array, others: Float64Array): Tokens => {
  const known = new Set(others)
  let end = 0
  return tokens.filter((_, at) => {
    const run = runs[at]
    if (run !== undefined && known.has(run)) end = at + RUN_WORDS
    return at >= end
  })
}

/** How many words one has more than the other, each by how it is written. */
const surplus = (one: Tokens, other: Tokens): number => {
  const counts = new Map<string, number>()
  const keyOf = ({ kind, text }: Token) => `${kind} ${text}`
  for (const token of other) counts.set(keyOf(token), (counts.get(keyOf(token)) ?? 0) + 1)
  let more = 0
  for (const token of one) {
    const left = counts.get(keyOf(token)) ?? 0
    if (left === 0) more += 1
    else counts.set(keyOf(token), left - 1)
  }
  return more
}

export interface NewWords {
  readonly words: number
  /** Only names, numbers and literals differ: all runs of words are those of the base, and there are no more words. */
  readonly isLeavesAlone: boolean
}

/** Takes time in proportion to the texts. `path` tells the language. */
export const newWords = (base: string, head: string, path: string): NewWords => {
  const [before, after] = [countedIn(base, path), countedIn(head, path)]
  const [old, fresh] = [runsOf(before), runsOf(after)]
  const added = uncovered(after, fresh, old)
  const grown = after.length - before.length
  if (added.length === 0)
    return grown > 0
      ? { words: Math.min(grown, surplus(after, before)), isLeavesAlone: false }
      : { words: surplus(after, before), isLeavesAlone: true }
  return { words: surplus(added, uncovered(before, old, fresh)), isLeavesAlone: false }
}
