/** Steps of a competitor's pull request that are told one by one. */

/** Those that GitHub tells, in the order in which several of one moment are told. */
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

/** What validators say about a head: whether the gate lets it pass, or else what the repository's own tests say. */
export const VALIDATORS_PLAYS = ["gatePassed", "gateRejected", "verified", "broken", "unproven", "unknown"] as const

export const PLAY_KINDS = [...GITHUB_PLAYS, ...VALIDATORS_PLAYS] as const
export type PlayKind = (typeof PLAY_KINDS)[number]
