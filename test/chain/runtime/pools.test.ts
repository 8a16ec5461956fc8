/** The dev chain keeps stake as Subtensor does, to the last digit of a share. */
import { existsSync, readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Either } from "effect"
import * as fc from "fast-check"
import { differencesOf } from "../../support/subtensor/compare.ts"
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

  it.live.skipIf(!existsSync(VECTORS))("is Subtensor's in every recorded sequence (../shared/vectors/subtensor/pool.jsonl)", () =>
    Effect.gen(function* () {
      const runtime = yield* runtimeChain
      const sequences = Either.getOrThrow(readSequences(readFileSync(VECTORS, "utf8")))
      assert.isAtLeast(sequences.length, 300)
      for (const sequence of sequences) assert.deepStrictEqual(differencesOf(runtime, sequence), [])
    })
  )
})
