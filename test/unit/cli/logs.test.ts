/** The log lines: one message, no duplicate key, and no repetition about a permanent failure. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Logger, LogLevel, Ref, Schema, TestClock } from "effect"
import { withOneMessage } from "../../../src/cli/program/output.ts"
import * as RareLines from "../../../src/layers/machine/effects/rareLines.ts"

const Line = Schema.parseJson(
  Schema.Struct({ message: Schema.String, annotations: Schema.Record({ key: Schema.String, value: Schema.Unknown }) })
)

/** These lines in JSON and in logfmt. */
const written = (lines: Effect.Effect<unknown>) =>
  Effect.gen(function* () {
    const all: Array<{ readonly json: string; readonly logfmt: string }> = []
    const both = Logger.map(Logger.zip(withOneMessage(Logger.jsonLogger), withOneMessage(Logger.logfmtLogger)), ([json, logfmt]) => {
      all.push({ json, logfmt })
    })
    yield* lines.pipe(Effect.provide(Logger.replace(Logger.defaultLogger, both)), Logger.withMinimumLogLevel(LogLevel.Debug))
    return all
  })

describe("a line of the log", () => {
  it.effect("has one message, whatever it was made of, and no key twice", () =>
    Effect.gen(function* () {
      const found = yield* written(
        Effect.logWarning("gossip failed", "the axon did not answer").pipe(
          Effect.zipRight(Effect.logInfo("loaded", { pulls: 3 }, 4)),
          Effect.zipRight(Effect.logInfo("one")),
          Effect.annotateLogs({ peer: "5F…", message: "another", level: 3 })
        )
      )
      const messages = yield* Effect.forEach(found, ({ json }) => Schema.decode(Line)(json))
      assert.deepStrictEqual(
        messages.map(({ message }) => message),
        ["gossip failed: the axon did not answer", 'loaded: {"pulls":3}: 4', "one"]
      )
      for (const { logfmt } of found) {
        const keys = [...logfmt.replace(/"(?:[^"\\]|\\.)*"/g, "").matchAll(/(\S+?)=/g)].map(([, key]) => key)
        assert.strictEqual(new Set(keys).size, keys.length, logfmt)
        assert.includeMembers(keys, ["message", "peer", "annotated_message", "annotated_level"])
      }
    })
  )

  it.effect("about what stays dead comes once an hour, and at once for another one", () =>
    Effect.gen(function* () {
      const warnings = yield* Ref.make<ReadonlyArray<string>>([])
      const logger = Logger.make(({ logLevel, message }) => {
        if (logLevel === LogLevel.Warning) Effect.runSync(Ref.update(warnings, (all) => [...all, String(message)]))
      })
      yield* Effect.gen(function* () {
        const lines = yield* RareLines.make("1 hour")
        for (let turn = 0; turn < 720; turn++) {
          yield* lines.warn("one", `one is dead at ${turn}`)
          if (turn === 10) yield* lines.warn("two", "two is dead")
          yield* TestClock.adjust("10 seconds")
        }
        assert.deepStrictEqual(yield* Ref.get(warnings), ["one is dead at 0", "two is dead", "one is dead at 360"])
        yield* lines.forget
        yield* lines.warn("one", "one is dead again")
        assert.lengthOf(yield* Ref.get(warnings), 4)
      }).pipe(Effect.provide(Layer.merge(Logger.replace(Logger.defaultLogger, logger), Logger.minimumLogLevel(LogLevel.Info))))
    })
  )
})
