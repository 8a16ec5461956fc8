/** Cuts strangers' texts for display. */

/** Control characters, which would take six bytes each in JSON, and halves of characters. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is replaced
const UNSHOWN_CHARACTERS = /[\u0000-\u001f\u007f]|\p{Surrogate}/gu

/** A stranger's text in one line of at most so many characters. */
export const cutToLine = (text: string, most: number): string =>
  (text.length <= most ? text : `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, "")}…`).replace(UNSHOWN_CHARACTERS, " ")

export const cutOrNull = (text: string | null, most: number): string | null => (text === null ? null : cutToLine(text, most))
