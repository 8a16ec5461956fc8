/** How languages are read, which differ only in the marks of their comments and literals. Pure. */
import { extensionOf } from "../../domain/fileExtension.ts"

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
  /** ECMAScript: between two slashes may be a regular expression, and in `${}` of a template is code. `hasElements`: so is JSX. */
  readonly isScript?: boolean
  readonly hasElements?: boolean
  /** What lies between two tags is a literal. */
  readonly isMarkup?: boolean
  /** Single quotes may part a number's digits. */
  readonly quotesInNumbers?: boolean
  /** What begins a literal without escapes over several lines, and its closing quote. Two of `"` stand for one. */
  readonly verbatim?: Readonly<Record<string, string>>
  /** An expression for what begins such a literal, or a comment, that ends with the same signs, mirrored. */
  readonly raw?: string
  readonly rawComment?: string
}

const C = { comment: "\\/\\/", comments: { "/*": "*/" } } as const
const HASH = "#"
/** Where a comment begins only as a word of its own. */
const LONE_HASH = "(?<![^\\s;&|()])#"

/** By https://en.wikipedia.org/wiki/Comparison_of_programming_languages_(syntax)#Comments and the languages' references. */
const LANGUAGES: ReadonlyArray<Marks> = [
  { of: "js jsx mjs cjs tsx", ...C, quotes: `" '`, isScript: true, hasElements: true },
  { of: "ts mts cts", ...C, quotes: `" '`, isScript: true },
  { of: "go", ...C, quotes: `" '`, verbatim: { "`": "`" } },
  { of: "json jsonc json5", ...C, quotes: `" '` },
  { of: "c h cc cpp cxx hh hpp hxx ino cu cuh", ...C, quotes: `" '`, quotesInNumbers: true, raw: '(?:u8|[uUL])?R"\\w{0,16}\\(' },
  { of: "m mm glsl hlsl wgsl metal proto thrift prisma sol cairo gleam less scss css styl", ...C, quotes: `" '` },
  { of: "d", comment: C.comment, comments: { ...C.comments, "/+": "+/" }, quotes: `" '`, verbatim: { "`": "`" }, raw: 'r"' },
  // A single quote is part of a number or a cast.
  { of: "v sv verilog", ...C, quotes: `"` },
  { of: "cs", ...C, quotes: `" '`, verbatim: { '@"': '"', '@$"': '"' }, raw: '"{3,}' },
  // A line of a literal of several lines begins with two backslashes.
  { of: "zig", comment: "\\/\\/|\\\\\\\\", quotes: `" '` },
  { of: "kt kts scala sc", ...C, nests: true, quotes: `" '`, verbatim: { '"""': '"""' } },
  { of: "java groovy gradle", ...C, quotes: `" '`, long: `""" '''` },
  { of: "dart", ...C, nests: true, quotes: `" '`, long: `""" '''`, raw: `r(?:"""|'''|["'])` },
  { of: "swift", ...C, nests: true, quotes: `"`, long: '"""', raw: '#{1,9}"(?:"")?' },
  { of: "rs", ...C, nests: true, long: `"`, raw: '[bc]?r#{0,9}"', character: "'" },
  { of: "php", ...C, comment: "\\/\\/|#(?!\\[)", quotes: `" '` },
  { of: "html htm xhtml", comments: { "<!--": "-->" }, isMarkup: true },
  // Each name tells what a script without a language is.
  { of: "vue svelte", comment: C.comment, comments: { ...C.comments, "<!--": "-->" }, quotes: `" '`, long: "`" },
  { of: "astro", comment: C.comment, comments: { ...C.comments, "<!--": "-->" }, quotes: `" '`, long: "`" },
  { of: "xml svg xaml csproj props plist md mdx markdown", comments: { "<!--": "-->" } },
  { of: "py pyi pyx bzl star toml gd", comment: HASH, quotes: `" '`, long: `""" '''` },
  // A single quote may stand behind a matrix.
  { of: "jl", comment: HASH, comments: { "#=": "=#" }, nests: true, quotes: `"`, long: '"""', character: "'" },
  { of: "nim", comment: HASH, comments: { "#[": "]#" }, nests: true, quotes: `"`, verbatim: { '"""': '"""' }, character: "'" },
  // A sign behind a slash is of an expression.
  { of: "rb rake gemspec cr", comment: "(?<![/\\\\])#", comments: { "\n=begin": "\n=end" }, quotes: `" '` },
  // `$#a` is the last place of a list.
  { of: "pl pm t", comment: "(?<!\\$)#", comments: { "\n=pod": "\n=cut", "\n=head": "\n=cut" }, quotes: `" '` },
  { of: "tcl", comment: HASH, long: `"` },
  { of: "cmake", comment: LONE_HASH, rawComment: "#\\[=*\\[", long: `"`, raw: "\\[=*\\[" },
  { of: "r", comment: HASH, quotes: `" '`, raw: `[rR]["']-{0,9}[[({]` },
  { of: "ex exs coffee", comment: HASH, quotes: `" '`, long: `""" '''` },
  { of: "graphql gql", comment: HASH, quotes: `"`, long: '"""' },
  { of: "awk", comment: HASH, quotes: `"` },
  {
    of: "sh bash zsh fish yaml yml dockerfile makefile mk conf cfg env properties gitignore dockerignore editorconfig",
    comment: LONE_HASH,
    quotes: `" '`
  },
  { of: "ps1 psm1", comment: HASH, comments: { "<#": "#>" }, quotes: `" '`, verbatim: { '@"': '"@', "@'": "'@" } },
  { of: "nix", comment: HASH, comments: C.comments, quotes: `"`, long: "''" },
  { of: "tf tfvars hcl", comment: `${C.comment}|#`, comments: C.comments, quotes: `"` },
  { of: "sql", comment: "--", comments: C.comments, quotes: `" '` },
  { of: "lua", comment: "--", rawComment: "--\\[=*\\[", quotes: `" '`, raw: "\\[=*\\[" },
  { of: "hs lhs elm purs idr agda lean", comment: "--", comments: { "{-": "-}" }, nests: true, quotes: `"`, long: '"""', character: "'" },
  { of: "adb ads vhd vhdl", comment: "--", quotes: `"`, character: "'" },
  { of: "ml mli", comments: { "(*": "*)" }, nests: true, long: `"`, raw: "\\{[a-z_]*\\|", character: "'" },
  { of: "fs fsi fsx", comment: C.comment, comments: { "(*": "*)" }, quotes: `"`, long: '"""', verbatim: { '@"': '"' }, character: "'" },
  { of: "pas pp", comment: C.comment, comments: { "(*": "*)", "{": "}" }, quotes: "'" },
  // `\;` is a character.
  { of: "lisp el clj cljs cljc edn scm rkt", comment: "(?<!\\\\);", comments: { "#|": "|#" }, nests: true, long: `"` },
  { of: "ini asm s", comment: ";|#", comments: C.comments, quotes: `"` },
  { of: "tex sty cls erl hrl", comment: "%" },
  { of: "vb vbs bas", comment: "'", quotes: `"` },
  { of: "f90 f95 f03", comment: "!", quotes: `" '` }
]

