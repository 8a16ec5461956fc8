/** What happens among people, and whose bounty it is. */
import { assert, describe, it } from "@effect/vitest"
import { judge } from "../../../src/scoring/issue_competitions/rules/verdict.ts"
import { short } from "../../support/rules/githubRecord.ts"
import { afterGrace, beforeDeadline, people } from "./people.ts"

describe("people", () => {
  for (const one of people)
    it(`${one.id}: ${one.what} → ${one.verdict}`, () => {
      const after = judge(one.evidence, afterGrace(one))
      assert.strictEqual(short(after.verdict), one.verdict, JSON.stringify(after, null, 1))
      const before = judge(one.evidence, beforeDeadline(one))
      if (one.before !== undefined) assert.strictEqual(short(before.verdict), one.before, JSON.stringify(before, null, 1))
      if (one.facts?.watched === undefined && before.verdict._tag !== "Solved")
        assert.strictEqual(before.verdict._tag, "NoVote", "only a solution is decided early")
    })
})
