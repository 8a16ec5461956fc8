/** Makes an excerpt of an issue: plain text from a stranger's Markdown. */
import { onOneLine } from "../../../domain/onOneLine.ts"

/** The most characters that are parsed. This bounds the work that a hostile text can cause; the excerpt ends long before. */
const MOST_PARSED = 8_000

/** Stands before and after raw HTML until it is dropped. The parser replaces this character in its input, so no text can forge it. */
const HTML_MARK = "\0"

const withoutMarked = (text: string) =>
  text
    .split(HTML_MARK)
    .filter((_, index) => index % 2 === 0)
    .join("")

/** Tags, comments and declarations between words, which the parser passes on as separate texts. */
const INLINE_HTML = /^<[a-z/!?].*>$/is

const spaced = (text: string) => ` ${text} `
const omitted = () => null

/** A heading ends like a sentence, or leads to what follows. */
const heading = (text: string) => (/[\p{L}\p{N})"']$/u.test(text.trimEnd()) ? ` ${text.trim()}: ` : spaced(text))

/** The words of a Markdown text. Code blocks, tables, images and HTML are left out. */
const wordsOf = (markdown: string): string =>
  withoutMarked(
    Bun.markdown.render(markdown.slice(0, MOST_PARSED), {
      heading,
      paragraph: spaced,
      blockquote: spaced,
      listItem: (text) => ` • ${text.trim()} `,
      code: omitted,
      html: omitted,
      image: omitted,
      table: omitted,
      hr: omitted,
      text: (text) => (INLINE_HTML.test(text) ? `${HTML_MARK}${text}${HTML_MARK}` : text),
      codespan: (text) => text.replaceAll(HTML_MARK, "")
    })
  )

/** The beginning of an issue's text, without its Markdown. Null if nothing is left. */
export const excerptOf = (markdown: string | null): string | null => (markdown === null ? null : onOneLine(wordsOf(markdown)) || null)
