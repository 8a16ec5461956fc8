/** Broadcasts the contract's events, block by block, to all parts of the demo. */
import { Context, Effect, Layer, Option, PubSub, Ref, type Scope, Stream } from "effect"
import type { ContractEvent } from "../../src/contract-client/generated.ts"
import { Contract } from "../../src/layers/chain/contract/Contract.ts"
import { type BlockReference, Chain } from "../../src/layers/chain/node/Chain.ts"
import { resultOf } from "../../src/layers/machine/effects/resultOf.ts"

export interface BlockOfEvents {
  readonly block: BlockReference
  readonly events: ReadonlyArray<ContractEvent>
}

export class Feed extends Context.Tag("gittensor/demo/Feed")<
  Feed,
  {
    /** Every later block with its events, including blocks without events. */
    readonly subscribe: Effect.Effect<Stream.Stream<BlockOfEvents>, never, Scope.Scope>
    readonly head: Effect.Effect<BlockReference>
    /** Ends only with the defect that ended the feed: nothing happens any more then. */
    readonly broken: Effect.Effect<never>
  }
>() {}

/** Blocks that are read at once, in order, so that a story that fell behind catches up. */
const READ_AHEAD = 8

const make = Effect.gen(function* () {
  const [chain, contract] = yield* Effect.all([Chain, Contract])
  const hub = yield* PubSub.unbounded<BlockOfEvents>()
  const head = yield* Ref.make(yield* chain.finalisedHead)
  const fiber = yield* chain.finalisedHeads.pipe(
    Stream.mapEffect((block) => contract.eventsAt(block).pipe(Effect.map((events): BlockOfEvents => ({ block, events }))), {
      concurrency: READ_AHEAD
    }),
    Stream.runForEach((found) => Ref.set(head, found.block).pipe(Effect.zipRight(PubSub.publish(hub, found)))),
    Effect.orDie,
    Effect.forkScoped
  )
  return Feed.of({
    subscribe: PubSub.subscribe(hub).pipe(Effect.map((queue) => Stream.fromQueue(queue, { maxChunkSize: 1 }))),
    head: Ref.get(head),
    broken: Effect.zipRight(resultOf(fiber), Effect.never)
  })
})

export const layer = Layer.scoped(Feed, make)

/** The first result of `found` that is not `undefined`. */
export const firstOf = <A, E>(stream: Stream.Stream<BlockOfEvents, E>, found: (block: BlockOfEvents) => A | undefined) =>
  stream.pipe(
    Stream.filterMap((block) => Option.fromNullable(found(block))),
    Stream.runHead
  )
