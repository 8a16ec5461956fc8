import * as FileSystem from "@effect/platform/FileSystem"
import * as BunContext from "@effect/platform-bun/BunContext"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Either, Layer } from "effect"
import * as fc from "fast-check"
import { IssueId, type Refusal } from "../../../src/domain/Enrolment.ts"
import { SubnetView } from "../../../src/layers/chain/subnet/SubnetView.ts"
import * as Enrolments from "../../../src/scoring/issue_competitions/enrolments/Enrolments.ts"
import { type Changes, chain, key, miners, signed, storeOf, stranger, subnet, viewOf } from "../../support/axon/support.ts"

const [a, b, c] = miners
const issue = (id: number) => IssueId.make(id)

const inFile = <A, E, R>(use: (file: string) => Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const folder = yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped()
    return yield* use(`${folder}/enrolments.db`)
  }).pipe(Effect.scoped, Effect.provide(BunContext.layer))

const reasonOf = <A>(result: Either.Either<A, Refusal | Enrolments.EnrolmentStoreFailed>) =>
  Either.isRight(result) ? "accepted" : result.left._tag === "EnrolmentRefused" ? result.left.reason : result.left._tag

const submit = (message: { text: string; signature: ReturnType<typeof a.signText> }) =>
  Effect.flatMap(Enrolments.Enrolments, (store) => Effect.map(Effect.either(store.submit(message)), reasonOf))
const merge = (message: { text: string; signature: ReturnType<typeof a.signText> }) =>
  Effect.flatMap(Enrolments.Enrolments, (store) => Effect.either(store.merge(message)))
const snapshot = (block = 1_000) => Effect.flatMap(Enrolments.Enrolments, (store) => store.snapshot(block))
const size = Effect.flatMap(Enrolments.Enrolments, (store) => store.size)

describe("the store of enrolments", () => {
  it.effect("accepts only rising sequence numbers of a hotkey for an issue", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* submit(signed(a, { sequence: 5 })), "accepted")
      assert.strictEqual(yield* submit(signed(a, { sequence: 5 })), "Replayed")
      assert.strictEqual(yield* submit(signed(a, { sequence: 4, choice: "skip" })), "Replayed")
      assert.strictEqual(yield* submit(signed(a, { sequence: 1, issue: 2 })), "accepted")
      assert.strictEqual(yield* submit(signed(b, { sequence: 1 })), "accepted")
      assert.strictEqual(yield* submit(signed(a, { sequence: 6, choice: "skip" })), "accepted")
      const stands = yield* snapshot()
      assert.deepStrictEqual(stands.get(issue(1)), { enrolled: [b.address], skipped: [a.address] })
      assert.deepStrictEqual(stands.get(issue(2)), { enrolled: [a.address], skipped: [] })
      assert.strictEqual(yield* submit(signed(stranger)), "UnregisteredHotkey")
      assert.strictEqual(yield* submit({ ...signed(a, { sequence: 9 }), signature: b.signText("x") }), "BadSignature")
    }).pipe(Effect.provide(storeOf(subnet())))
  )

  it.effect("counts an enrolment from its first to its last block", () =>
    Effect.gen(function* () {
      yield* submit(signed(a, { validFrom: 1_010, validUntil: 1_020 }))
      const enrolledAt = (block: number) => Effect.map(snapshot(block), (stands) => stands.get(issue(1))?.enrolled.length ?? 0)
      assert.deepStrictEqual(yield* Effect.all([1_009, 1_010, 1_020, 1_021].map(enrolledAt)), [0, 1, 1, 0])
    }).pipe(Effect.provide(storeOf(subnet())))
  )

  it.effect("forgets an expired enrolment only when no older one can return in its place", () => {
    const state = subnet()
    const older = signed(a, { sequence: 1, validFrom: 990, validUntil: 8_190 })
    return Effect.gen(function* () {
      yield* submit(older)
      yield* submit(signed(a, { sequence: 2, choice: "skip", validFrom: 1_000, validUntil: 1_010 }))
      const { prune } = yield* Enrolments.Enrolments
      state.block = 5_000
      assert.strictEqual(yield* prune, 0)
      assert.strictEqual(yield* submit(older), "Replayed")
      assert.deepStrictEqual(yield* merge(older), Either.right(false))
      state.block = 1_010 + 7_225
      assert.strictEqual(yield* prune, 0)
      state.block += 1
      assert.strictEqual(yield* prune, 1)
      assert.strictEqual(yield* submit(older), "Expired")
      assert.strictEqual(yield* size, 0)
    }).pipe(Effect.provide(storeOf(state)))
  })

  it.effect("omits expired enrolments that no validator needs from its digests, and hotkeys without any others", () => {
    const state = subnet()
    return Effect.gen(function* () {
      const { merge, summary } = yield* Enrolments.Enrolments
      yield* merge(signed(a, { issue: 2 }))
      const without = yield* summary
      yield* merge(signed(a, { issue: 1, validUntil: 1_010 }))
      yield* merge(signed(b, { validUntil: 1_010 }))
      assert.strictEqual((yield* summary).size, 2)
      state.block = 1_010 + 7_225
      assert.notDeepEqual(yield* summary, without)
      state.block += 1
      assert.deepStrictEqual(yield* summary, without)
    }).pipe(Effect.provide(storeOf(state)))
  })

  it.effect("accepts an expired enrolment from another validator if it replaces an older one that has not expired", () => {
    const state = subnet()
    const older = signed(a, { sequence: 1, validUntil: 8_190 })
    const newer = signed(a, { sequence: 2, choice: "skip", validUntil: 1_010 })
    return Effect.gen(function* () {
      yield* submit(older)
      state.block = 5_000
      assert.strictEqual((yield* snapshot(5_000)).get(issue(1))?.enrolled.length, 1)
      assert.strictEqual(yield* submit(newer), "Expired")
      assert.deepStrictEqual(yield* merge(newer), Either.right(true))
      assert.isUndefined((yield* snapshot(5_000)).get(issue(1)))
      state.block = 1_010 + 7_226
      assert.strictEqual(Either.isLeft(yield* merge(signed(b, { validUntil: 1_010 }))), true)
    }).pipe(Effect.provide(storeOf(state)))
  })

  it.effect("is bounded per hotkey and in total", () =>
    Effect.gen(function* () {
      for (let id = 1; id <= 3; id++) assert.strictEqual(yield* submit(signed(a, { issue: id })), "accepted")
      assert.strictEqual(yield* submit(signed(a, { issue: 4 })), "TooMany")
      assert.strictEqual(yield* submit(signed(a, { issue: 3, sequence: 2 })), "accepted")
      assert.strictEqual(yield* submit(signed(b)), "accepted")
      assert.strictEqual(yield* submit(signed(c)), "TooMany")
      assert.strictEqual(yield* size, 4)
    }).pipe(Effect.provide(Enrolments.layer({ file: ":memory:", maxPerHotkey: 3, maxTotal: 4 }).pipe(Layer.provide(viewOf(subnet())))))
  )

  it.effect("accepts exactly one of many concurrent enrolments with the same sequence number", () =>
    Effect.gen(function* () {
      const texts = Array.from({ length: 10 }, (_, index) => signed(a, { sequence: 7, validUntil: 2_000 + index }))
      const outcomes = yield* Effect.all(texts.map(submit), { concurrency: "unbounded" })
      assert.strictEqual(outcomes.filter((outcome) => outcome === "accepted").length, 1)
      assert.strictEqual(outcomes.filter((outcome) => outcome === "Replayed").length, 9)
    }).pipe(Effect.provide(storeOf(subnet())))
  )

  const change: fc.Arbitrary<Changes & { miner: number }> = fc.record({
    miner: fc.nat(2),
    issue: fc.integer({ min: 1, max: 2 }),
    sequence: fc.integer({ min: 1, max: 3 }),
    choice: fc.constantFrom("enrol", "skip"),
    validUntil: fc.constantFrom(2_000, 3_000)
  })

  it.effect("ends in the same state whatever the order in which gossip arrives", () =>
    Effect.promise(() =>
      fc.assert(
        fc.asyncProperty(fc.array(change, { maxLength: 12 }), fc.infiniteStream(fc.nat()), async (changes, random) => {
          const messages = changes.map(({ miner, ...rest }) => signed(miners[miner] ?? a, rest))
          const weights = messages.map(() => random.next().value ?? 0)
          const shuffled = messages.map((_, index) => index).sort((x, y) => (weights[x] ?? 0) - (weights[y] ?? 0))
          const heldAfter = (order: typeof messages) =>
            Effect.runPromise(
              Effect.gen(function* () {
                yield* Effect.forEach(order, merge)
                return { stands: yield* snapshot(), summary: yield* (yield* Enrolments.Enrolments).summary }
              }).pipe(Effect.provide(storeOf(subnet())))
            )
          const first = await heldAfter(messages)
          const second = await heldAfter(shuffled.flatMap((index) => messages[index] ?? []))
          assert.deepStrictEqual(second, first)
        }),
        { numRuns: 25 }
      )
    )
  )
})

