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
 * A tempo that changes during an epoch moves none of its blocks, so that commitments count at the same ones for everybody. Fails as pruned where no node has the
 * first block's state any more.
 */
export const timedEpochAt = Effect.fn("Subnet.timedEpochAt")(function* (head: BlockReference) {
  const [{ anywhere, hashOf }, subnet] = yield* Effect.all([Chain, Subnet])
  const epoch = yield* subnet.epochAt(head)
  const first = Effect.flatMap(hashOf(epoch.firstBlock), (hash) => subnet.weightRules({ number: epoch.firstBlock, hash }))
  const { tempo } = yield* anywhere(first)
  return { ...epoch, tempo } satisfies TimedEpoch
})

/** The same by the tempo of now where no node has the one of then: to know when to look, not to count by it. */
export const timedEpochOrPresent = Effect.fn("Subnet.timedEpochOrPresent")(function* (head: BlockReference) {
  const subnet = yield* Subnet
  const present = Effect.all([subnet.epochAt(head), subnet.weightRules(head)], { concurrency: 2 })
  return yield* timedEpochAt(head).pipe(
    Effect.catchIf(isPruned, () => Effect.map(present, ([epoch, { tempo }]): TimedEpoch => ({ ...epoch, tempo })))
  )
})
