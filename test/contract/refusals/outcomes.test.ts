/** The real contract's refusals about how issues end. Each names its error and changes no byte. */
import { describe } from "@effect/vitest"
import { Effect } from "effect"
import type { CancelReason, Competition, OutcomeChoice } from "../../../src/contract-client/generated.ts"
import { miner, OWNER, STRANGER, VALIDATORS } from "../../support/contract/accounts.ts"
import { equal, refuses } from "../../support/contract/refusals/table.ts"
import { end, openIssue, solved, started, won } from "../../support/contract/steps.ts"
import type { World } from "../../support/contract/World.ts"

const [VALIDATOR, SECOND] = VALIDATORS
const UNSOLVED: OutcomeChoice = { _tag: "Unsolved", slashA: true, slashB: true }
const cancelled = (reason: CancelReason): OutcomeChoice => ({ _tag: "Cancelled", reason })
const NOT_PLANNED = cancelled({ _tag: "NotPlanned" })
const vote = (chain: World, issue: number, choice: OutcomeChoice, who: string = VALIDATOR) =>
  chain.refused(who, "voteOutcome", { issue, choice })

/** An issue whose competition of miners 5 and 6 has just started. */
const competing = (chain: World): Effect.Effect<Competition, Error> =>
  Effect.gen(function* () {
    const id = yield* started(chain, yield* openIssue(chain, 1), [5, 6])
    const competition = yield* chain.stored("competition", { id })
    return competition ?? (yield* Effect.fail(new Error(`no match ${id}`)))
  })

/** An issue that is cancelled, one that miner 5 has won and one that is paid. */
const closed = (chain: World) =>
  Effect.gen(function* () {
    const [gone, unpaid, paid] = [yield* openIssue(chain, 2), yield* openIssue(chain, 3), yield* openIssue(chain, 4)]
    yield* end(chain, gone, cancelled({ _tag: "Deleted" }))
    for (const issue of [unpaid, paid]) yield* won(chain, yield* started(chain, issue, [5, 6]), 5)
    yield* chain.ok(STRANGER, "payout", { issue: paid })
    return [gone, unpaid, paid]
  })

