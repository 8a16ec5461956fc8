/** Finds the block at which a past epoch of the subnet began. The chain only says which epoch a block belongs to. */
import { Effect, Schema } from "effect"
import type { Epoch } from "../../../domain/Epoch.ts"
import { type BlockReference, Chain } from "../node/Chain.ts"
import { Subnet } from "./Subnet.ts"

/** The subnet has no such epoch, or none yet. */
class NoSuchEpoch extends Schema.TaggedError<NoSuchEpoch>()("NoSuchEpoch", {
  netuid: Schema.Number,
  epoch: Schema.Number,
  newest: Schema.Number
}) {
  override get message() {
    return this.epoch > this.newest
      ? `epoch ${this.epoch} of subnet ${this.netuid} has not begun: the newest is ${this.newest}`
      : `subnet ${this.netuid} has no epoch ${this.epoch} on this chain`
  }
}

/** After so many guesses by the tempo, which may have changed often, continues by bisection. */
const MOST_GUESSES = 6

/**
 * Finds the first block of an epoch. The first guess by the tempo is right unless the tempo was changed or an epoch was moved. `head` is a block of
 * that epoch or of a later one.
 */
export const pastEpoch = Effect.fn("Subnet.pastEpoch")(function* (index: number, head: BlockReference) {
  const [{ hashOf }, subnet] = yield* Effect.all([Chain, Subnet])
  const [newest, { tempo }] = yield* Effect.all([subnet.epochAt(head), subnet.weightRules(head)], { concurrency: 2 })
  let found: Epoch = newest
  // The epoch's first block is within these bounds, both included.
  let [low, high] = [0, newest.firstBlock]
  for (let guesses = 0; found.index !== index; guesses++) {
    if (found.index < index) low = Math.max(low, found.firstBlock + 1)
    else high = Math.min(high, found.firstBlock - 1)
    if (index > newest.index || low > high) return yield* new NoSuchEpoch({ netuid: subnet.netuid, epoch: index, newest: newest.index })
    const guess = guesses < MOST_GUESSES ? found.firstBlock + (index - found.index) * tempo : Math.floor((low + high) / 2)
    const number = Math.min(high, Math.max(low, guess))
    const at = yield* subnet.epochAt({ number, hash: yield* hashOf(number) })
    // The block may be a later one of its epoch.
    if (at.index < index) low = Math.max(low, number + 1)
    found = at
  }
  return found
})
