/** Whether a terminal is to be given colours. */

type Environment = Readonly<Record<string, string | undefined>>

/** Terminals by the names in TERM that show none. */
const MONOCHROME = /^(dumb|unknown|vt\d.*|.*-m(ono)?)$/

/** NO_COLOR counts when it is not empty (no-color.org). */
export const wantsColours = ({ NO_COLOR, TERM }: Environment): boolean =>
  (NO_COLOR === undefined || NO_COLOR === "") && !MONOCHROME.test(TERM ?? "")
