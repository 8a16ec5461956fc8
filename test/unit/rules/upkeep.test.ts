/** What is due on an issue at a block: to pay, to expire, or to carry out what was decided. */
import { assert, describe, it } from "@effect/vitest"
import type { CompetitionStatus, Issue } from "../../../src/contract-client/generated.ts"
import { choresIn } from "../../../src/scoring/issue_competitions/upkeep.ts"
import { registeredCompetition } from "../../support/rules/world.ts"

/** Verdicts may be voted until block 50; the challenge period has 10 blocks. */
const { registered, running } = registeredCompetition({ issue: 7, repository: "acme/widgets" })
const won: CompetitionStatus = { _tag: "Won", winner: 0, pullRequest: 1, at: 40 }
const NOT_PLANNED = { _tag: "Cancelled", reason: { _tag: "NotPlanned" } } as const

const due = (issue: Partial<Issue>, block: number, status: CompetitionStatus = running.status) =>
  choresIn({ liveIssues: [{ ...registered, ...issue }], competitions: new Map([[running.id, { ...running, status }]]) }, block).map(
    ({ _tag, due }) => `${_tag} ${due}`
  )

describe("what is due", () => {
  it("is the expiry of a competition without a verdict, once none can be voted", () => {
    assert.deepStrictEqual(due({}, 50), [])
    assert.deepStrictEqual(due({}, 51), ["Expire 51"])
  })

  it("is the end that was decided, after its wait, and no expiry meanwhile", () => {
    const waiting = { choice: NOT_PLANNED, from: 60 }
    assert.deepStrictEqual(due({ waiting }, 58), [])
    // A transaction is in the next block.
    assert.deepStrictEqual(due({ waiting }, 59), ["Finish 60"])
  })

  it("is the payment from its block on, unless a challenge stops it", () => {
    const solved = { status: { _tag: "Solved" as const }, payableAt: 50 }
    assert.deepStrictEqual(due(solved, 48, won), [])
    assert.deepStrictEqual(due(solved, 49, won), ["Payout 50"])
    assert.deepStrictEqual(due({ ...solved, waiting: { choice: NOT_PLANNED, from: 59 } }, 55, won), [])
    assert.deepStrictEqual(due({ ...solved, waiting: { choice: NOT_PLANNED, from: 59 } }, 59, won), ["Finish 59"])
    assert.deepStrictEqual(due({ ...solved, waiting: { choice: NOT_PLANNED, from: 60 } }, 55, won), ["Payout 50"], "decided too late")
    assert.deepStrictEqual(due({ ...solved, waiting: { choice: NOT_PLANNED, from: 60 } }, 60, won), ["Payout 50", "Finish 60"])
  })
})
