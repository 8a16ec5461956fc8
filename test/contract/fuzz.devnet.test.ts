/** The contract on the real runtime against the model of its rules, over random sequences. `npm run contract:fuzz` plays more of them. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { errorSentences } from "../../src/contract-client/generated.ts"
import { actions } from "../../src/contract-model/ContractModel.ts"
import { run, setTable } from "./fuzz/fuzz.ts"
import { wrongRules } from "./fuzz/wrongRules.ts"

/** The same sequences every time, so that the test is never red by chance; set it to look at others. */
const SEED = Number(process.env.GITTENSOR_TEST_SEED ?? 1)
const SEQUENCES = 500

const plan = { seed: SEED, sequences: SEQUENCES, steps: 60, worker: 0, of: 1, shrink: true }

describe("the real contract, whatever is sent", () => {
  it.effect(
    `does what the model of its rules does, and keeps its promises, in ${SEQUENCES} sequences from seed ${SEED} on`,
    () =>
      Effect.gen(function* () {
        const { coverage, failures } = run(yield* setTable(), plan)
        for (const { journal, reason, seed } of failures) assert.fail(`seed ${seed}\n${journal.join("\n")}\n${reason}`)
        assert.deepStrictEqual(
          actions.filter((action) => coverage.accepted[action] === undefined),
          [],
          "messages that were never accepted"
        )
        // fifty milliseconds of the reference machine; a block has three seconds
        for (const [view, gas] of Object.entries(coverage.viewGas)) assert.isBelow(gas, 50_000_000_000, `${view} costs much`)
        const unseen = Object.keys(errorSentences).filter((error) => coverage.refused[error] === undefined)
        console.log(`${coverage.messages} messages; refusals never seen: ${unseen.join(", ") || "none"}`)
      }),
    900_000
  )

  for (const [name, rules] of Object.entries(wrongRules)) {
    it.effect(
      `finds a wrong rule: ${name}`,
      () =>
        Effect.gen(function* () {
          const { failures } = run(yield* setTable(rules), { ...plan, seed: 1, sequences: 100, shrink: false })
          assert.strictEqual(failures.length, 1)
        }),
      120_000
    )
  }
})
