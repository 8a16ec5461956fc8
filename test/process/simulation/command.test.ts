/** `gittensor simulate` as a person runs it. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { fails, jsonOf, run, runHere } from "../../support/cli/support.ts"

const Report = Schema.Struct({
  seed: Schema.Int,
  holds: Schema.Boolean,
  sections: Schema.Array(
    Schema.Struct({ name: Schema.String, figures: Schema.Array(Schema.Struct({ name: Schema.String, value: Schema.Number })) })
  )
})
const decodeReport = Schema.decodeUnknownSync(Report)

const quickly = ["simulate", "--rounds", "8", "--miners", "16", "--validators", "5"]

describe.concurrent("gittensor simulate refuses", () => {
  const cases: ReadonlyArray<readonly [what: string, args: ReadonlyArray<string>, says: ReadonlyArray<string>]> = [
    ["a scenario that there is not", ["--scenario", "peace"], ['there is no scenario "peace"', "honest", "hostile"]],
    ["a share of more than everything", ["--hostile", "100"], ['--hostile "100"', "0 to 99.99"]],
    ["a share that is no number", ["--hostile", "most"], ['--hostile "most"']],
    ["no rounds", ["--rounds", "0"], ['--rounds "0"', "1 to 1000000"]],
    ["one validator", ["--validators", "1"], ['--validators "1"', "2 to 16"]],
    ["more miners than there are places", ["--miners", "300"], ['--miners "300"']],
    ["a seed that is no number", ["--seed", "lucky"], ['--seed "lucky"']]
  ]
  for (const [what, args, says] of cases)
    it.effect(what, () => Effect.map(runHere(["simulate", ...args]), (outcome) => fails(outcome, 2, ...says)))
})

describe("gittensor simulate", () => {
  it.effect("lists its scenarios", () =>
    Effect.map(runHere(["simulate", "--scenario", "list"]), ({ code, stdout }) => {
      assert.strictEqual(code, 0)
      for (const name of ["honest", "unreliable", "hostile", "majority", "partition", "miners"])
        assert.match(stdout, new RegExp(`^${name} `, "m"))
    })
  )

  it.effect("prints the same JSON for the same seed, byte for byte, in every time zone and language", () =>
    Effect.gen(function* () {
      const args = [...quickly, "--scenario", "hostile", "--hostile", "30", "--seed", "7", "--json"]
      const [one, other] = yield* Effect.all([
        run(args, { TZ: "Asia/Tokyo", LC_ALL: "de_DE.UTF-8" }),
        run(args, { TZ: "America/New_York", LC_ALL: "C" })
      ])
      assert.strictEqual(one.stdout, other.stdout)
      const report = decodeReport(jsonOf(one))
      assert.strictEqual(report.seed, 7)
      assert.isTrue(report.holds)
      const another = yield* run([...args, "--seed", "8"].toSpliced(args.indexOf("--seed"), 2))
      assert.notStrictEqual(one.stdout, another.stdout)
    })
  )

  it.effect("fails if a figure is out of its bounds", () =>
    Effect.map(run([...quickly, "--scenario", "hostile", "--hostile", "60"]), ({ code, stderr, stdout }) => {
      assert.strictEqual(code, 1)
      assert.include(stdout, "BROKEN")
      assert.match(stderr, /: wrong [a-z ]+, 60 % hostile is \d+, at most 0 allowed/)
    })
  )
})
