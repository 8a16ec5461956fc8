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
  /** Quotes of literals within a line, and of those that go over several. A backslash takes the next character into the literal. */
  readonly quotes?: string
  readonly long?: string
}

const C = { comment: "\\/\\/", comments: { "/*": "*/" } } as const
const HASH = "#"
/** Where a comment begins only as a word of its own. */
const LONE_HASH = "(?<![^\\s;&|()])#"

/** By https://en.wikipedia.org/wiki/Comparison_of_programming_languages_(syntax)#Comments and the languages' references. */
const LANGUAGES: ReadonlyArray<Marks> = [
  { of: "js jsx mjs cjs ts tsx mts cts go json jsonc json5", ...C, quotes: `" '`, long: "`" },
  {
    of: "c h cc cpp cxx hh hpp hxx ino cu cuh m mm cs d glsl hlsl wgsl metal proto thrift prisma sol zig v sv verilog less scss css styl",
    ...C,
    quotes: `" '`
  },
  { of: "java kt kts scala sc groovy gradle swift dart", ...C, quotes: `" '`, long: `""" '''` },
  { of: "rs", ...C, quotes: `"` },
  { of: "php", ...C, comment: "\\/\\/|#(?!\\[)", quotes: `" '` },
  { of: "vue svelte astro", comment: C.comment, comments: { ...C.comments, "<!--": "-->" }, quotes: `" '`, long: "`" },
  { of: "html htm xhtml xml svg xaml csproj props plist md mdx markdown", comments: { "<!--": "-->" } },
  { of: "py pyi pyx bzl star toml jl nim", comment: HASH, quotes: `" '`, long: `""" '''` },
  { of: "rb rake gemspec cr", comment: HASH, comments: { "\n=begin": "\n=end" }, quotes: `" '` },
  { of: "pl pm t", comment: HASH, comments: { "\n=pod": "\n=cut", "\n=head": "\n=cut" }, quotes: `" '` },
  { of: "r ex exs coffee awk tcl graphql gql", comment: HASH, quotes: `" '` },
  {
    of: "sh bash zsh fish yaml yml dockerfile makefile mk cmake conf cfg env properties gitignore dockerignore editorconfig",
    comment: LONE_HASH,
    quotes: `" '`
  },
  { of: "ps1 psm1", comment: HASH, comments: { "<#": "#>" }, quotes: `" '` },
  { of: "nix tf tfvars hcl", comment: `${C.comment}|#`, comments: C.comments, quotes: `"` },
  { of: "sql", comment: "--", comments: C.comments, quotes: `" '` },
  { of: "lua", comment: "--", comments: { "--[[": "]]" }, quotes: `" '` },
  { of: "hs elm purs idr agda lean", comment: "--", comments: { "{-": "-}" }, quotes: `"` },
  { of: "adb ads vhd vhdl", comment: "--", quotes: `"` },
  { of: "ml mli", comments: { "(*": "*)" }, quotes: `"` },
  { of: "fs fsi fsx pas", comment: C.comment, comments: { "(*": "*)" }, quotes: `"` },
  { of: "lisp el clj cljs cljc edn scm rkt ini asm", comment: ";", comments: { "#|": "|#" }, quotes: `"` },
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
  readonly long: ReadonlySet<string>
}

const languageBy = ({ comment, comments = {}, long, of, quotes }: Marks): Language => {
  const literals = [...partsOf(long), ...partsOf(quotes)].map(escaped)
  const others = [...Object.keys(comments).map(escaped), ...(comment === undefined ? [] : [comment])]
  const alternatives = [`(${WORD})`, ...(literals.length === 0 ? [] : [`(${literals.join("|")})`]), ...others]
  return { name: partsOf(of)[0] ?? "", next: new RegExp(alternatives.join("|"), "gu"), comments, long: new Set(partsOf(long)) }
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

/** The tokens of a text, in its order. What opens and is never closed opens nothing. */
export const tokensOf = (text: string, { comments, long, next }: Language): ReadonlyArray<Token> => {
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
      const end = closed(mark, () => closingOf(text, mark, from, long.has(mark)))
      if (end < 0) continue
      add("literal", found.index, text.slice(from, end))
      next.lastIndex = end + mark.length
    } else if (closer !== undefined) {
      const end = closed(mark, () => {
        const place = text.indexOf(closer, from)
        return place < 0 ? -1 - text.length : place
      })
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
