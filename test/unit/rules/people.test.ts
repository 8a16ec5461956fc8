/** Human situations, and who gets the bounty. */
import { assert, describe, it } from "@effect/vitest"
import { judge } from "../../../src/rules/verdicts/verdict.ts"
import { pauseAfter } from "../../../src/scoring/issue_competitions/pairingPauses.ts"
import {
  ALICE,
  BOB,
  bobs,
  by,
  closed,
  DAY,
  DEADLINE,
  issue,
  OPEN,
  pullRequest,
  START,
  SUBMISSIONS_FROM,
  short
} from "../../support/rules/githubRecord.ts"
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

describe("an issue after a match without a solution", () => {
  const facts = afterGrace({ id: "", what: "", evidence: { _tag: "Deleted" }, verdict: "" })
  const waits = issue([], { state: "open", linkedPullRequests: [pullRequest({ ...OPEN, changedAt: DEADLINE - 7 * DAY })] })
  const shared = issue([closed(by(bobs()))], { linkedPullRequests: [pullRequest(), bobs()] })

  it("rests for fourteen days for a pull request that waits, once", () => {
    assert.deepStrictEqual(pauseAfter(waits, facts, 14 * 7_200 - 1)?.unless, [])
    assert.isUndefined(pauseAfter(waits, facts, 14 * 7_200))
    const again = {
      ...facts,
      startedAt: DEADLINE - 6 * DAY,
      earlier: [{ accounts: [ALICE, BOB], startedAt: START, submissionsFrom: SUBMISSIONS_FROM, deadline: DEADLINE }]
    }
    assert.isUndefined(pauseAfter(waits, again, 1), "it was opened in the match before")
  })

  it("is kept for the two for thirty days while people have to decide", () => {
    assert.deepStrictEqual(
      pauseAfter(shared, facts, 30 * 7_200 - 1)?.unless,
      facts.competitors.map(({ hotkey }) => hotkey)
    )
    assert.isUndefined(pauseAfter(shared, facts, 30 * 7_200))
  })

  it("is anybody's where nothing waits", () => assert.isUndefined(pauseAfter(issue([], { state: "open" }), facts, 1)))
})
