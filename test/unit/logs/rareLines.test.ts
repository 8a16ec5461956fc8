import { assert, describe, it } from "@effect/vitest"
import { Effect, Logger, LogLevel, TestClock } from "effect"
import * as RareLines from "../../../src/layers/machine/effects/rareLines.ts"

/** Runs with a log from level info on. */
const withLines = <A, E, R>(use: (said: () => ReadonlyArray<string>) => Effect.Effect<A, E, R>) => {
  const lines: Array<string> = []
  const logger = Logger.make<unknown, void>(({ logLevel, message }) => {
    if (LogLevel.greaterThanEqual(logLevel, LogLevel.Info)) lines.push(`${logLevel.label} ${String(message)}`)
  })
  return use(() => lines.splice(0)).pipe(Effect.provide(Logger.replace(Logger.defaultLogger, logger)))
}

describe("rare lines", () => {
  it.effect("say the same trouble once an hour, and once that it is over", () =>
    withLines((said) =>
      Effect.gen(function* () {
        const lines = yield* RareLines.make("1 hour")
        const away = lines.warn("database", "the database is away")
        yield* lines.over("the database is back")
        yield* away
        yield* TestClock.adjust("59 minutes")
        yield* away
        yield* lines.warn("disk", "the disk is full")
        assert.deepStrictEqual(said(), ["WARN the database is away", "WARN the disk is full"])
        yield* TestClock.adjust("1 minute")
        yield* away
        assert.deepStrictEqual(said(), ["WARN the database is away"])
        yield* lines.over("the database is back", "database")
        yield* lines.over("the database is back", "database")
        assert.deepStrictEqual(said(), ["INFO the database is back"])
        // A recurring failure writes no more lines than a lasting one.
        yield* away
        yield* lines.over("the database is back", "database")
        assert.deepStrictEqual(said(), [])
        yield* lines.over("all is well")
        assert.deepStrictEqual(said(), ["INFO all is well"])
        // Another reason is said, and those of an endless number of kinds are bounded.
        for (const letter of "abcdefghijklmnopqrst") yield* lines.warn("database", `the database is away: ${letter}`)
        assert.strictEqual(said().length, 15)
        yield* lines.over("the database is back", "database")
        assert.deepStrictEqual(said(), ["INFO the database is back"])
        yield* TestClock.adjust("1 hour")
        yield* lines.inform("database", "the database is slow")
        assert.deepStrictEqual(said(), ["INFO the database is slow"])
      })
    )
  )

  it("know a text again in which only numbers and hashes differ", () => {
    assert.strictEqual(RareLines.kindOf("block 12 (0xabc1) is not final"), RareLines.kindOf("block 345 (0x00ff) is not final"))
    assert.notStrictEqual(RareLines.kindOf("the chain is away"), RareLines.kindOf("the chain is slow"))
  })
})
