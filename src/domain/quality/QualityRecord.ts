/** One validator's findings on one head of a competitor's pull request: the last state of its pipeline, with the evidence. */
import { Schema } from "effect"
import { AccountAddress } from "../Account.ts"
import { IssueId } from "../Enrolment.ts"
import { GitHubAccountId } from "../GitHubLink.ts"
import { IssueNumber, RepositoryName } from "../IssueRef.ts"
import { ArtefactRef, MAX_ARTEFACTS } from "./Artefact.ts"
import { Fault } from "./Fault.ts"
import { GateReport } from "./GateReport.ts"
import { VerificationSummary } from "./VerificationSummary.ts"

/** A git commit's 40 hexadecimal digits. */
export const CommitHash = Schema.String.pipe(Schema.pattern(/^[0-9a-f]{40}$/), Schema.brand("CommitHash"))
export type CommitHash = typeof CommitHash.Type

/** A head of a pull request that competes for an issue. A push makes another head. */
export const Head = Schema.Struct({
  issue: IssueId,
  hotkey: AccountAddress,
  account: GitHubAccountId,
  repository: RepositoryName,
  number: IssueNumber,
  commit: CommitHash,
  /** The pull request's base commit. */
  base: CommitHash
})
export interface Head extends Schema.Schema.Type<typeof Head> {}

/**
 * `seen` → `gated` → `verified` → `done`. `rejected`: by the gate, only for a miner's fault. `failed`: this validator's checks failed, which says
 * nothing about the pull request.
 */
export const QualityState = Schema.Literal("seen", "gated", "verified", "done", "rejected", "failed")
export type QualityState = typeof QualityState.Type

export const QualityRecord = Schema.Struct({
  head: Head,
  state: QualityState,
  /** Set in the states `rejected` and `failed`. */
  fault: Schema.NullOr(Fault),
  /** Why it was rejected, why it failed, or why it was not verified; for people. */
  reason: Schema.NullOr(Schema.String.pipe(Schema.maxLength(2_000))),
  /** Null until the gate has run. */
  gate: Schema.NullOr(GateReport),
  /** Null until the tests ran, and if they can't, for the reason in `reason`. */
  verification: Schema.NullOr(VerificationSummary),
  /** The files that support it. Left out if there are none. */
  artefacts: Schema.optionalWith(Schema.Array(ArtefactRef).pipe(Schema.minItems(1), Schema.maxItems(MAX_ARTEFACTS)), { exact: true }),
  /** The time since which GitHub shows this commit as the pull request's head, in milliseconds since 1970; null: it shows another one. */
  currentSince: Schema.NullOr(Schema.NonNegativeInt),
  /** When this validator saw the head first and when the state began, in milliseconds since 1970. */
  seenAt: Schema.NonNegativeInt,
  at: Schema.NonNegativeInt
})
export interface QualityRecord extends Schema.Schema.Type<typeof QualityRecord> {}

/** A head's key: the same head has the same key. A pull request under another hotkey is another head, which is judged again. */
export const headKey = ({ issue, repository, number, commit, hotkey }: Head): string =>
  `${issue}/${repository.toLowerCase()}#${number}@${commit}:${hotkey}`
