/** The hashes of blocks. The hash of a finalised block never changes, so it is read once. */
import { Effect } from "effect"
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
  const known = new Map<number, string>()
  let finalised = -1
  const keep = (block: number, hash: string) => {
    known.delete(block)
    known.set(block, hash)
    for (const oldest of known.keys()) {
      if (known.size <= MOST_REMEMBERED) break
      known.delete(oldest)
    }
  }
  return {
    learn: ({ number, hash }) => {
      finalised = Math.max(finalised, number)
      keep(number, hash)
    },
    hashesOf: Effect.fn("Chain.hashesOf")(function* (blocks) {
      const unknown = [...new Set(blocks.filter((block) => !known.has(block)))]
      const asked = unknown.length === 0 ? [] : yield* ask(unknown)
      const answers = new Map<number, string>()
      for (const [index, block] of unknown.entries()) {
        const hash = asked[index]
        if (hash === null || hash === undefined) return yield* missing(block)
        answers.set(block, hash)
        if (block <= finalised) keep(block, hash)
      }
      return blocks.map((block) => answers.get(block) ?? known.get(block) ?? "")
    })
  }
}
