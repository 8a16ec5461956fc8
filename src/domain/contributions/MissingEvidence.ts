/** Evidence that a round needs and GitHub did not give. A miner it concerns must not be scored as if the evidence did not exist. */
export interface MissingEvidence {
  readonly repository: string
  /** The GitHub account it concerns; null concerns every miner. */
  readonly account: string | null
  /** The one pull request, or the issues that the account found, if only that is missing. Left out: all of the account's evidence in the repository. */
  readonly only?: number | "issues" | undefined
  readonly why: string
}

const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0)

const partOf = ({ only }: MissingEvidence): string => String(only ?? "")

/** Sorted by repository, account and part; of several gaps in one place, the first one is kept. */
export const sortedMissing = (missing: ReadonlyArray<MissingEvidence>): ReadonlyArray<MissingEvidence> =>
  [...new Map(missing.toReversed().map((one) => [`${one.repository.toLowerCase()} ${one.account} ${partOf(one)}`, one])).values()].toSorted(
    (a, b) => compare(a.repository, b.repository) || compare(a.account ?? "", b.account ?? "") || compare(partOf(a), partOf(b))
  )
