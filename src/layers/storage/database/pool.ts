/**
 * A pool of Postgres connections that cannot hang: every step has a timeout, and a connection with a silent server is closed. (pg would return it to
 * the pool, where every later query would time out behind the unanswered one: brianc/node-postgres#3399.)
 */

import { SqlError } from "@effect/sql/SqlError"
import * as PgClient from "@effect/sql-pg/PgClient"
import { Duration, Effect, Schema } from "effect"
import pg from "pg"
import { messageOf } from "../../../domain/messageOf.ts"
import { withFailingTransactions } from "../../machine/effects/failingTransactions.ts"
import * as Abandoned from "./abandoned.ts"
import * as Prepared from "./prepared.ts"

/** How long each step may take. */
export interface Patience {
  /** To connect, or to get a free connection. */
  readonly connect: Duration.DurationInput
  /** The server's own limit for a statement. */
  readonly statement: Duration.DurationInput
  /** The server's own limit for waiting for a lock. */
  readonly lock: Duration.DurationInput
  /** The silence after which a connection counts as dead. Longer than the server's limits. */
  readonly silence: Duration.DurationInput
  /** How long an abandoned statement may keep its connection. */
  readonly abandoned: Duration.DurationInput
}

export const PATIENCE: Patience = {
  connect: Duration.seconds(5),
  statement: Duration.seconds(10),
  lock: Duration.seconds(5),
  silence: Duration.seconds(12),
  abandoned: Duration.millis(100)
}

const NO_TIMEOUT = Duration.zero

/** For the embedded database, which runs one transaction at a time in one thread: to close a connection would stop nothing. */
export const EMBEDDED_PATIENCE: Patience = {
  connect: Duration.minutes(1),
  statement: NO_TIMEOUT,
  lock: NO_TIMEOUT,
  silence: Duration.minutes(1),
  abandoned: Duration.minutes(1)
}

/** For statements over whole tables. */
export const LONG_PATIENCE: Patience = { ...PATIENCE, statement: NO_TIMEOUT, lock: Duration.minutes(1), silence: Duration.hours(1) }

const OID = { int8: 20, date: 1082, textArray: 1009, int8Array: 1016, dateArray: 1182, numericArray: 1231 }

