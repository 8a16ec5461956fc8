/** The epochs whose reports may be published. */
import { Context, Effect, Layer, Ref } from "effect"

/**
 * The newest epoch whose reports are open. Reports stay hidden before the epoch's block E + D1: until then a validator that copied one could still
 * commit to its hash.
 */
export class OpenEpoch extends Context.Tag("gittensor/OpenEpoch")<
  OpenEpoch,
  { readonly current: Effect.Effect<number>; readonly open: (epoch: number) => Effect.Effect<void> }
>() {}

/** No epoch is open until the first call of `open`, which also opens all earlier ones. */
export const layer: Layer.Layer<OpenEpoch> = Layer.effect(
  OpenEpoch,
  Effect.map(Ref.make(-1), (newest) =>
    OpenEpoch.of({ current: Ref.get(newest), open: (epoch) => Ref.update(newest, (before) => Math.max(before, epoch)) })
  )
)
