/** The number of JSON-RPC requests for a round's reads, counted between validator and node, is the same for sixty issues as for five. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { playRounds } from "../../support/rounds/rounds.ts"

const season = { miners: 40, runningCompetitions: 5, endedCompetitions: 60, enrolled: 12, collateralBps: 0 }

describe("the requests of a round", () => {
  it.scopedLive("are ten at most, for any number of issues and competitions", () =>
    Effect.gen(function* () {
      const few = yield* playRounds({ ...season, openIssues: 5 })
      const many = yield* playRounds({ ...season, openIssues: 60, endedCompetitions: 300, runningCompetitions: 30, collateralBps: 100 })
      assert.deepStrictEqual([few.openIssues, few.competitions, many.openIssues, many.competitions], [5, 65, 60, 330])
      assert.isAbove(few.pairs, 0)
      assert.isAtMost(few.cold.requests.length, 10, few.cold.requests.join())
      assert.isAtMost(few.warm.requests.length, 10, few.warm.requests.join())
      assert.deepStrictEqual(many.cold.requests, few.cold.requests)
      assert.deepStrictEqual(many.warm.requests, few.warm.requests)
      assert.isAtMost(many.block.requests.length, 4, many.block.requests.join())
    })
  )
})
