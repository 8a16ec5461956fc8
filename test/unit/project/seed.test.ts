import { assert, describe, it } from "@effect/vitest"
import { FastCheck } from "effect"
import * as fc from "fast-check"
import { SEED } from "../../support/seed.ts"

describe("properties", () => {
  const drawn: Array<number> = []

  it.prop("of the runner's own method", [FastCheck.integer()], ([value]) => {
    drawn.push(value)
  })

  it("draw the values of the run's seed, in both copies of fast-check", () => {
    const parameters = { numRuns: drawn.length, seed: SEED }
    assert.deepStrictEqual(drawn, FastCheck.sample(FastCheck.integer(), parameters))
    assert.deepStrictEqual(FastCheck.sample(FastCheck.integer(), drawn.length), drawn)
    assert.deepStrictEqual(fc.sample(fc.integer(), drawn.length), fc.sample(fc.integer(), parameters))
  })
})
