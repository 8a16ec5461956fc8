/** Puts a stranger's text on one line that may be shown anywhere. */
import { Schema } from "effect"

/** The most characters of such a line. */
export const LONGEST_LINE = 400

/** A word may be cut only if the last space is further back than this share of the line. */
const LEAST_KEPT = 0.8

/** Line ends and other control characters, among them a terminal's escapes. */
const CONTROLS = /[\p{Cc}\p{Zl}\p{Zp}]+/gu

/**
 * Characters that nobody sees: marks that reorder text, zero-width spaces, soft hyphens, fillers, tags and variation selectors in which text can be hidden, private
 * characters, halves of pairs, and what Unicode says is no character. The joiners U+200C and U+200D stay, because Persian and emoji need them, and the first sixteen variation selectors.
 */
const INVISIBLE = /(?!\u200c|\u200d|[\ufe00-\ufe0f])[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Co}\p{Cs}\p{Noncharacter_Code_Point}]/gu

/** Marks stacked on one letter, which would cover the lines above. No language needs more than four. */
const PILED_MARKS = /(\p{M}{4})\p{M}+/gu

/** A stranger's text on one line, without invisible characters and at most 400 characters long, cut between words where that is possible. */
export const onOneLine = (text: string): string => {
  const line = text.replace(CONTROLS, " ").replace(INVISIBLE, "").replace(PILED_MARKS, "$1").replace(/\s+/g, " ").trim()
  const letters = [...line]
  if (letters.length <= LONGEST_LINE) return line
  const kept = letters.slice(0, LONGEST_LINE - 1)
  const end = letters[LONGEST_LINE - 1] === " " ? kept.length : kept.lastIndexOf(" ")
  return `${kept
    .slice(0, end > LONGEST_LINE * LEAST_KEPT ? end : kept.length)
    .join("")
    .trimEnd()}…`
}

/** A stranger's text, cleaned where it enters: everything behind this schema may show it. */
export const OneLine = Schema.transform(Schema.String, Schema.String, { strict: true, decode: onOneLine, encode: (text) => text })
