/** The quality loop opens its tables in the background, and readers see the open ones. */
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Exit, Layer, Logger, Option, Ref, Scope, TestClock } from "effect"
import { IssueId } from "../../../src/domain/Enrolment.ts"
import type { ArtefactDigest } from "../../../src/domain/quality/Artefact.ts"
import { FinalisedHead } from "../../../src/layers/chain/node/FinalisedHead.ts"
import { Subnet } from "../../../src/layers/chain/subnet/Subnet.ts"
import { PullRequestHeads } from "../../../src/layers/github/PullRequestHeads.ts"
import * as Judging from "../../../src/quality/loop.ts"
import { HeadPipeline } from "../../../src/quality/pipeline/HeadPipeline.ts"
import * as SeenByVerdicts from "../../../src/quality/SeenByVerdicts.ts"
import { DuelRecords } from "../../../src/quality/store/DuelRecords.ts"
import { QualityRecords, QualityUnavailable } from "../../../src/quality/store/QualityRecords.ts"
import * as QualityView from "../../../src/quality/store/QualityView.ts"
import { Rosters } from "../../../src/scoring/rosters/Rosters.ts"
import { qualityRecord } from "../../support/quality/records.ts"

const record = qualityRecord()

/** Tables that fail to open before this attempt. `steps`: the number of steps that have read them. */
const openingAt = (attempt: number, attempts: Ref.Ref<number>, steps: Ref.Ref<number>) =>
  Layer.unwrapEffect(
    Effect.gen(function* () {
      const now = yield* Ref.updateAndGet(attempts, (before) => before + 1)
      if (now < attempt) return yield* new QualityUnavailable({ operation: "open", why: "the disk is full" })
      return Layer.mergeAll(
        Layer.mock(QualityRecords, {
          of: () => Effect.succeed([record]),
          all: Effect.succeed([record]),
          states: Effect.as(
            Ref.update(steps, (before) => before + 1),
            []
          ),
          unfinished: Effect.succeed([])
        }),
        Layer.mock(DuelRecords, { changes: Effect.succeed([]), artefacts: Effect.succeed(new Set<ArtefactDigest>()) }),
        Layer.mock(HeadPipeline, {}),
        Layer.mock(PullRequestHeads, {})
      )
    })
  )

const elsewhere = Layer.mergeAll(
  QualityView.layer,
  SeenByVerdicts.layer,
  Layer.mock(FinalisedHead, {}),
  Layer.mock(Rosters, {}),
  Layer.mock(Subnet, { netuid: 74 }),
  Logger.remove(Logger.defaultLogger)
)

const shown = Effect.flatMap(QualityView.QualityView, ({ current }) => Effect.option(Effect.flatMap(current, ({ records }) => records.all)))
const offerNothing = Effect.flatMap(SeenByVerdicts.SeenByVerdicts, ({ offer }) => offer([]))

describe("the loop that judges pull requests", () => {
  it.effect("opens its tables again after a failure, while readers are told that they are not open, and ends with its scope", () =>
    Effect.gen(function* () {
      const [attempts, steps] = yield* Effect.all([Ref.make(0), Ref.make(0)])
      const scope = yield* Scope.make()
      yield* Layer.buildWithScope(Judging.layer(openingAt(3, attempts, steps), Duration.minutes(1)), scope)
      yield* offerNothing
      yield* TestClock.adjust("0 seconds")
      const { current } = yield* QualityView.QualityView
      assert.match((yield* Effect.flip(current)).message, /not open yet/)
      assert.deepStrictEqual([yield* Ref.get(attempts), yield* Ref.get(steps)], [1, 0])
      yield* TestClock.adjust("2 seconds")
      assert.deepStrictEqual(yield* shown, Option.some([record]))
      assert.deepStrictEqual([yield* Ref.get(attempts), yield* Ref.get(steps)], [3, 1], "the look from before is not lost")
      yield* offerNothing
      yield* TestClock.adjust("0 seconds")
      assert.strictEqual(yield* Ref.get(steps), 2)
      yield* Scope.close(scope, Exit.void)
      assert.deepStrictEqual(yield* shown, Option.none())
    }).pipe(Effect.provide(elsewhere))
  )

  it.effect("is nobody else's failure: a step that fails is followed by the next one", () =>
    Effect.gen(function* () {
      const [attempts, steps] = yield* Effect.all([Ref.make(0), Ref.make(0)])
      const broken = Layer.mock(QualityRecords, {
        states: Effect.zipRight(
          Ref.update(steps, (before) => before + 1),
          new QualityUnavailable({ operation: "read all states", why: "the disk is gone" })
        )
      })
      yield* Layer.build(Judging.layer(Layer.merge(openingAt(1, attempts, steps), broken), Duration.minutes(1)))
      for (const after of [1, 2]) {
        yield* offerNothing
        yield* TestClock.adjust("0 seconds")
        assert.deepStrictEqual([yield* Ref.get(attempts), yield* Ref.get(steps)], [1, after])
      }
    }).pipe(Effect.scoped, Effect.provide(elsewhere))
  )
})

describe("a validator that looks at no pull requests", () => {
  it.effect("has no findings to show", () =>
    Effect.gen(function* () {
      const { current } = yield* QualityView.QualityView
      const { duels, records } = yield* current
      assert.deepStrictEqual(
        [yield* records.all, yield* records.of(IssueId.make(1)), (yield* duels.of(IssueId.make(1))).duels, yield* duels.changes],
        [[], [], [], []]
      )
      assert.strictEqual((yield* duels.artefacts).size, 0)
    }).pipe(Effect.provide(QualityView.layerNone))
  )
})
