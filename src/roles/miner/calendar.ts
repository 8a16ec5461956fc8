/** Timestamps of past and future blocks. */
import { Effect } from "effect"
import { type BlockReference, Chain } from "../../layers/chain/node/Chain.ts"

export interface BlockMoment {
  readonly block: number
  /** Milliseconds since 1970 (UTC). */
  readonly at: number
  /** Whether `at` is an estimate, because the block does not exist yet. */
  readonly estimated: boolean
}

/** Number of recent blocks over which the mean block time is measured. */
const PACE_OVER = 100
/** Block time in milliseconds that is assumed when it cannot be measured. */
const USUAL_PACE = 12_000

/** Timestamps of blocks: read from the chain for past blocks, estimated from the recent block time for future ones. */
export const momentsOf = Effect.fn("momentsOf")(function* (blocks: ReadonlyArray<number>, head: BlockReference) {
  const chain = yield* Chain
  const timeOf = (block: number) => chain.hashOf(block).pipe(Effect.flatMap(chain.timeAt))
  const from = Math.max(1, head.number - PACE_OVER)
  const now = yield* chain.timeAt(head.hash)
  const pace = from < head.number ? (now - (yield* timeOf(from))) / (head.number - from) : USUAL_PACE
  const moments = yield* Effect.forEach(
    [...new Set(blocks)],
    (block) =>
      block > head.number
        ? Effect.succeed<BlockMoment>({ block, at: Math.round(now + (block - head.number) * pace), estimated: true })
        : Effect.map(timeOf(block), (at): BlockMoment => ({ block, at, estimated: false })),
    { concurrency: 8 }
  )
  return new Map(moments.map((moment) => [moment.block, moment]))
})
