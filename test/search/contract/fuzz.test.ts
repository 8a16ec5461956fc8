/**
 * The contract on the real runtime against the model of its rules, over random sequences: the command `npm run contract:fuzz` with fewer sequences.
 * It runs in separate processes, because hours of computation would block the test runner's.
 */
import { execFile } from "node:child_process"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { root } from "../../support/devnet/support.ts"

/** A fixed seed, because not every seed's sequences have every message accepted. `npm run contract:fuzz` searches. */
const SEED = "1"
const SEQUENCES = "160"

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

/** Runs the command, which is killed when the test is interrupted. */
const play = (...options: ReadonlyArray<string>) =>
  Effect.async<string>((resume, signal) => {
    const args = [`${root}test/search/contract/fuzz/main.ts`, "--json", "--seed", SEED, ...options]
    execFile(process.execPath, args, { signal, maxBuffer: 2 ** 26 }, (error, out, err) =>
      // Exit code 1 means a finding, which the test evaluates.
      resume(out === "" ? Effect.die(new Error(`the fuzz said nothing: ${error?.message ?? ""} ${err}`)) : Effect.succeed(out))
    )
  }).pipe(Effect.flatMap(Schema.decode(Played)))

describe("the real contract, whatever is sent", () => {
  it.live(`matches the model of its rules and keeps its invariants, in ${SEQUENCES} sequences from seed ${SEED} on`, () =>
    Effect.gen(function* () {
      const played = yield* play("--sequences", SEQUENCES)
      for (const { journal, reason, seed } of played.failures) assert.fail(`seed ${seed}\n${journal.join("\n")}\n${reason}`)
      assert.strictEqual(played.sequences, Number(SEQUENCES))
      assert.deepStrictEqual(played.neverAccepted, [])
      const costly = Object.entries(played.viewGas).filter(([, gas]) => gas > MOST_GAS_OF_A_VIEW)
      assert.deepStrictEqual(costly, [])
      console.log(`seed ${SEED}: ${played.messages} messages; refusals never seen: ${played.neverRefusedBy.join(", ") || "none"}`)
    })
  )

  it.live("fails when the model that it is compared with is wrong, and names the sequence", () =>
    Effect.gen(function* () {
      const { failures } = yield* play("--sequences", "20", "--workers", "1", "--no-shrink", "--wrong")
      assert.strictEqual(failures.length, 1)
      assert.match(failures[0]?.reason ?? "", /contract .*\n {2}model /)
    })
  )
})
