/**
 * Finds the hashes of final blocks. A node that lags or is on a fork returns another block's hash for a number. So hashes come from the state at the
 * newest finalised block, in which frame_system stores those of the blocks before it. For older blocks, the node must have the block with the claimed
 * hash.
 */
import { Array as Arrays, Effect } from "effect"
import { LRUCache } from "lru-cache"
import type { BlockReference } from "./BlockReference.ts"
import type { ChainUnavailable } from "./errors.ts"

/** A day of blocks. */
const MOST_REMEMBERED = 7_200

/** Hashes per request. */
const AT_ONCE = 256
/** Concurrent requests for blocks. */
const CONCURRENCY = 32

export interface Node {
  /** The hashes that the node claims for these block numbers; null for a block that it does not have. */
  readonly claimed: (blocks: ReadonlyArray<number>) => Effect.Effect<ReadonlyArray<string | null>, ChainUnavailable>
  /** The hashes of these blocks in the state at a later block; null where it has none. */
  readonly stored: (blocks: ReadonlyArray<number>, at: BlockReference) => Effect.Effect<ReadonlyArray<string | null>, ChainUnavailable>
  /** For how many preceding blocks a state stores hashes. */
  readonly kept: number
  /** The number of the block with this hash; null: the node knows none. */
  readonly numberOf: (hash: string) => Effect.Effect<number | null, ChainUnavailable>
  /** The node does not have a block with this number. */
  readonly missing: (block: number) => ChainUnavailable
  /** The node's hash is of another block, or of none. Another node may be right. */
  readonly refuted: (block: BlockReference) => Effect.Effect<never, ChainUnavailable>
}

export interface BlockHashes {
  /** The hash of a block. A final block's hash is checked and cached. Fails if the node does not have the block. */
  readonly hashOf: (block: number) => Effect.Effect<string, ChainUnavailable>
  /** The hashes of several blocks, in order, in few requests. */
  readonly hashesOf: (blocks: ReadonlyArray<number>) => Effect.Effect<ReadonlyArray<string>, ChainUnavailable>
  /** The node's hashes, unchecked: for a caller that reads all these blocks and checks their parent hashes. */
  readonly claimedHashes: (blocks: ReadonlyArray<number>) => Effect.Effect<ReadonlyArray<string>, ChainUnavailable>
  /** Caches a finalised block. */
  readonly learn: (block: BlockReference) => void
  /** Drops a hash that a node does not know. */
  readonly forget: (hash: string) => void
}

export const make = ({ claimed, kept, missing, numberOf, refuted, stored }: Node): BlockHashes => {
  const known = new LRUCache<number, string>({ max: MOST_REMEMBERED })
  let newest: BlockReference | undefined

  const learn: BlockHashes["learn"] = (block) => {
    const before = known.get(block.number)
    const isDisputed = before !== undefined && before !== block.hash
    // Two nodes disagree on a final block, so drop all cached answers.
    if (isDisputed) known.clear()
    known.set(block.number, block.hash)
    if (newest === undefined || isDisputed || block.number > newest.number) newest = block
  }

  const forget: BlockHashes["forget"] = (hash) => {
    for (const [number, one] of known.entries()) if (one === hash) known.delete(number)
  }

  const inParts = <A>(
    blocks: ReadonlyArray<number>,
    ask: (some: ReadonlyArray<number>) => Effect.Effect<ReadonlyArray<A>, ChainUnavailable>
  ) => Effect.map(blocks.length === 0 ? Effect.succeed([]) : Effect.forEach(Arrays.chunksOf(blocks, AT_ONCE), ask), (parts) => parts.flat())

  const claimedHashes: BlockHashes["claimedHashes"] = Effect.fn("Chain.claimedHashes")(function* (blocks) {
    const hashes = yield* inParts(blocks, claimed)
    return yield* Effect.forEach(hashes, (hash, index) => (hash === null ? missing(blocks[index] ?? -1) : Effect.succeed(hash)))
  })

  const hashesOf: BlockHashes["hashesOf"] = Effect.fn("Chain.hashesOf")(function* (blocks) {
    const at = newest
    // Read the cache before the request, because other callers may evict the entries meanwhile.
    const answers = new Map(blocks.map((block) => [block, known.get(block)]))
    const unknown = [...answers].flatMap(([block, hash]) => (hash === undefined ? [block] : []))
    const [others, near] =
      at === undefined ? [unknown, []] : Arrays.partition(unknown, (block) => block < at.number && block >= at.number - kept)
    if (at !== undefined)
      for (const [index, hash] of (yield* inParts(near, (some) => stored(some, at))).entries()) {
        const number = near[index] ?? -1
        if (hash === null) return yield* missing(number)
        answers.set(number, hash)
        known.set(number, hash)
      }
    const check = (number: number, hash: string) =>
      Effect.gen(function* () {
        answers.set(number, hash)
        if (at === undefined || number > at.number) return
        if ((yield* numberOf(hash)) !== number) return yield* refuted({ number, hash })
        known.set(number, hash)
      })
    yield* Effect.forEach(yield* claimedHashes(others), (hash, index) => check(others[index] ?? -1, hash), { concurrency: CONCURRENCY })
    return blocks.map((block) => answers.get(block) ?? "")
  })

  return {
    hashOf: (block) => Effect.map(hashesOf([block]), ([hash = ""]) => hash),
    hashesOf,
    claimedHashes,
    learn,
    forget
  }
}
