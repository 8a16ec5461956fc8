/**
 * The one reading of texts by which they are compared: their words, without comments, punctuation and white space. Languages differ only in the marks of
 * their comments and literals. It takes time in proportion to the text, whatever is in it. Pure.
 */
import { extensionOf } from "../../domain/fileExtension.ts"

/** `literal`: what is between quotes. `line`: from 0; only "\n" begins another. */
export interface Token {
  readonly kind: "name" | "number" | "literal"
  readonly text: string
  readonly line: number
}

interface Marks {
  /** File extensions. */
  readonly of: string
  /** An expression for what begins a comment that ends with its line. */
  readonly comment?: string
  /** What begins a comment, and what ends it. */
  readonly comments?: Readonly<Record<string, string>>
  /** Comments may stand in comments. */
  readonly nests?: boolean
  /** Quotes of literals within a line, and of those that go over several. A backslash takes the next character into the literal. */
  readonly quotes?: string
  readonly long?: string
  /** A character is a literal of its own between two of these, and one alone is none. */
  readonly character?: string
  /** Between two slashes may be a regular expression. */
  readonly expressions?: boolean
  /** What begins a literal without escapes over several lines, in which a doubled closing quote stands for one, and its closing quote. */
  readonly verbatim?: Readonly<Record<string, string>>
}

const C = { comment: "\\/\\/", comments: { "/*": "*/" } } as const
const HASH = "#"
/** Where a comment begins only as a word of its own. */
const LONE_HASH = "(?<![^\\s;&|()])#"

/** By https://en.wikipedia.org/wiki/Comparison_of_programming_languages_(syntax)#Comments and the languages' references. */
const LANGUAGES: ReadonlyArray<Marks> = [
  { of: "js jsx mjs cjs ts tsx mts cts", ...C, quotes: `" '`, long: "`", expressions: true },
  { of: "go", ...C, quotes: `" '`, verbatim: { "`": "`" } },
  { of: "json jsonc json5", ...C, quotes: `" '` },
  { of: "c h cc cpp cxx hh hpp hxx ino cu cuh", ...C, quotes: `" '`, verbatim: { 'R"(': ')"' } },
  {
    of: "m mm d glsl hlsl wgsl metal proto thrift prisma sol cairo gleam v sv verilog less scss css styl",
    ...C,
    quotes: `" '`
  },
  { of: "cs", ...C, quotes: `" '`, long: '"""', verbatim: { '@"': '"' } },
  // A line of a literal of several lines begins with two backslashes.
  { of: "zig", comment: "\\/\\/|\\\\\\\\", quotes: `" '` },
  { of: "kt kts scala sc", ...C, nests: true, quotes: `" '`, verbatim: { '"""': '"""' } },
  { of: "java groovy gradle swift dart", ...C, quotes: `" '`, long: `""" '''` },
  { of: "rs", ...C, nests: true, long: `"`, verbatim: { 'r#"': '"#', 'r##"': '"##' }, character: "'" },
  { of: "php", ...C, comment: "\\/\\/|#(?!\\[)", quotes: `" '` },
  { of: "vue svelte astro", comment: C.comment, comments: { ...C.comments, "<!--": "-->" }, quotes: `" '`, long: "`" },
  { of: "html htm xhtml xml svg xaml csproj props plist md mdx markdown", comments: { "<!--": "-->" } },
  { of: "py pyi pyx bzl star toml jl nim gd", comment: HASH, quotes: `" '`, long: `""" '''` },
  { of: "rb rake gemspec cr", comment: HASH, comments: { "\n=begin": "\n=end" }, quotes: `" '` },
  { of: "pl pm t", comment: HASH, comments: { "\n=pod": "\n=cut", "\n=head": "\n=cut" }, quotes: `" '` },
  { of: "tcl", comment: HASH, long: `"` },
  { of: "cmake", comment: LONE_HASH, comments: { "#[[": "]]" }, long: `"`, verbatim: { "[[": "]]" } },
  { of: "r ex exs coffee awk graphql gql", comment: HASH, quotes: `" '` },
  {
    of: "sh bash zsh fish yaml yml dockerfile makefile mk conf cfg env properties gitignore dockerignore editorconfig",
    comment: LONE_HASH,
    quotes: `" '`
  },
  { of: "ps1 psm1", comment: HASH, comments: { "<#": "#>" }, quotes: `" '` },
  { of: "nix", comment: HASH, comments: C.comments, quotes: `"`, long: "''" },
  { of: "tf tfvars hcl", comment: `${C.comment}|#`, comments: C.comments, quotes: `"` },
  { of: "sql", comment: "--", comments: C.comments, quotes: `" '` },
  { of: "lua", comment: "--", comments: { "--[[": "]]" }, quotes: `" '` },
  { of: "hs lhs elm purs idr agda lean", comment: "--", comments: { "{-": "-}" }, nests: true, quotes: `"`, long: '"""' },
  { of: "adb ads vhd vhdl", comment: "--", quotes: `"` },
  { of: "ml mli", comments: { "(*": "*)" }, nests: true, quotes: `"` },
  { of: "fs fsi fsx", comment: C.comment, comments: { "(*": "*)" }, quotes: `"`, long: '"""' },
  { of: "pas pp", comment: C.comment, comments: { "(*": "*)", "{": "}" }, quotes: "'" },
  { of: "lisp el clj cljs cljc edn scm rkt", comment: ";", comments: { "#|": "|#" }, nests: true, long: `"` },
  { of: "ini asm s", comment: ";|#", comments: C.comments, quotes: `"` },
  { of: "tex sty cls erl hrl", comment: "%" },
  { of: "vb vbs bas", comment: "'", quotes: `"` },
  { of: "f90 f95 f03", comment: "!", quotes: `" '` }
]

