/** GitHub's timestamps, in milliseconds since 1970. */

/** The last millisecond that JavaScript's Date can represent. */
const LAST_DATE = 8_640_000_000_000_000

/** A timestamp as GitHub writes it, in whole seconds. Never throws: output must not stop a verdict. */
export const timestamp = (milliseconds: number): string =>
  Math.abs(milliseconds) <= LAST_DATE ? `${new Date(milliseconds).toISOString().slice(0, 19)}Z` : "beyond all dates"

/** Rounds down to whole seconds, as GitHub does, which favours the miner. */
export const seconds = (milliseconds: number): number => Math.floor(milliseconds / 1000)