/** Letters and digits of any script. */
export const WORD = "[\\p{L}\\p{M}\\p{N}_]+"
/** A number whose digits are parted. */
const PARTED = `\\p{Nd}[\\p{L}\\p{M}\\p{N}_]*(?:'${WORD})+`
export const DIGIT = /^\p{Nd}/u
export const SLASH = "/"

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
  readonly quotes: ReadonlySet<string>
  readonly long: ReadonlySet<string>
  readonly verbatim: Readonly<Record<string, string>>
  readonly isMarkup: boolean
}

const languageBy = ({
  character,
  comment,
  comments = {},
  hasElements = false,
  isMarkup = false,
  isScript = false,
  long,
  nests = false,
  of,
  quotes,
  quotesInNumbers = false,
  raw,
  rawComment,
  verbatim = {}
}: Marks): Language => {
  // What a backslash takes away elsewhere begins nothing.
  const literals = [
    ...(raw === undefined ? [] : [raw]),
    ...[...Object.keys(verbatim), ...partsOf(long), ...partsOf(quotes), ...(isScript ? ["`"] : [])].map((one) => `(?<!\\\\)${escaped(one)}`)
  ]
  if (character !== undefined) literals.push(`${character}(?=(?:\\\\.[^']{0,9}|[^\\\\])${character})`)
  const others = [
    ...(rawComment === undefined ? [] : [rawComment]),
    ...Object.keys(comments).map(escaped),
    ...(comment === undefined ? [] : [comment]),
    ...(isScript ? [SLASH, "[(){}]"] : []),
    ...(hasElements ? ["<"] : [])
  ]
  // What begins a literal may begin with a letter.
  const alternatives = [
    `(${literals.length === 0 ? "(?!)" : literals.join("|")})`,
    `(${quotesInNumbers ? `${PARTED}|${WORD}` : WORD})`,
    ...others
  ]
  const next = new RegExp(alternatives.join("|"), "gu")
  const all = new Set([...partsOf(long), ...partsOf(quotes), ...(character === undefined ? [] : [character])])
  return { name: partsOf(of)[0] ?? "", next, comments, nests, quotes: all, long: new Set(partsOf(long)), verbatim, isMarkup }
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

const MIRRORED: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" }

/** What ends a raw literal, or a comment like one: the signs that begin it, mirrored. */
export const mirrored = (mark: string): string =>
  (mark.slice(mark.search(/#{0,9}["'`{]|\[/)).match(/\w+|\W/g) ?? []).reduceRight((all, one) => all + (MIRRORED[one] ?? one), "")
