import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect } from "effect"
import { redactor } from "../../../src/cli/program/redaction.ts"

const redacted = (text: string, argv: ReadonlyArray<string>, environment: Readonly<Record<string, string>> = {}) =>
  Effect.map(redactor(argv, environment, ConfigProvider.fromMap(new Map(Object.entries(environment)))), (redact) => redact(text))

describe("redaction of log lines", () => {
  it.effect("hides the database's password, however it was given and is written", () =>
    Effect.gen(function* () {
      const address = "postgres://index:p%40ss%3Aword@db.example:5432/index"
      const line = "can't reach postgres://index:p%40ss%3Aword@db.example:5432/index with p@ss:word"
      const blotted = "can't reach postgres://index:<redacted>@db.example:5432/index with <redacted>"
      assert.strictEqual(yield* redacted(line, [], { DATABASE_URL: address }), blotted)
      assert.strictEqual(yield* redacted(line, [], { GITTENSOR_DATABASE: address }), blotted)
      assert.strictEqual(yield* redacted(line, ["serve", "--database", address]), blotted)
      assert.strictEqual(yield* redacted(line, ["serve", `--database=${address}`]), blotted)
      assert.strictEqual(yield* redacted("with p@ss:word", [], { PGPASSWORD: "p@ss:word" }), "with <redacted>")
      assert.strictEqual(yield* redacted(line, [], { DATABASE_URL: "postgres://db.example/index" }), line, "there is none")
    })
  )
})
