/** Reads validators' commitments to their reports. The caller chooses the block. */
import { Effect, Option } from "effect"
import type { AccountAddress } from "../../../domain/Account.ts"
import { type CommittedScores, scoresOf } from "../../../domain/CommitmentSlot.ts"
import type { BlockReference } from "../node/Chain.ts"
import { Subnet } from "./Subnet.ts"

/** A commitment as it stands at a block. */
export interface ScoreCommitment extends CommittedScores {
  /** The block in which the hotkey last wrote its slot. The scores may have been in it before: another text may have been written since. */
  readonly block: number
}

/** The score commitments of these hotkeys as of a block, in one request. Hotkeys without one are left out. */
export const scoreCommitmentsAt = Effect.fn("scoreCommitmentsAt")(function* (at: BlockReference, hotkeys: ReadonlyArray<AccountAddress>) {
  const commitments = yield* (yield* Subnet).commitments(at, hotkeys)
  const found: ReadonlyMap<AccountAddress, ScoreCommitment> = new Map(
    commitments.flatMap(({ account, block, fields }) =>
      Option.toArray(Option.map(scoresOf(fields), (scores): readonly [AccountAddress, ScoreCommitment] => [account, { ...scores, block }]))
    )
  )
  return found
})
