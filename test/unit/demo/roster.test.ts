import { Schema } from "effect"
import { assert, describe, it } from "vitest"
import { rosterOf, rosterText } from "../../../lab/demo/roster.ts"
import { RosterDocument } from "../../../src/domain/Roster.ts"

const decode = Schema.decodeUnknownSync(Schema.parseJson(RosterDocument))

describe("the demo's roster", () => {
  it("gives each repository an equal share, whatever its spelling and order", () => {
    const roster = rosterOf(["acme/widgets", "Acme/Gears", "acme/gears", "x/y"])
    assert.deepStrictEqual(
      Object.entries(roster.repositories).map(([name, { emission_share }]) => [name, emission_share]),
      [
        ["acme/gears", 0.333333],
        ["acme/widgets", 0.333333],
        ["x/y", 0.333333]
      ]
    )
    assert.deepStrictEqual(rosterOf(["x/y", "acme/gears", "ACME/widgets"]), roster)
  })

  it("is a roster that validators accept, for any number of repositories", () => {
    for (const count of [0, 1, 3, 7, 600]) {
      const roster = rosterOf(Array.from({ length: count }, (_, index) => `made/up-${index}`))
      assert.deepStrictEqual(decode(rosterText(roster)), roster)
    }
  })
})
