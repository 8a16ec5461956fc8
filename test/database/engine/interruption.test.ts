/** Interrupting one caller's statement affects no other caller: no error, no delay, no leftovers. */
import { SqlClient } from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Exit, Fiber, Option, Redacted } from "effect"
import * as Database from "../../../src/layers/storage/database/Database.ts"
import { freshUrl, postgresIsAvailable, variants } from "../../support/database/support.ts"

for (const { name, skip, layer } of variants) {
  describe.skipIf(skip)(`the ${name} database, when statements are interrupted`, () => {
    it.live("answers all other callers", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient
        // Short statements, so that many finish while they are being interrupted.
        const asked = (rows: number) =>
          Effect.exit(Database.explained(sql`SELECT count(*) AS rows FROM generate_series(1, ${rows}::integer)`))
        const givenUp = (index: number) => Effect.timeoutOption(asked(2_000 + index * 100), `${index % 12} millis`)
        const exits = yield* Effect.forEach(
          Array.from({ length: 1_000 }, (_, index) => index),
          (index) => (index % 2 === 0 ? Effect.as(givenUp(index), Option.none()) : Effect.asSome(asked(index * 20))),
          { concurrency: 24 }
        )
        const failed = exits.flatMap((exit) => (Option.isSome(exit) && Exit.isFailure(exit.value) ? [Cause.pretty(exit.value.cause)] : []))
        assert.deepStrictEqual(failed, [])
      }).pipe(Effect.provide(layer))
    )

    it.live("keeps nothing of an interrupted transaction, and not its connection either", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient
        const insert = (number: number) => sql`INSERT INTO blocks (number, hash, time) VALUES (${number}, ${String(number)}, now())`
        // More transactions than connections. The embedded database runs in this thread, so some finish before they can be interrupted.
        const exits = yield* Effect.forEach(
          Array.from({ length: 15 }, (_, number) => number),
          (number) =>
            Effect.gen(function* () {
              let isDone = false
              const long = sql`SELECT count(*) FROM generate_series(1, 3000000)`
              const done = Effect.sync(() => {
                isDone = true
              })
              const body = Effect.all([insert(number), long, done], { discard: true })
              const fiber = yield* Effect.fork(Database.transaction(body))
              yield* Effect.sleep("20 millis")
              const exit = yield* Fiber.interrupt(fiber)
              assert.isTrue(Exit.isInterrupted(exit) || (isDone && Exit.isSuccess(exit)), String(exit))
              return isDone ? [{ number }] : []
            }),
          { concurrency: 3 }
        )
        const stayed = exits.flat()
        if (name === "Postgres") assert.deepStrictEqual(stayed, [])
        yield* Database.transaction(insert(1_000))
        assert.deepStrictEqual(yield* sql`SELECT number FROM blocks ORDER BY number`, [...stayed, { number: 1_000 }])
      }).pipe(Effect.provide(layer))
    )
  })
}

describe.skipIf(!postgresIsAvailable)("a Postgres whose statement was interrupted", () => {
  it.scopedLive("stops it", () =>
    Effect.gen(function* () {
      const url = yield* freshUrl("empty")
      const connected = Database.layer({ url: Option.some(Redacted.make(url)), folder: "", maxConnections: 1 })
      yield* Effect.gen(function* () {
        const sql = yield* SqlClient
        const fiber = yield* Effect.fork(sql`SELECT pg_sleep(9)`)
        const sleeping = sql<{ readonly sleeping: number }>`SELECT count(*) AS sleeping FROM pg_stat_activity
          WHERE datname = current_database() AND query LIKE 'SELECT pg_sleep%' AND state = 'active'`
        yield* Effect.gen(function* () {
          const beside = yield* SqlClient
          const watched = beside.unsafe<{ readonly sleeping: number }>(sleeping.compile()[0])
          yield* Effect.repeat(watched, { until: ([row]) => row?.sleeping === 1 })
          yield* Fiber.interrupt(fiber)
          // The only connection is free at once, although the statement would have slept for seconds.
          assert.deepStrictEqual(yield* sql`SELECT 1 AS one`, [{ one: 1 }])
          yield* Effect.repeat(watched, { until: ([row]) => row?.sleeping === 0 })
        }).pipe(Effect.provide(connected), Effect.scoped)
      }).pipe(Effect.provide(Effect.runSync(Effect.succeed(connected))))
    })
  )
})
