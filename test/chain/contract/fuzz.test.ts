/**
 * The contract on the real runtime against the model of its rules, over random sequences: the command `npm run contract:fuzz`, with fewer of
 * them. It runs in processes of its own: hours of computing in one piece would keep the test runner's from answering.
 */
import { execFile } from "node:child_process"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { root } from "../../support/devnet/support.ts"
import { wrongRules } from "./fuzz/wrongRules.ts"

/** The same sequences every time, so that the test is never red by chance; set it to look at others. */
const SEED = process.env.GITTENSOR_TEST_SEED ?? "1"
const SEQUENCES = "500"

/** Fifty milliseconds of the reference machine; a block has three seconds. */
const MOST_GAS_OF_A_VIEW = 50_000_000_000

const Played = Schema.parseJson(
  Schema.Struct({
    sequences: Schema.Number,
    messages: Schema.Number,
    neverAccepted: Schema.Array(Schema.String),
    neverRefusedBy: Schema.Array(Schema.String),
    viewGas: Schema.Record({ key: Schema.String, value: Schema.Number }),
    failures: Schema.Array(Schema.Struct({ seed: Schema.Number, reason: Schema.String, journal: Schema.Array(Schema.String) }))
  })
)

/** Plays sequences by the command; it is ended when the test is. */
const play = (...options: ReadonlyArray<string>) =>
  Effect.async<string>((resume, signal) => {
    const args = [`${root}test/chain/contract/fuzz/main.ts`, "--json", "--seed", SEED, ...options]
    execFile(process.execPath, args, { signal, maxBuffer: 2 ** 26 }, (error, out, err) =>
      // It ends with 1 when something was found, which is for the test to judge.
      resume(out === "" ? Effect.die(new Error(`the fuzz said nothing: ${error?.message ?? ""} ${err}`)) : Effect.succeed(out))
    )
  }).pipe(Effect.flatMap(Schema.decode(Played)))

describe("the real contract, whatever is sent", () => {
  it.live(
    `does what the model of its rules does, and keeps its promises, in ${SEQUENCES} sequences from seed ${SEED} on`,
    () =>
      Effect.gen(function* () {
        const played = yield* play("--sequences", SEQUENCES)
        for (const { journal, reason, seed } of played.failures) assert.fail(`seed ${seed}\n${journal.join("\n")}\n${reason}`)
        assert.strictEqual(played.sequences, Number(SEQUENCES))
        assert.deepStrictEqual(played.neverAccepted, [])
        const costly = Object.entries(played.viewGas).filter(([, gas]) => gas > MOST_GAS_OF_A_VIEW)
        assert.deepStrictEqual(costly, [])
        console.log(`seed ${SEED}: ${played.messages} messages; refusals never seen: ${played.neverRefusedBy.join(", ") || "none"}`)
      }),
    900_000
  )

  it.live.each(Object.keys(wrongRules))(
    "is found to differ from a rule that is wrong on purpose: %s",
    (rule) =>
      Effect.gen(function* () {
        const { failures } = yield* play("--sequences", "100", "--workers", "1", "--no-shrink", "--wrong", rule)
        assert.strictEqual(failures.length, 1)
      }),
    300_000
  )
})
