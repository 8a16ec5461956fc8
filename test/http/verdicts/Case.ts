/** A case of docs/verdicts.md, and events that many of them share. */
import type { Effect } from "effect"
import { RepositoryName } from "../../../src/domain/IssueRef.ts"
import { at, type Story, WIDGETS } from "./story.ts"

export type Play = (story: Story) => Effect.Effect<unknown, { readonly message: string }>

export interface Case {
  /** A sentence without its full stop. */
  readonly what: string
  /** Events before the validator's first check. */
  readonly play: Play
  /** The validator's vote on the ballot at the end, or why there is none. */
  readonly verdict: string
  /** The vote of a validator with git clones, if it differs: git has data that GitHub's API does not show. */
  readonly byGit?: string
  /** The validator checks once an hour. Events before the check after this many hours; "restart" ends its process and starts another. */
  readonly later?: Readonly<Record<number, Play | "restart">>
  /** The number of hourly checks. Default: one, or as long as the issue is gone and there is no vote, at most eight. */
  readonly hours?: number
  /** The account that Cleo's commitment names, if not her own. */
  readonly cleo?: "nobody's" | "Bob's"
  /** The exact timestamp of the block from which pull requests are accepted, in milliseconds since 1970. */
  readonly countsFrom?: number
  /** The exact timestamp of the only head at which the validator checks. */
  readonly headAt?: number
}

export interface Section {
  readonly title: string
  readonly cases: ReadonlyArray<Case>
}

export const rename = (name: string) => ({ repository: WIDGETS, name: RepositoryName.make(name) })
export const close = (s: Story, when: number, reason: "completed" | "not_planned" | "duplicate" = "completed", by = "maintainer") =>
  s.control.close({ payload: { ...at(1), reason, by, at: when } })
export const reopen = (s: Story, when: number) => s.control.reopenIssue({ payload: { ...at(1), by: "maintainer", at: when } })
export const revert = (s: Story, n: number, when: number, how: object = {}) =>
  s.control.revertPullRequest({ payload: { ...at(n), by: "maintainer", at: when, ...how } })

/** A maintainer's review, which proves that a pull request's head existed. */
export const seen = (s: Story, n: number, when: number, state: "COMMENTED" | "APPROVED" = "COMMENTED") =>
  s.control.review({ payload: { ...at(n), by: "maintainer", state, at: when } })
