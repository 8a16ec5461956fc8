/** Whether to use colours on a terminal. */

type Environment = Readonly<Record<string, string | undefined>>

/** Values of TERM for terminals without colours. */
const MONOCHROME = /^(dumb|unknown|vt\d.*|.*-m(ono)?)$/

/** NO_COLOR counts if it is not empty (no-color.org). */
export const wantsColours = ({ NO_COLOR, TERM }: Environment): boolean =>
  (NO_COLOR === undefined || NO_COLOR === "") && !MONOCHROME.test(TERM ?? "")
