/** The cost of messages does not grow with the number of issues, and fits into a block. `npm run bench -- contract` prints the whole table. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { measure } from "../../../bench/contract/measure.ts"
import { complaints } from "../../../bench/contract/table.ts"
import { contractCode } from "../../../src/contract-client/artifact.ts"
import { type MessageName, messages } from "../../../src/contract-client/generated.ts"
import { ROOM } from "../../../src/layers/contract/calls.ts"

/** How much more a message may cost with ten times as many issues, since numbers grow by some bytes. Reading a cell for each issue would cost far more. */
const TOLERANCE = 0.02

describe("gas", () => {
  it.live(
    "of every message is the same early and late, with one validator and with a full whitelist that attests and votes",
    () =>
      Effect.gen(function* () {
        const [early, late] = [yield* measure(10), yield* measure(100)]
        assert.deepStrictEqual(complaints([...early.rows, ...late.rows], (contractCode.length - 2) / 2, TOLERANCE), [])
        const cheap = late.rows.filter(({ message, cost }) => {
          const room = Object.entries(ROOM).find(([name]) => messages[name as MessageName].label === message.split(",")[0])?.[1]
          return room !== undefined && (cost.refTime > room.refTime || cost.proofSize > room.proofSize)
        })
        assert.deepStrictEqual(cheap, [], "calls that may take more than the room that they get")
        const measured = new Set(late.rows.map(({ message }) => message.split(",")[0]))
        const missing = Object.values(messages).filter(({ label }) => !measured.has(label))
        assert.deepStrictEqual(missing, [], "a message that the benchmark leaves out")
      }),
    { timeout: 900_000 }
  )
})
