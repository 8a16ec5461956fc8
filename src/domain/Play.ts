/** The steps of a competitor's pull request that are shown as events. */

/** Steps that GitHub reports, in the display order of those with the same timestamp. */
export const GITHUB_PLAYS = [
  "opened",
  "openedAsDraft",
  "pushed",
  "passing",
  "failing",
  "ready",
  "draft",
  "reviewRequested",
  "dismissed",
  "changesRequested",
  "approved",
  "merged",
  "closed",
  "reopened",
  "reverted"
] as const
export type GitHubPlay = (typeof GITHUB_PLAYS)[number]

/** Validators' results on a head: whether it passes the gate, and the outcome of the repository's own tests. */
export const VALIDATORS_PLAYS = ["gatePassed", "gateRejected", "verified", "broken", "unproven", "unknown"] as const

export const PLAY_KINDS = [...GITHUB_PLAYS, ...VALIDATORS_PLAYS] as const
export type PlayKind = (typeof PLAY_KINDS)[number]
