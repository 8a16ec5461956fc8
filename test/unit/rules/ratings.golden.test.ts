import { assert, describe, it } from "@effect/vitest"
import { documentIn } from "../../support/conformance/lines.ts"
import { ratingsOf, scenariosIn } from "../../support/conformance/ratings.ts"

describe("golden vectors of ratings", () => {
  it.each(scenariosIn(documentIn("ratings.json")).map((scenario, index) => ({ index, scenario })))("history $index", ({ scenario }) => {
    assert.deepStrictEqual(ratingsOf(scenario), scenario.ratings)
  })
})
