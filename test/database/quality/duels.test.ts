/** The tables of duels and judges' costs, in Postgres. The tests of duels and judges use them in SQLite. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Option, Redacted } from "effect"
import { IssueNumber } from "../../../src/domain/IssueRef.ts"
import { ArtefactDigest, type ArtefactRef } from "../../../src/domain/quality/Artefact.ts"
import { Family, JudgeName } from "../../../src/domain/quality/Duel.ts"
import { type DuelPair, duelKey } from "../../../src/domain/quality/DuelRecord.ts"
import { MicroDollars } from "../../../src/domain/quality/Panel.ts"
import type { KeptAnswer } from "../../../src/domain/quality/ShownDuel.ts"
import { DuelTables, layer as duelTables } from "../../../src/quality/store/DuelTables.ts"
import { type BegunCall, layer as callsLayer, JudgeCalls } from "../../../src/quality/store/JudgeCalls.ts"
import { layerTables } from "../../../src/quality/store/QualityRecords.ts"
import * as WorkDatabase from "../../../src/quality/WorkDatabase.ts"
import { freshUrl, postgresIsAvailable } from "../../support/database/support.ts"
import { PANEL } from "../../support/quality/duels.ts"
import { headOf } from "../../support/quality/heads.ts"

const world = Layer.unwrapScoped(
  Effect.map(freshUrl("empty"), (url) =>
    Layer.merge(duelTables, callsLayer).pipe(Layer.provide(layerTables), Layer.provide(WorkDatabase.layer(Redacted.make(url))))
  )
)

const pair: DuelPair = { issue: headOf(1).issue, number: IssueNumber.make(42), a: headOf(1), b: headOf(2, 1) }
const judge = JudgeName.make("fair")
const file: ArtefactRef = { name: "question", digest: ArtefactDigest.make("2".repeat(64)), mediaType: "application/json", bytes: 7 }
const answer: KeptAnswer = {
  judge,
  family: Family.make("one"),
  model: "fair",
  answeredBy: "fair-2026-10-01",
  order: "ab",
  state: "unreadable",
  shares: null,
  reason: "a NUL: \0",
  wording: "duel/v1",
  question: "0".repeat(64),
  text: "prose \0",
  answer: "1".repeat(64),
  artefacts: [file]
}

describe.skipIf(!postgresIsAvailable)("duels in Postgres", () => {
  it.scopedLive("are kept once, with their answers and their end", () =>
    Effect.gen(function* () {
      const { duelsOf, keepCanaries, canaries, keepProbe, probes, stability } = yield* DuelTables
      const duels = duelsOf("chain-contract")
      const begun = yield* duels.begin(pair, { block: 7, randomness: `0x${"ab".repeat(32)}` })
      assert.deepStrictEqual([begun.pair, begun.outcome, begun.endedAt], [pair, null, null])
      yield* duels.keepAnswer(pair, answer)
      yield* duels.keepAnswer(pair, { ...answer, reason: "later" })
      assert.deepStrictEqual(yield* duels.answers(pair), [answer])
      const newer = { ...answer, model: "newer" }
      yield* duels.keepAnswer(pair, newer)
      assert.deepStrictEqual(yield* duels.answers(pair), [answer, newer])
      assert.deepStrictEqual([...(yield* duels.artefacts)], [file.digest])
      assert.lengthOf(yield* duels.unfinished, 1)
      yield* duels.end(pair, {
        outcome: null,
        reason: "gone",
        jurors: [{ name: judge, family: answer.family, model: "fair" }],
        panel: PANEL
      })
      assert.lengthOf(yield* duels.unfinished, 0)
      const ended = Option.getOrThrow(yield* duels.find(pair))
      assert.deepStrictEqual([ended.reason, ended.jurors.length, ended.panel], ["gone", 1, PANEL])
      assert.deepStrictEqual(yield* duels.changes, [{ issue: pair.issue, at: ended.endedAt ?? 0 }])
      yield* keepCanaries({ judge, model: "fair", asked: 16, fell: 9 })
      yield* keepCanaries({ judge, model: "fair", asked: 16, fell: 1 })
      assert.deepStrictEqual(
        (yield* canaries).map(({ fell }) => fell),
        [1]
      )
      for (const [wording, ab] of [
        ["v1", 1],
        ["v2", 0],
        ["v2", 1],
        ["v2", 1]
      ] as const)
        yield* keepProbe({ judge, model: "fair", wording, ab, ba: 1 })
      assert.deepStrictEqual(
        (yield* probes).map((one) => [one.wording, one.ab, one.ba]),
        [["v2", 1, 1]]
      )
      assert.deepStrictEqual(yield* stability, [{ judge, model: "fair", again: 4, changed: 1 }])
    }).pipe(Effect.provide(world))
  )

  it.scopedLive("never exceed a day's budget, whoever asks at once", () =>
    Effect.gen(function* () {
      const { begin, end, costs, ofIssue, spentOn, lastBudget } = yield* JudgeCalls
      const call: BegunCall = {
        contract: "chain-contract",
        issue: 3,
        pullRequests: "acme/widgets#1 against acme/widgets#2",
        duel: duelKey(pair),
        stage: "duel",
        activity: "execution/ask",
        judge,
        model: "fair",
        reserved: MicroDollars.make(30)
      }
      const begun = yield* Effect.all(
        Array.from({ length: 12 }, () => begin(call, MicroDollars.make(100))),
        { concurrency: "unbounded" }
      )
      const numbers = begun.flatMap(Option.toArray)
      assert.lengthOf(numbers, 3)
      const [first = 0] = numbers
      yield* end(first, { outcome: "answered", promptTokens: 5, answerTokens: 1, cost: MicroDollars.make(4) })
      yield* end(first, { outcome: "lost", promptTokens: null, answerTokens: null, cost: MicroDollars.make(30) })
      const [line] = yield* costs("2000-01-01")
      assert.deepStrictEqual([line?.calls, line?.open, line?.promptTokens, line?.answerTokens, line?.cost], [3, 2, 5, 1, 64])
      assert.strictEqual(yield* spentOn(line?.day ?? ""), 64)
      assert.deepStrictEqual(
        (yield* ofIssue("chain-contract", 3)).map((one) => [one.duel, one.stage, one.judge, one.calls, one.open, one.cost]),
        [[duelKey(pair), "duel", judge, 3, 2, 64]]
      )
      assert.lengthOf(yield* ofIssue("chain-contract", 4), 0)
      assert.deepStrictEqual(yield* lastBudget, Option.some(MicroDollars.make(100)))
      assert.isTrue(Option.isSome(yield* begin(call, MicroDollars.make(100))))
    }).pipe(Effect.provide(world))
  )
})
