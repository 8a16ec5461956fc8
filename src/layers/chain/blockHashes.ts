/** The hashes of blocks. The hash of a finalised block never changes, so it is read once. */
import { Effect } from "effect"
import { LRUCache } from "lru-cache"
import type { BlockReference } from "./BlockReference.ts"
import type { ChainUnavailable } from "./errors.ts"

/** A day of blocks. */
const MOST_REMEMBERED = 7_200

export interface BlockHashes {
  /** The hashes of these blocks, in their order, with one request for all unknown ones. Fails if the node does not have one of the blocks. */
  readonly hashesOf: (blocks: ReadonlyArray<number>) => Effect.Effect<ReadonlyArray<string>, ChainUnavailable>
  /** Remembers a finalised block. */
  readonly learn: (block: BlockReference) => void
}

/** `ask` requests the hashes of several blocks: null for a block that the node does not have. */
export const make = (
  ask: (blocks: ReadonlyArray<number>) => Effect.Effect<ReadonlyArray<string | null>, ChainUnavailable>,
  missing: (block: number) => ChainUnavailable
): BlockHashes => {
  const known = new LRUCache<number, string>({ max: MOST_REMEMBERED })
  let finalised = -1
  return {
    learn: ({ number, hash }) => {
      finalised = Math.max(finalised, number)
      known.set(number, hash)
    },
    hashesOf: Effect.fn("Chain.hashesOf")(function* (blocks) {
      // Taken before the node is asked, because other callers may displace them meanwhile.
      const answers = new Map(blocks.map((block) => [block, known.get(block)]))
      const unknown = [...answers].flatMap(([block, hash]) => (hash === undefined ? [block] : []))
      const asked = unknown.length === 0 ? [] : yield* ask(unknown)
      for (const [index, block] of unknown.entries()) {
        const hash = asked[index]
        if (hash === null || hash === undefined) return yield* missing(block)
        answers.set(block, hash)
        if (block <= finalised) known.set(block, hash)
      }
      return blocks.map((block) => answers.get(block) ?? "")
    })
  }
}
