/** Moments of GitHub's record, in milliseconds since 1970. */

/** The last millisecond that JavaScript's Date can represent. */
const LAST_DATE = 8_640_000_000_000_000

/** A time as GitHub writes it, in whole seconds. Never throws, because mere output must not stop a verdict. */
export const timestamp = (milliseconds: number): string =>
  Math.abs(milliseconds) <= LAST_DATE ? `${new Date(milliseconds).toISOString().slice(0, 19)}Z` : "beyond all dates"

/** Rounds down to whole seconds, as GitHub does. A doubtful second thereby counts in the miner's favour. */
export const seconds = (milliseconds: number): number => Math.floor(milliseconds / 1000)
