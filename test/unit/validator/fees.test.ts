/** Fees that run out are wrong at /health long before the last transaction is refused. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Metric, Redacted, TestClock } from "effect"
import { dailyOf, daysLeft, topUp } from "../../../src/domain/fees.ts"
import { Chain } from "../../../src/layers/chain/node/Chain.ts"
import { keyPairOf } from "../../../src/layers/chain/wallet/secretUri.ts"
import * as Concerns from "../../../src/roles/validator/Concerns.ts"
import { watchFees } from "../../../src/roles/validator/loops/fees.ts"
import { silentChain } from "../../support/github/silentChain.ts"

const HELD = 200_000_000n

const TAO = 1_000_000_000n
/** Of the watch, in blocks of 12 s. */
const LOOK = 25

const scene = Effect.gen(function* () {
  const world = { block: 1_000, free: TAO, paid: 0n }
  const chain = silentChain({
    finalisedHead: Effect.sync(() => ({ number: world.block, hash: "0x01" })),
    readAt: (_operation, _hash, read) =>
      Effect.promise(() =>
        read(
          { query: { system: { account: async () => ({ toJSON: () => ({ data: { free: world.free.toString() } }) }) } } } as never,
          undefined as never
        )
      ),
    feesPaid: Effect.sync(() => world.paid)
  })
  const hotkey = yield* keyPairOf(Redacted.make("//Validator1"))
  const { all } = yield* Concerns.Concerns
  yield* Effect.forkScoped(Effect.provideService(watchFees(hotkey), Chain, chain))
  /** Looks that pass, each of which costs `rao`. */
  const pass = (looks: number, rao: bigint) =>
    Effect.replicateEffect(
      Effect.suspend(() => {
        world.block += LOOK
        world.free -= rao
        world.paid += rao
        return TestClock.adjust("5 minutes")
      }),
      looks
    )
  yield* TestClock.adjust("1 second")
  return { world, pass, said: Effect.map(all, (found) => found.join()) }
}).pipe(Effect.provide(Layer.fresh(Concerns.layer)))

describe("fees", () => {
  it.scoped("are wrong when they last for less than a week at what the last day cost, until somebody sends some", () =>
    Effect.gen(function* () {
      const { pass, said, world } = yield* scene
      // 288 looks are a day, which costs 0.0288 TAO: 0.8 TAO last for 27 days.
      const a = 100_000n
      yield* pass(288, a)
      assert.strictEqual(yield* said, "")
      // 20 days later there are 0.395 TAO, of which 0.195 can be spent.
      world.free -= 20n * 288n * a
      yield* pass(1, a)
      assert.match(
        yield* said,
        /^the hotkey 5\w+ has 0\.395 TAO for fees, which last for 6\.7 days at what the last day cost: send it 0\.7 TAO$/
      )
      world.free += TAO
      yield* pass(1, a)
      assert.strictEqual(yield* said, "")
    })
  )

  it.scoped("are not judged by the first hours, but what the chain would hold is never enough", () =>
    Effect.gen(function* () {
      const { pass, said, world } = yield* scene
      const [left] = (yield* Metric.snapshot).filter(({ metricKey }) => metricKey.name === "gittensor_fees_days_left")
      // A usual day costs 0.013 TAO: an alert on the metric needs no six hours.
      assert.include(JSON.stringify(left?.metricState), `"value":${Number((world.free - HELD) / 1_300_000n) / 10}`)
      yield* pass(71, 5_000_000n)
      assert.strictEqual(yield* said, "", "it attests everything in its first round")
      yield* pass(1, 0n)
      assert.match(yield* said, /last for \d/)
      world.free = HELD
      world.paid = 0n
      yield* pass(1, 0n)
      assert.match(yield* said, /has only 0\.200 TAO for fees, .*: send it/)
    })
  )

  it("of a day are what balances fell by, without the stretches in which somebody sent some", () => {
    const hour = 3_600_000
    const balances = [TAO, 2n * TAO, 3n * TAO, TAO].map((free, place) => ({ at: (30 - 10 * place) * hour, free }))
    assert.strictEqual(dailyOf(balances), (2n * TAO * 24n) / 20n)
    assert.strictEqual(
      dailyOf([
        { at: 5 * hour, free: TAO },
        { at: 0, free: TAO }
      ]),
      undefined
    )
    assert.strictEqual(dailyOf(balances.slice(0, 1)), undefined)
  })

  it("to send are a month's and what is held, rounded up, and at least those of a small subnet", () => {
    assert.deepStrictEqual(
      [topUp(0n, undefined), topUp(0n, 1n), topUp(HELD, TAO), topUp(430_000_000n, undefined), topUp(2n * TAO, undefined)],
      ["0.6 TAO", "0.6 TAO", "30.0 TAO", "0.2 TAO", "0.0 TAO"]
    )
    assert.deepStrictEqual([daysLeft(HELD + TAO, TAO / 3n), daysLeft(0n, TAO), daysLeft(TAO, 0n)], [3, 0, undefined])
  })
})
