/** When blocks were, and when they will be. */
import { Effect } from "effect"
import { type BlockReference, Chain } from "../layers/chain/Chain.ts"

export interface BlockMoment {
  readonly block: number
  /** Milliseconds since 1970. */
  readonly at: number
  /** Whether it is to come: then the time is an estimate. */
  readonly estimated: boolean
}

/** Blocks over which the present pace is measured. */
const PACE_OVER = 100
/** Milliseconds of a block where there is no pace to measure. */
const USUAL_PACE = 12_000

/** The moments of blocks as seen from a finalised head: past ones by the chain's own clock, those to come at its present pace. */
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
