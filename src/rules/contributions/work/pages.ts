/** The scripts of pages and components, which count as the language that they are: Vue, Svelte, Astro and HTML. Takes time in proportion to the text. Pure. */
import { divided, type Span } from "../../text/spans.ts"

const EXTENSIONS: ReadonlySet<string> = new Set(["astro", "htm", "html", "svelte", "vue"])

export const hasScripts = (extension: string): boolean => EXTENSIONS.has(extension)

/** By a script's `lang`, or the last part of its `type`; others, such as templates and data, are no scripts. */
const LANGUAGES: Readonly<Record<string, string>> = {
  "": "js",
  module: "js",
  js: "js",
  javascript: "js",
  "x-javascript": "js",
  ecmascript: "js",
  jsx: "jsx",
  babel: "jsx",
  ts: "ts",
  typescript: "ts",
  tsx: "tsx"
}

/** The extension that stands for all scripts of a page. */
const GREATEST = ["js", "jsx", "ts", "tsx"]

const OPENING = /<!--|<script(?=[\s>])/gi
const CLOSING = /<\/script/gi
const VALUE = /\b(lang|type)\s?=\s?["']?([\w/.+-]{0,40})/gi

/** Behind the `>` of a tag, outside of its quotes; -1: there is none. */
const endOfTag = (text: string, from: number): number => {
  for (let at = from; at < text.length; at++) {
    const sign = text.charAt(at)
    if (sign === ">") return at + 1
    if (sign !== '"' && sign !== "'") continue
    at = text.indexOf(sign, at + 1)
    if (at < 0) return -1
  }
  return -1
}

/** The extension for a script with these attributes; undefined: it is none. */
const languageIn = (attributes: string, byDefault: string): string | undefined => {
  const values = new Map(Array.from(attributes.matchAll(VALUE), ([, name = "", value = ""]) => [name.toLowerCase(), value.toLowerCase()]))
  const named = values.get("lang") ?? values.get("type")?.split("/").at(-1)
  return named === undefined ? byDefault : LANGUAGES[named]
}

interface Script {
  readonly extension: string
  /** What is between its tags, or fences. */
  readonly inside: Span
  readonly whole: Span
}

const FENCE = /^\s*---[^\n]*\n/
const FENCE_END = /^---/m

const frontmatter = (text: string): ReadonlyArray<Script> => {
  const begin = FENCE.exec(text)?.[0].length
  if (begin === undefined) return []
  const end = FENCE_END.exec(text.slice(begin))?.index
  return end === undefined ? [] : [{ extension: "ts", inside: [begin, begin + end], whole: [0, begin + end + 3] }]
}

const scriptsIn = (text: string, extension: string): ReadonlyArray<Script> => {
  const isAstro = extension === "astro"
  const found = isAstro ? [...frontmatter(text)] : []
  let at = found[0]?.whole[1] ?? 0
  for (;;) {
    OPENING.lastIndex = at
    const opening = OPENING.exec(text)
    if (opening === null) return found
    if (opening[0] === "<!--") {
      at = text.indexOf("-->", OPENING.lastIndex)
      if (at < 0) return found
      continue
    }
    const begin = endOfTag(text, OPENING.lastIndex)
    CLOSING.lastIndex = begin
    const closing = begin < 0 ? null : CLOSING.exec(text)
    if (closing === null) return found
    const end = endOfTag(text, CLOSING.lastIndex)
    at = end < 0 ? text.length : end
    const language = languageIn(text.slice(opening.index, begin), isAstro ? "ts" : "js")
    if (language !== undefined) found.push({ extension: language, inside: [begin, closing.index], whole: [opening.index, at] })
  }
}

/** A page's scripts and what is around them, each with spaces for the other, and one extension for all scripts. */
export const scriptsOf = (
  text: string,
  extension: string
): { readonly extension: string; readonly scripts: string; readonly around: string } => {
  const scripts = scriptsIn(text, extension)
  const greatest = Math.max(0, ...scripts.map((one) => GREATEST.indexOf(one.extension)))
  const [inside, whole] = [scripts.map(({ inside }) => inside), scripts.map(({ whole }) => whole)]
  return { extension: GREATEST[greatest] ?? "js", scripts: divided(text, inside).inside, around: divided(text, whole).outside }
}
