/** Which vote a validator sends or withdraws after a verdict, given its vote on the ballot. */
import { assert, describe, it } from "@effect/vitest"
import type { OutcomeChoice } from "../../../src/contract-client/generated.ts"
import type { NoVoteReason } from "../../../src/rules/verdicts/noVoteReasons.ts"
import type { Verdict } from "../../../src/rules/verdicts/verdictCase.ts"
import { outcomeBallotFor } from "../../../src/scoring/issue_competitions/outcomeBallot.ts"
import { hotkey } from "../../support/rules/world.ts"

const ISSUE = 7
const solved = (pullRequest: number): OutcomeChoice & Verdict => ({ _tag: "Solved", hotkey: hotkey(1), pullRequest })
const noVote = (why: NoVoteReason): Verdict => ({ _tag: "NoVote", why, because: "" })
const ballot = (verdict: Verdict, own?: OutcomeChoice) => outcomeBallotFor(ISSUE, verdict, own)

describe("a vote on an outcome", () => {
  it("is sent once, and again when the verdict changes", () => {
    assert.strictEqual(ballot(solved(5))?.name, "voteOutcome")
    assert.isUndefined(ballot(solved(5), solved(5)))
    assert.deepInclude(ballot(solved(6), solved(5)), { name: "voteOutcome", args: { issue: ISSUE, choice: solved(6) } })
    const cancelled: Verdict = { _tag: "Cancelled", reason: { _tag: "NotPlanned" }, because: "" }
    assert.deepStrictEqual(ballot(cancelled, solved(5))?.choice, { _tag: "Cancelled", reason: { _tag: "NotPlanned" } })
  })

  it("is only for a solution after the subnet's end, and another end takes it back", () => {
    const ended = (verdict: Verdict, own?: OutcomeChoice, isByHand = false) => outcomeBallotFor(ISSUE, verdict, own, isByHand, true)
    const cancelled: OutcomeChoice & Verdict = { _tag: "Cancelled", reason: { _tag: "NotPlanned" }, because: "" }
    const unsolved: Verdict = { _tag: "Unsolved", slashed: [true, true], because: "" }
    assert.deepInclude(ended(solved(5)), { name: "voteOutcome", args: { issue: ISSUE, choice: solved(5) } })
    assert.strictEqual(ended(solved(5), cancelled)?.name, "voteOutcome")
    assert.isUndefined(ended(solved(5), solved(5)))
    for (const other of [cancelled, unsolved]) {
      assert.deepStrictEqual([ended(other), ended(other, cancelled)], [undefined, undefined])
      assert.deepInclude(ended(other, solved(5), true), { name: "withdrawOutcomeVote", choice: solved(5) })
    }
    assert.strictEqual(ended(noVote("IssueOpen"), solved(5))?.name, "withdrawOutcomeVote")
  })

  it("that an issue is unsolved costs whoever has nothing that waits", () => {
    for (const [slashA, slashB] of [
      [true, true],
      [true, false],
      [false, true]
    ] as const)
      assert.deepStrictEqual(ballot({ _tag: "Unsolved", slashed: [slashA, slashB], because: "" })?.choice, {
        _tag: "Unsolved",
        slashA,
        slashB
      })
  })

  it("stays while GitHub's record proves nothing", () => {
    for (const why of ["GitHubSilent", "GoneRecently", "AheadOfChain", "RecordIncomplete"] as const)
      assert.isUndefined(ballot(noVote(why), solved(5)), why)
  })

  it("is withdrawn when the record speaks against it, and only if there is one", () => {
    for (const why of ["IssueOpen", "AlreadyReverted", "LandedLate"] as const) {
      assert.deepInclude(ballot(noVote(why), solved(5)), { name: "withdrawOutcomeVote", args: { issue: ISSUE } })
      assert.isUndefined(ballot(noVote(why)), why)
    }
  })

  it("that dissolves a pair is its operator's, and stays until somebody has solved the issue", () => {
    assert.isUndefined(ballot(noVote("IssueOpen"), { _tag: "Dissolved" }))
    assert.strictEqual(ballot(solved(5), { _tag: "Dissolved" })?.choice._tag, "Solved")
  })
})
