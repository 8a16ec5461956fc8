import { assert, describe, it } from "@effect/vitest"
import { Either, Schema } from "effect"
import { defaultRoster } from "../../../../src/domain/defaultRoster.ts"
import { RepositoryName } from "../../../../src/domain/IssueRef.ts"
import { problemOf } from "../../../../src/domain/jsonProblem.ts"
import { RosterDocument } from "../../../../src/domain/Roster.ts"
import { applyMaintainerRules } from "../../../../src/rules/contributions/maintainers.ts"
import { givenRounds } from "./rounds.ts"

it("leaves recorded rounds as they are", () => {
  assert.isAbove(givenRounds.length, 10)
  for (const { record } of givenRounds) assert.deepStrictEqual(applyMaintainerRules(record), record)
})

describe("consent", () => {
  const refusals = [{ repository: RepositoryName.make("Acme/Site"), since: "2026-07-21" }]

  it("is on in the built-in roster; refusals that bind nobody and mistakes are refused", () => {
    assert.strictEqual(defaultRoster.consent, "not-refused")
    const problem = (more: object) =>
      Either.match(Schema.decodeUnknownEither(RosterDocument)({ ...Schema.encodeSync(RosterDocument)(defaultRoster), ...more }), {
        onLeft: problemOf,
        onRight: () => "none"
      })
    assert.strictEqual(problem({ refusals }), "none")
    assert.include(problem({ refusals, consent: "any" }), "refusals: they bind nobody")
    assert.include(problem({ refusals: [{ repository: "acme", since: "2026-07-21" }] }), "refusals[0].repository")
    assert.include(problem({ refusals: [{ repository: "acme/site", since: "2026-02-30" }] }), "refusals[0].since")
    assert.include(problem({ consent: "never" }), "consent")
  })
})
