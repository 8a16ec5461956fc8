/** What a verdict is about, and what it may be. */

import type { AccountAddress } from "../../../domain/Account.ts"
import type { CancelReason } from "../../../domain/Competition.ts"
import type { IssueEvidence } from "../../../domain/IssueEvidence.ts"
import type { Watched } from "./gone.ts"
import { isForPeople, type NoVoteReason, noVoteReasons } from "./noVoteReasons.ts"
import { seconds } from "./timestamps.ts"

/** One competitor with the GitHub account that was linked when the competition started. */
export interface CompetitorAccount {
  readonly hotkey: AccountAddress
  /** null if unknown. Then any unknown author's pull request may be this competitor's. */
  readonly githubId: number | null
  /** Whether GitHub shows that account. Asked only if the author of a pull request is gone, or somebody else seems to have solved the issue. */
  readonly exists?: boolean
}

/**
 * What only the validator itself knows, so that verdicts of validators may differ although they see the same chain and the same GitHub. The simulation
 * shares verdicts between validators and tells them apart by each of these facts: a new one does not compile until it does.
 */
export interface OwnObservations {
  /** For how long it has found the issue to end so. Undefined: nobody has kept watch. */
  readonly watched?: Watched
  /** Which heads of pull requests it has seen before they were merged, and when first: milliseconds since 1970. */
  readonly seen?: ReadonlyArray<SeenHead>
  /** Whether it has seen at an earlier look that a competitor's work had landed. */
  readonly hadLanded?: boolean
}

export interface SeenHead {
  readonly head: string
  readonly at: number
}

/** A match for the issue: the accounts that were paired, and when pull requests counted. */
export interface EarlierMatch {
  readonly accounts: ReadonlyArray<number | null>
  readonly startedAt: number
  readonly submissionsFrom: number
  readonly deadline: number
}

/** Times are milliseconds since 1970, from the timestamps of the chain's blocks. */
export interface MatchContext extends OwnObservations {
  readonly competitors: readonly [CompetitorAccount, CompetitorAccount]
  readonly startedAt: number
  /** The time of the finalised head at which the facts were read. Later events on GitHub are judged when the chain has caught up. */
  readonly headAt: number
  /** null while the submission window runs, when every pull request is too early. */
  readonly submissionsFrom: number | null
  /** null until the deadline has passed: anything merged so far is in time. */
  readonly deadline: number | null
  /** Whether half of the time for verdicts after the deadline has passed: what GitHub does not show by then was not there in time. */
  readonly isOverdue: boolean
  /** When the time for verdicts was over; null or undefined until it is. */
  readonly graceEnds?: number | null
  /** Matches for the same issue before this one, oldest first. */
  readonly earlier?: ReadonlyArray<EarlierMatch>
}

/** Whom an unsolved issue costs collateral: competitor a, competitor b. */
export type Slashed = readonly [a: boolean, b: boolean]

export type Verdict =
  | { readonly _tag: "Solved"; readonly hotkey: AccountAddress; readonly pullRequest: number }
  | { readonly _tag: "Cancelled"; readonly reason: CancelReason; readonly because: string }
  | { readonly _tag: "Unsolved"; readonly slashed: Slashed; readonly because: string }
  /** `ending`: what will be voted if it stays so, in words that are equal as long as it does. `hasLanded`: a competitor's work for the issue has. */
  | { readonly _tag: "NoVote"; readonly why: NoVoteReason; readonly because: string; readonly ending?: string; readonly hasLanded?: true }

/** Records a question with its answer and returns the answer, so that what is shown is what decided. */
export type Ask = (rule: string, holds: boolean, answer?: string) => boolean

export type Cancelled = Extract<Verdict, { readonly _tag: "Cancelled" }>

export const cancelled = (reason: Exclude<CancelReason["_tag"], "SubmittedTooEarly">, because: string): Cancelled => ({
  _tag: "Cancelled",
  reason: { _tag: reason },
  because
})

/** How an issue ends that is gone, however it is. */
export const goneAs = (evidence: Exclude<IssueEvidence, { readonly _tag: "Found" | "GitHubSilent" }>): Cancelled => {
  switch (evidence._tag) {
    case "Deleted":
      return cancelled("Deleted", "GitHub says that the issue was deleted")
    case "Transferred":
      return cancelled("Transferred", `the issue was moved${evidence.to === null ? "" : ` to ${evidence.to}`}`)
    case "RepositoryGone":
      return cancelled("RepositoryGone", evidence.why ?? "the repository is gone or private")
  }
}

export type NoVote = Extract<Verdict, { readonly _tag: "NoVote" }>

export const noVote = (why: NoVoteReason, because: string): NoVote => ({ _tag: "NoVote", why, because })

/** Whether one moment is later than another. The same second is in time, because GitHub cuts its times to seconds and the chain does not. */
export const isLater = (one: number, other: number): boolean => seconds(one) > seconds(other)

/** Whether a verdict shows that work for the issue has landed, of a competitor's or of what people have to decide. */
export const showsLanding = (verdict: Verdict): boolean =>
  verdict._tag === "Solved" || (verdict._tag === "NoVote" && (verdict.hasLanded === true || isForPeople(verdict.why)))

/** Whether a validator takes back its own vote on the ballot. */
export const takesVoteBack = (verdict: Verdict): boolean => verdict._tag === "NoVote" && noVoteReasons[verdict.why].takesVoteBack
