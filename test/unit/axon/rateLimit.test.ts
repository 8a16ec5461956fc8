/** The rates at which clients of the axon and of the API may ask. */
import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { sharerAt } from "../../../src/layers/machine/http/addresses.ts"
import * as RateLimit from "../../../src/layers/machine/http/rateLimit.ts"

const steady = (perMinute: number, keys = 4) => RateLimit.make({ perMinute, refill: "steady", keys })

describe("a steady rate", () => {
  it("gives a minute's tokens at once, then one at a time, and says how long to wait", () => {
    const { reserve, stateOf } = steady(60)
    for (let left = 59; left >= 0; left--) {
      assert.strictEqual(reserve("a", 0), 0)
      assert.strictEqual(stateOf("a", 0).left, left)
    }
    assert.isUndefined(reserve("a", 0))
    assert.deepStrictEqual(stateOf("a", 0), { left: 0, next: 1_000, full: 60_000 })
    assert.deepStrictEqual(stateOf("a", 400), { left: 0, next: 600, full: 59_600 })
    assert.isUndefined(reserve("a", 400))
    assert.strictEqual(reserve("a", 1_000), 0)
    assert.isUndefined(reserve("a", 1_000))
    assert.strictEqual(reserve("b", 1_000), 0, "another client has its own")
  })

  it("never admits more than its capacity plus what has been refilled, whatever the order of requests", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.array(fc.integer({ min: 0, max: 5_000 }), { maxLength: 200 }), (perMinute, gaps) => {
        const { reserve } = steady(perMinute)
        let [now, allowed] = [0, 0]
        for (const gap of gaps) {
          now += gap
          if (reserve("a", now) !== undefined) allowed += 1
        }
        assert.isAtMost(allowed, perMinute + Math.floor((now * perMinute) / 60_000 + 1e-6))
      })
    )
  })

  it("has a token exactly after the wait that it announced", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000 }), (perMinute) => {
        const { reserve, stateOf } = steady(perMinute)
        for (let taken = 0; taken < perMinute; taken++) reserve("a", 0)
        const { next } = stateOf("a", 0)
        assert.isUndefined(reserve("a", next - 1))
        assert.strictEqual(reserve("a", next), 0)
      })
    )
  })

  it("remembers a bounded number of clients and forgets the longest idle one", () => {
    const { reserve, stateOf } = steady(2, 3)
    for (const client of ["a", "b", "c"]) reserve(client, 0)
    reserve("a", 1)
    reserve("d", 2)
    assert.isUndefined(reserve("a", 2), "a asked twice before")
    assert.strictEqual(stateOf("b", 2).left, 2, "b was forgotten")
  })

  it("lets a client send a burst, and then so many a second; an IPv6 network counts for 32 clients", () => {
    const [greedy, quiet] = [sharerAt("192.0.2.7"), sharerAt("198.51.100.9")]
    const limit = RateLimit.makeShared({ perMinute: 600, burst: 5, refill: "steady", keys: 16_384 })
    const reserve = (sharer: typeof greedy, now: number) => limit.reserve(sharer, now, 10_000)
    const waits = Array.from({ length: 8 }, () => reserve(greedy, 0))
    assert.deepStrictEqual(waits, [0, 0, 0, 0, 0, 100, 200, 300])
    assert.strictEqual(reserve(quiet, 0), 0)
    assert.strictEqual(reserve(greedy, 900), 0, "time has passed")
    const many = Array.from({ length: 1_000 }, (_, index) => reserve(sharerAt(`2001:db8:1:${index.toString(16)}::1`), 0))
    assert.strictEqual(many.filter((wait) => wait === 0).length, 32 * 5)
    assert.isTrue(Array.from({ length: 200 }, () => reserve(greedy, 1_000)).includes(undefined), "nobody waits longer than ten seconds")
  })
})

describe("a rate by the minute", () => {
  it("counts each key separately, minute by minute from its first request, and stays bounded", () => {
    const { reserve, stateOf } = RateLimit.make({ perMinute: 2, refill: "by the minute", keys: 2 })
    const lefts = (key: string, times: number, now: number) =>
      Array.from({ length: times }, () => (reserve(key, now) === undefined ? "over" : stateOf(key, now).left))
    assert.deepStrictEqual([stateOf("a", 5).left, ...lefts("a", 3, 5), ...lefts("b", 1, 5)], [2, 1, 0, "over", 1])
    assert.deepStrictEqual(stateOf("a", 60_004), { left: 0, next: 1, full: 1 })
    assert.deepStrictEqual(lefts("a", 1, 60_004), ["over"])
    assert.deepStrictEqual([stateOf("a", 60_005).left, ...lefts("a", 1, 60_005)], [2, 1])
    for (let key = 0; key < 100; key++) reserve(`k${key}`, 60_005)
    assert.strictEqual(stateOf("a", 60_005).left, 2, "a was forgotten")
  })
})
