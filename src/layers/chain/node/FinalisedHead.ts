/** The newest finalised head that this process has seen, shared by all loops. */
import { Context, Effect, Layer, Stream, SubscriptionRef } from "effect"
import { elapsedMillis } from "../../machine/effects/elapsed.ts"
import { supervised } from "../../machine/effects/supervise.ts"
import { type BlockReference, Chain } from "./Chain.ts"

export class FinalisedHead extends Context.Tag("gittensor/FinalisedHead")<
  FinalisedHead,
  {
    readonly current: Effect.Effect<BlockReference>
    /** When it arrived, in milliseconds of the monotonic clock. */
    readonly arrivedAt: Effect.Effect<number>
    /** The current head, then every later one. */
    readonly changes: Stream.Stream<BlockReference>
  }
>() {}

const arrivalOf = (head: BlockReference) => Effect.map(elapsedMillis, (arrivedAt) => ({ head, arrivedAt }))

const make = Effect.gen(function* () {
  const chain = yield* Chain
  const newest = yield* SubscriptionRef.make(yield* Effect.flatMap(chain.finalisedHead, arrivalOf))
  const service = FinalisedHead.of({
    current: Effect.map(SubscriptionRef.get(newest), ({ head }) => head),
    arrivedAt: Effect.map(SubscriptionRef.get(newest), ({ arrivedAt }) => arrivedAt),
    changes: Stream.map(newest.changes, ({ head }) => head)
  })
  const follow = chain.finalisedHeads.pipe(
    Stream.runForEach((head) => Effect.flatMap(arrivalOf(head), (arrived) => SubscriptionRef.set(newest, arrived)))
  )
  return { service, follow }
})

/** Follows the chain until the layer's scope ends. */
export const layer = Layer.scoped(
  FinalisedHead,
  Effect.gen(function* () {
    const { service, follow } = yield* make
    yield* supervised("watch", follow).pipe(Effect.forkScoped)
    return service
  })
)

/** The finalised head when the layer is built, without updates. */
export const snapshot = Layer.effect(
  FinalisedHead,
  Effect.map(make, ({ service }) => service)
)
