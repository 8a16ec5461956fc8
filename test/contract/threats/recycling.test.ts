/** docs/security.md, a chain that does not recycle: with every status code, and during all other operations. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { collateralRequired } from "../../../src/domain/Collateral.ts"
import { STRANGER } from "../../support/contract/accounts.ts"
import { breakFunction, repairFunction, STATUS_CODES } from "../../support/contract/faults.ts"
import { world } from "../../support/contract/newWorld.ts"
import { bonded } from "../../support/contract/refusals/bonded.ts"
import { ALPHA, BOUNTY, defaults } from "../../support/contract/settings.ts"
import { allRecycled, changed, end, moneyTurned, openIssue, started, won } from "../../support/contract/steps.ts"
import { tags } from "../../support/contract/threats/support.ts"
import { COVER } from "../../support/figures.ts"

const SLASH = collateralRequired(BOUNTY, 1_000)

describe("a chain that recycles nothing", () => {
  it.scopedLive("stops no verdict, cancellation, payout or harvest, whatever its reason: what has to be recycled waits", () =>
    Effect.gen(function* () {
      const chain = yield* world({ collateralBps: 1_000 })
      for (const uid of [5, 6, 7, 8]) yield* bonded(chain, uid, BOUNTY / 10n)
      yield* chain.feed(BOUNTY)
      yield* moneyTurned(chain)
      yield* chain.toBlock((yield* chain.block) + defaults.recycleAfter)
      for (const [code, error] of STATUS_CODES) {
        yield* breakFunction(chain, "recycleAlpha", code)
        const recyclingRefused = { _tag: "Subtensor", value: error } as const
        assert.deepStrictEqual(yield* chain.refused(STRANGER, "harvest", {}), recyclingRefused)
        yield* chain.feed(ALPHA)
        const { events } = yield* chain.ok(STRANGER, "harvest", {})
        assert.deepInclude(events.at(-1), { received: ALPHA, recycled: 0n, fresh: BigInt(code) * ALPHA, aged: BOUNTY, recyclingRefused })
      }
      // Unrecycled money stays available for the next issues.
      const [paid, unsolved, cancelled, open] = [
        yield* openIssue(chain, 1),
        yield* openIssue(chain, 2),
        yield* openIssue(chain, 3),
        yield* openIssue(chain, 4)
      ]
      const verdict = yield* won(chain, yield* started(chain, paid, [5, 6]), 5)
      assert.deepStrictEqual(tags(verdict.events), ["CompetitionWon", "CollateralSlashed"])
      yield* chain.ok(STRANGER, "payout", { issue: paid })
      const { deadline = 0 } = (yield* chain.stored("competition", { id: yield* started(chain, unsolved, [7, 8]) })) ?? {}
      yield* chain.toBlock(deadline + 1)
      yield* end(chain, unsolved, { _tag: "Unsolved", slashA: true, slashB: false })
      yield* end(chain, cancelled, { _tag: "Cancelled", reason: { _tag: "NotPlanned" } })
      yield* changed(chain, "cancelIssue", { id: open, reason: { _tag: "Owner" } })
      yield* chain.feed(ALPHA)
      yield* chain.ok(STRANGER, "harvest", {})
      const free = BOUNTY + BigInt(STATUS_CODES.length + 1) * ALPHA + 2n * BOUNTY + 2n * SLASH
      const books = yield* chain.read("treasury", {})
      assert.deepInclude(books, { allocated: BOUNTY, collateral: 4n * (BOUNTY / 10n) - 2n * SLASH, paid: BOUNTY, recycled: 0n })
      assert.strictEqual(books.fresh + books.aged, free)

      yield* repairFunction(chain, "recycleAlpha")
      yield* allRecycled(chain)
      const { allocated, collateral, held, recycled } = yield* chain.read("treasury", {})
      assert.deepStrictEqual([recycled, held], [free, allocated + collateral + COVER])
    })
  )
})
