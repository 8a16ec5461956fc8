/**
 * The hashes of final blocks. A block's number says nothing about which block a node means: a node that is behind, or on a fork, answers with another one. So a
 * hash is kept only if it follows from a finalised block by the parents that blocks name, or, far behind all finality, if the node has that very block.
 */
import { Array as Arrays, Effect } from "effect"
import { LRUCache } from "lru-cache"
import type { BlockReference } from "./BlockReference.ts"
import type { ChainUnavailable } from "./errors.ts"

/** A day of blocks. */
const MOST_REMEMBERED = 7_200

/** How far below a finalised block hashes are followed by parents. A node that is further behind is told by its header. */
const NEAR = 8

/** Hashes that one request asks for, and headers that are asked for at the same time. */
const AT_ONCE = 256
const HEADERS = 32

/** What a header says about its place. */
export interface Link {
  readonly number: number
  /** The hash of the block before. */
  readonly parent: string
}

export interface Node {
  /** What the node takes for these blocks: null for one that it does not have. */
  readonly hashes: (blocks: ReadonlyArray<number>) => Effect.Effect<ReadonlyArray<string | null>, ChainUnavailable>
  /** null: the node knows no block with this hash. */
  readonly link: (hash: string) => Effect.Effect<Link | null, ChainUnavailable>
  /** The node does not have a block with this number. */
  readonly missing: (block: number) => ChainUnavailable
  /** The node means something else by this hash. Another node may know better. */
  readonly refuted: (block: BlockReference) => Effect.Effect<never, ChainUnavailable>
}

export interface BlockHashes {
  /** What the node says, with one request for every 256 blocks. It is not checked, and not kept: for callers who read the blocks, and check their parents. */
  readonly hashesOf: (blocks: ReadonlyArray<number>) => Effect.Effect<ReadonlyArray<string>, ChainUnavailable>
  /** The hash of a block, which is checked if the block is final. Fails if the node does not have it. */
  readonly hashOf: (block: number) => Effect.Effect<string, ChainUnavailable>
  /** The blocks from `first` to the one before a finalised block, by their parents. */
  readonly before: (finalised: BlockReference, first: number) => Effect.Effect<ReadonlyArray<BlockReference>, ChainUnavailable>
  /** Remembers a finalised block, and the one before it where its header is at hand. */
  readonly learn: (block: BlockReference, parent?: string) => void
  /** Forgets a hash that a node does not know. */
  readonly forget: (hash: string) => void
}

const numbersFrom = (first: number, end: number): ReadonlyArray<number> =>
  Array.from({ length: Math.max(0, end - first) }, (_, index) => first + index)

export const make = ({ hashes, link, missing, refuted }: Node): BlockHashes => {
  const known = new LRUCache<number, string>({ max: MOST_REMEMBERED })
  let finalised = -1

  const keep = ({ number, hash }: BlockReference): void => {
    const before = known.get(number)
    // One of two nodes is wrong about a final block. Whatever else it said is kept no longer.
    if (before !== undefined && before !== hash) known.clear()
    known.set(number, hash)
  }

  const learn: BlockHashes["learn"] = (block, parent) => {
    finalised = Math.max(finalised, block.number)
    keep(block)
    if (parent !== undefined && block.number > 0) keep({ number: block.number - 1, hash: parent })
  }

  const forget: BlockHashes["forget"] = (hash) => {
    for (const [number, one] of known.entries()) if (one === hash) known.delete(number)
  }

  const hashesOf: BlockHashes["hashesOf"] = Effect.fn("Chain.hashesOf")(function* (blocks) {
    const asked = yield* Effect.forEach(Arrays.chunksOf(blocks, AT_ONCE), hashes)
    return yield* Effect.forEach(asked.flat(), (hash, index) => (hash === null ? missing(blocks[index] ?? -1) : Effect.succeed(hash)))
  })

  /** Headers are asked for by the hashes that the node gives, all at once. Where these are wrong, one after the other. */
  const before: BlockHashes["before"] = Effect.fn("Chain.before")(function* (anchor, first) {
    const between = numbersFrom(first + 1, anchor.number)
    const guessed = (yield* Effect.forEach(Arrays.chunksOf(between, AT_ONCE), hashes)).flat().flatMap((hash) => hash ?? [])
    const pairs = yield* Effect.forEach([...guessed, anchor.hash], (hash) => Effect.map(link(hash), (found) => [hash, found] as const), {
      concurrency: HEADERS
    })
    const links = new Map(pairs)
    const line: Array<BlockReference> = []
    let at = anchor
    while (at.number > first) {
      const found: Link | null = links.get(at.hash) ?? (yield* link(at.hash))
      if (found === null || found.number !== at.number) {
        forget(at.hash)
        return yield* refuted(at)
      }
      at = { number: at.number - 1, hash: found.parent }
      line.push(at)
    }
    for (const block of line) keep(block)
    return line.toReversed()
  })

  /** The nearest block above whose hash is known. */
  const anchorOf = (block: number): BlockReference | undefined => {
    for (let number = block + 1; number <= Math.min(finalised, block + NEAR); number++) {
      const hash = known.get(number)
      if (hash !== undefined) return { number, hash }
    }
    return undefined
  }

  const hashOf: BlockHashes["hashOf"] = Effect.fn("Chain.hashOf")(function* (block) {
    const found = known.get(block)
    if (found !== undefined) return found
    const anchor = anchorOf(block)
    if (anchor !== undefined) return (yield* before(anchor, block))[0]?.hash ?? (yield* missing(block))
    const [hash = ""] = yield* hashesOf([block])
    if (block > finalised) return hash
    const place = yield* link(hash)
    if (place?.number !== block) return yield* refuted({ number: block, hash })
    keep({ number: block, hash })
    return hash
  })

  return { hashesOf, hashOf, before, learn, forget }
}
