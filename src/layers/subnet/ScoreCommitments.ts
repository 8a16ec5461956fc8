/**
 * Validators' commitments to their reports: a validator commits the hash of its report of an epoch on the chain before it shows the report. Which block's commitments
 * count is the caller's to say.
 */
import { Context, Effect, Layer, Option } from "effect"
import type { AccountAddress } from "../../domain/Account.ts"
import { type CommittedScores, type SlotFull, scoresOf } from "../../domain/CommitmentSlot.ts"
import type { KeyPair } from "../../domain/KeyPair.ts"
import type { BlockReference, ChainUnavailable, Inclusion, SendGuard, SubmitError } from "../chain/Chain.ts"
import { Subnet, type UnknownSubnet } from "./Subnet.ts"
import type { CommitmentContested } from "./slotWriter.ts"

/** A commitment as it stands at a block. */
export interface ScoreCommitment extends CommittedScores {
  /** The block in which the hotkey last wrote its slot. The scores may have been in it before: another text may have been written since. */
  readonly block: number
}

export class ScoreCommitments extends Context.Tag("gittensor/ScoreCommitments")<
  ScoreCommitments,
  {
    /** Commits, beside what else the hotkey has committed. Ends when the commitment is final; null if it was there already, so that nothing was sent. */
    readonly commit: (
      scores: CommittedScores,
      signer: KeyPair,
      guard?: SendGuard
    ) => Effect.Effect<Inclusion | null, SubmitError | UnknownSubnet | SlotFull | CommitmentContested>
    /** What these hotkeys have committed as of a block, in one request. Hotkeys without a commitment to scores are left out. */
    readonly readAt: (
      at: BlockReference,
      hotkeys: ReadonlyArray<AccountAddress>
    ) => Effect.Effect<ReadonlyMap<AccountAddress, ScoreCommitment>, ChainUnavailable | UnknownSubnet>
  }
>() {}

const make = Effect.map(Subnet, (subnet) =>
  ScoreCommitments.of({
    commit: (scores, signer, guard) => subnet.setCommitment(signer, { _tag: "Scores", scores }, guard),
    readAt: (at, hotkeys) =>
      Effect.map(
        subnet.commitments(at, hotkeys),
        (commitments) =>
          new Map(
            commitments.flatMap(({ account, block, fields }) =>
              Option.toArray(
                Option.map(scoresOf(fields), (scores): readonly [AccountAddress, ScoreCommitment] => [account, { ...scores, block }])
              )
            )
          )
      )
  })
)

export const layer = Layer.effect(ScoreCommitments, make)
