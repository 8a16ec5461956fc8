/** Facts of an epoch from an index that recorded them. Its facts of the chain are trusted; reports are judged as always. */
import { Effect, Layer, Option } from "effect"
import { EpochStateSource } from "./EpochStateSource.ts"
import { IndexApi } from "./IndexApi.ts"

export const layer: Layer.Layer<EpochStateSource, never, IndexApi> = Layer.effect(
  EpochStateSource,
  Effect.map(IndexApi, ({ facts, newestEpoch }) =>
    EpochStateSource.of({
      of: Effect.fn("indexedState")(function* (epoch: number) {
        const [found, newest] = yield* Effect.all([facts(epoch), newestEpoch], { concurrency: 2 })
        // Validators may have moved since the index recorded the epoch.
        const now = Option.isSome(newest) && newest.value > epoch ? yield* facts(newest.value) : found
        return { ...found, axons: [...now.axons, ...found.axons] }
      })
    })
  )
)