const wholeNumber = (text: string): number => {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} is more than a number can hold: select it as numeric`)
  return value
}

/** How 64-bit integers are decoded. `numbers`: as numbers, which fails beyond 2^53. `texts`: as text (pg's default), for a library that decodes it. */
export type WholeNumbers = "numbers" | "texts"

/** With `numbers`: int8 → number, date → "2026-11-20", numeric and its arrays → exact text. Other types as pg decodes them: timestamptz → Date, jsonb → parsed, bytea → Buffer. */
const parsers = (wholeNumbers: WholeNumbers) => {
  const types = new pg.TypeOverrides()
  if (wholeNumbers === "texts") return types
  const texts = pg.types.getTypeParser(OID.textArray, "text")
  const list = (text: string): ReadonlyArray<string> => texts(text)
  types.setTypeParser(OID.int8, wholeNumber)
  types.setTypeParser(OID.int8Array, (text) => list(text).map(wholeNumber))
  types.setTypeParser(OID.date, (text) => text)
  types.setTypeParser(OID.dateArray, list)
  types.setTypeParser(OID.numericArray, list)
  return types
}

const isSilence = (error: unknown): boolean => error instanceof Error && error.message === "Query read timeout"

/** Whether the server is read-only: after a failover, connections may stay with the former primary. */
const isDemoted = (error: unknown): boolean => error instanceof Error && "code" in error && error.code === "25006"

/**
 * Closes the connection if a query is never answered, and names statements worth preparing. pg's type has a dozen overloads; each ends with the
 * callback.
 */
const watch = (client: pg.ClientBase, session: Abandoned.Session, naming: Prepared.Naming | undefined, demoted: () => void): void => {
  const query = client.query
  Reflect.set(client, "query", (...given: ReadonlyArray<unknown>): unknown => {
    const answered = given.at(-1)
    if (typeof answered !== "function") return Reflect.apply(query, client, given)
    if (session.isAbandoned() && given[0] === "ROLLBACK") return Reflect.apply(answered, undefined, [null, { rows: [] }])
    session.sent()
    const watched = (error: unknown, result: unknown) => {
      session.answered()
      if (isDemoted(error)) demoted()
      if (isSilence(error) && client instanceof pg.Client) void client.end()
      Reflect.apply(answered, undefined, [error, result])
    }
    const named = given.length === 3 ? naming?.of(given[0], given[1]) : undefined
    if (named === undefined) return Reflect.apply(query, client, [...given.slice(0, -1), watched])
    const unlessRefused = (error: unknown, result: unknown) =>
      naming?.refusedBy(error) ? Reflect.apply(query, client, [named.text, named.values, watched]) : watched(error, result)
    return Reflect.apply(query, client, [named, unlessRefused])
  })
}

/**
 * Makes the statements that begin each new connection. `announced`: the backend's process number by the start-up messages. The first row says whether
 * there is a pooler: a pooler announces a number of its own, and may run the next statement in another backend.
 */
export type Session = (announced: number | null) => string

export interface PoolSettings {
  readonly config: pg.PoolConfig
  readonly maxConnections: number
  readonly patience: Patience
  readonly session: Session
  /** Whether statements are prepared; not in the embedded database's session, which all connections share. */
  readonly prepares: boolean
  readonly wholeNumbers: WholeNumbers
}

/** Makes the server stop a statement when its client is gone; not every system that runs Postgres supports it. */
const LOOK_FOR_CLIENT = "SET client_connection_check_interval = '1s'"

/**
 * Begins each session on a Postgres server. Uses SQL instead of start-up parameters, because poolers refuse those. Behind a pooler the settings last
 * for one statement: they would otherwise stay with the backend for its next client, such as read-only for a writer. The time zone stays: poolers
 * keep one for each client.
 */
export const sessionOf =
  (patience: Patience, readOnly: boolean): Session =>
  (announced) => {
    const isPooled = `(pg_backend_pid() IS DISTINCT FROM ${announced ?? "NULL"})`
    const settings = [
      ["statement_timeout", Duration.toMillis(patience.statement)],
      ["lock_timeout", Duration.toMillis(patience.lock)],
      ...(readOnly ? [["default_transaction_read_only", "on"]] : [])
    ]
    const set = settings.map(([name, value]) => `set_config('${name}', '${value}', ${isPooled})`)
    return [
      `SELECT ${[`${isPooled} AS pooled`, ...set].join(", ")}`,
      "SET TimeZone = 'UTC'",
      `DO $$ BEGIN IF NOT ${isPooled} THEN ${LOOK_FOR_CLIENT}; END IF; EXCEPTION WHEN OTHERS THEN NULL; END $$`
    ].join("; ")
  }

const SessionStart = Schema.Tuple([Schema.Struct({ rows: Schema.Tuple(Schema.Struct({ pooled: Schema.Boolean })) })], Schema.Unknown)
const isBegun = Schema.is(SessionStart)

/** How long an idle connection stays open. A new one plans its statements anew, which costs as much as dozens of queries. */
const IDLE_TIMEOUT = Duration.minutes(10)

const poolOf = ({ config, maxConnections, patience, session, prepares, wholeNumbers }: PoolSettings): pg.Pool => {
  const naming = prepares ? Prepared.make() : undefined
  const sessions = Abandoned.sessions(patience.abandoned)
  const leave = new WeakSet<pg.ClientBase>()
  const pool = new pg.Pool({
    ...config,
    max: maxConnections,
    application_name: "gittensor",
    connectionTimeoutMillis: Duration.toMillis(patience.connect),
    idleTimeoutMillis: Duration.toMillis(IDLE_TIMEOUT),
    query_timeout: Duration.toMillis(patience.silence),
    keepAlive: true,
    keepAliveInitialDelayMillis: 5_000,
    types: parsers(wholeNumbers),
    onConnect: async (client) => {
      const announced: unknown = Reflect.get(client, "processID")
      watch(client, sessions.opened(client), naming, () => leave.add(client))
      const begun: unknown = await client.query(session(typeof announced === "number" ? announced : null))
      if (isBegun(begun) && begun[0].rows[0].pooled) naming?.stop()
    }
  })
  // Close it only on release, because a transaction is rolled back first. The pool removes a closed connection.
  pool.on("release", (_, client) => {
    if (leave.has(client) && client instanceof pg.Client) void client.end()
  })
  // When an idle connection breaks, the pool makes another.
  pool.on("error", () => {})
  sessions.guard(pool)
  return pool
}

/** Fails with the reason if pg cannot parse the address or read its files. Does not connect. */
export const understood = (config: pg.ClientConfig): Effect.Effect<void, string> =>
  Effect.try({
    try: () => void new pg.Client(config),
    catch: messageOf
  })

const CLOSING_TIME = 1_000

/** Ends the pool without a wait for connections that are in use or whose server is silent. Uses the system clock, not Effect's. */
const end = (pool: pg.Pool): Promise<void> =>
  new Promise((resolve) => {
    const late = setTimeout(resolve, CLOSING_TIME)
    pool.end(() => {
      clearTimeout(late)
      resolve()
    })
  })

/** A client until the scope ends. Connects at the first statement. */
export const client = (settings: PoolSettings) =>
  Effect.map(
    PgClient.fromPool({
      acquire: Effect.acquireRelease(
        Effect.try({
          try: () => poolOf(settings),
          catch: (cause) => new SqlError({ cause, message: "the pool can't be made" })
        }),
        (pool) => Effect.promise(() => end(pool))
      )
    }),
    withFailingTransactions
  )