describe("the real contract: outcomes", () => {
  refuses("voteOutcome", "a solver who is not a competitor", (chain) =>
    Effect.gen(function* () {
      const { issue, submissionsFrom } = yield* competing(chain)
      yield* chain.toBlock(submissionsFrom)
      equal(yield* vote(chain, issue, yield* solved(7)), { _tag: "NotACompetitor", hotkey: (yield* miner(7)).hotkey })
    })
  )

  refuses("voteOutcome", "before submissions_from", (chain) =>
    Effect.gen(function* () {
      const { issue, submissionsFrom } = yield* competing(chain)
      equal(yield* vote(chain, issue, yield* solved(5)), { _tag: "TooEarly", from: submissionsFrom })
      // A transaction is in the block after its dry run's.
      yield* chain.toBlock(submissionsFrom - 2)
      equal(yield* vote(chain, issue, yield* solved(5)), { _tag: "TooEarly", from: submissionsFrom })
      yield* chain.toBlock(submissionsFrom)
      yield* chain.ok(VALIDATOR, "voteOutcome", { issue, choice: yield* solved(5) })
    })
  )

  refuses("voteOutcome", "pull request 0", (chain) =>
    Effect.gen(function* () {
      const { a, issue, submissionsFrom } = yield* competing(chain)
      yield* chain.toBlock(submissionsFrom)
      equal(yield* vote(chain, issue, { _tag: "Solved", hotkey: a.hotkey, pullRequest: 0 }), { _tag: "ZeroNumber" })
    })
  )

  refuses("voteOutcome", "a solution where nobody competes", (chain) =>
    Effect.gen(function* () {
      const issue = yield* openIssue(chain, 1)
      for (const choice of [yield* solved(5), UNSOLVED]) equal(yield* vote(chain, issue, choice), { _tag: "NoRunningCompetition", issue })
    })
  )

  refuses("voteOutcome", "to dissolve where nobody competes", (chain) =>
    Effect.gen(function* () {
      const open = yield* openIssue(chain, 2)
      equal(yield* vote(chain, open, { _tag: "Dissolved" }), { _tag: "NoRunningCompetition", issue: open })
      const { deadline, issue } = yield* competing(chain)
      yield* chain.toBlock(deadline)
      yield* chain.ok(VALIDATOR, "voteOutcome", { issue, choice: { _tag: "Dissolved" } })
    })
  )

  refuses("voteOutcome", "a reason that does not fit", (chain) =>
    Effect.gen(function* () {
      const open = yield* openIssue(chain, 2)
      const early = (hotkey: Competition["a"]["hotkey"]) => cancelled({ _tag: "SubmittedTooEarly", hotkey })
      const [five, seven] = [(yield* miner(5)).hotkey, (yield* miner(7)).hotkey]
      for (const _tag of ["Owner", "Dissolved"] as const) equal(yield* vote(chain, open, cancelled({ _tag })), { _tag: "ReasonNotAllowed" })
      equal(yield* vote(chain, open, early(five)), { _tag: "NoRunningCompetition", issue: open })
      const { issue } = yield* competing(chain)
      equal(yield* vote(chain, issue, early(seven)), { _tag: "NotACompetitor", hotkey: seven })
    })
  )

  refuses("voteOutcome", "a closed issue", (chain) =>
    Effect.gen(function* () {
      for (const issue of yield* closed(chain)) {
        for (const choice of [yield* solved(6), NOT_PLANNED]) equal(yield* vote(chain, issue, choice), { _tag: "IssueClosed", issue })
      }
    })
  )

  refuses("withdrawOutcomeVote", "when there is none", (chain) =>
    Effect.gen(function* () {
      const issue = yield* openIssue(chain, 1)
      yield* chain.ok(SECOND, "voteOutcome", { issue, choice: NOT_PLANNED })
      equal(yield* chain.refused(VALIDATOR, "withdrawOutcomeVote", { issue }), { _tag: "NothingToDo" })
    })
  )

  refuses("withdrawOutcomeVote", "a closed issue", (chain) =>
    Effect.gen(function* () {
      for (const issue of yield* closed(chain))
        equal(yield* chain.refused(VALIDATOR, "withdrawOutcomeVote", { issue }), { _tag: "IssueClosed", issue })
    })
  )

  refuses("voteOutcome", "that nobody solved it before the deadline has passed", (chain) =>
    Effect.gen(function* () {
      const { deadline, issue } = yield* competing(chain)
      const from = deadline + 1
      equal(yield* vote(chain, issue, UNSOLVED), { _tag: "TooEarly", from })
      yield* chain.toBlock(from - 2)
      equal(yield* vote(chain, issue, UNSOLVED), { _tag: "TooEarly", from })
      yield* chain.toBlock(from)
      yield* chain.ok(VALIDATOR, "voteOutcome", { issue, choice: UNSOLVED })
    })
  )

  refuses("voteOutcome", "an unknown issue", (chain) =>
    Effect.gen(function* () {
      for (const issue of [0, 1]) equal(yield* vote(chain, issue, yield* solved(5)), { _tag: "UnknownIssue", issue })
    })
  )

  refuses("voteOutcome", "whoever is not a validator", (chain) =>
    Effect.gen(function* () {
      const { issue, submissionsFrom } = yield* competing(chain)
      yield* chain.toBlock(submissionsFrom)
      for (const who of [STRANGER, OWNER]) {
        equal(yield* vote(chain, issue, yield* solved(5), who), { _tag: "NotAValidator" })
        equal(yield* vote(chain, issue, NOT_PLANNED, who), { _tag: "NotAValidator" })
      }
    })
  )

  refuses("withdrawOutcomeVote", "an unknown issue", (chain) =>
    Effect.gen(function* () {
      equal(yield* chain.refused(VALIDATOR, "withdrawOutcomeVote", { issue: 1 }), { _tag: "UnknownIssue", issue: 1 })
    })
  )

  refuses("withdrawOutcomeVote", "whoever is not a validator", (chain) =>
    Effect.gen(function* () {
      const { issue } = yield* competing(chain)
      equal(yield* chain.refused(OWNER, "withdrawOutcomeVote", { issue }), { _tag: "NotAValidator" })
    })
  )
})
