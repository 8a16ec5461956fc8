/** Derives highlights from results: runs of wins or losses, and wins against the odds. */

type Result = "won" | "lost" | "expired"

/** The longest run that the API counts. */
export const LONGEST_RUN = 100

const RUNS: Readonly<Partial<Record<Result, string>>> = { won: "wins", lost: "losses" }

/** A miner's latest results from the API. */
export interface LatestResults {
  /** The newest result first. */
  readonly form: ReadonlyArray<Result>
  /** How many of the latest results equal the newest. */
  readonly streak: number
}

/** A miner's current run of wins or losses: "3 wins in a row". Undefined for fewer than two, and for expiries. */
export const streakOf = ({ form: [newest], streak }: LatestResults): string | undefined => {
  const what = newest === undefined ? undefined : RUNS[newest]
  return what === undefined || streak < 2 ? undefined : `${streak}${streak >= LONGEST_RUN ? "+" : ""} ${what} in a row`
}

interface DecidedMatch {
  readonly winner: "a" | "b" | null
  readonly a: { readonly expected: number }
  readonly b: { readonly expected: number }
}

/** A win is an upset if the ratings gave the winner less than this. */
const UPSET_CHANCE = 0.45

/** The winner's expected score, if it won against the odds. */
export const upsetOf = ({ winner, a, b }: DecidedMatch): number | undefined => {
  const expected = winner === null ? undefined : { a, b }[winner].expected
  return expected !== undefined && expected < UPSET_CHANCE ? expected : undefined
}
