/** Which epochs' reports may be shown, and by what records of the newest ones are picked. */
import { Context, Effect, Layer, Ref } from "effect"

/**
 * The newest epoch whose reports are open. Before an epoch's block E + D1 nobody may see a report, because its hash could still be committed by somebody who
 * has copied it.
 */
export class OpenEpoch extends Context.Tag("gittensor/OpenEpoch")<
  OpenEpoch,
  {
    readonly current: Effect.Effect<number>
    readonly open: (epoch: number) => Effect.Effect<void>
    /** The seed of an epoch's challenge; undefined if it is not known, or not any more. */
    readonly seedOf: (epoch: number) => Effect.Effect<string | undefined>
    /** From now on, the records that this seed picks are shown, and those of earlier epochs no longer. */
    readonly challenge: (epoch: number, seed: string) => Effect.Effect<void>
  }
>() {}

/** No epoch is open until the first call of `open`, which opens all before it as well. */
export const layer: Layer.Layer<OpenEpoch> = Layer.effect(
  OpenEpoch,
  Effect.gen(function* () {
    const newest = yield* Ref.make(-1)
    const challenged = yield* Ref.make({ epoch: -1, seed: "" })
    return OpenEpoch.of({
      current: Ref.get(newest),
      open: (epoch) => Ref.update(newest, (before) => Math.max(before, epoch)),
      seedOf: (epoch) => Effect.map(Ref.get(challenged), (known) => (known.epoch === epoch ? known.seed : undefined)),
      challenge: (epoch, seed) => Ref.update(challenged, (before) => (epoch < before.epoch ? before : { epoch, seed }))
    })
  })
)
