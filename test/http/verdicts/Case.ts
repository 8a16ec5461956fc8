/** A case of docs/verdicts.md, and what happens in many of them. */
import type { Effect } from "effect"
import { RepositoryName } from "../../../src/domain/IssueRef.ts"
import { at, type Story, WIDGETS } from "./story.ts"

export type Play = (story: Story) => Effect.Effect<unknown, { readonly message: string }>

export interface Case {
  /** A sentence without its full stop. */
  readonly what: string
  /** What happens before the validator looks for the first time. */
  readonly play: Play
  /** What stands on the ballot at the end, or why nothing does. */
  readonly verdict: string
  /** The verdict of a validator that asks git, if it is another: git knows what GitHub does not show. */
  readonly byGit?: string
  /** The validator looks once an hour. What happens before the look after so many hours; "restart" ends its process and starts another. */
  readonly later?: Readonly<Record<number, Play | "restart">>
  /** How many hours it looks. Default: one, or as long as the issue is gone and nothing is voted, at most eight. */
  readonly hours?: number
  /** The account that Cleo's commitment names, if not her own. */
  readonly cleo?: "nobody's" | "Bob's"
  /** The exact time of the block from which pull requests are accepted, in milliseconds since 1970. */
  readonly windowEndsAt?: number
  /** The exact time of the only head at which the validator looks. */
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

/** A maintainer's review proves that a pull request's head was there. */
export const seen = (s: Story, n: number, when: number, state: "COMMENTED" | "APPROVED" = "COMMENTED") =>
  s.control.review({ payload: { ...at(n), by: "maintainer", state, at: when } })
