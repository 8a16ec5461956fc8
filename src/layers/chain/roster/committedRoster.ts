/** Reads the roster that its signer has committed to: a text in the commitment of the signer's hotkey. */
import { Effect, Option } from "effect"
import type { AccountAddress } from "../../../domain/Account.ts"
import { rosterOf } from "../../../domain/CommitmentSlot.ts"
import type { RosterCommitment } from "../../../domain/SignedRoster.ts"
import { type BlockReference, Chain, isPruned } from "../node/Chain.ts"
import { Subnet } from "../subnet/Subnet.ts"
import { RosterSigner } from "./RosterSigner.ts"

export interface CommittedRoster {
  /** The hotkey that signs rosters. */
  readonly signer: AccountAddress
  /** None: the signer has committed to no roster. */
  readonly committed: RosterCommitment | undefined
  /** The block in which the signer's commitment was last written, whichever of its texts changed. */
  readonly block: number | undefined
}

/** The roster that a hotkey is committed to after a block. */
export const rosterCommittedBy = Effect.fn("rosterCommittedBy")(function* (signer: AccountAddress, at: BlockReference) {
  const [commitment] = yield* (yield* Subnet).commitments(at, [signer])
  const found: CommittedRoster = { signer, committed: Option.getOrUndefined(rosterOf(commitment?.fields ?? [])), block: commitment?.block }
  return found
})

/** The roster that its signer is committed to after a block. */
export const committedRosterAt = Effect.fn("committedRosterAt")(function* (at: BlockReference) {
  return yield* rosterCommittedBy((yield* (yield* RosterSigner).at(at)).hotkey, at)
})

/** The present commitment, if it was already in force before a block. */
const sinceBefore = Effect.fn("rosterSinceBefore")(function* (firstBlock: number, head: BlockReference) {
  const { hotkey, since } = yield* (yield* RosterSigner).at(head)
  const found = yield* rosterCommittedBy(hotkey, head)
  return (since === undefined || since < firstBlock) && found.block !== undefined && found.block < firstBlock ? found : undefined
})

/**
 * The roster of the epoch that begins at a block: the one that its signer was committed to before that block. A commitment in the block itself, or a
 * new signer from that block on, counts for the next epoch. `head` is read if the node has pruned the state: a commitment last written before that
 * block is unchanged.
 */
export const rosterOfEpoch = Effect.fn("rosterOfEpoch")(function* (firstBlock: number, head: BlockReference) {
  const { hashOf } = yield* Chain
  const number = Math.max(0, firstBlock - 1)
  return yield* hashOf(number).pipe(
    Effect.flatMap((hash) => committedRosterAt({ number, hash })),
    Effect.catchIf(isPruned, (forgotten) =>
      Effect.flatMap(sinceBefore(firstBlock, head), (found) => (found === undefined ? Effect.fail(forgotten) : Effect.succeed(found)))
    )
  )
})