/** Letters and digits of any script. */
const WORD = "[\\p{L}\\p{M}\\p{N}_]+"
const DIGIT = /^\p{Nd}/u
const SLASH = "/"
const LINE_END = /[\n\r\u2028\u2029]/g

const escaped = (mark: string): string => mark.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&")

const partsOf = (marks = ""): ReadonlyArray<string> => marks.split(" ").filter((one) => one !== "")

/** How a language's texts are read. */
export interface Language {
  /** One of its files' extensions. */
  readonly name: string
  /** Finds the next word, or the beginning of a literal or comment. */
  readonly next: RegExp
  readonly comments: Readonly<Record<string, string>>
  readonly nests: boolean
  readonly long: ReadonlySet<string>
  readonly verbatim: Readonly<Record<string, string>>
}

const languageBy = ({
  character,
  comment,
  comments = {},
  expressions = false,
  long,
  nests = false,
  of,
  quotes,
  verbatim = {}
}: Marks): Language => {
  const literals = [...Object.keys(verbatim), ...partsOf(long), ...partsOf(quotes)].map(escaped)
  if (character !== undefined) literals.push(`${character}(?=(?:\\\\.[^']{0,9}|[^\\\\])${character})`)
  const others = [
    ...Object.keys(comments).map(escaped),
    ...(comment === undefined ? [] : [comment]),
    ...(expressions ? [SLASH, "[()]"] : [])
  ]
  // What begins a literal may begin with a letter.
  const alternatives = [`(${literals.length === 0 ? "(?!)" : literals.join("|")})`, `(${WORD})`, ...others]
  const next = new RegExp(alternatives.join("|"), "gu")
  return { name: partsOf(of)[0] ?? "", next, comments, nests, long: new Set(partsOf(long)), verbatim }
}

/** Without a known language, comments and quotes are text like any other. */
const PLAIN = languageBy({ of: "" })
const languages = new Map(
  LANGUAGES.flatMap((marks) => {
    const language = languageBy(marks)
    return partsOf(marks.of).map((extension) => [extension, language] as const)
  })
)

export const languageOf = (path: string): Language => languages.get(extensionOf(path)) ?? PLAIN

/** Where a literal's closing quote is; less than zero: it has none, and the number tells up to where there is none. */
const closingOf = (text: string, quote: string, from: number, isLong: boolean): number => {
  let at = from
  for (; at < text.length; at++) {
    if (text.startsWith(quote, at)) return at
    const character = text[at]
    if (character === "\\") at++
    else if (!isLong && (character === "\n" || character === "\r" || character === "\u2028" || character === "\u2029")) break
  }
  return -1 - at
}

/** The same for a literal in which a doubled closing quote stands for one. */
const closingOfVerbatim = (text: string, quote: string, from: number): number => {
  let at = text.indexOf(quote, from)
  while (at >= 0 && text.startsWith(quote, at + quote.length)) at = text.indexOf(quote, at + 2 * quote.length)
  return at < 0 ? -1 - text.length : at
}