describe("the file of the store", () => {
  it.live("restores every enrolment, but none of another contract", () =>
    inFile((file) =>
      Effect.gen(function* () {
        const messages = [signed(a), signed(b, { choice: "skip" }), signed(a, { issue: 2, sequence: 3 })]
        const before = yield* Effect.forEach(messages, submit).pipe(Effect.zipRight(snapshot()), Effect.provide(storeOf(subnet(), file)))
        const after = yield* snapshot().pipe(Effect.provide(storeOf(subnet(), file)))
        assert.deepStrictEqual(after, before)
        assert.strictEqual(yield* submit(signed(a, { issue: 2, sequence: 3 })).pipe(Effect.provide(storeOf(subnet(), file))), "Replayed")
        const elsewhere = Layer.succeed(
          SubnetView,
          SubnetView.of({
            ...chain,
            contract: key(50).address,
            current: Effect.succeed({
              currentBlock: 1_000,
              isRegistered: () => true,
              stakeOf: () => 0n,
              isValidator: () => true,
              validatorAxons: []
            })
          })
        )
        const foreign = size.pipe(Effect.provide(Enrolments.layer({ file }).pipe(Layer.provide(elsewhere))))
        assert.strictEqual(yield* foreign, 0)
      })
    )
  )

  it.live("belongs to one process at a time, and is named in the error if damaged", () =>
    inFile((file) =>
      Effect.gen(function* () {
        const second = yield* Effect.flip(snapshot().pipe(Effect.provide(storeOf(subnet(), file)))).pipe(
          Effect.provide(storeOf(subnet(), file))
        )
        assert.match(second.message, /enrolments\.db cannot be kept: another validator has the file open/)
        yield* (yield* FileSystem.FileSystem).writeFileString(
          `${file}.broken`,
          "not a database, but long enough to look like one".repeat(100)
        )
        const broken = yield* Effect.flip(snapshot().pipe(Effect.provide(storeOf(subnet(), `${file}.broken`))))
        assert.strictEqual(broken._tag, "EnrolmentStoreFailed")
        assert.include(broken.message, "enrolments.db.broken")
      }).pipe(Effect.provide(BunContext.layer))
    )
  )
})
