/** Peers that do not answer cost a validator almost nothing: neither time nor log lines. */
import { assert, describe, it } from "@effect/vitest"
import { Clock, Duration, Effect, Fiber, Layer, Logger, LogLevel, Ref, TestClock } from "effect"
import { AxonTimeout, AxonUnreachable, Dendrite, type DendriteError } from "../../../src/layers/chain/axon/Dendrite.ts"
import * as Gossip from "../../../src/scoring/issue_competitions/enrolments/EnrolmentGossip.ts"
import { failedAgain, type Trouble } from "../../../src/scoring/issue_competitions/enrolments/EnrolmentGossip.ts"
import { key, storeOf, subnet } from "../../support/axon/support.ts"

type Manner = "answers" | "refuses" | "hangs" | "drips"

const HOUR = 3_600_000

/** A validator whose peers behave like this; a test may change their behaviour. The test controls the time. */
const scene = (peers: ReadonlyArray<Manner>) =>
  Effect.gen(function* () {
    const manners = [...peers]
    const state = subnet()
    state.axons = manners.map((_, index) => ({ ip: "10.0.0.1", port: 1_000 + index, hotkey: key(100 + index).address }))
    const asked: Array<number> = []
    const dendrite = Dendrite.of({
      send: ({ to }) =>
        Effect.suspend((): Effect.Effect<unknown, DendriteError> => {
          const index = to.port - 1_000
          asked.push(index)
          switch (manners[index]) {
            case "answers":
              return Effect.succeed({ summary: [], enrolments: [], differing: [], cursor: "" })
            case "drips":
              // Each answer comes in time, and leads to another request.
              return Effect.delay(
                Effect.sync(() => ({ summary: [], enrolments: [], differing: [], cursor: `5${String(asked.length).padStart(9, "0")}` })),
                "11 seconds"
              )
            case "hangs":
              return Effect.delay(new AxonTimeout({ ip: to.ip, port: to.port, seconds: 12 }), "12 seconds")
            default:
              return new AxonUnreachable({ ip: to.ip, port: to.port, reason: "refused" })
          }
        })
    })
    const warnings = yield* Ref.make(0)
    const logger = Logger.make(({ logLevel }) => {
      if (logLevel === LogLevel.Warning) Effect.runSync(Ref.update(warnings, (before) => before + 1))
    })
    const round = yield* Gossip.make(key(11))
    const services = Layer.mergeAll(storeOf(state), Layer.succeed(Dendrite, dendrite), Logger.replace(Logger.defaultLogger, logger))
    const context = yield* Layer.build(services)
    /** Gossips once. Returns the duration in milliseconds, and the contacted peers. */
    const gossip = Effect.gen(function* () {
      asked.length = 0
      const from = yield* Clock.currentTimeMillis
      const fiber = yield* Effect.fork(Effect.provide(round, context))
      for (;;) {
        // Lets everything happen that needs no time.
        for (let turn = 0; turn < 100; turn++) yield* Effect.yieldNow()
        if ((yield* Fiber.poll(fiber))._tag === "Some") break
        yield* TestClock.adjust("5 seconds")
      }
      const outcome = yield* Fiber.join(fiber)
      return { ...outcome, took: (yield* Clock.currentTimeMillis) - from, asked: new Set(asked) }
    })
    return { manners, state, gossip, warnings: Ref.get(warnings) }
  })

describe("gossip among peers in trouble", () => {
  it.scoped("asks those that answered before those that did not", () =>
    Effect.gen(function* () {
      const { gossip } = yield* scene([...Array.from({ length: 7 }, () => "hangs" as const), "answers"])
      assert.deepInclude(yield* gossip, { peers: 8, reached: 1 })
      const again = yield* gossip
      assert.deepInclude(again, { reached: 1, took: 0 })
      assert.deepStrictEqual([...again.asked], [7])
      yield* TestClock.adjust("31 seconds")
      const later = yield* gossip
      assert.strictEqual([...later.asked][0], 7)
      assert.deepInclude(later, { reached: 1, took: 5_000 })
    })
  )

  it.scoped("leaves a dead peer alone for up to an hour, and logs it once an hour", () =>
    Effect.gen(function* () {
      const { gossip, warnings } = yield* scene(["hangs", "refuses", "drips"])
      let spent = 0
      const begin = yield* Clock.currentTimeMillis
      const hours = 10
      while ((yield* Clock.currentTimeMillis) - begin < hours * HOUR) {
        spent += (yield* gossip).took
        yield* TestClock.adjust("5 minutes")
      }
      // A minute for the first failures, and then 5 s for each occasional retry.
      assert.isBelow(spent, 60_000 + (hours + 5) * 5_000)
      assert.isAtMost(yield* warnings, 3 * hours)
      assert.isAtLeast(yield* warnings, 3 * (hours - 3))
    })
  )

  it.scoped("asks a peer at once that moved, and every time when it answers again", () =>
    Effect.gen(function* () {
      const { gossip, manners, state } = yield* scene(["refuses", "refuses"])
      yield* gossip
      assert.strictEqual((yield* gossip).asked.size, 0)
      manners.push("answers")
      state.axons = state.axons.map((axon, index) => (index === 0 ? { ...axon, port: 1_002 } : axon))
      assert.deepInclude(yield* gossip, { reached: 1 })
      manners[1] = "answers"
      yield* TestClock.adjust("31 seconds")
      assert.deepInclude(yield* gossip, { reached: 2 })
      assert.deepInclude(yield* gossip, { reached: 2, took: 0 })
    })
  )
})

describe("a peer's pauses", () => {
  it("grow from half a minute to an hour", () => {
    let trouble: Trouble | undefined
    let now = 0
    const seconds: Array<number> = []
    const news: Array<boolean> = []
    for (let failure = 0; failure < 7; failure++) {
      const after = failedAgain(trouble, now)
      trouble = after.trouble
      seconds.push(Duration.toSeconds(trouble.pause))
      news.push(after.isNews)
      now = trouble.restsUntil
    }
    assert.deepStrictEqual(seconds, [30, 120, 480, 1_920, 3_600, 3_600, 3_600])
    assert.deepStrictEqual(news, [true, false, false, false, false, true, true])
  })
})
