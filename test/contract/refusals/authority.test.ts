/** Actions that need enough weight are refused without it on the real contract, and a pause does not stop the others. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { CancelReason, OutcomeChoice } from "../../../src/contract-client/generated.ts"
import { miner, OWNER, STRANGER } from "../../support/contract/accounts.ts"
import { world } from "../../support/contract/newWorld.ts"
import { ALPHA, defaults } from "../../support/contract/settings.ts"
import { attested, end, openIssue, solved, started, won } from "../../support/contract/steps.ts"

const VALIDATOR = "//Validator1"
const cancelled = (reason: CancelReason): OutcomeChoice => ({ _tag: "Cancelled", reason })

describe("the real contract", () => {
  it.scopedLive("decides nothing below the quorum, whatever a minority sends", () =>
    Effect.gen(function* () {
      const chain = yield* world()
      const issue = yield* openIssue(chain, 1)
      yield* started(chain, yield* openIssue(chain, 2), [7, 8])
      const round = yield* attested(chain, issue, [5, 6])
      const vote = { issue, round, a: yield* miner(5), b: yield* miner(6) }
      for (let time = 0; time < 3; time++) yield* chain.ok(VALIDATOR, "votePair", vote)
      for (const reason of ["NotPlanned", "Duplicate", "Deleted", "NotPlanned"] as const) {
        yield* chain.ok(VALIDATOR, "voteOutcome", { issue, choice: cancelled({ _tag: reason }) })
        yield* chain.ok(VALIDATOR, "voteOutcome", { issue: 2, choice: cancelled({ _tag: reason }) })
      }
      yield* chain.ok(VALIDATOR, "voteOutcome", { issue: 2, choice: yield* solved(7) })
      yield* chain.toBlock((yield* chain.block) + defaults.challengePeriod)
      assert.strictEqual((yield* chain.stored("issue", { id: issue }))?.status._tag, "Open")
      assert.strictEqual((yield* chain.stored("issue", { id: 2 }))?.status._tag, "Competing")
      assert.strictEqual((yield* chain.stored("counts", {})).competitions, 1)
      for (const id of [issue, 2]) assert.strictEqual((yield* chain.refused(STRANGER, "settle", { issue: id }))._tag, "NothingToSettle")
      yield* end(chain, 2, yield* solved(7))
      assert.strictEqual((yield* chain.stored("issue", { id: 2 }))?.status._tag, "Solved")
    })
  )

  it.scopedLive("pays, decides and harvests while it is paused", () =>
    Effect.gen(function* () {
      const chain = yield* world()
      const [issue, running] = [yield* openIssue(chain, 1), yield* openIssue(chain, 2)]
      yield* won(chain, yield* started(chain, issue, [5, 6]), 5)
      const competition = yield* started(chain, running, [7, 8])
      assert.deepStrictEqual((yield* chain.ok(OWNER, "pause", {})).events, [{ _tag: "Paused" }])
      assert.isTrue(yield* chain.stored("paused", {}))
      yield* won(chain, competition, 7)
      for (const id of [issue, running]) yield* chain.ok(STRANGER, "payout", { issue: id })
      yield* chain.feed(ALPHA)
      yield* chain.ok(STRANGER, "harvest", {})
      assert.deepStrictEqual((yield* chain.ok(OWNER, "unpause", {})).events, [{ _tag: "Unpaused" }])
      assert.isFalse(yield* chain.stored("paused", {}))
    })
  )
})
