/** Which epochs' reports may be shown. */
import { Context, Effect, Layer, Ref } from "effect"

/**
 * The newest epoch whose reports are open. Before an epoch's block E + D1 nobody may see a report, because its hash could still be committed by somebody who
 * has copied it.
 */
export class OpenEpoch extends Context.Tag("gittensor/OpenEpoch")<
  OpenEpoch,
  { readonly current: Effect.Effect<number>; readonly open: (epoch: number) => Effect.Effect<void> }
>() {}

/** No epoch is open until the first call of `open`, which opens all before it as well. */
export const layer: Layer.Layer<OpenEpoch> = Layer.effect(
  OpenEpoch,
  Effect.map(Ref.make(-1), (newest) =>
    OpenEpoch.of({ current: Ref.get(newest), open: (epoch) => Ref.update(newest, (before) => Math.max(before, epoch)) })
  )
)
