/**
 * The lock that makes one process the only writer of a database. It lasts as long as a transaction, not as long as a session: a pooler may give a session's next
 * statement to another process of the server, where the lock is not, and keeps that process, with the lock, when the session is over.
 */
import type { SqlClient } from "@effect/sql/SqlClient"
import { Duration, Effect, Option, Schema } from "effect"
import { classify, DatabaseRefused } from "./errors.ts"

/** The advisory lock of the process that writes a gittensor database. */
const WRITER = 0x6769_7775

/** The transaction reads nothing and writes nothing, so that it holds up neither VACUUM nor anybody who reads or writes. */
const BEGIN = "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY"

/** Servers may end transactions that are idle or long. Not all versions have both settings. */
const LASTING = `SELECT set_config(name, '0', true) FROM pg_settings WHERE name IN ('idle_in_transaction_session_timeout', 'transaction_timeout')`

/** Between two signs of life, which poolers and routers want to see, and which notice that the lock is lost. */
const SIGN_OF_LIFE = Duration.seconds(15)

const Claimed = Schema.Tuple(Schema.Struct({ claimed: Schema.Boolean }))

/** Takes the lock on a connection of its own until the scope ends; none where another process has it. What it gives fails when the lock is lost. */
export const claimByTransaction = (where: string, client: SqlClient) =>
  Effect.gen(function* () {
    const connection = yield* client.reserve
    const run = (statement: string, values: ReadonlyArray<unknown> = []) => connection.execute(statement, values, undefined)
    yield* Effect.acquireRelease(run(BEGIN), () => Effect.ignore(run("ROLLBACK")))
    yield* run(LASTING)
    const rows = yield* run("SELECT pg_try_advisory_xact_lock($1) AS claimed", [WRITER])
    const [{ claimed }] = yield* Effect.orDie(Schema.decodeUnknown(Claimed)(rows))
    if (!claimed) return Option.none()
    yield* client`SELECT 1`.pipe(
      Effect.mapError((error) =>
        classify(where, error)?._tag === "DatabaseUnavailable"
          ? new DatabaseRefused({
              where,
              reason: "it gave one connection, and no second one",
              advice: "give the pooler's pool three connections at least, or the address of the server itself"
            })
          : error
      )
    )
    return Option.some(run("SELECT 1").pipe(Effect.delay(SIGN_OF_LIFE), Effect.forever))
  })
