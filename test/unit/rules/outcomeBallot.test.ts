/** Which vote a validator sends or takes back after a verdict, given its vote on the ballot. */
import { assert, describe, it } from "@effect/vitest"
import type { CancelReason, OutcomeChoice } from "../../../src/contract-client/generated.ts"
import { outcomeBallotFor, type Standing } from "../../../src/scoring/issue_competitions/outcomeBallot.ts"
import type { NoVoteReason } from "../../../src/scoring/issue_competitions/rules/noVoteReasons.ts"
import type { Verdict } from "../../../src/scoring/issue_competitions/rules/verdictCase.ts"
import { hotkey } from "../../support/rules/world.ts"

const ISSUE = 7
const solved = (pullRequest: number): OutcomeChoice & Verdict => ({ _tag: "Solved", hotkey: hotkey(1), pullRequest })
const noVote = (why: NoVoteReason): Verdict => ({ _tag: "NoVote", why, because: "" })
const standing = (waiting: OutcomeChoice | null = null, block = 100): Standing => ({
  issue: { id: ISSUE, waiting: waiting === null ? null : { choice: waiting, from: 300 } },
  competition: { outcomeUntil: 200, status: { _tag: "Running" } },
  block
})
const ballot = (verdict: Verdict, own?: OutcomeChoice) => outcomeBallotFor(standing(), verdict, own)?.name
const cancelled = (reason: CancelReason): OutcomeChoice & Verdict => ({ _tag: "Cancelled", reason, because: "" })
const unsolved: OutcomeChoice & Verdict = { _tag: "Unsolved", because: "" }
const takenBack: OutcomeChoice = { _tag: "TakenBack" }

describe("a vote on an outcome", () => {
  it("is sent once, and again when the verdict changes", () => {
    assert.strictEqual(ballot(solved(5)), "voteOutcome")
    assert.isUndefined(ballot(solved(5), solved(5)))
    assert.deepInclude(outcomeBallotFor(standing(), solved(6), solved(5)), {
      name: "voteOutcome",
      args: { issue: ISSUE, choice: solved(6) }
    })
  })

  it("stays while GitHub's record proves nothing", () => {
    for (const why of ["GitHubSilent", "GoneRecently", "AheadOfChain", "RecordIncomplete"] as const)
      assert.isUndefined(ballot(noVote(why), solved(5)), why)
  })

  it("is taken back when the record speaks against it, and only if there is one", () => {
    for (const why of ["IssueOpen", "SolutionStands", "AlreadyReverted", "MergedAfterDeadline"] as const) {
      assert.deepInclude(outcomeBallotFor(standing(), noVote(why), solved(5)), { name: "withdrawOutcomeVote", args: { issue: ISSUE } })
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

  it("is not sent when it would come too late", () => {
    assert.strictEqual(outcomeBallotFor(standing(null, 199), solved(5), undefined)?.name, "voteOutcome")
    for (const verdict of [solved(5), unsolved, noVote("IssueOpen")])
      assert.isUndefined(outcomeBallotFor(standing(null, 200), verdict, solved(6)))
  })

  it("stays if the validator's operator cast it", () => {
    assert.isUndefined(ballot(noVote("SolutionStands"), { _tag: "PayTo", coldkey: hotkey(2) }))
    assert.isUndefined(ballot(noVote("SolutionStands"), { _tag: "Cancelled", reason: { _tag: "PaymentImpossible" } }))
  })
})

describe("a decision that waits", () => {
  const notPlanned = { _tag: "NotPlanned" } as const
  const early = { _tag: "SubmittedTooEarly", hotkey: hotkey(1) } as const
  const decided = { _tag: "Cancelled", reason: notPlanned } as const
  const against = (waiting: OutcomeChoice, verdict: Verdict, own?: OutcomeChoice, block?: number) =>
    outcomeBallotFor(standing(waiting, block), verdict, own)?.choice

  it("is taken back where the record does not call for it", () => {
    for (const why of ["IssueOpen", "AmbiguousSolver", "AlreadyReverted"] as const)
      assert.deepStrictEqual(against(decided, noVote(why)), takenBack)
    assert.deepStrictEqual(against(decided, unsolved), takenBack)
    assert.deepStrictEqual(against({ _tag: "Unsolved" }, cancelled(notPlanned)), takenBack)
    assert.isUndefined(against(decided, noVote("IssueOpen"), takenBack), "it is said already")
  })

  it("stands where the record calls for it, also while a validator still watches that, and where it proves nothing", () => {
    const settling: Verdict = { _tag: "NoVote", why: "Settling", because: "", settling: { reason: notPlanned, says: "" } }
    for (const verdict of [
      cancelled(notPlanned),
      cancelled({ _tag: "Duplicate" }),
      settling,
      noVote("GitHubSilent"),
      noVote("GoneRecently")
    ])
      assert.isUndefined(against(decided, verdict), verdict._tag)
    assert.isUndefined(against({ _tag: "Unsolved" }, unsolved))
    assert.strictEqual(outcomeBallotFor(standing(decided), cancelled(notPlanned), takenBack)?.name, "withdrawOutcomeVote")
    assert.isUndefined(against(decided, noVote("GitHubSilent"), takenBack))
  })

  it("is another where a competitor loses by it", () => {
    assert.deepStrictEqual(against(decided, cancelled(early)), takenBack)
    assert.deepStrictEqual(against(cancelled(early), cancelled(notPlanned)), takenBack)
    assert.isUndefined(against({ _tag: "Cancelled", reason: early }, cancelled(early)))
    assert.deepStrictEqual(against({ _tag: "Cancelled", reason: { ...early, hotkey: hotkey(2) } }, cancelled(early)), takenBack)
  })

  it("gives way to a solution, and is taken back when a solution can be voted no more", () => {
    assert.deepStrictEqual(against({ _tag: "Unsolved" }, solved(5)), { _tag: "Solved", hotkey: hotkey(1), pullRequest: 5 })
    assert.strictEqual(against({ _tag: "Unsolved" }, solved(5), undefined, 199)?._tag, "Solved")
    assert.deepStrictEqual(against({ _tag: "Unsolved" }, solved(5), undefined, 200), takenBack)
  })

  it("is left to the operators where only they decide", () => {
    const impossible: OutcomeChoice = { _tag: "Cancelled", reason: { _tag: "PaymentImpossible" } }
    assert.isUndefined(against(impossible, noVote("SolutionStands")))
    assert.isUndefined(against(impossible, noVote("SolutionStands"), takenBack))
    assert.isUndefined(outcomeBallotFor(standing(), noVote("IssueOpen"), { _tag: "Dissolved" }))
  })
})
