/** The cost of messages does not grow with the number of issues, and fits into a block. `npm run bench -- contract` prints the whole table. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { measure } from "../../../bench/contract/measure.ts"
import { complaints, type Measured } from "../../../bench/contract/table.ts"
import { contractCode } from "../../../src/contract-client/artifact.ts"
import { type MessageName, messages } from "../../../src/contract-client/generated.ts"
import { limitFor } from "../../../src/layers/contract/calls.ts"

/** How much more a message may cost with ten times as many issues, since numbers grow by some bytes. Reading a cell for each issue would cost far more. */
const TOLERANCE = 0.02

/** Messages whose cost depends on what others did before, not on what they are told. */
const DEPENDS_ON_OTHERS: ReadonlyArray<MessageName> = ["attestEnrolled", "votePair", "voteOutcome", "veto", "harvest"]

/** Whether a call costs more than the limit that follows from a dry run in the cheapest state that was measured. */
const isOverLimit =
  (rows: ReadonlyArray<Measured>) =>
  ({ message, validators, cost }: Measured): boolean => {
    const [label] = message.split(",")
    const name = DEPENDS_ON_OTHERS.find((one) => messages[one].label === label)
    if (name === undefined) return false
    const same = rows.filter((row) => row.validators === validators && row.message.split(",")[0] === label).map((row) => row.cost)
    const [cheapest = cost] = same.toSorted((a, b) => Number(a.refTime - b.refTime))
    const limit = limitFor(name, cheapest)
    return cost.refTime > limit.refTime || cost.proofSize > limit.proofSize
  }

describe("gas", () => {
  it.live(
    "of every message is the same early and late, with one validator and with a full whitelist that attests and votes",
    () =>
      Effect.gen(function* () {
        const [early, late] = [yield* measure(10), yield* measure(100)]
        assert.deepStrictEqual(complaints([...early.rows, ...late.rows], (contractCode.length - 2) / 2, TOLERANCE), [])
        // A harvest of the largest step fails once, and the next dry run sees it: to hold its price ready at every harvest would cost more.
        const usual = late.rows.filter(({ message }) => !message.endsWith("(the largest step)"))
        assert.deepStrictEqual(usual.filter(isOverLimit(usual)), [], "calls for which a dry run's limit is too low")
        const measured = new Set(late.rows.map(({ message }) => message.split(",")[0]))
        const missing = Object.values(messages).filter(({ label }) => !measured.has(label))
        assert.deepStrictEqual(missing, [], "a message that the benchmark leaves out")
      }),
    { timeout: 900_000 }
  )
})
