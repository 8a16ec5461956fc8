/** The real contract's refusals about decisions that wait. Each names its error and changes no byte. */
import { describe } from "@effect/vitest"
import { Effect } from "effect"
import type { Competition, OutcomeChoice } from "../../../src/contract-client/generated.ts"
import { STRANGER, VALIDATORS } from "../../support/contract/accounts.ts"
import { equal, refuses } from "../../support/contract/refusals/table.ts"
import { decide, openIssue, solved, started, won } from "../../support/contract/steps.ts"
import type { World } from "../../support/contract/World.ts"

const [VALIDATOR] = VALIDATORS
const NOT_PLANNED: OutcomeChoice = { _tag: "Cancelled", reason: { _tag: "NotPlanned" } }
const REVERTED: OutcomeChoice = { _tag: "Cancelled", reason: { _tag: "Reverted" } }
const vote = (chain: World, issue: number, choice: OutcomeChoice) => chain.refused(VALIDATOR, "voteOutcome", { issue, choice })
const finish = (chain: World, issue: number) => chain.refused(STRANGER, "finish", { issue })
const waitingFrom = (chain: World, issue: number) => Effect.map(chain.read("issue", { id: issue }), (found) => found?.waiting?.from ?? 0)

/** An issue whose competition of miners 5 and 6 has just started. */
const competing = (chain: World): Effect.Effect<Competition, Error> =>
  Effect.gen(function* () {
    const id = yield* started(chain, yield* openIssue(chain, 1), [5, 6])
    return (yield* chain.read("competition", { id })) ?? (yield* Effect.fail(new Error(`no match ${id}`)))
  })

describe("the real contract: decisions that wait", () => {
  refuses("voteOutcome", "another decision while one waits", (chain) =>
    Effect.gen(function* () {
      const { issue } = yield* competing(chain)
      yield* decide(chain, issue, NOT_PLANNED)
      const from = yield* waitingFrom(chain, issue)
      for (const choice of [NOT_PLANNED, { _tag: "Cancelled", reason: { _tag: "Duplicate" } }, { _tag: "Unsolved" }] as const) {
        equal(yield* vote(chain, issue, choice), { _tag: "OutcomeWaits", issue, from })
      }
      yield* chain.ok(VALIDATOR, "voteOutcome", { issue, choice: { _tag: "TakenBack" } })
    })
  )

  refuses("voteOutcome", "to take back what does not wait", (chain) =>
    Effect.gen(function* () {
      const open = yield* openIssue(chain, 2)
      equal(yield* vote(chain, open, { _tag: "TakenBack" }), { _tag: "NothingWaits", issue: open })
      const { issue } = yield* competing(chain)
      equal(yield* vote(chain, issue, { _tag: "TakenBack" }), { _tag: "NothingWaits", issue })
    })
  )

  refuses("voteOutcome", "to dissolve a pair that may submit, or where nobody competes", (chain) =>
    Effect.gen(function* () {
      const open = yield* openIssue(chain, 2)
      equal(yield* vote(chain, open, { _tag: "Dissolved" }), { _tag: "NoRunningCompetition", issue: open })
      const { issue, submissionsFrom } = yield* competing(chain)
      yield* chain.ok(VALIDATOR, "voteOutcome", { issue, choice: { _tag: "Dissolved" } })
      yield* chain.toBlock(submissionsFrom)
      equal(yield* vote(chain, issue, { _tag: "Dissolved" }), { _tag: "TooLate", until: submissionsFrom - 1 })
      yield* decide(chain, issue, yield* solved(5))
      equal(yield* vote(chain, issue, { _tag: "Dissolved" }), { _tag: "NoRunningCompetition", issue })
    })
  )

  refuses("finish", "what nobody decided", (chain) =>
    Effect.gen(function* () {
      const { issue, submissionsFrom } = yield* competing(chain)
      equal(yield* finish(chain, issue), { _tag: "NothingWaits", issue })
      yield* chain.toBlock(submissionsFrom)
      yield* decide(chain, issue, yield* solved(5))
      equal(yield* finish(chain, issue), { _tag: "NothingWaits", issue })
    })
  )

  refuses("finish", "what has to wait", (chain) =>
    Effect.gen(function* () {
      const { issue } = yield* competing(chain)
      yield* decide(chain, issue, NOT_PLANNED)
      const from = yield* waitingFrom(chain, issue)
      equal(yield* finish(chain, issue), { _tag: "TooEarly", from })
      // A transaction is in the block after its dry run's.
      yield* chain.toBlock(from - 2)
      equal(yield* finish(chain, issue), { _tag: "TooEarly", from })
      yield* chain.toBlock(from)
      yield* chain.ok(STRANGER, "finish", { issue })
    })
  )

  refuses("finish", "an unknown issue", (chain) =>
    Effect.gen(function* () {
      equal(yield* finish(chain, 1), { _tag: "UnknownIssue", issue: 1 })
    })
  )

  refuses("expire", "a match whose end waits", (chain) =>
    Effect.gen(function* () {
      const { deadline, id, issue, outcomeUntil } = yield* competing(chain)
      yield* chain.toBlock(deadline + 1)
      yield* decide(chain, issue, { _tag: "Unsolved" })
      yield* chain.toBlock(outcomeUntil + 1)
      const from = yield* waitingFrom(chain, issue)
      equal(yield* chain.refused(STRANGER, "expire", { competition: id }), { _tag: "OutcomeWaits", issue, from })
      yield* decide(chain, issue, { _tag: "TakenBack" })
      yield* chain.ok(STRANGER, "expire", { competition: id })
    })
  )

  refuses("payout", "while a challenge waits", (chain) =>
    Effect.gen(function* () {
      const { id, issue } = yield* competing(chain)
      yield* won(chain, id, 5)
      yield* decide(chain, issue, REVERTED)
      const from = yield* waitingFrom(chain, issue)
      yield* chain.toBlock(from)
      equal(yield* chain.refused(STRANGER, "payout", { issue }), { _tag: "OutcomeWaits", issue, from })
    })
  )
})
