/** Competitions as the pure rules see them: the contract's data with accounts as addresses and times as blocks. */
import { Schema } from "effect"
import { AccountAddress } from "./Account.ts"

/** Why an issue was cancelled or a competition void. `hotkey`: the competitor that opened its pull request before pull requests counted. */
export const CancelReason = Schema.Union(
  Schema.TaggedStruct("Owner", {}),
  Schema.TaggedStruct("NotPlanned", {}),
  Schema.TaggedStruct("Duplicate", {}),
  Schema.TaggedStruct("Deleted", {}),
  Schema.TaggedStruct("Transferred", {}),
  Schema.TaggedStruct("RepositoryGone", {}),
  Schema.TaggedStruct("SolvedOutside", {}),
  Schema.TaggedStruct("SubmittedTooEarly", { hotkey: AccountAddress }),
  Schema.TaggedStruct("Refused", {}),
  Schema.TaggedStruct("Dissolved", {})
)
export type CancelReason = typeof CancelReason.Type

/** One of the two miners of a competition, as registered when it started. */
export const Competitor = Schema.Struct({ uid: Schema.Int, hotkey: AccountAddress, coldkey: AccountAddress })
export interface Competitor extends Schema.Schema.Type<typeof Competitor> {}

/**
 * `winner`: 0 is competitor a, 1 is b. `at`: the block in which the end was settled. `Unsolved`: the quorum found no solution, and decided who is
 * slashed. `Expired`: no verdict came in time.
 */
export const CompetitionStatus = Schema.Union(
  Schema.TaggedStruct("Running", {}),
  Schema.TaggedStruct("Won", { winner: Schema.Literal(0, 1), pullRequest: Schema.Int, at: Schema.Int }),
  Schema.TaggedStruct("Expired", { at: Schema.Int }),
  Schema.TaggedStruct("Unsolved", { at: Schema.Int, slashA: Schema.Boolean, slashB: Schema.Boolean }),
  Schema.TaggedStruct("Void", { reason: CancelReason, at: Schema.Int })
)
export type CompetitionStatus = typeof CompetitionStatus.Type

export const Competition = Schema.Struct({
  id: Schema.Int,
  issue: Schema.Int,
  a: Competitor,
  b: Competitor,
  /** The majority's bitmaps from which the pair was drawn. UID u is bit u % 8, lowest first, of byte u / 8. */
  enrolled: Schema.Uint8ArrayFromSelf,
  skipped: Schema.Uint8ArrayFromSelf,
  startedAt: Schema.Int,
  status: CompetitionStatus
})
export interface Competition extends Schema.Schema.Type<typeof Competition> {}

/** A won competition whose bounty was paid. */
export interface PaidWin {
  readonly competition: number
  /** The winner. */
  readonly hotkey: AccountAddress
  /** The block in which the win was settled. The contract keeps no block of the payment itself. */
  readonly wonAt: number
}

/** The block at which the competition ended; null while it runs. */
export const endedAt = (competition: Pick<Competition, "status">): number | null =>
  competition.status._tag === "Running" ? null : competition.status.at
