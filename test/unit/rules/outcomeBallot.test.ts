/** Which vote a validator sends or takes back after a verdict, given its vote on the ballot. */
import { assert, describe, it } from "@effect/vitest"
import type { OutcomeChoice } from "../../../src/contract-client/generated.ts"
import { outcomeBallotFor } from "../../../src/scoring/issue_competitions/outcomeBallot.ts"
import type { NoVoteReason } from "../../../src/scoring/issue_competitions/rules/noVoteReasons.ts"
import type { Verdict } from "../../../src/scoring/issue_competitions/rules/verdictCase.ts"
import { hotkey } from "../../support/rules/world.ts"

const ISSUE = 7
const solved = (pullRequest: number): OutcomeChoice & Verdict => ({ _tag: "Solved", hotkey: hotkey(1), pullRequest })
const noVote = (why: NoVoteReason): Verdict => ({ _tag: "NoVote", why, because: "" })
const ballot = (verdict: Verdict, own?: OutcomeChoice) => outcomeBallotFor(ISSUE, verdict, own)?.name

describe("a vote on an outcome", () => {
  it("is sent once, and again when the verdict changes", () => {
    assert.strictEqual(ballot(solved(5)), "voteOutcome")
    assert.isUndefined(ballot(solved(5), solved(5)))
    assert.deepInclude(outcomeBallotFor(ISSUE, solved(6), solved(5)), { name: "voteOutcome", args: { issue: ISSUE, choice: solved(6) } })
  })

  it("stays while GitHub's record proves nothing", () => {
    for (const why of ["GitHubSilent", "GoneRecently", "AheadOfChain", "RecordIncomplete"] as const)
      assert.isUndefined(ballot(noVote(why), solved(5)), why)
  })

  it("is taken back when the record speaks against it, and only if there is one", () => {
    for (const why of ["IssueOpen", "SolutionStands", "AlreadyReverted", "MergedAfterDeadline"] as const) {
      assert.deepInclude(outcomeBallotFor(ISSUE, noVote(why), solved(5)), { name: "withdrawOutcomeVote", args: { issue: ISSUE } })
      assert.isUndefined(ballot(noVote(why)), why)
    }
  })

  it("is taken back while the record that speaks against it settles, and stays if it says the same", () => {
    const reason = { _tag: "NotPlanned" } as const
    const settling: Verdict = { _tag: "NoVote", why: "Settling", because: "", settling: { reason, says: "" } }
    assert.strictEqual(ballot(settling, solved(5)), "withdrawOutcomeVote")
    assert.isUndefined(ballot(settling, { _tag: "Cancelled", reason }))
    assert.isUndefined(ballot(settling))
  })

  it("stays if the validator's operator cast it", () => {
    assert.isUndefined(ballot(noVote("SolutionStands"), { _tag: "PayTo", coldkey: hotkey(2) }))
    assert.isUndefined(ballot(noVote("SolutionStands"), { _tag: "Cancelled", reason: { _tag: "PaymentImpossible" } }))
  })
})
