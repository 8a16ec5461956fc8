/** Read access to a validator's findings, for readers such as the axon. Readers exist before the tables open and while the tables are unavailable. */
import { Context, Effect, Layer, Option, Ref, type Scope } from "effect"
import type { ArtefactDigest } from "../../domain/quality/Artefact.ts"
import { duelName } from "../../domain/quality/DuelRecord.ts"
import { headKey } from "../../domain/quality/QualityRecord.ts"
import { NO_DUELS } from "../../domain/quality/ShownDuel.ts"
import { JudgingState } from "../JudgingState.ts"
import { DuelRecords } from "./DuelRecords.ts"
import { QualityRecords, QualityUnavailable } from "./QualityRecords.ts"

export interface ReadableQuality {
  readonly records: Pick<QualityRecords["Type"], "of" | "all" | "unfinished">
  readonly duels: DuelRecords["Type"]
}

export class QualityView extends Context.Tag("gittensor/QualityView")<
  QualityView,
  {
    /** Fails while no tables are open. */
    readonly current: Effect.Effect<ReadableQuality, QualityUnavailable>
    /** Publishes these tables to readers until the scope closes. */
    readonly show: (tables: ReadableQuality) => Effect.Effect<void, never, Scope.Scope>
  }
>() {}

/** At first, no tables are open. */
export const layer: Layer.Layer<QualityView> = Layer.effect(
  QualityView,
  Effect.map(Ref.make(Option.none<ReadableQuality>()), (open) =>
    QualityView.of({
      current: Effect.flatMap(
        Ref.get(open),
        Effect.mapError(() => new QualityUnavailable({ operation: "open the tables", why: "they are not open yet; the log says why" }))
      ),
      show: (tables) => Effect.acquireRelease(Ref.set(open, Option.some(tables)), () => Ref.set(open, Option.none()))
    })
  )
)

/** Publishes the tables of this scope to readers. */
export const show = Effect.gen(function* () {
  const [view, records, duels] = yield* Effect.all([QualityView, QualityRecords, DuelRecords])
  yield* view.show({ records, duels })
})

/** The part of /health about judging. */
export const stateLayer: Layer.Layer<JudgingState, never, QualityView> = Layer.effect(
  JudgingState,
  Effect.map(QualityView, ({ current }) =>
    Effect.gen(function* () {
      const { records, duels } = yield* current
      const heads = (yield* records.unfinished).map(({ record: { head, state, at } }) => ({ what: headKey(head), state, since: at }))
      const open = (yield* duels.unfinished).map(({ pair, begunAt }) => ({
        what: `duel ${duelName(pair)}`,
        state: "begun",
        since: begunAt
      }))
      return { queue: [...heads, ...open].toSorted((one, other) => one.since - other.since), judges: yield* duels.stability }
    }).pipe(Effect.catchTag("QualityUnavailable", () => Effect.succeed(undefined)))
  )
)

/** For a validator that judges no pull requests: no findings. */
export const layerNone: Layer.Layer<QualityView> = Layer.succeed(QualityView, {
  current: Effect.succeed({
    records: { of: () => Effect.succeed([]), all: Effect.succeed([]), unfinished: Effect.succeed([]) },
    duels: {
      of: () => Effect.succeed(NO_DUELS),
      unfinished: Effect.succeed([]),
      stability: Effect.succeed([]),
      changes: Effect.succeed([]),
      artefacts: Effect.succeed(new Set<ArtefactDigest>())
    }
  }),
  show: () => Effect.void
})
