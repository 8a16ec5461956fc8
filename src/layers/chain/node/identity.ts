/** Identifies the chain that a stored file belongs to. */

import { Effect, Schedule, Schema } from "effect"
import { EXIT } from "../../../domain/causes.ts"
import { Chain, type ChainUnavailable } from "./Chain.ts"
import { lacksBlock } from "./errors.ts"

/** The node lacks block 1 of a chain that is past it. */
export class FirstBlockMissing extends Schema.TaggedError<FirstBlockMissing>()("FirstBlockMissing", {
  endpoint: Schema.String,
  head: Schema.Number
}) {
  readonly exitCode = EXIT.unanswered
  override get message() {
    return `the node at ${this.endpoint} is at block ${this.head} and does not have block 1, whose hash names the chain in stored files: a node that has just synced by warp gets it in the background, so wait for that, or use another node`
  }
}

/**
 * The hash of block 1. Unlike the genesis hash it differs between dev chains, which all start from the same state. Fails if the node does not answer
 * or has no block 1 yet.
 */
const firstBlockHash: Effect.Effect<string, ChainUnavailable, Chain> = Effect.flatMap(Chain, ({ hashOf }) => hashOf(1))

/** The identity of a chain whose node has no block 1: the genesis hash while the chain is at block 0. Fails past that. */
const withoutFirstBlock = Effect.gen(function* () {
  const { endpoint, finalisedHead, genesisHash } = yield* Chain
  const { number } = yield* finalisedHead
  return number === 0 ? genesisHash : yield* new FirstBlockMissing({ endpoint, head: number })
})

/** Seven seconds in all, without the time of the node's answers. */
const RETRY_DELAYS = Schedule.exponential("1 second").pipe(Schedule.intersect(Schedule.recurs(3)))

/**
 * The identity of a chain: the hash of block 1, or the genesis hash while the chain is at block 0. Signed messages name the genesis hash, as their
 * formats require.
 *
 * If a node does not answer, or lacks the block, the request is retried three times. Then this fails, because another identity would give the
 * validator another set of files. Pruning nodes keep the hashes of all blocks, since Substrate prunes only bodies and states. After a warp sync a
 * node answers null until it has fetched block 1 from its peers, which it does first.
 */
export const chainIdentity: Effect.Effect<string, ChainUnavailable | FirstBlockMissing, Chain> = firstBlockHash.pipe(
  Effect.catchIf(lacksBlock, () => withoutFirstBlock),
  Effect.retry(RETRY_DELAYS)
)

/** A chain's identity in the name of a file or folder. */
export const fileNameOf = (identity: string): string => identity.slice(2, 18)
export const chainFileName = Effect.map(chainIdentity, fileNameOf)
