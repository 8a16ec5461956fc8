/** The epoch of a block with its tempo, by which its blocks of the consensus are reckoned (docs/protocol.md, “An epoch”). */
import { Effect } from "effect"
import type { Epoch } from "../../../domain/Epoch.ts"
import { type BlockReference, Chain, isPruned } from "../node/Chain.ts"
import { Subnet } from "./Subnet.ts"

/** `tempo`: in blocks, at the epoch's first block. */
export interface TimedEpoch extends Epoch {
  readonly tempo: number
}

/**
 * A tempo that changes during an epoch moves none of its blocks, so that commitments count at the same ones for everybody. Where the node has pruned the first
 * block, and so cannot count reports either, the tempo at `head` stands in.
 */
export const timedEpochAt = Effect.fn("Subnet.timedEpochAt")(function* (head: BlockReference) {
  const [{ hashOf }, subnet] = yield* Effect.all([Chain, Subnet])
  const epoch = yield* subnet.epochAt(head)
  const { tempo } = yield* hashOf(epoch.firstBlock).pipe(
    Effect.flatMap((hash) => subnet.weightRules({ number: epoch.firstBlock, hash })),
    Effect.catchIf(isPruned, () => subnet.weightRules(head))
  )
  return { ...epoch, tempo } satisfies TimedEpoch
})
