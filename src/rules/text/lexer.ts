/**
 * The one reading of texts by which they are compared: their words, without comments, punctuation and white space. It takes time in proportion to the text, whatever is in it. Pure.
 */
import {
  Around,
  BEFORE_HEAD,
  beginsExpression,
  closingOf,
  closingOfComment,
  closingOfExpression,
  closingOfVerbatim,
  type Part,
  solidBefore,
  type Token,
  wordAt
} from "./around.ts"
import { type Language, mirrored, SLASH, WORD } from "./languages.ts"

const WORDS = new RegExp(WORD, "gu")
const WORD_END = /[a-z]{1,9}$/
const LINE_END = /[\n\r\u2028\u2029]/g

/** The tokens and comments of a text, in its order. What opens and is never closed opens nothing. */
function* partsIn(text: string, { comments, isMarkup, long, nests, next, quotes, verbatim }: Language): Generator<Part> {
  /** For each open bracket whether it has a value, and where those ended that have none. */
  const brackets: Array<boolean> = []
  const heads = new Set<number>()
  const around = new Around(text, isMarkup)
  while (around.from < text.length) {
    const place = around.within.at(-1)
    if (place === "template") yield* around.template()
    else if (place === "element") yield* around.element()
    else if (place === "tag" || place === "end") yield* around.tag(place)
    if (place !== undefined && place !== "code") continue
    const { from } = around
    next.lastIndex = from
    const found = next.exec(text)
    if (found === null) return
    const [mark, quote, word] = found
    const { index } = found
    const begin = next.lastIndex
    around.from = begin
    if (word !== undefined) yield wordAt(word, index)
    else if (mark === "(") {
      const to = solidBefore(text, index)
      brackets.push(!BEFORE_HEAD.test(text.slice(Math.max(0, to - 6), to)))
    } else if (mark === ")") {
      if (brackets.pop() === false) heads.add(begin)
    } else if (mark === "{") around.within.push("code")
    else if (mark === "}") around.within.pop()
    else if (mark === "<") around.beginsElement(index)
    else if (mark === "`" && verbatim[mark] === undefined) {
      if (around.closed(mark, (from) => closingOf(text, mark, from, true)) >= 0) around.within.push("template")
    } else if (quote !== undefined || mark === SLASH) {
      if (quote === undefined && !beginsExpression(text, index, heads)) continue
      const isEscaped = quote !== undefined && quotes.has(mark)
      const closing = isEscaped || quote === undefined ? mark : (verbatim[mark] ?? mirrored(mark))
      if (!isEscaped && around.hasTooMany(mark)) continue
      const end = around.closed(mark, (from) => {
        if (quote === undefined) return closingOfExpression(text, from)
        return isEscaped
          ? closingOf(text, mark, from, long.has(mark))
          : closingOfVerbatim(text, closing, from, closing === '"' && mark in verbatim)
      })
      if (end < 0) continue
      around.from = end + closing.length
      yield { kind: "literal", text: text.slice(begin, end), from: index, to: around.from }
    } else {
      const closer = comments[mark] ?? (mark.endsWith("[") ? mirrored(mark) : undefined)
      if (closer === undefined) {
        LINE_END.lastIndex = begin
        around.from = LINE_END.exec(text)?.index ?? text.length
      } else {
        const end = around.hasTooMany(mark) ? -1 : around.closed(mark, (from) => closingOfComment(text, mark, closer, from, nests))
        if (end < 0) {
          // A word of the mark is one of the text.
          around.from = begin - (WORD_END.exec(mark)?.[0].length ?? 0)
          continue
        }
        around.from = end + closer.length
      }
      yield { kind: "comment", text: "", from: index, to: around.from }
    }
  }
}

/** The tokens of a text, in its order. */
export const tokensOf = (text: string, language: Language): ReadonlyArray<Token> => {
  const tokens: Array<Token> = []
  let line = 0
  let lineEnd = text.indexOf("\n")
  for (const { from, kind, text: part } of partsIn(text, language)) {
    if (kind === "comment") continue
    for (; lineEnd >= 0 && lineEnd < from; lineEnd = text.indexOf("\n", lineEnd + 1)) line++
    tokens.push({ kind, text: part, line })
  }
  return tokens
}

/** A text with spaces for all but line breaks. */
export const blankOf = (text: string): string => text.replace(/[^\n\r]/g, " ")

/** A text of the same length, with spaces for its comments and for what its literals say. A quote stands where a literal begins; back-quotes of templates stay. */
export const codeOf = (text: string, language: Language): string => {
  const pieces: Array<string> = []
  let at = 0
  for (const { from, kind, text: said, to } of partsIn(text, language)) {
    if (kind !== "comment" && kind !== "literal") continue
    const blank = blankOf(text.slice(from, to))
    const isQuoted = kind === "literal" && said.length < to - from
    pieces.push(text.slice(at, from), isQuoted ? `"${blank.slice(1)}` : blank)
    at = to
  }
  return [...pieces, text.slice(at)].join("")
}

const hashOf = (text: string): number => {
  let hash = text.length
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return hash >>> 0
}

/**
 * A text as it is compared: of comments, and of literals of so many words or more, nothing is left that a parser could take for code. One word stands for what such a literal says,
 * another one for each.
 */
export const comparedText = (text: string, language: Language, words: number): string => {
  const pieces: Array<string> = []
  let at = 0
  for (const { from, kind, text: said, to } of partsIn(text, language)) {
    if (kind !== "literal" && kind !== "comment") continue
    const least = kind === "comment" ? 1 : words
    const whole = text.slice(from, to)
    if (to - from < 2 * least - 1 || (whole.match(WORDS)?.length ?? 0) < least) continue
    pieces.push(
      text.slice(at, from),
      kind === "comment" ? blankOf(whole) : whole.replace(said, () => said.replace(said.trim(), () => `x${hashOf(said).toString(36)}`))
    )
    at = to
  }
  return at === 0 ? text : [...pieces, text.slice(at)].join("")
}

/** The words of each line of a text, those of literals too: however it is quoted, indented and punctuated, and whatever its comments say. */
export const wordsOfLines = (text: string, language: Language): ReadonlyArray<ReadonlyArray<string>> => {
  const lines = text.split("\n").map((): Array<string> => [])
  for (const { kind, line, text: part } of tokensOf(text, language)) {
    const parts = kind === "literal" ? part.split("\n").map((one) => one.match(WORDS) ?? []) : [[part]]
    for (const [index, words] of parts.entries()) lines[line + index]?.push(...words)
  }
  return lines
}
