/** What an issue is about, in a few lines: plain text from the Markdown of a stranger. */

/** The most characters of an excerpt. */
export const LONGEST = 400

/** How much of a text is parsed. It bounds the work that a hostile text can cause; the excerpt ends long before. */
const PARSED = 8_000

/** A word may be cut only if the last space is further back than this share of the excerpt. */
const LEAST_KEPT = 0.8

/** Line ends and other control characters, among them a terminal's escapes. */
const CONTROLS = /[\p{Cc}\p{Zl}\p{Zp}]+/gu

/**
 * Characters that nobody sees: marks that reorder text, zero-width spaces, soft hyphens, fillers, tags and variation selectors in which text can be hidden, private
 * characters and halves of pairs. The joiners U+200C and U+200D stay, because Persian and emoji need them, and the first sixteen variation selectors.
 */
const INVISIBLE = /(?:(?!\u200c|\u200d|[\ufe00-\ufe0f])[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Co}\p{Cs}])+/gu

/** Marks piled upon one letter, which would cover the lines above. No language needs more than four. */
const PILED_MARKS = /(\p{M}{4})\p{M}+/gu

/** Stands before and after raw HTML until it is dropped. The parser replaces this character in its input, so no text can forge it. */
const MARK = "\0"

const withoutMarked = (text: string) =>
  text
    .split(MARK)
    .filter((_, index) => index % 2 === 0)
    .join("")

/** Tags, comments and declarations between words, each of which the parser passes on as a text of its own. */
const INLINE_HTML = /^<[a-z/!?].*>$/is

const spaced = (text: string) => ` ${text} `
const omitted = () => null

/** A heading ends like a sentence, or leads to what follows. */
const heading = (text: string) => (/[\p{L}\p{N})"']$/u.test(text.trimEnd()) ? ` ${text.trim()}: ` : spaced(text))

/** The words of a Markdown text. Code blocks, tables, images and HTML are left out. */
const wordsOf = (markdown: string): string =>
  withoutMarked(
    Bun.markdown.render(markdown.slice(0, PARSED), {
      heading,
      paragraph: spaced,
      blockquote: spaced,
      listItem: (text) => ` • ${text.trim()} `,
      code: omitted,
      html: omitted,
      image: omitted,
      table: omitted,
      hr: omitted,
      text: (text) => (INLINE_HTML.test(text) ? `${MARK}${text}${MARK}` : text),
      codespan: (text) => text.replaceAll(MARK, "")
    })
  )

/** A stranger's text on one line, without invisible characters and at most 400 characters long, cut between words where that is possible. */
export const onOneLine = (text: string): string => {
  const line = text.replace(CONTROLS, " ").replace(INVISIBLE, "").replace(PILED_MARKS, "$1").replace(/\s+/g, " ").trim()
  const letters = [...line]
  if (letters.length <= LONGEST) return line
  const kept = letters.slice(0, LONGEST - 1)
  const end = letters[LONGEST - 1] === " " ? kept.length : kept.lastIndexOf(" ")
  return `${kept
    .slice(0, end > LONGEST * LEAST_KEPT ? end : kept.length)
    .join("")
    .trimEnd()}…`
}

/** The beginning of an issue's text, without its Markdown. Null if nothing is left. */
export const excerptOf = (markdown: string | null): string | null => (markdown === null ? null : onOneLine(wordsOf(markdown)) || null)
