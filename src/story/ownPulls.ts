/** Says whether a competitor's pull request counts in a match, and what it waits for. */

interface OwnPull {
  /** The match in which its author opened it; null if that is not known. */
  readonly competition: number | null
  /** Whether it was opened too early to count; null if that is not known. */
  readonly early: boolean | null
}

/** In words, whether it counts in match `match`. A pull request that was opened in time in an earlier match for the same issue counts too. */
export const countsText = ({ competition, early }: OwnPull, match: number): string | null => {
  if (early === null) return null
  if (early) return "opened too early: it does not count"
  return competition !== null && competition < match ? `left over from match ${competition}: it counts here too` : "opened in time"
}

interface Waiting {
  readonly state: "open" | "closed" | "merged"
  readonly draft?: boolean | null
  readonly review?: "approved" | "changesRequested" | "required" | null
}

/**
 * What an open pull request that is no draft waits for; null for others. Whether it waits at the deadline depends on its changes and the maintainers'
 * answers (docs/verdicts.md).
 */
export const waitsText = ({ draft, review, state }: Waiting): string | null =>
  state !== "open" || draft !== false || review === "changesRequested"
    ? null
    : "waits for a maintainer: if it still does at the deadline, its author loses nothing"
