/** Which chain a stored file belongs to. */
import { Effect, Schedule, Schema } from "effect"
import { Chain, type ChainUnavailable } from "./Chain.ts"
import { lacksBlock } from "./errors.ts"

/** The node lacks the first block of a chain that is beyond it. */
export class FirstBlockMissing extends Schema.TaggedError<FirstBlockMissing>()("FirstBlockMissing", {
  endpoint: Schema.String,
  head: Schema.Number
}) {
  override get message() {
    return `the node at ${this.endpoint} is at block ${this.head} and does not have block 1, whose hash names the chain in stored files: a node that has just synced by warp gets it in the background, so wait for that, or use another node`
  }
}

/**
 * The hash of the chain's first block. Unlike the genesis hash it tells dev chains apart, because all of them start from the same state. Fails if
 * the node does not answer or has no first block yet.
 */
export const firstBlockHash: Effect.Effect<string, ChainUnavailable, Chain> = Effect.flatMap(Chain, ({ hashOf }) => hashOf(1))

/** The identity of a chain whose node has no first block: the genesis hash while the chain is at block 0. Fails beyond that. */
const withoutFirstBlock = Effect.gen(function* () {
  const { endpoint, finalisedHead, genesisHash } = yield* Chain
  const { number } = yield* finalisedHead
  return number === 0 ? genesisHash : yield* new FirstBlockMissing({ endpoint, head: number })
})

/** Seven seconds in all, besides the time that the node takes for its answers. */
const AGAIN = Schedule.exponential("1 second").pipe(Schedule.intersect(Schedule.recurs(3)))

/**
 * The identity of a chain: the hash of its first block, or the genesis hash while the chain is at block 0. Signed messages name the genesis hash, as
 * their formats demand.
 *
 * A node that does not answer, or lacks the block, is asked three times more. Then this fails, because another identity would give the validator another
 * set of files. Nodes that prune keep the hashes of all blocks, since Substrate prunes bodies and states only. A node that has just synced by warp answers
 * null until it has block 1 from its peers, with which it begins.
 */
export const chainIdentity: Effect.Effect<string, ChainUnavailable | FirstBlockMissing, Chain> = firstBlockHash.pipe(
  Effect.catchIf(lacksBlock, () => withoutFirstBlock),
  Effect.retry(AGAIN)
)

/** A chain's identity in the name of a file or folder. */
export const chainFileName = Effect.map(chainIdentity, (hash) => hash.slice(2, 18))
