/** Stores enrolments with rising sequence numbers in the given file until killed. Prints each number once it is acknowledged. */
import { Effect } from "effect"
import { Enrolments } from "../../../src/scoring/issue_competitions/enrolments/Enrolments.ts"
import { key, signed, storeOf, subnet } from "./support.ts"

const [, , file = "", first = "1"] = process.argv
const miner = key(1)

await Effect.runPromise(
  Effect.gen(function* () {
    const store = yield* Enrolments
    for (let sequence = Number(first); ; sequence++) {
      yield* store.submit(signed(miner, { sequence }))
      process.stdout.write(`${sequence}\n`)
      yield* Effect.sleep("1 millis")
    }
  }).pipe(Effect.provide(storeOf(subnet(), file)))
)