/** Where what closes a comment is, behind the comments in it; less than zero as for literals. */
const closingOfComment = (text: string, mark: string, closer: string, from: number, nests: boolean): number => {
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
const SIGNS_BEFORE_EXPRESSION: ReadonlySet<string> = new Set("(,=:[!&|?{;+-*%~^")

/** Words whose brackets end without a value. */
const BEFORE_HEAD = /(?:^|[^\p{L}\p{N}_$.])(?:if|while|for|with)$/u

/** What is before a place, without white space. */
const solidBefore = (text: string, at: number): number => {
  let to = at
  while (to > 0 && text.charAt(to - 1).trim() === "") to--
  return to
}

/** Whether a slash here can only begin a regular expression, by what is before it. `heads`: where brackets ended that have no value. */
const beginsExpression = (text: string, at: number, heads: ReadonlySet<number>): boolean => {
  const to = solidBefore(text, at)
  const sign = text.charAt(to - 1)
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
const closingOfExpression = (text: string, from: number): number => {
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

interface Part extends Omit<Token, "kind" | "line"> {
  readonly kind: Token["kind"] | "comment"
  readonly from: number
  /** Exclusive. */
  readonly to: number
}

/** The tokens and comments of a text, in its order. What opens and is never closed opens nothing. */
function* partsIn(text: string, { comments, long, nests, next, verbatim }: Language): Generator<Part> {
  /** Up to where each mark is known not to be closed. */
  const unclosed = new Map<string, number>()
  const closed = (mark: string, from: number, find: () => number): number => {
    if ((unclosed.get(mark) ?? 0) > from) return -1
    const at = find()
    if (at < 0) unclosed.set(mark, -at)
    return at
  }
  /** For each open bracket whether it has a value, and where those ended that have none. */
  const brackets: Array<boolean> = []
  const heads = new Set<number>()
  let from = 0
  for (;;) {
    next.lastIndex = from
    const found = next.exec(text)
    if (found === null) return
    const [mark, quote, word] = found
    const { index } = found
    from = next.lastIndex
    if (word !== undefined) {
      yield { kind: DIGIT.test(word) ? "number" : "name", text: word, from: index, to: from }
      continue
    }
    if (mark === "(") {
      const to = solidBefore(text, index)
      brackets.push(!BEFORE_HEAD.test(text.slice(Math.max(0, to - 6), to)))
      continue
    }
    if (mark === ")") {
      if (brackets.pop() === false) heads.add(from)
      continue
    }
    const closer = comments[mark]
    if (quote !== undefined || mark === SLASH) {
      if (quote === undefined && !beginsExpression(text, index, heads)) continue
      const closing = verbatim[mark] ?? mark
      const begin = from
      const end = closed(mark, begin, () => {
        if (quote === undefined) return closingOfExpression(text, begin)
        return closing === mark ? closingOf(text, mark, begin, long.has(mark)) : closingOfVerbatim(text, closing, begin)
      })
      if (end < 0) continue
      from = end + closing.length
      yield { kind: "literal", text: text.slice(begin, end), from: index, to: from }
    } else if (closer !== undefined) {
      const begin = from
      const end = closed(mark, begin, () => closingOfComment(text, mark, closer, begin, nests))
      if (end < 0) continue
      from = end + closer.length
      yield { kind: "comment", text: "", from: index, to: from }
    } else {
      LINE_END.lastIndex = from
      from = LINE_END.exec(text)?.index ?? text.length
      yield { kind: "comment", text: "", from: index, to: from }
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

/** What literals of so many words or more say, as one text. */
export const longLiteralsOf = (tokens: ReadonlyArray<Token>, words: number): string =>
  tokens.flatMap(({ kind, text }) => (kind === "literal" && (text.match(WORDS)?.length ?? 0) >= words ? [text] : [])).join("\n")

/** A text with spaces for all but line breaks. */
export const blankOf = (text: string): string => text.replace(/[^\n\r]/g, " ")

/** A text of the same length, with spaces for its comments and for what its literals say. A quote stands where a literal begins. */
export const codeOf = (text: string, language: Language): string => {
  const pieces: Array<string> = []
  let at = 0
  for (const { from, kind, to } of partsIn(text, language)) {
    if (kind !== "comment" && kind !== "literal") continue
    const blank = blankOf(text.slice(from, to))
    pieces.push(text.slice(at, from), kind === "comment" ? blank : `${text.charAt(from) === "`" ? "`" : '"'}${blank.slice(1)}`)
    at = to
  }
  return [...pieces, text.slice(at)].join("")
}

const WORDS = new RegExp(WORD, "gu")

/** The words of each line of a text, those of literals too: however it is quoted, indented and punctuated, and whatever its comments say. */
export const wordsOfLines = (text: string, language: Language): ReadonlyArray<ReadonlyArray<string>> => {
  const lines = text.split("\n").map((): Array<string> => [])
  for (const { kind, line, text: part } of tokensOf(text, language)) {
    const parts = kind === "literal" ? part.split("\n").map((one) => one.match(WORDS) ?? []) : [[part]]
    for (const [index, words] of parts.entries()) lines[line + index]?.push(...words)
  }
  return lines
}
