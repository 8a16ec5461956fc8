/** The real contract's refusals to validators about outcomes. Each names its error and changes no byte. */
import { describe } from "@effect/vitest"
import { Effect } from "effect"
import type { CancelReason, Competition, OutcomeChoice } from "../../../src/contract-client/generated.ts"
import type { AccountAddress } from "../../../src/domain/Account.ts"
import { account, miner, OWNER, STRANGER, VALIDATORS } from "../../support/contract/accounts.ts"
import { equal, refuses } from "../../support/contract/refusals/table.ts"
import { decide, openIssue, solved, started, won } from "../../support/contract/steps.ts"
import type { World } from "../../support/contract/World.ts"

const [VALIDATOR] = VALIDATORS
const cancelled = (reason: CancelReason): OutcomeChoice => ({ _tag: "Cancelled", reason })
const vote = (chain: World, issue: number, choice: OutcomeChoice, who: string = VALIDATOR) =>
  chain.refused(who, "voteOutcome", { issue, choice })

/** An issue whose competition of miners 5 and 6 has just started. */
const competing = (chain: World): Effect.Effect<Competition, Error> =>
  Effect.gen(function* () {
    const id = yield* started(chain, yield* openIssue(chain, 1), [5, 6])
    const competition = yield* chain.read("competition", { id })
    return competition ?? (yield* Effect.fail(new Error(`no match ${id}`)))
  })

