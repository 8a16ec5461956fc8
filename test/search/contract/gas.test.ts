/** The cost of messages does not grow with the number of issues, and fits into a block. `npm run bench -- contract` prints the whole table. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Option, Struct } from "effect"
import { measure, measureEarlier } from "../../../bench/contract/measure.ts"
import { complaints, labelOf, type Measured } from "../../../bench/contract/table.ts"
import { contractCode } from "../../../src/contract-client/artifact.ts"
import { messages } from "../../../src/contract-client/generated.ts"
import { limitFor } from "../../../src/layers/chain/contract/calls.ts"
import { lastReleased } from "../../support/contract/editions.ts"

/**
 * How much more a message may cost with ten times as many issues: encoded numbers grow by some bytes. Reading a cell for each issue would cost far
 * more.
 */
const TOLERANCE = 0.02

/** The calls whose cost can exceed the limit derived from a dry run in another state. */
const overLimit = (rows: ReadonlyArray<Measured>): ReadonlyArray<Measured> => {
  // A message measured as the first of many costs more after others' calls, and so does a harvest. The costs of other calls depend on their
  // arguments.
  const dependent = new Set(["harvest", ...rows.flatMap(({ message }) => (message.endsWith(", the first") ? [labelOf(message)] : []))])
  return Struct.keys(messages)
    .filter((name) => dependent.has(messages[name].label))
    .flatMap((name) => {
      const calls = rows.filter(({ message }) => labelOf(message) === messages[name].label)
      return calls.filter(({ validators, cost }) =>
        calls.some((tried) => {
          const limit = limitFor(name, tried.cost)
          return tried.validators === validators && (cost.refTime > limit.refTime || cost.proofSize > limit.proofSize)
        })
      )
    })
}

describe("gas", () => {
  it.live(
    "of every message is the same early and late, with one validator and with a full whitelist that attests and votes, and hardly more than in the edition before",
    () =>
      Effect.gen(function* () {
        const [early, late] = [yield* measure(10), yield* measure(100)]
        const earlier = Option.isNone(lastReleased) ? [] : yield* measureEarlier(lastReleased.value.wasm)
        assert.deepStrictEqual(complaints([...early.rows, ...late.rows], (contractCode.length - 2) / 2, earlier, TOLERANCE), [])
        // A harvest that meets this many bounties fails once, and the next dry run includes them. A higher limit would make every harvest need more
        // TAO.
        const usual = late.rows.filter(({ message }) => !message.endsWith("(the largest step)"))
        assert.deepStrictEqual(overLimit(usual), [], "calls for which a dry run's limit is too low")
        const measured = new Set(late.rows.map(({ message }) => labelOf(message)))
        const missing = Object.values(messages).filter(({ label }) => !measured.has(label))
        assert.deepStrictEqual(missing, [], "a message that the benchmark leaves out")
      })
  )
})
