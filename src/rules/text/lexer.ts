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
  /** What begins a literal without escapes over several lines, in which a doubled closing quote stands for one, and its closing quote. */
  readonly verbatim?: Readonly<Record<string, string>>
}

const C = { comment: "\\/\\/", comments: { "/*": "*/" } } as const
const HASH = "#"
/** Where a comment begins only as a word of its own. */
const LONE_HASH = "(?<![^\\s;&|()])#"

/** By https://en.wikipedia.org/wiki/Comparison_of_programming_languages_(syntax)#Comments and the languages' references. */
const LANGUAGES: ReadonlyArray<Marks> = [
  { of: "js jsx mjs cjs ts tsx mts cts go json jsonc json5", ...C, quotes: `" '`, long: "`" },
  {
    of: "c h cc cpp cxx hh hpp hxx ino cu cuh m mm d glsl hlsl wgsl metal proto thrift prisma sol cairo gleam v sv verilog less scss css styl",
    ...C,
    quotes: `" '`
  },
  { of: "cs", ...C, quotes: `" '`, long: '"""', verbatim: { '@"': '"' } },
  // A line of a literal of several lines begins with two backslashes.
  { of: "zig", comment: "\\/\\/|\\\\\\\\", quotes: `" '` },
  { of: "java kt kts scala sc groovy gradle swift dart", ...C, quotes: `" '`, long: `""" '''` },
  { of: "rs", ...C, quotes: `"` },
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

const languageBy = ({ comment, comments = {}, long, nests = false, of, quotes, verbatim = {} }: Marks): Language => {
  const literals = [...Object.keys(verbatim), ...partsOf(long), ...partsOf(quotes)].map(escaped)
  const others = [...Object.keys(comments).map(escaped), ...(comment === undefined ? [] : [comment])]
  const alternatives = [`(${WORD})`, ...(literals.length === 0 ? [] : [`(${literals.join("|")})`]), ...others]
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

/** The tokens of a text, in its order. What opens and is never closed opens nothing. */
export const tokensOf = (text: string, { comments, long, nests, next, verbatim }: Language): ReadonlyArray<Token> => {
  const tokens: Array<Token> = []
  /** Up to where each mark is known not to be closed. */
  const unclosed = new Map<string, number>()
  let line = 0
  let lineEnd = text.indexOf("\n")
  const add = (kind: Token["kind"], at: number, part: string) => {
    for (; lineEnd >= 0 && lineEnd < at; lineEnd = text.indexOf("\n", lineEnd + 1)) line++
    tokens.push({ kind, text: part, line })
  }
  const closed = (mark: string, find: () => number): number => {
    if ((unclosed.get(mark) ?? 0) > next.lastIndex) return -1
    const at = find()
    if (at < 0) unclosed.set(mark, -at)
    return at
  }
  next.lastIndex = 0
  for (let found = next.exec(text); found !== null; found = next.exec(text)) {
    const [mark, word, quote] = found
    const from = next.lastIndex
    if (word !== undefined) {
      add(DIGIT.test(word) ? "number" : "name", found.index, word)
      continue
    }
    const closer = comments[mark]
    if (quote !== undefined) {
      const closing = verbatim[mark] ?? mark
      const end = closed(mark, () =>
        closing === mark ? closingOf(text, mark, from, long.has(mark)) : closingOfVerbatim(text, closing, from)
      )
      if (end < 0) continue
      add("literal", found.index, text.slice(from, end))
      next.lastIndex = end + closing.length
    } else if (closer !== undefined) {
      const end = closed(mark, () => closingOfComment(text, mark, closer, from, nests))
      if (end >= 0) next.lastIndex = end + closer.length
    } else {
      LINE_END.lastIndex = from
      next.lastIndex = LINE_END.exec(text)?.index ?? text.length
    }
  }
  return tokens
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
