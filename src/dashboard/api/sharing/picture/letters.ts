/** Which letters the pictures' typeface has, and what stands for the others. */

/** What it has: scripts/fonts.ts cuts it to these. */
const OTHERS = /[^\u0020-\u007e\u00a0-\u00ffıŒœ–—‘’‚“”„•…′″‹›€™↑↓−]/gu
/** Pictographs with what joins, colours and varies them. They say nothing that a title needs. */
const EMOJI = /(?:\p{Extended_Pictographic}|\p{Regional_Indicator}|\p{Emoji_Modifier}|\u200d|\ufe0e|\ufe0f|\u20e3)+/gu
/** Letters with a stroke, which have no accent that could be left out. */
const STROKED: Readonly<Record<string, string>> = { đ: "d", Đ: "D", ħ: "h", Ħ: "H", ł: "l", Ł: "L", ŧ: "t", Ŧ: "T", α: "alpha" }
/** What stands for letters that it lacks. */
const GAP = "\ue000"

/** The letter itself if it can be drawn, else without its accents, else a gap. */
const nearest = (letter: string): string => {
  const plain = STROKED[letter] ?? letter.normalize("NFKD").replace(/\p{M}/gu, "")
  return plain !== "" && plain.search(OTHERS) < 0 ? plain : GAP
}

const drawn = (text: string): string =>
  text
    .normalize("NFC")
    .replace(EMOJI, (emoji) => (emoji.search(OTHERS) < 0 ? emoji : " "))
    .replace(OTHERS, nearest)

/** The text in letters that can be drawn. "…" stands for the rest. */
export const drawable = (text: string): string =>
  drawn(text)
    .replace(/\ue000[\ue000\s]*/gu, (gap) => (/\s$/u.test(gap) ? "… " : "…"))
    .replace(/\s+/gu, " ")
    .trim()

/** As `drawable`, but null if most of the letters cannot be drawn: such a text tells a reader nothing. */
export const legible = (text: string): string | null => {
  const shown = drawn(text)
  const [letters, gaps] = [shown.match(/[\p{L}\p{N}]/gu)?.length ?? 0, shown.split(GAP).length - 1]
  return letters === 0 || gaps > letters ? null : drawable(text)
}
