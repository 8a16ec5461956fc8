/** Ends of matches that pay nothing are verified by their ballot, or by the time that passed. Who is paired is not checked here. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schedule } from "effect"
import type { Claims } from "../../../src/verification/claims.ts"
import { claimsFromChain, genesisOf } from "../../../src/verification/fromChain.ts"
import { verify } from "../../../src/verification/verify.ts"
import { STRANGER } from "../../support/contract/accounts.ts"
import { world } from "../../support/contract/newWorld.ts"
import { end, openIssue, started } from "../../support/contract/steps.ts"
import type { World } from "../../support/contract/World.ts"
import { relay } from "../../support/devnet/relay.ts"

/** What is found about the end of a match, of which these claims are made; by default those of the node itself. */
const endOf = (chain: World, match: number, claim: (claims: Claims) => Claims = (claims) => claims) =>
  Effect.gen(function* () {
    const { contract, endpoint } = chain
    const genesis = yield* Effect.promise(() => genesisOf(endpoint))
    // The end becomes final a moment later.
    const told = Effect.tryPromise(() => claimsFromChain(match, { contract, endpoint, genesis }))
    const claims = claim(yield* Effect.retry(told, Schedule.spaced("50 millis")))
    const network = { endpoints: [endpoint, yield* relay(endpoint, {})], genesis, contract }
    const { steps } = yield* Effect.promise(() => verify(claims, network))
    const found = new Map(steps.map(({ finding, step }) => [step, finding]))
    const of = (["ballot", "settlement", "payment"] as const).map((step) => found.get(step))
    return { tags: of.map((finding) => finding?._tag), text: JSON.stringify(of), status: claims.end.status }
  })

const RIGHT = ["right", "right", "right"] as const

describe("the end of a match", () => {
  it.scopedLive("is verified where nobody won", () =>
    Effect.gen(function* () {
      const chain = yield* world({}, { retention: 2_000 })
      const begin = (number: number, uids: readonly [number, number]) =>
        Effect.gen(function* () {
          const issue = yield* openIssue(chain, number)
          return { issue, match: yield* started(chain, issue, uids) }
        })
      const dissolved = yield* begin(1, [5, 6])
      yield* end(chain, dissolved.issue, { _tag: "Dissolved" })
      const voided = yield* endOf(chain, dissolved.match)
      assert.deepStrictEqual([voided.status, ...voided.tags], ["Void", ...RIGHT], voided.text)
      const another: Claims["end"] = { status: "Void", at: 0, reason: { _tag: "NotPlanned" } }
      const lied = yield* endOf(chain, dissolved.match, (claims) => ({ ...claims, end: { ...another, at: claims.end.at } }))
      assert.deepStrictEqual(lied.tags, ["wrong", "wrong", "right"], lied.text)

      const cancelled = yield* begin(2, [5, 6])
      yield* end(chain, cancelled.issue, { _tag: "Cancelled", reason: { _tag: "NotPlanned" } })
      const closed = yield* endOf(chain, cancelled.match)
      assert.deepStrictEqual([closed.status, ...closed.tags], ["Void", ...RIGHT], closed.text)

      const left = yield* begin(3, [5, 6])
      const { challengePeriod = 0, outcomeUntil = 0 } = (yield* chain.stored("competition", { id: left.match })) ?? {}
      yield* chain.toBlock(outcomeUntil + 3 * challengePeriod + 1)
      yield* chain.ok(STRANGER, "expire", { competition: left.match })
      const expired = yield* endOf(chain, left.match)
      assert.deepStrictEqual(expired.tags, [...RIGHT], expired.text)
      assert.include(expired.text, "anyone might expire it")
      const unsolved = yield* endOf(chain, left.match, (claims) => ({
        ...claims,
        end: { status: "Unsolved", at: claims.end.at, slashA: false, slashB: false }
      }))
      assert.deepStrictEqual(unsolved.tags, ["wrong", "wrong", "right"], unsolved.text)
    })
  )
})
