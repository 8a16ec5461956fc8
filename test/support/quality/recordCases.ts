/** The guarantees of the records of heads, tested on any database. */
import { assert, it } from "@effect/vitest"
import { Effect, type Layer, Option } from "effect"
import { RepositoryName } from "../../../src/domain/IssueRef.ts"
import { headKey } from "../../../src/domain/quality/QualityRecord.ts"
import type { SeenEarlier } from "../../../src/quality/store/earlierHeads.ts"
import { QualityTables, REPLACED_REASON } from "../../../src/quality/store/QualityRecords.ts"
import { gateReport, headOf, verification } from "./heads.ts"

const PARSERS = "parsers"

export const recordCases = <E>(tables: Layer.Layer<QualityTables, E>) => {
  const records = Effect.map(QualityTables, ({ recordsOf }) => recordsOf("chain-contract"))

  it.scopedLive("keep each head in its place, and each event once", () =>
    Effect.gen(function* () {
      const { see, append, of, unfinished, find } = yield* records
      const [first, second] = [headOf(1), headOf(2, 1)]
      yield* see(first)
      yield* see(second)
      const again = yield* see(first)
      assert.strictEqual(again.attempt, 1)
      assert.strictEqual(again.record.state, "seen")
      assert.deepStrictEqual(
        (yield* of(first.issue)).map(({ head }) => head),
        [first, second]
      )
      yield* append(first, { attempt: 1, state: "gated", gate: gateReport })
      // If a step runs twice, the first result stays.
      const twice = yield* append(first, { attempt: 1, state: "gated", gate: { ...gateReport, files: 9 } })
      assert.deepStrictEqual(twice.record.gate, gateReport)
      const verified = yield* append(first, { attempt: 1, state: "verified", verification })
      assert.deepStrictEqual([verified.record.state, verified.record.verification], ["verified", verification])
      yield* append(first, { attempt: 1, state: "done" })
      const late = yield* append(first, { attempt: 1, state: "failed", fault: "infrastructure", reason: "too late" })
      assert.deepStrictEqual([late.record.state, late.record.fault, late.record.gate], ["done", null, gateReport])
      assert.deepStrictEqual(
        (yield* unfinished).map(({ record }) => record.head),
        [second]
      )
      assert.isTrue(Option.isNone(yield* find(headOf(3))))
    }).pipe(Effect.provide(tables))
  )

  it.scopedLive("keep a head apart that is shown again under another hotkey", () =>
    Effect.gen(function* () {
      const { see, append, of, unfinished, earlierHeads } = yield* records
      const [first, again] = [headOf(1), headOf(1, 1)]
      assert.strictEqual(first.commit, again.commit)
      yield* see(first)
      yield* append(first, { attempt: 1, state: "done" })
      yield* see(again)
      assert.deepStrictEqual(
        (yield* of(first.issue)).map(({ head, state }) => [head.hotkey, state]),
        [
          [first.hotkey, "done"],
          [again.hotkey, "seen"]
        ]
      )
      assert.deepStrictEqual(
        (yield* unfinished).map(({ record }) => record.head),
        [again]
      )
      assert.deepStrictEqual(
        (yield* earlierHeads(again, PARSERS)).map(({ head }) => head),
        [first]
      )
    }).pipe(Effect.provide(tables))
  )

  it.scopedLive("say which head GitHub shows, also after a force-push there and back", () =>
    Effect.gen(function* () {
      const { see, append, of } = yield* records
      const [first, second, other] = [headOf(1), headOf(1, 0, 2), headOf(2, 1)]
      const current = Effect.map(of(first.issue), (all) => all.flatMap(({ head, currentSince }) => (currentSince === null ? [] : [head])))
      for (const head of [first, other, second]) yield* see(head)
      assert.deepStrictEqual(yield* current, [other, second])
      yield* append(first, { attempt: 1, state: "gated", gate: gateReport })
      yield* append(first, { attempt: 1, state: "done", reason: REPLACED_REASON })
      yield* append(second, { attempt: 1, state: "done", reason: "not verified: tests are off" })
      const back = yield* see(first)
      assert.deepStrictEqual([back.attempt, back.record.state, back.record.gate], [2, "seen", null])
      assert.deepStrictEqual(yield* current, [first, other])
      assert.strictEqual((yield* see(first)).attempt, 2)
      // What did not end because of its absence is not begun again.
      assert.strictEqual((yield* see(second)).attempt, 1)
    }).pipe(Effect.provide(tables))
  )

  it.scopedLive("tell contracts apart", () =>
    Effect.gen(function* () {
      const { recordsOf } = yield* QualityTables
      const [one, other] = [recordsOf("one"), recordsOf("other")]
      yield* one.see(headOf(1))
      assert.lengthOf(yield* one.all, 1)
      assert.lengthOf(yield* other.all, 0)
    }).pipe(Effect.provide(tables))
  )

  it.scopedLive("keep what an attempt found when a later one fails by nobody's fault", () =>
    Effect.gen(function* () {
      const { see, append } = yield* records
      yield* see(headOf(1))
      yield* append(headOf(1), { attempt: 1, state: "gated", gate: gateReport })
      yield* append(headOf(1), { attempt: 1, state: "done" })
      const { record } = yield* append(headOf(1), { attempt: 2, state: "seen" })
      assert.strictEqual(record.state, "seen")
      const kept = yield* append(headOf(1), { attempt: 2, state: "failed", fault: "provider", reason: "the fork is gone" })
      assert.deepStrictEqual([kept.attempt, kept.record.state, kept.record.gate, kept.record.fault], [2, "done", gateReport, null])
    }).pipe(Effect.provide(tables))
  )

  it.scopedLive("give what was seen earlier in the repository, and what is similar in any other, with its fingerprints", () =>
    Effect.gen(function* () {
      const { see, append, keepFingerprints, fingerprints, earlierHeads } = yield* records
      const heads = [headOf(1), headOf(2, 1), headOf(1, 0, 2), headOf(3, 1)] as const
      const [similar, other] = [4, 5].map((number) => ({ ...headOf(number), repository: RepositoryName.make("acme/gadgets") }))
      if (similar === undefined || other === undefined) return assert.fail("two heads")
      const range = (from: number, to: number) => Uint32Array.from({ length: to - from }, (_, index) => from + index)
      for (const head of [similar, other, ...heads]) yield* see(head)
      // An index by other parsers finds nothing.
      yield* keepFingerprints(similar, "older", range(0, 100))
      yield* keepFingerprints(heads[2], PARSERS, range(0, 100))
      yield* keepFingerprints(heads[0], PARSERS, Uint32Array.of(0, 7, 4_294_967_295))
      yield* append(heads[1], { attempt: 1, state: "rejected", fault: "miner", reason: "empty" })
      const earlier = yield* earlierHeads(heads[2], PARSERS)
      const here = [
        [headKey(heads[0]), Uint32Array.of(0, 7, 4_294_967_295), false],
        [headKey(heads[1]), null, false]
      ]
      const shown = ({ head, fingerprints, isDue }: SeenEarlier) => [headKey(head), fingerprints, isDue]
      assert.deepStrictEqual(earlier.map(shown), here)
      // It was seen earlier, although its fingerprints are made later.
      yield* keepFingerprints(similar, PARSERS, range(10, 110))
      yield* keepFingerprints(other, PARSERS, range(1_000, 1_100))
      assert.deepStrictEqual(yield* fingerprints(other, PARSERS), Option.some(range(1_000, 1_100)))
      assert.deepStrictEqual((yield* earlierHeads(heads[2], PARSERS)).map(shown), [[headKey(similar), range(10, 110), false], ...here])
      assert.lengthOf(yield* earlierHeads(similar, PARSERS), 0)
      assert.deepStrictEqual(
        earlier.map(({ seen }) => seen),
        earlier.map(({ seen }) => seen).toSorted((a, b) => a - b)
      )
    }).pipe(Effect.provide(tables))
  )

  it.scopedLive("begin another attempt where one failed, and end one that runs", () =>
    Effect.gen(function* () {
      const { heads, retry, cancel } = yield* QualityTables
      const { see, append, find, unfinished } = yield* records
      const head = headOf(1)
      yield* see(head)
      const found = Effect.flatMap(heads, ([one]) => (one === undefined ? Effect.dieMessage("no head") : Effect.succeed(one)))
      assert.isFalse(yield* retry(yield* found), "it has not ended")
      assert.isTrue(yield* cancel(yield* found))
      assert.isFalse(yield* cancel(yield* found), "it has ended")
      const after = yield* append(head, { attempt: 1, state: "gated", gate: gateReport })
      assert.deepStrictEqual([after.record.state, after.record.reason], ["failed", "cancelled by the operator"])
      assert.isTrue(yield* retry(yield* found))
      const again = Option.getOrThrow(yield* find(head))
      assert.deepStrictEqual([again.attempt, again.record.state, again.record.gate], [2, "seen", null])
      assert.lengthOf(yield* unfinished, 1)
      yield* append(head, { attempt: 2, state: "done", reason: "no tests are recognised" })
      assert.lengthOf(yield* unfinished, 0)
      assert.isTrue(yield* retry(yield* found), "it was not verified")
      assert.strictEqual(Option.getOrThrow(yield* find(head)).attempt, 3)
    }).pipe(Effect.provide(tables))
  )
}
