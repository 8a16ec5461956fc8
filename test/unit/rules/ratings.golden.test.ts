import { assert, describe, it } from "@effect/vitest"
import { ratingsOf, scenarios } from "../../support/conformance/ratings.ts"

describe("golden vectors of ratings", () => {
  it.each(scenarios.map((scenario, index) => ({ index, scenario })))("history $index", ({ scenario }) => {
    assert.deepStrictEqual(ratingsOf(scenario), scenario.ratings)
  })
})
