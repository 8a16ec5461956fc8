/** Where what is no code of a text ends: literals, comments, templates, tags of elements, and what is between them. Pure. */
import { DIGIT, SLASH, WORD } from "./languages.ts"

/** `literal`: what is between quotes. `line`: from 0; only "\n" begins another. */
export interface Token {
  readonly kind: "name" | "number" | "literal"
  readonly text: string
  readonly line: number
}

/** Where a literal's closing quote is; less than zero: it has none, and the number tells up to where there is none. */
export const closingOf = (text: string, quote: string, from: number, isLong: boolean): number => {
  let at = from
  for (; at < text.length; at++) {
    if (text.startsWith(quote, at)) return at
    const character = text[at]
    if (character === "\\") at++
    else if (!isLong && (character === "\n" || character === "\r" || character === "\u2028" || character === "\u2029")) break
  }
  return -1 - at
}

/** The same for a literal without escapes. Of more quotes than three the last ones close it. */
export const closingOfVerbatim = (text: string, quote: string, from: number, doubles: boolean): number => {
  let at = text.indexOf(quote, from)
  while (doubles && at >= 0 && text[at + 1] === quote) at = text.indexOf(quote, at + 2)
  while (quote === '"""' && at >= 0 && text[at + 3] === '"') at++
  return at < 0 ? -1 - text.length : at
}

/** Where what closes a comment is, behind the comments in it; less than zero as for literals. */
export const closingOfComment = (text: string, mark: string, closer: string, from: number, nests: boolean): number => {
  let place = text.indexOf(closer, from)
  let inner = nests ? text.indexOf(mark, from) : -1
  for (let depth = 1; place >= 0; ) {
    const opens = inner >= 0 && inner < place
    depth += opens ? 1 : -1
    if (depth === 0) return place
    if (opens) inner = text.indexOf(mark, inner + mark.length)
    else place = text.indexOf(closer, place + closer.length)
  }
  return -1 - text.length
}

/** Words behind which a slash begins a regular expression. */
const BEFORE_EXPRESSION = /(?:^|[^\p{L}\p{N}_$.])(?:await|case|delete|do|else|in|instanceof|new|of|return|throw|typeof|void|yield)$/u
const HAS_VALUE = /[\p{L}\p{N}_$)\]]/u
const SIGNS_BEFORE_EXPRESSION: ReadonlySet<string> = new Set("(,=:[!&|?{;+-*%~^")

/** Words whose brackets end without a value. */
export const BEFORE_HEAD = /(?:^|[^\p{L}\p{N}_$.])(?:if|while|for|with)$/u

/** What is before a place, without white space. */
export const solidBefore = (text: string, at: number): number => {
  let to = at
  while (to > 0 && text.charAt(to - 1).trim() === "") to--
  return to
}

/** Whether a slash here can only begin a regular expression, by what is before it. `heads`: where brackets ended that have no value. */
export const beginsExpression = (text: string, at: number, heads: ReadonlySet<number>): boolean => {
  const to = solidBefore(text, at)
  const sign = text.charAt(to - 1)
  // `a!` of TypeScript, `a++` and `a--` have a value.
  if (sign === "!" && HAS_VALUE.test(text.charAt(to - 2)) && !heads.has(to - 1)) return false
  if ((sign === "+" || sign === "-") && text.charAt(to - 2) === sign) return false
  return (
    sign === "" ||
    heads.has(to) ||
    // A block has no value; `/>` ends an element.
    (sign === "}" && text[at + 1] !== ">") ||
    SIGNS_BEFORE_EXPRESSION.has(sign) ||
    text.startsWith("=>", to - 2) ||
    BEFORE_EXPRESSION.test(text.slice(Math.max(0, to - 12), to))
  )
}

/** The same as `closingOf` for a regular expression, in whose classes a slash stands for itself. */
export const closingOfExpression = (text: string, from: number): number => {
  let isInClass = false
  let at = from
  for (; at < text.length; at++) {
    const sign = text.charAt(at)
    if (sign === "\n" || sign === "\r") break
    if (sign === SLASH && !isInClass) return at
    if (sign === "\\") at++
    else if (sign === "[") isInClass = true
    else if (sign === "]") isInClass = false
  }
  return -1 - at
}

/** What begins an element, and its name; a parameter of a type begins none. */
const ELEMENT = /<(?!const\s|[\p{L}\p{N}_$]{0,80}\s?(?:,|extends\s|=))([\p{L}_$][\p{L}\p{N}_$.:-]{0,80}|(?=>))/uy
const BEFORE_ELEMENT: ReadonlySet<string> = new Set("(,=:[&|?{;")

/** Whether a tag begins here, by what is before it. */
const beginsElement = (text: string, at: number): boolean => {
  const to = solidBefore(text, at)
  return (
    BEFORE_ELEMENT.has(text.charAt(to - 1)) || text.startsWith("=>", to - 2) || BEFORE_EXPRESSION.test(text.slice(Math.max(0, to - 12), to))
  )
}

export interface Part extends Omit<Token, "kind" | "line"> {
  readonly kind: Token["kind"] | "comment"
  readonly from: number
  /** Exclusive. */
  readonly to: number
}

export const wordAt = (word: string, from: number): Part => ({
  kind: DIGIT.test(word) ? "number" : "name",
  text: word.replaceAll("'", ""),
  from,
  to: from + word.length
})

