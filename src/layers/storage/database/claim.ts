/**
 * Takes the lock of a database's only writer, for the length of a transaction. A session's lock would not do behind a pooler: it may run the
 * session's next statement in another backend, without the lock, and keeps the first backend, with the lock, after the session.
 */
import type { SqlClient } from "@effect/sql/SqlClient"
import { Duration, Effect, Option, Schema } from "effect"
import { resultOf } from "../../machine/effects/resultOf.ts"
import { DatabaseRefused } from "./errors.ts"

/** The advisory lock of the process that writes a gittensor database. */
const WRITER = 0x6769_7775

/** The transaction reads and writes nothing, so that it blocks neither VACUUM nor other sessions. */
const BEGIN_TRANSACTION = "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY"

/** The interval of keep-alive statements, which poolers and routers expect, and which notice a lost lock. */
const SIGN_OF_LIFE = Duration.seconds(15)
/** The silence after which the server gives the lock to another process: that of a host that vanished would else be noticed after two hours. */
const LEASE = Duration.times(SIGN_OF_LIFE, 4)

/** Sets the server's timeouts of idle and of long transactions: only the first ends this one. Not all versions have the second. */
const SET_TIMEOUTS = `SELECT set_config('idle_in_transaction_session_timeout', $1, true), (SELECT set_config(name, '0', true) FROM pg_settings WHERE name = 'transaction_timeout')`

/** Only behind a pooler a session's own limit (pool.ts) does not outlast its first statement. */
const IS_POOLED = "SELECT current_setting('lock_timeout') = '0' AS pooled"
const Pooled = Schema.Tuple(Schema.Struct({ pooled: Schema.Boolean }))

const Claimed = Schema.Tuple(Schema.Struct({ claimed: Schema.Boolean }))

/** Takes the lock on its own connection until the scope ends; none where another process has it. The returned effect fails when the lock is lost. */
export const claimByTransaction = (where: string, client: SqlClient, lease: Duration.DurationInput = LEASE) =>
  Effect.gen(function* () {
    const connection = yield* client.reserve
    const run = (statement: string, values: ReadonlyArray<unknown> = []) => connection.execute(statement, values, undefined)
    yield* Effect.acquireRelease(run(BEGIN_TRANSACTION), () => Effect.ignore(run("ROLLBACK")))
    yield* run(SET_TIMEOUTS, [String(Duration.toMillis(lease))])
    const rows = yield* run("SELECT pg_try_advisory_xact_lock($1) AS claimed", [WRITER])
    const [{ claimed }] = yield* Effect.orDie(Schema.decodeUnknown(Claimed)(rows))
    if (!claimed) return Option.none()
    yield* Effect.catchAll(client`SELECT 1`, (error) =>
      Effect.gen(function* () {
        const [{ pooled }] = yield* Effect.orDie(Schema.decodeUnknown(Pooled)(yield* run(IS_POOLED)))
        const isSilent = /timeout/i.test(error.cause instanceof Error ? error.cause.message : "")
        return yield* pooled && isSilent
          ? new DatabaseRefused({
              where,
              reason: "its pooler gave one connection, and no second one",
              advice: "give the pooler's pool three connections at least, or the address of the server itself"
            })
          : error
      })
    )
    const held = yield* run("SELECT 1").pipe(Effect.delay(SIGN_OF_LIFE), Effect.forever, Effect.forkScoped)
    return Option.some(resultOf(held))
  })
