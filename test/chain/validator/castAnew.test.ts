/** A vote that is withdrawn and cast anew in one transaction, on the real contract: it has another age and weight, and there is no block without it. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Either } from "effect"
import { Contract } from "../../../src/layers/chain/contract/Contract.ts"
import { keyOf } from "../../support/cli/support.ts"
import { account, VALIDATORS } from "../../support/contract/accounts.ts"
import { world } from "../../support/contract/newWorld.ts"
import { ALPHA } from "../../support/contract/settings.ts"
import { openIssue, weighed } from "../../support/contract/steps.ts"
import { on } from "../../support/indexer/chain.ts"

const [FIRST] = VALIDATORS
const [LITTLE, MUCH] = [20_000n * ALPHA, 50_000n * ALPHA]

describe("a vote that is cast anew", () => {
  it.scopedLive("weighs what its validator has now, from one transaction, or stays as it was", () =>
    Effect.gen(function* () {
      const chain = yield* world()
      const issue = yield* openIssue(chain, 1)
      const hotkey = yield* account(FIRST)
      const choice = { _tag: "Cancelled", reason: { _tag: "NotPlanned" } } as const
      const has = (alpha: bigint) =>
        Effect.gen(function* () {
          yield* chain.forceStake(hotkey, yield* account(`${FIRST}//cold`), alpha)
          yield* weighed(chain)
        })
      yield* has(LITTLE)
      yield* chain.ok(FIRST, "voteOutcome", { issue, choice })
      const before = yield* chain.stored("ballotOutcome", { issue })
      yield* has(MUCH)
      const key = yield* keyOf(FIRST)
      const anew = Effect.flatMap(Contract, ({ send }) =>
        send("voteOutcome", { issue, choice }, key, "inBlock", undefined, { after: { name: "withdrawOutcomeVote", args: { issue } } })
      ).pipe(Effect.provide(on(chain)))
      const { events, inclusion } = yield* anew
      assert.deepStrictEqual(
        events.map(({ _tag }) => _tag),
        ["OutcomeVoteWithdrawn", "OutcomeVoted"]
      )
      assert.deepStrictEqual(
        [before, yield* chain.stored("ballotOutcome", { issue })].map(([vote]) => [vote?.since, vote?.cast]),
        [
          [before[0]?.since, LITTLE],
          [inclusion.block.number, MUCH]
        ]
      )
      yield* chain.ok(FIRST, "withdrawOutcomeVote", { issue })
      assert.isTrue(Either.isLeft(yield* Effect.either(anew)), "there is nothing to withdraw")
      assert.deepStrictEqual(yield* chain.stored("ballotOutcome", { issue }), [])
    })
  )
})
