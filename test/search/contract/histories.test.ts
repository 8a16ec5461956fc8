/**
 * Many histories of loans, moving stake and money on the contract's model, and some of them on the real contract. They run in separate processes,
 * because they would block the test runner's.
 */
import { execFile } from "node:child_process"
import { availableParallelism } from "node:os"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { root } from "../../support/devnet/support.ts"

/** 20,000 were played when this was written. Set the variable for other numbers. */
const HISTORIES = Number(process.env.GITTENSOR_TEST_HISTORIES ?? "1500")
const ON_THE_CHAIN = 6

const Played = Schema.parseJson(
  Schema.Struct({
    histories: Schema.Number,
    loans: Schema.Number,
    moves: Schema.Number,
    liveness: Schema.Number,
    first: Schema.Array(Schema.String),
    decisions: Schema.Number
  })
)

const play = (...options: ReadonlyArray<string>) =>
  Effect.async<string>((resume, signal) => {
    const args = [`${root}test/search/contract/histories/main.ts`, ...options]
    execFile(process.execPath, args, { signal, maxBuffer: 2 ** 26 }, (error, out, err) =>
      resume(error === null ? Effect.succeed(out) : Effect.die(new Error(`the histories failed: ${error.message} ${err}`)))
    )
  }).pipe(Effect.flatMap(Schema.decode(Played)))

describe("histories of loans and moves", () => {
  it.live(`keep what is decided, who is heard and the money, in ${HISTORIES} on the model`, () =>
    Effect.gen(function* () {
      const each = Math.ceil(HISTORIES / availableParallelism())
      const shares = Array.from({ length: availableParallelism() }, (_, share) =>
        play("--from", String(1 + share * each), "--histories", String(each))
      )
      const played = yield* Effect.all(shares, { concurrency: "unbounded" })
      assert.deepStrictEqual(
        played.flatMap(({ first }) => first),
        []
      )
    })
  )

  it.live(`keep it in ${ON_THE_CHAIN} on the real contract, which decides what the model decides`, () =>
    Effect.gen(function* () {
      const options = ["--histories", String(ON_THE_CHAIN)]
      const [real, model] = yield* Effect.all([play(...options, "--real"), play(...options)], { concurrency: "unbounded" })
      assert.deepStrictEqual(real, model)
    })
  )
})
