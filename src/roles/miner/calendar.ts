/** Timestamps of past and future blocks. */
import { Effect } from "effect"
import { type BlockReference, Chain } from "../../layers/chain/node/Chain.ts"
import { leftUntil, paceBlocks, paceOf, timeOfBlock } from "../../story/time.ts"

export interface BlockMoment {
  readonly block: number
  /** Milliseconds since 1970 (UTC); null: the block is to come, and nothing is known to estimate it by. */
  readonly at: number | null
  /** Whether the block is to come, so that `at` is an estimate at most. */
  readonly estimated: boolean
}

/** With its time in ISO 8601, UTC. */
export const shownMoment = ({ at, ...moment }: BlockMoment) => ({ ...moment, at: at === null ? null : new Date(at).toISOString() })

/** The time of a block, in milliseconds since 1970. */
export const timeOf = (block: number) => Effect.flatMap(Chain, (chain) => Effect.flatMap(chain.hashOf(block), chain.timeAt))

/** The estimate of when blocks come, from the chain's own times; null: too few blocks, or a node does not have them. */
export const paceAt = Effect.fn("paceAt")((head: BlockReference) =>
  Effect.forEach(paceBlocks(head.number, 1), (block) => Effect.map(timeOf(block), (time) => ({ block, time })), { concurrency: 8 }).pipe(
    Effect.map(paceOf),
    Effect.orElseSucceed(() => null)
  )
)

/** The estimate at a head, and what is left from there until a block, as the page has it. */
export const clockAt = Effect.fn("clockAt")(function* (head: BlockReference) {
  const [pace, now] = yield* Effect.all([paceAt(head), Effect.flatMap(Chain, ({ timeAt }) => timeAt(head.hash))], { concurrency: 2 })
  return { pace, left: (block: number) => leftUntil(block, head.number, pace, now) }
})
/** The same at the finalised head. */
export const clockNow = Effect.flatMap(Chain, ({ finalisedHead }) => Effect.flatMap(finalisedHead, clockAt))
export type BlockClock = Effect.Effect.Success<ReturnType<typeof clockAt>>

/** Timestamps of blocks: read from the chain for past blocks, estimated for future ones. */
export const momentsOf = Effect.fn("momentsOf")(function* (blocks: ReadonlyArray<number>, head: BlockReference) {
  const pace = yield* paceAt(head)
  const moments = yield* Effect.forEach(
    [...new Set(blocks)],
    (block) =>
      block > head.number
        ? Effect.succeed<BlockMoment>({ block, at: pace && timeOfBlock(block, pace), estimated: true })
        : Effect.map(timeOf(block), (at): BlockMoment => ({ block, at, estimated: false })),
    { concurrency: 8 }
  )
  return new Map(moments.map((moment) => [moment.block, moment]))
})
