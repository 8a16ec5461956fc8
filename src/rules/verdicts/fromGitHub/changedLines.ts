/** The lines that a change added and removed, as words: what changes are compared by. Pure. */
import { isLockFile, isWrittenAlike } from "../../../domain/filePaths.ts"
import { saysGenerated } from "../../../domain/generatedText.ts"
import type { Lines, Words } from "../../text/alike.ts"
import { type Language, languageOf } from "../../text/languages.ts"
import { wordsOfLines } from "../../text/lexer.ts"
import type { Change } from "./changes.ts"

/** Numbers for words, equal for equal ones. */
export class Vocabulary {
  readonly #numbers = new Map<string, number>()
  readonly #areNames: Array<boolean> = []
  lineOf(words: ReadonlyArray<string>): Words {
    return words.map((word) => {
      const known = this.#numbers.get(word)
      if (known !== undefined) return known
      this.#numbers.set(word, this.#areNames.length)
      return this.#areNames.push(!/^\p{Nd}/u.test(word)) - 1
    })
  }
  readonly isName = (word: number): boolean => this.#areNames[word] === true
  get size(): number {
    return this.#areNames.length
  }
}

/** Whether a text has a line of these words in a language. */
export type Had = (language: Language, line: Words) => boolean

export const hadIn = (text: string, vocabulary: Vocabulary): Had => {
  const known = new Map<Language, ReadonlySet<string>>()
  return (language, line) => {
    const lines = known.get(language) ?? new Set(wordsOfLines(text, language).map((words) => vocabulary.lineOf(words).join(" ")))
    known.set(language, lines)
    return lines.has(line.join(" "))
  }
}

/** What an added line is, besides its words. */
interface Line {
  readonly words: Words
  /** Whether it is in a file that tools write alike for everybody. */
  readonly isAlike: boolean
  /** Whether it is in neither the text, nor what the change shows of the repository before it, nor a lock file. */
  readonly isFresh: boolean
}

/** The lines of one side of a change. */
export interface Side {
  readonly all: ReadonlyArray<Line>
  readonly words: Lines
}

/** The lines with words that a change added and removed. Lines that only moved do not count. */
export interface ChangedLines {
  readonly added: Side
  readonly removed: Side
}

interface Hunk {
  /** Whether it is at the beginning of the file. */
  readonly isFirst: boolean
  readonly lines: ReadonlyArray<string>
}

const hunksOf = (lines: ReadonlyArray<string>): ReadonlyArray<Hunk> => {
  const hunks = [{ isFirst: false, lines: Array.of<string>() }]
  for (const line of lines)
    if (line.startsWith("@@")) hunks.push({ isFirst: /^@@ -(?:1|\S+ \+1)[, ]/.test(line), lines: [] })
    else hunks.at(-1)?.lines.push(line)
  return hunks
}

/** What a hunk shows of the file before ("-") or after the change ("+"): its lines' signs, and its text. */
const shownBy = ({ lines }: Hunk, sign: "-" | "+") => {
  const shown = lines.filter((line) => line.startsWith(sign) || line.startsWith(" "))
  return { signs: shown.map((line) => line.charAt(0)), text: shown.map((line) => line.slice(1)).join("\n") }
}

const isMadeBy = (path: string, hunks: ReadonlyArray<Hunk>): boolean =>
  isWrittenAlike(path) ||
  hunks.some((hunk) => hunk.isFirst && (saysGenerated(shownBy(hunk, "+").text) || saysGenerated(shownBy(hunk, "-").text)))

const sideOf = (all: ReadonlyArray<Line>): Side => ({ all, words: all.map(({ words }) => words) })

/** Without the lines that are on both sides, each as often as it is on both. */
const withoutMoved = (one: ReadonlyArray<Line>, other: ReadonlyArray<Line>): ReadonlyArray<Line> => {
  const counts = new Map<string, number>()
  const keyOf = ({ words }: Line) => words.join(" ")
  for (const line of other) counts.set(keyOf(line), (counts.get(keyOf(line)) ?? 0) + 1)
  return one.filter((line) => {
    const left = counts.get(keyOf(line)) ?? 0
    counts.set(keyOf(line), left - 1)
    return left <= 0
  })
}

/** Undefined if some lines are not known. `had`: the text. */
export const changedLines = (change: Change, vocabulary: Vocabulary, had: Had): ChangedLines | undefined => {
  const [added, removed, before] = [Array.of<Line>(), Array.of<Line>(), new Set<string>()]
  for (const { lines, path } of change) {
    if (lines === undefined) return undefined
    const [hunks, language] = [hunksOf(lines), languageOf(path)]
    const [isAlike, isLock] = [isMadeBy(path, hunks), isLockFile(path)]
    for (const hunk of hunks)
      for (const side of ["-", "+"] as const) {
        const { signs, text } = shownBy(hunk, side)
        for (const [index, found] of wordsOfLines(text, language).entries()) {
          if (found.length === 0) continue
          const words = vocabulary.lineOf(found)
          if (side === "-") before.add(words.join(" "))
          if (signs[index] === side) (side === "-" ? removed : added).push({ words, isAlike, isFresh: !isLock && !had(language, words) })
        }
      }
  }
  const fresh = added.map((line) => ({ ...line, isFresh: line.isFresh && !before.has(line.words.join(" ")) }))
  return { added: sideOf(withoutMoved(fresh, removed)), removed: sideOf(withoutMoved(removed, added)) }
}