/** An issue that miner 5 has won, and the first block at which it may be paid. */
const decided = (chain: World) =>
  Effect.gen(function* () {
    const { id, issue } = yield* competing(chain)
    yield* won(chain, id, 5)
    return { issue, payableAt: (yield* chain.read("issue", { id: issue }))?.payableAt ?? 0 }
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

  refuses("voteOutcome", "after deadline + grace", (chain) =>
    Effect.gen(function* () {
      const { issue, outcomeUntil } = yield* competing(chain)
      yield* chain.toBlock(outcomeUntil - 1)
      yield* chain.ok("//Validator3", "voteOutcome", { issue, choice: yield* solved(5) })
      yield* chain.toBlock(outcomeUntil + 1)
      equal(yield* vote(chain, issue, yield* solved(5)), { _tag: "TooLate", until: outcomeUntil })
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
      const open = yield* openIssue(chain, 2)
      equal(yield* vote(chain, open, yield* solved(5)), { _tag: "NoRunningCompetition", issue: open })
      equal(yield* vote(chain, open, { _tag: "Unsolved" }), { _tag: "NoRunningCompetition", issue: open })
      const { issue } = yield* decided(chain)
      equal(yield* vote(chain, issue, yield* solved(6)), { _tag: "NoRunningCompetition", issue })
      equal(yield* vote(chain, issue, { _tag: "Unsolved" }), { _tag: "NoRunningCompetition", issue })
    })
  )

  refuses("voteOutcome", "a reason that does not fit", (chain) =>
    Effect.gen(function* () {
      const open = yield* openIssue(chain, 2)
      const early = (hotkey: Competition["a"]["hotkey"]) => cancelled({ _tag: "SubmittedTooEarly", hotkey })
      const [five, seven] = [(yield* miner(5)).hotkey, (yield* miner(7)).hotkey]
      equal(yield* vote(chain, open, cancelled({ _tag: "Owner" })), { _tag: "ReasonNotAllowed" })
      equal(yield* vote(chain, open, cancelled({ _tag: "Reverted" })), { _tag: "ReasonNotAllowed" })
      equal(yield* vote(chain, open, early(five)), { _tag: "NotACompetitor", hotkey: five })
      const { issue } = yield* competing(chain)
      equal(yield* vote(chain, issue, cancelled({ _tag: "Reverted" })), { _tag: "ReasonNotAllowed" })
      equal(yield* vote(chain, issue, cancelled({ _tag: "PaymentImpossible" })), { _tag: "ReasonNotAllowed" })
      equal(yield* vote(chain, issue, early(seven)), { _tag: "NotACompetitor", hotkey: seven })
    })
  )

  refuses("voteOutcome", "that nobody solved it before the deadline has passed", (chain) =>
    Effect.gen(function* () {
      const { deadline, issue } = yield* competing(chain)
      const from = deadline + 1
      equal(yield* vote(chain, issue, { _tag: "Unsolved" }), { _tag: "TooEarly", from })
      yield* chain.toBlock(from - 2)
      equal(yield* vote(chain, issue, { _tag: "Unsolved" }), { _tag: "TooEarly", from })
      yield* chain.toBlock(from)
      yield* chain.ok(VALIDATOR, "voteOutcome", { issue, choice: { _tag: "Unsolved" } })
    })
  )

  refuses("voteOutcome", "another payee before the payment could be tried, or where nobody won", (chain) =>
    Effect.gen(function* () {
      const other: OutcomeChoice = { _tag: "PayTo", coldkey: yield* account("//Other") }
      const open = yield* openIssue(chain, 2)
      equal(yield* vote(chain, open, other), { _tag: "NotSolved", issue: open })
      const { issue, payableAt } = yield* decided(chain)
      equal(yield* vote(chain, issue, other), { _tag: "TooEarly", from: payableAt })
      const impossible = cancelled({ _tag: "PaymentImpossible" })
      equal(yield* vote(chain, issue, impossible), { _tag: "ReasonNotAllowed" })
      yield* chain.toBlock(payableAt)
      yield* chain.ok(VALIDATOR, "voteOutcome", { issue, choice: other })
      yield* chain.ok(VALIDATOR, "voteOutcome", { issue, choice: impossible })
    })
  )

  refuses("voteOutcome", "a payee that cannot be paid, or is paid anyway", (chain) =>
    Effect.gen(function* () {
      const { issue, payableAt } = yield* decided(chain)
      yield* chain.toBlock(payableAt)
      const payTo = (coldkey: AccountAddress) => vote(chain, issue, { _tag: "PayTo", coldkey })
      for (const coldkey of [chain.contract, chain.treasuryColdkey]) equal(yield* payTo(coldkey), { _tag: "ReservedColdkey", coldkey })
      equal(yield* payTo((yield* miner(5)).coldkey), { _tag: "PayeeUnchanged" })
      const other = yield* account("//Other")
      yield* decide(chain, issue, { _tag: "PayTo", coldkey: other })
      yield* chain.toBlock((yield* chain.read("issue", { id: issue }))?.payableAt ?? 0)
      equal(yield* payTo(other), { _tag: "PayeeUnchanged" })
    })
  )

  refuses("voteOutcome", "a closed issue", (chain) =>
    Effect.gen(function* () {
      const { issue, payableAt } = yield* decided(chain)
      const gone = yield* openIssue(chain, 2)
      yield* decide(chain, gone, cancelled({ _tag: "Deleted" }))
      equal(yield* vote(chain, gone, cancelled({ _tag: "Deleted" })), { _tag: "IssueClosed", issue: gone })
      yield* chain.toBlock(Math.max(payableAt, yield* chain.block))
      yield* chain.ok(STRANGER, "payout", { issue })
      for (const choice of [yield* solved(5), cancelled({ _tag: "Reverted" })]) {
        equal(yield* vote(chain, issue, choice), { _tag: "IssueClosed", issue })
      }
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
        equal(yield* vote(chain, issue, cancelled({ _tag: "NotPlanned" }), who), { _tag: "NotAValidator" })
      }
    })
  )

  refuses("withdrawOutcomeVote", "a closed issue", (chain) =>
    Effect.gen(function* () {
      const gone = yield* openIssue(chain, 2)
      yield* decide(chain, gone, cancelled({ _tag: "Deleted" }))
      equal(yield* chain.refused(VALIDATOR, "withdrawOutcomeVote", { issue: gone }), { _tag: "IssueClosed", issue: gone })
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