/** What encloses a place: curly brackets of code, a template, a tag that opens an element, a tag that opens none (`end`), or the element itself. */
type Within = "code" | "template" | "tag" | "end" | "element"

const HAS_WORD = new RegExp(WORD, "u")
const IN_TAG = new RegExp(`(["'])|(${WORD})|/\\*|//|/?>|[<{]`, "gu")
const IN_ELEMENT = /\{|<(?:[/>\p{L}_$])/gu
const IN_MARKUP = /<!--|<[/!?\p{L}]/gu
const NAME = /[\p{L}\p{N}_$.:-]{0,80}/uy
const CLOSING_TAG = /<\/([\p{L}\p{N}_$.:-]{0,80})/gu
/** Raw literals that are never closed are looked for by so many different marks. */
const MOST_UNCLOSED = 100

/** Reads what is no code: templates, tags, and what is between them. */
export class Around {
  from = 0
  readonly within: Array<Within>
  /** The names of the tags that are open, and where the last end of elements of each name is. */
  readonly #names: Array<string> = []
  #ends: ReadonlyMap<string, number> | undefined
  /** Up to where each mark is known not to be closed. */
  readonly #unclosed = new Map<string, number>()

  constructor(
    readonly text: string,
    readonly isMarkup: boolean
  ) {
    this.within = isMarkup ? ["element"] : []
  }

  /** Where what a mark opens is closed; less than zero: it is not. */
  closed(mark: string, find: (from: number) => number): number {
    if ((this.#unclosed.get(mark) ?? 0) > this.from) return -1
    const at = find(this.from)
    if (at < 0) this.#unclosed.set(mark, -at)
    return at
  }

  /** Whether marks that are never closed are too many to look for another one. */
  hasTooMany(mark: string): boolean {
    return this.#unclosed.size > MOST_UNCLOSED && !this.#unclosed.has(mark)
  }

  /** What goes on to the next of these marks; nothing if they come no more. */
  *#until(kind: "literal" | "comment", mark: string): Generator<Part> {
    const begin = this.from
    const end = this.closed(` ${mark}`, (from) => closingOfVerbatim(this.text, mark, from, false))
    if (end < 0) return
    this.from = end + mark.length
    yield { kind, text: this.text.slice(begin, end), from: begin, to: end }
  }

  beginsElement(index: number): boolean {
    ELEMENT.lastIndex = index
    const name = ELEMENT.exec(this.text)?.[1]
    if (name === undefined || !beginsElement(this.text, index)) return false
    this.#tag(name, index + 1)
    return true
  }

  #tag(name: string, from: number) {
    this.#names.push(name)
    this.within.push("tag")
    this.from = from
  }

  #isClosed(name: string): boolean {
    this.#ends ??= new Map(Array.from(this.text.matchAll(CLOSING_TAG), ({ 1: name = "", index }) => [name, index]))
    return (this.#ends.get(name) ?? -1) >= this.from
  }

  *template(): Generator<Part> {
    const { from: begin, text } = this
    let end = begin
    while (end < text.length && text[end] !== "`" && !text.startsWith("${", end)) end += text[end] === "\\" ? 2 : 1
    end = Math.min(end, text.length)
    const goesOn = text[end] === "$"
    this.from = end + (goesOn ? 2 : 1)
    if (goesOn) this.within.push("code")
    else this.within.pop()
    if (end > begin) yield { kind: "literal", text: text.slice(begin, end), from: begin, to: end }
  }

  *element(): Generator<Part> {
    const { from: begin, isMarkup, text } = this
    const marks = isMarkup ? IN_MARKUP : IN_ELEMENT
    marks.lastIndex = begin
    const found = marks.exec(text)
    const end = found?.index ?? text.length
    const part = text.slice(begin, end)
    if (HAS_WORD.test(part)) yield { kind: "literal", text: part, from: begin, to: end }
    const mark = found?.[0] ?? ""
    this.from = end + mark.length
    if (mark === "{") this.within.push("code")
    else if (mark === "<!--") yield* this.#until("comment", "-->")
    else if (mark === "</") {
      if (!isMarkup) this.within.pop()
      this.within.push("end")
    } else if (mark !== "") {
      NAME.lastIndex = end + 1
      this.#tag(NAME.exec(text)?.[0] ?? "", end + 1)
    }
  }

  *tag(place: Within): Generator<Part> {
    IN_TAG.lastIndex = this.from
    const found = IN_TAG.exec(this.text)
    if (found === null) {
      this.from = this.text.length
      this.within.length = 0
      return
    }
    const [mark, quote, word] = found
    this.from = IN_TAG.lastIndex
    if (word !== undefined) yield wordAt(word, found.index)
    else if (quote !== undefined) yield* this.#until("literal", quote)
    else if (mark === "<") this.within.push("end")
    else if (mark.endsWith(">")) {
      this.within.pop()
      const name = place === "tag" ? this.#names.pop() : undefined
      if (mark === ">" && name !== undefined && !this.isMarkup && this.#isClosed(name)) this.within.push("element")
    } else if (this.isMarkup) return
    else if (mark === "{") this.within.push("code")
    else yield* this.#until("comment", mark === "//" ? "\n" : "*/")
  }
}
