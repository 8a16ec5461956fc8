/** The times of past and future blocks. */
import { Effect } from "effect"
import { type BlockReference, Chain } from "../../layers/chain/node/Chain.ts"

export interface BlockMoment {
  readonly block: number
  /** Milliseconds since 1970. */
  readonly at: number
  /** Whether the block is in the future, so that its time is an estimate. */
  readonly estimated: boolean
}

/** Blocks over which the block time is measured. */
const PACE_OVER = 100
/** The block time in milliseconds when it cannot be measured. */
const USUAL_PACE = 12_000

/** The times of blocks: past ones from the chain, future ones estimated from the recent block time. */
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
