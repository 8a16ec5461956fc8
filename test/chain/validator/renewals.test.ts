/** A validator attests what changes, and renews all the rest by one message a day. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Logger, LogLevel } from "effect"
import { bitmapOfUids } from "../../../src/contract-client/bitmap.ts"
import { VALIDATORS } from "../../support/contract/accounts.ts"
import { world } from "../../support/contract/newWorld.ts"
import { today } from "../../support/contract/nextProgram.ts"
import { bonded } from "../../support/contract/refusals/bonded.ts"
import { ALPHA, ROUND } from "../../support/contract/settings.ts"
import { openIssue } from "../../support/contract/steps.ts"
import { workOf } from "../../support/validator/workOf.ts"

const DAY = 5 * ROUND
const [FIRST] = VALIDATORS

describe("a validator with nothing new to say", () => {
  it.scopedLive("renews its attestations before they lapse", () =>
    Effect.gen(function* () {
      const chain = yield* world({ day: DAY, challengePeriod: DAY, ownerDelay: DAY, recycleAfter: 7 * DAY })
      for (const uid of [5, 6]) yield* bonded(chain, uid, ALPHA)
      const issues = [yield* openIssue(chain, 1), yield* openIssue(chain, 2)]
      const work = yield* workOf(chain, FIRST, yield* today)
      const attested = Effect.forEach(issues, (issue) => Effect.map(chain.read("enrolled", { issue }), ({ attestations }) => attestations))
      const worked = Effect.gen(function* () {
        yield* chain.toBlock((Math.floor((yield* chain.block) / ROUND) + 1) * ROUND)
        yield* work
      })
      yield* worked
      const first = yield* attested
      assert.deepStrictEqual(
        first.map((entries) => entries.map(({ enrolled }) => enrolled)),
        [[bitmapOfUids([5, 6])], [bitmapOfUids([5, 6])]]
      )
      // Without a renewal they would have lapsed, or been said again.
      for (let round = 0; round < 12; round++) yield* worked
      assert.deepStrictEqual(yield* attested, first)
      yield* chain.toBlock((yield* chain.block) + DAY + ROUND)
      assert.deepStrictEqual(yield* attested, [[], []], "who has stopped is heard no more")
    }).pipe(Effect.provide(Logger.minimumLogLevel(LogLevel.Warning)))
  )
})
