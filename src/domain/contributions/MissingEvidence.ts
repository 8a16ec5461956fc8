/** Evidence that a round needs and GitHub did not give. A miner it concerns must not be scored as if there were none. */
export interface MissingEvidence {
  readonly repository: string
  /** The GitHub account it concerns; null concerns every miner. */
  readonly account: string | null
  readonly why: string
}

/** Sorted by repository and account; of several gaps in one place, the first one is kept. */
export const sortedMissing = (missing: ReadonlyArray<MissingEvidence>): ReadonlyArray<MissingEvidence> =>
  [...new Map(missing.toReversed().map((one) => [`${one.repository.toLowerCase()} ${one.account}`, one])).values()].toSorted((a, b) =>
    a.repository === b.repository ? ((a.account ?? "") < (b.account ?? "") ? -1 : 1) : a.repository < b.repository ? -1 : 1
  )
