/** The contract on the real runtime against the model of its rules, over random sequences. `npm run contract:fuzz` plays more of them. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { errorSentences } from "../../src/contract-client/generated.ts"
import { actions } from "../../src/contract-model/ContractModel.ts"
import { Coverage } from "./fuzz/coverage.ts"
import { run, setTable } from "./fuzz/fuzz.ts"
import { wrongRules } from "./fuzz/wrongRules.ts"

/** The same sequences every time, so that the test is never red by chance; set it to look at others. */
const SEED = Number(process.env.GITTENSOR_TEST_SEED ?? 1)
const SEQUENCES = 500

const plan = { seed: SEED, sequences: SEQUENCES, steps: 60, worker: 0, of: 1, shrink: true }

/** Fifty milliseconds of the reference machine; a block has three seconds. */
const MOST_GAS_OF_A_VIEW = 50_000_000_000

describe("the real contract, whatever is sent", () => {
  it.effect(
    `does what the model of its rules does, and keeps its promises, in ${SEQUENCES} sequences from seed ${SEED} on`,
    () =>
      Effect.gen(function* () {
        const { coverage, failures } = run(yield* setTable(), plan)
        for (const { journal, reason, seed } of failures) assert.fail(`seed ${seed}\n${journal.join("\n")}\n${reason}`)
        const neverAccepted = actions.filter((action) => coverage.accepted[action] === undefined)
        assert.deepStrictEqual(neverAccepted, [])
        const costly = Object.entries(coverage.viewGas).filter(([, gas]) => gas > MOST_GAS_OF_A_VIEW)
        assert.deepStrictEqual(costly, [])
        const unseen = Object.keys(errorSentences).filter((error) => coverage.refused[error] === undefined)
        console.log(`${coverage.messages} messages; refusals never seen: ${unseen.join(", ") || "none"}`)
      }),
    900_000
  )

  it.effect(
    "is found to differ from rules that are wrong on purpose",
    () =>
      Effect.gen(function* () {
        const table = yield* setTable()
        const missed = Object.entries(wrongRules).filter(([, rules]) => {
          const { failures } = run({ ...table, coverage: new Coverage(), rules }, { ...plan, seed: 1, sequences: 100, shrink: false })
          return failures.length === 0
        })
        assert.deepStrictEqual(missed, [])
      }),
    300_000
  )
})
