/** The dev chain's stake pools equal the model's to the last digit of a share, and what was recorded of Subtensor but for roundings. */
import { existsSync, readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Either } from "effect"
import * as fc from "fast-check"
import { differencesOf, isMore, singleSteps } from "../../support/subtensor/compare.ts"
import { modelChain } from "../../support/subtensor/modelChain.ts"
import { recordedBy, steps } from "../../support/subtensor/recordSequence.ts"
import { runtimeChain } from "../../support/subtensor/runtimeChain.ts"
import { readSequences } from "../../support/subtensor/sequences.ts"

const VECTORS = new URL("../../../../shared/vectors/subtensor/pool.jsonl", import.meta.url)

describe("stake on the dev chain", () => {
  it.live("is the model's after any steps", () =>
    Effect.gen(function* () {
      const runtime = yield* runtimeChain
      fc.assert(
        fc.property(steps, (played) => {
          assert.deepStrictEqual(differencesOf(runtime, recordedBy(modelChain(), played)), [])
        }),
        { numRuns: 40 }
      )
    })
  )

  it.live("reads no more than there is where a dividend meets what little a loan has left behind", () =>
    Effect.gen(function* () {
      const [here, there, lender, borrower] = ["H1", "H0", "C1", "C0"] as const
      const lend = (amount: bigint) =>
        [
          { op: "transfer", function: "25", hotkey: here, coldkey: lender, toColdkey: borrower, amount },
          { op: "move", function: "24", hotkey: here, coldkey: borrower, toHotkey: there, amount }
        ] as const
      const recorded = recordedBy(yield* runtimeChain, [
        { op: "stake", hotkey: there, coldkey: borrower, amount: 1_000_000_000_000n },
        { op: "stake", hotkey: here, coldkey: lender, amount: 1_000_000_000_000n },
        { op: "dividend", hotkey: here, amount: 2_000_000n },
        ...lend(505_596_434_815n),
        ...lend(494_405_564_002n),
        { op: "dividend", hotkey: here, amount: 792_449_797_004n },
        { op: "dividend", hotkey: here, amount: 390_547_835_818n }
      ])
      assert.deepStrictEqual(differencesOf(modelChain(), recorded), [])
      const pool = recorded.steps.at(-1)?.state.pools.find(({ hotkey }) => hotkey === here)
      const all = pool?.holders.reduce((sum, { stake }) => sum + stake, 0n) ?? 0n
      assert.isTrue(all > 0n && all <= (pool?.total ?? 0n), `${all} of ${pool?.total}`)
    })
  )

  it.live.skipIf(!existsSync(VECTORS))(
    "is Subtensor's after every recorded step, but for roundings (../shared/vectors/subtensor/pool.jsonl)",
    () =>
      Effect.gen(function* () {
        const runtime = yield* runtimeChain
        const sequences = Either.getOrThrow(readSequences(readFileSync(VECTORS, "utf8")))
        assert.isAtLeast(sequences.length, 300)
        // A part of them: the model, which the runtime equals, meets all (test/unit/contract/stakePool.test.ts).
        const some = sequences.filter((_, index) => index % 10 === 0).flatMap(singleSteps)
        for (const step of some) assert.deepStrictEqual(differencesOf(runtime, step).filter(isMore), [])
      })
  )
})
