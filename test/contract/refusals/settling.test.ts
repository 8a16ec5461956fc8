/**
 * The real contract's refusals to settle, to expire a competition that can be settled, to note stake without changes, and to name a payee. Each names
 * its error and changes no byte.
 */
import { describe } from "@effect/vitest"
import { Effect } from "effect"
import type { Competition, OutcomeChoice } from "../../../src/contract-client/generated.ts"
import { account, OWNER, STRANGER, VALIDATORS } from "../../support/contract/accounts.ts"
import { dissolved } from "../../support/contract/ending.ts"
import { equal, refuses } from "../../support/contract/refusals/table.ts"
import { ALPHA } from "../../support/contract/settings.ts"
import { decide, end, openIssue, solved, started, turned, won } from "../../support/contract/steps.ts"
import type { World } from "../../support/contract/World.ts"

const [VALIDATOR, SECOND] = VALIDATORS
const WAIT = 12
const UNSOLVED: OutcomeChoice = { _tag: "Unsolved", slashA: true, slashB: true }
const NOT_PLANNED: OutcomeChoice = { _tag: "Cancelled", reason: { _tag: "NotPlanned" } }
const settle = (chain: World, issue: number) => chain.refused(STRANGER, "settle", { issue })

/** An issue whose competition of miners 5 and 6 has just started. */
const competing = (chain: World): Effect.Effect<Competition, Error> =>
  Effect.gen(function* () {
    const id = yield* started(chain, yield* openIssue(chain, 1), [5, 6])
    return (yield* chain.stored("competition", { id })) ?? (yield* Effect.fail(new Error(`no match ${id}`)))
  })

describe("the real contract: settling", () => {
  refuses("settle", "what has no quorum, or not for the whole wait", (chain) =>
    Effect.gen(function* () {
      const { issue, submissionsFrom } = yield* competing(chain)
      const weighs = (alpha: bigint) => ({ _tag: "NothingToSettle", issue, weight: alpha * ALPHA, totalWeight: 100_000n * ALPHA }) as const
      equal(yield* settle(chain, issue), weighs(0n))
      yield* chain.toBlock(submissionsFrom)
      yield* chain.ok(VALIDATOR, "voteOutcome", { issue, choice: yield* solved(5) })
      yield* chain.ok(SECOND, "voteOutcome", { issue, choice: yield* solved(6) })
      yield* chain.toBlock((yield* chain.block) + WAIT)
      // Half of the stake is not a quorum, and votes for two choices do not add up.
      equal(yield* settle(chain, issue), weighs(50_000n))
      // A changed choice starts its wait again; the same choice again does not.
      yield* chain.ok(SECOND, "voteOutcome", { issue, choice: yield* solved(5) })
      const from = (yield* chain.block) + WAIT
      yield* chain.ok(VALIDATOR, "voteOutcome", { issue, choice: yield* solved(5) })
      equal(yield* settle(chain, issue), weighs(50_000n))
      // A transaction is in the block after its dry run's.
      yield* chain.toBlock(from - 2)
      equal(yield* settle(chain, issue), weighs(50_000n))
      yield* chain.toBlock(from)
      yield* chain.ok(STRANGER, "settle", { issue })
    })
  )

  refuses("settle", "a closed issue", (chain) =>
    Effect.gen(function* () {
      const [gone, solvedIssue] = [yield* openIssue(chain, 2), (yield* competing(chain)).issue]
      yield* end(chain, gone, NOT_PLANNED)
      yield* won(chain, 1, 5)
      for (const issue of [gone, solvedIssue]) equal(yield* settle(chain, issue), { _tag: "IssueClosed", issue })
    })
  )

  refuses("settle", "an unknown issue", (chain) =>
    Effect.gen(function* () {
      for (const issue of [0, 1]) equal(yield* settle(chain, issue), { _tag: "UnknownIssue", issue })
    })
  )

  refuses("settle", "once the subnet has ended", (chain) =>
    Effect.gen(function* () {
      const open = yield* openIssue(chain, 2)
      const { deadline, issue } = yield* competing(chain)
      yield* decide(chain, open, NOT_PLANNED)
      yield* chain.toBlock(deadline + 1)
      yield* decide(chain, issue, UNSOLVED)
      yield* dissolved(chain)
      yield* chain.toBlock((yield* chain.block) + WAIT)
      for (const id of [open, issue]) equal(yield* settle(chain, id), { _tag: "SubnetEnded" })
    })
  )

  refuses("expire", "a match whose end can be settled", (chain) =>
    Effect.gen(function* () {
      const { deadline, id, issue, outcomeUntil } = yield* competing(chain)
      yield* chain.toBlock(deadline + 1)
      yield* decide(chain, issue, UNSOLVED)
      yield* chain.toBlock(outcomeUntil + 3 * WAIT + 1)
      equal(yield* chain.refused(STRANGER, "expire", { competition: id }), { _tag: "OutcomeStands", issue })
      yield* chain.ok(SECOND, "withdrawOutcomeVote", { issue })
      yield* chain.ok(STRANGER, "expire", { competition: id })
    })
  )

  refuses("noteWeights", "when there is nothing new", (chain) =>
    Effect.gen(function* () {
      yield* turned(chain)
      equal(yield* chain.refused(STRANGER, "noteWeights", {}), { _tag: "NothingToDo" })
      yield* chain.forceStake(yield* account(SECOND), yield* account(`${SECOND}//cold`), ALPHA)
      yield* chain.ok(STRANGER, "noteWeights", {})
    })
  )
})

