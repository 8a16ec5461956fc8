/** The characters of the pictures' font, and substitutes for others. */

/** Characters that the font lacks. scripts/fonts.ts makes the subset. */
const MISSING_CHARACTERS = /[^\u0020-\u007e\u00a0-\u00ffıŒœ–—‘’‚“”„•…′″‹›€™↑↓−]/gu
/** Emoji with their joiners, modifiers and variation selectors. A title does without them. */
const EMOJI = /(?:\p{Extended_Pictographic}|\p{Regional_Indicator}|\p{Emoji_Modifier}|\u200d|\ufe0e|\ufe0f|\u20e3)+/gu
/** Letters with a stroke, which Unicode does not decompose. */
const STROKED_LETTERS: Readonly<Record<string, string>> = { đ: "d", Đ: "D", ħ: "h", Ħ: "H", ł: "l", Ł: "L", ŧ: "t", Ŧ: "T", α: "alpha" }
/** Substitute for unknown characters. */
const UNKNOWN_CHARACTER = "\ue000"

/** The letter itself if the font has it, else without its accents, else a gap. */
const nearestLetter = (letter: string): string => {
  const plain = STROKED_LETTERS[letter] ?? letter.normalize("NFKD").replace(/\p{M}/gu, "")
  return plain !== "" && plain.search(MISSING_CHARACTERS) < 0 ? plain : UNKNOWN_CHARACTER
}

const drawableText = (text: string): string =>
  text
    .normalize("NFC")
    .replace(EMOJI, (emoji) => (emoji.search(MISSING_CHARACTERS) < 0 ? emoji : " "))
    .replace(MISSING_CHARACTERS, nearestLetter)

/** The text in characters of the font. "…" stands for gaps. */
export const drawable = (text: string): string =>
  drawableText(text)
    .replace(/\ue000[\ue000\s]*/gu, (gap) => (/\s$/u.test(gap) ? "… " : "…"))
    .replace(/\s+/gu, " ")
    .trim()

/** Like `drawable`, but null if the font lacks most of the characters, because the rest would be unreadable. */
export const legible = (text: string): string | null => {
  const shown = drawableText(text)
  const [letters, gaps] = [shown.match(/[\p{L}\p{N}]/gu)?.length ?? 0, shown.split(UNKNOWN_CHARACTER).length - 1]
  return letters === 0 || gaps > letters ? null : drawable(text)
}
