/** What results say beyond themselves: runs of wins or losses, and wins against the odds. */

type Result = "won" | "lost" | "expired"

/** The API's forms end after this many results. */
const KNOWN = 5

const RUNS: Readonly<Partial<Record<Result, string>>> = { won: "wins", lost: "losses" }

/** The run of equal results that a form begins with: "3 wins in a row", or "5+" if it may be longer. Undefined for fewer than two, and for expiries. */
export const streakOf = (results: ReadonlyArray<Result>): string | undefined => {
  const [first] = results
  const end = results.findIndex((result) => result !== first)
  const length = end < 0 ? results.length : end
  const what = first === undefined ? undefined : RUNS[first]
  return what === undefined || length < 2 ? undefined : `${length}${length === KNOWN ? "+" : ""} ${what} in a row`
}

interface Decided {
  readonly winner: "a" | "b" | null
  readonly a: { readonly expected: number }
  readonly b: { readonly expected: number }
}

/** A win is an upset if the ratings gave the winner less than this. */
const UPSET = 0.45

/** The winner's expected score, if it won against the odds. */
export const upsetOf = ({ winner, a, b }: Decided): number | undefined => {
  const expected = winner === null ? undefined : { a, b }[winner].expected
  return expected !== undefined && expected < UPSET ? expected : undefined
}
