/**
 * Validators with two programs maintain one contract, before and after its upgrade: the first runs today's program, the second the next edition's.
 * The third is absent, so every decision needs both.
 */

import { assert, describe, it } from "@effect/vitest"
import { Effect, Logger, LogLevel } from "effect"
import { miner, OWNER, STRANGER, VALIDATORS } from "../../support/contract/accounts.ts"
import { next } from "../../support/contract/editions.ts"
import { world } from "../../support/contract/newWorld.ts"
import { nextProgram, today } from "../../support/contract/nextProgram.ts"
import { bonded } from "../../support/contract/refusals/bonded.ts"
import { ALPHA, BOUNTY } from "../../support/contract/settings.ts"
import { changed, solved } from "../../support/contract/steps.ts"
import { transact } from "../../support/contract/threats/support.ts"
import { workOf } from "../../support/validator/workOf.ts"

const DAY = 40
const [FIRST, SECOND] = VALIDATORS

describe("validators of two programs", () => {
  it.scopedLive("harvest, attest, pair, note, settle and pay on a contract of either edition", () =>
    Effect.gen(function* () {
      const stage = yield* world({ day: DAY, challengePeriod: DAY, ownerDelay: DAY, recycleAfter: 7 * DAY, collateralBps: 1_000 })
      const [ours, theirs] = [yield* today, yield* nextProgram]
      const later = stage.by(theirs)
      const works = [yield* workOf(stage, FIRST, ours), yield* workOf(stage, SECOND, theirs)]
      const oneBlock = Effect.gen(function* () {
        yield* stage.toBlock((yield* stage.block) + 1)
        for (const work of works) yield* work
      })
      const until = (is: Effect.Effect<boolean, Error>) => Effect.repeat(Effect.zipRight(oneBlock, is), { until: Boolean })
      const statusOf = (id: number) => Effect.map(stage.stored("issue", { id }), (issue) => issue?.status._tag)
      for (const uid of [5, 6]) yield* bonded(stage, uid, 40n * ALPHA)

      /** Plays a bounty from its registration to its payment, with no other actors than the validators. */
      const played = (issue: number) =>
        Effect.gen(function* () {
          yield* stage.ok(OWNER, "registerIssue", { repository: "acme/widgets", number: issue, bounty: BOUNTY })
          yield* stage.feed(BOUNTY + ALPHA)
          yield* until(Effect.map(statusOf(issue), (status) => status === "Open"))
          yield* until(Effect.map(statusOf(issue), (status) => status === "Competing"))
          yield* stage.toBlock((yield* stage.stored("competition", { id: issue }))?.submissionsFrom ?? 0)
          const { turnedAt } = yield* stage.read("validators", {})
          yield* stage.ok(FIRST, "voteOutcome", { issue, choice: yield* solved(5) })
          yield* later.ok(SECOND, "voteOutcome", { issue, choice: yield* solved(5) })
          yield* until(Effect.map(statusOf(issue), (status) => status === "Paid"))
          assert.isAbove((yield* stage.read("validators", {})).turnedAt, turnedAt, "a day was noted")
          return yield* stage.stake(stage.treasuryHotkey, (yield* miner(5)).coldkey)
        })

      assert.strictEqual(yield* played(1), BOUNTY)
      assert.strictEqual(yield* transact(stage, STRANGER, "contracts", "uploadCode", next.wasm, null, "Enforced"), "done")
      yield* changed(later, "setCode", { codeHash: next.hash })
      assert.strictEqual(yield* stage.read("version", {}), next.edition)
      assert.strictEqual(yield* played(2), 2n * BOUNTY)
    }).pipe(Effect.provide(Logger.minimumLogLevel(LogLevel.Warning)))
  )
})