describe("the real contract: naming a payee", () => {
  const payTo = (chain: World, who: string, competition: number, coldkey: Competition["a"]["coldkey"]) =>
    chain.refused(who, "payTo", { competition, coldkey })
  const cold = (uid: number) => `//Miner${uid}//cold`

  refuses("payTo", "an unknown match", (chain) =>
    Effect.gen(function* () {
      const other = yield* account("//Other")
      for (const competition of [0, 1])
        equal(yield* payTo(chain, STRANGER, competition, other), { _tag: "UnknownCompetition", competition })
    })
  )

  refuses("payTo", "whoever is no competitor's coldkey", (chain) =>
    Effect.gen(function* () {
      const { id } = yield* competing(chain)
      const other = yield* account("//Other")
      yield* chain.give("//Miner5")
      for (const who of ["//Miner5", OWNER, VALIDATOR, STRANGER])
        equal(yield* payTo(chain, who, id, other), { _tag: "NotACompetitorsColdkey" })
    })
  )

  refuses("payTo", "who has lost, or was paid", (chain) =>
    Effect.gen(function* () {
      const { id, issue } = yield* competing(chain)
      const other = yield* account("//Other")
      for (const uid of [5, 6]) yield* chain.give(cold(uid))
      yield* end(chain, issue, { _tag: "Dissolved" })
      equal(yield* payTo(chain, cold(5), id, other), { _tag: "NotSolved", issue })
      const second = yield* started(chain, issue, [5, 6])
      yield* won(chain, second, 5)
      equal(yield* payTo(chain, cold(6), second, other), { _tag: "CompetitionOver", competition: second })
      equal(yield* payTo(chain, cold(5), id, other), { _tag: "CompetitionOver", competition: id })
      yield* chain.ok(cold(5), "payTo", { competition: second, coldkey: other })
      yield* chain.ok(STRANGER, "payout", { issue })
      equal(yield* payTo(chain, cold(5), second, other), { _tag: "AlreadyPaid", issue })
    })
  )

  refuses("payTo", "a payee that cannot be paid", (chain) =>
    Effect.gen(function* () {
      const { id } = yield* competing(chain)
      yield* chain.give(cold(5))
      for (const coldkey of [chain.contract, chain.treasuryColdkey])
        equal(yield* payTo(chain, cold(5), id, coldkey), { _tag: "ReservedColdkey", coldkey })
    })
  )
})
