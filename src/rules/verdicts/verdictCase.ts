/** The facts that a verdict is about, and its possible values. */

import type { AccountAddress } from "../../domain/Account.ts"
import type { CancelReason } from "../../domain/Competition.ts"
import type { IssueEvidence } from "../../domain/IssueEvidence.ts"
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
 * Facts that only this validator knows. They can make validators' verdicts differ although all see the same chain and the same GitHub. The simulation
 * shares verdicts between validators with equal facts: a new fact does not compile until the simulation compares it.
 */
export interface OwnObservations {
  /** For how long this validator has seen the same ending. Undefined: it has not watched. */
  readonly watched?: Watched
  /** Heads of pull requests that it saw before their merge, and when first. */
  readonly seen?: ReadonlyArray<SeenHead>
  /** The issue's pull requests that it saw open at an earlier check. GitHub shows an archived one only to who can triage, and one of a hidden account to nobody. */
  readonly sawOpen?: ReadonlyArray<SeenOpen>
  /** Whether it saw at an earlier check that a competitor's work had landed. */
  readonly hadLanded?: boolean
}

export interface SeenHead {
  readonly head: string
  readonly at: number
}

export interface SeenOpen {
  readonly number: number
  readonly authorId: number
}

/** An earlier match for the issue: the paired accounts, and when pull requests counted. */
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
  /** The timestamp of the finalised head at which the facts were read. Later events on GitHub are judged once the chain has caught up. */
  readonly headAt: number
  /** null while there must be no pull requests yet. */
  readonly submissionsFrom: number | null
  /** null until the deadline has passed: anything merged so far is in time. */
  readonly deadline: number | null
  /** Whether half of the time for verdicts after the deadline has passed: a merge that GitHub does not show by then was not in time. */
  readonly isOverdue: boolean
  /** When the time for verdicts was over; null or undefined until it is. */
  readonly graceEnds?: number | null
  /** Matches for the same issue before this one, oldest first. */
  readonly earlier?: ReadonlyArray<EarlierMatch>
}

/** Which competitors lose collateral on an unsolved issue: a, b. */
export type Slashed = readonly [a: boolean, b: boolean]

export type Verdict =
  | { readonly _tag: "Solved"; readonly hotkey: AccountAddress; readonly pullRequest: number }
  | { readonly _tag: "Cancelled"; readonly reason: CancelReason; readonly because: string }
  | { readonly _tag: "Unsolved"; readonly slashed: Slashed; readonly because: string }
  /** `ending`: key of the outcome that will be voted if it lasts. `hasLanded`: a competitor's work for the issue has landed. */
  | { readonly _tag: "NoVote"; readonly why: NoVoteReason; readonly because: string; readonly ending?: string; readonly hasLanded?: true }

/** Records a question with its answer and returns the answer, so that the shown answer is the one that decided. */
export type Ask = (rule: string, holds: boolean, answer?: string) => boolean

export type Cancelled = Extract<Verdict, { readonly _tag: "Cancelled" }>

export const cancelled = (reason: Exclude<CancelReason["_tag"], "SubmittedTooEarly">, because: string): Cancelled => ({
  _tag: "Cancelled",
  reason: { _tag: reason },
  because
})

/** The cancellation of an issue that is gone. */
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

/** Whether one timestamp is later than another. The same second counts as in time, because GitHub cuts its timestamps to seconds and the chain does not. */
export const isLater = (one: number, other: number): boolean => seconds(one) > seconds(other)

/** Whether a verdict shows that a competitor's work for the issue has landed, or work on which people have to decide. */
export const showsLanding = (verdict: Verdict): boolean =>
  verdict._tag === "Solved" || (verdict._tag === "NoVote" && (verdict.hasLanded === true || isForPeople(verdict.why)))

/** Whether a validator withdraws its own vote on the ballot. */
export const takesVoteBack = (verdict: Verdict): boolean => verdict._tag === "NoVote" && noVoteReasons[verdict.why].takesVoteBack
