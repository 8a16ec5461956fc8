/** Counts wins and losses of each pair of miners, from decided competitions. */

interface DecidedMatch {
  readonly winner: "a" | "b" | null
  readonly a: { readonly hotkey: string }
  readonly b: { readonly hotkey: string }
}

export interface Tally {
  readonly won: number
  readonly lost: number
}

/** The tally of each pair that met, by `tallyKey(of, against)`, from both sides. */
export const crosstableOf = (competitions: ReadonlyArray<DecidedMatch>): ReadonlyMap<string, Tally> => {
  const tallies = new Map<string, { won: number; lost: number }>()
  const tallyOf = (key: string) => {
    const tally = tallies.get(key) ?? { won: 0, lost: 0 }
    tallies.set(key, tally)
    return tally
  }
  for (const { winner, a, b } of competitions) {
    if (winner === null) continue
    const [won, lost] = winner === "a" ? [a.hotkey, b.hotkey] : [b.hotkey, a.hotkey]
    tallyOf(tallyKey(won, lost)).won += 1
    tallyOf(tallyKey(lost, won)).lost += 1
  }
  return tallies
}

export const tallyKey = (of: string, against: string): string => `${of} ${against}`
