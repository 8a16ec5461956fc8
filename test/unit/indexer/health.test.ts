/** The index's /health about comments and statuses that could not be written, and about a contract of another edition. */
import { HttpApp } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Option, Schema, TestClock } from "effect"
import * as IndexHealth from "../../../src/dashboard/indexer/health.ts"
import { elapsedMillis } from "../../../src/layers/machine/effects/elapsed.ts"

const Health = Schema.Struct({
  wrong: Schema.Array(Schema.String),
  notWritten: Schema.NullOr(Schema.String),
  edition: Schema.NullOr(Schema.String)
})

describe("the health of an index", () => {
  it.effect("names what could not be written on GitHub for an hour, and calls nothing wrong by that", () =>
    Effect.gen(function* () {
      const { monitor, state } = yield* IndexHealth.make
      const handler = HttpApp.toWebHandlerRuntime(yield* Effect.runtime<never>())(
        IndexHealth.routes({ state, refusedTokens: Effect.succeed([]), maxBehind: 50, version: "0" })
      )
      const said = Effect.promise(async () => (await handler(new Request("http://localhost/health"))).json()).pipe(
        Effect.flatMap(Schema.decodeUnknown(Health)),
        Effect.tap(({ wrong }) => assert.notInclude(wrong.join(), "edition")),
        Effect.map(({ edition, notWritten }) => notWritten ?? edition)
      )
      assert.isNull(yield* said)
      yield* monitor.unwritten([{ since: yield* elapsedMillis, why: "GitHub refuses the status on acme/widgets#77" }])
      yield* TestClock.adjust("59 minutes")
      assert.isNull(yield* said, "it may be over soon")
      yield* TestClock.adjust("62 minutes")
      assert.strictEqual(
        yield* said,
        "for 2 h 1 of the comments and statuses on GitHub could not be written: GitHub refuses the status on acme/widgets#77"
      )
      yield* monitor.unwritten([])
      assert.isNull(yield* said)
      yield* monitor.edition("the contract is of edition 4")
      assert.strictEqual(yield* said, "the contract is of edition 4")
    })
  )

  it.effect("is at the head once it has reached it, while it hears of new blocks and keeps up with them", () =>
    Effect.gen(function* () {
      const { monitor, state } = yield* IndexHealth.make
      const block = (number: number) => ({ number, hash: `0x${number}` })
      const expect = (wanted: boolean, why: string) =>
        Effect.map(IndexHealth.isAtHead({ state }), (is) => assert.strictEqual(is, wanted, why))
      yield* monitor.headSeen(block(1_000))
      yield* monitor.stored(980, Option.some(block(980)))
      yield* expect(false, "it is catching up for the first time")
      yield* monitor.passed({ at: block(1_000), seconds: 1 })
      yield* expect(true, "it has reached the head")
      yield* monitor.headSeen(block(1_025))
      yield* expect(true, "it is five minutes behind")
      yield* monitor.headSeen(block(1_026))
      yield* expect(false, "it is more than five minutes behind")
      yield* monitor.passed({ at: block(1_026), seconds: 1 })
      yield* TestClock.adjust("61 seconds")
      yield* expect(false, "it has heard of no block for a minute")
    })
  )
})
