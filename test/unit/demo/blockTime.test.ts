import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { nextPeriod, stepsIn } from "../../../lab/demo/blockTime.ts"

describe("the time between the demo's blocks", () => {
  it("grows while a validator misses blocks, to two seconds at most, and returns to the usual time when all keep up", () => {
    const periodAfter = (shares: ReadonlyArray<number>) => shares.reduce(nextPeriod, 400)
    assert.strictEqual(periodAfter([0.5]), 600)
    assert.strictEqual(periodAfter([0.5, 0.8]), 600)
    assert.strictEqual(periodAfter(Array(20).fill(0)), 2_000)
    assert.strictEqual(periodAfter([...Array(20).fill(0), ...Array(20).fill(1)]), 400)
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1.5, noNaN: true })), (shares) => {
        const period = periodAfter(shares)
        assert.isTrue(Number.isInteger(period) && period >= 400 && period <= 2_000)
      })
    )
  })

  it("follows from the steps of one loop, also those that failed", () => {
    const metrics = [
      "# TYPE gittensor_loop_steps_total counter",
      'gittensor_loop_steps_total{loop="round"} 40',
      'gittensor_loop_failures_total{loop="round"} 2',
      'gittensor_loop_steps_total{loop="verdicts"} 7'
    ].join("\n")
    assert.strictEqual(stepsIn(metrics, "round"), 42)
    assert.strictEqual(stepsIn("", "round"), 0)
  })
})
