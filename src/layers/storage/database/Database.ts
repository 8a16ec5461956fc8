/**
 * The index's database: Postgres at an address or, without one, an embedded Postgres in a folder. Both use the same client and the same SQL. It
 * decides nothing; all of it can be read from the chain again.
 */

import * as Reactivity from "@effect/experimental/Reactivity"
import { SqlClient } from "@effect/sql/SqlClient"
import { SqlError } from "@effect/sql/SqlError"
import { PgClient } from "@effect/sql-pg/PgClient"
import { Cause, Chunk, Context, Effect, Layer, Option, Redacted, type Scope } from "effect"
import * as FolderLock from "../dataFolder/FolderLock.ts"
import { connectionTo, invalidDatabaseUrl, placeOf } from "./address.ts"
import { claimByTransaction } from "./claim.ts"
import * as Embedded from "./embedded.ts"
import { classify, type DatabaseError, DatabaseRefused } from "./errors.ts"
import * as Migrate from "./migrate.ts"
import * as Pool from "./pool.ts"
import type { Migration } from "./schema/migrations.ts"

export * from "./errors.ts"
export { SCHEMA_CHECKSUM, SCHEMA_VERSION } from "./migrate.ts"

export interface CheckedDatabase {
  /** For example 150004. */
  readonly server: number
  /** The number of the last migration. */
  readonly schema: number
}

export class Database extends Context.Tag("gittensor/Database")<
  Database,
  {
    readonly kind: "postgres" | "embedded"
    /** The server and the name of the database, or the folder; never a password. */
    readonly where: string
    /** Applies missing migrations and returns them. Several processes may do it at once. */
    readonly migrate: Effect.Effect<ReadonlyArray<Migration>, DatabaseError>
    /** Fails unless the database answers and has this program's tables. Only reads. */
    readonly check: Effect.Effect<CheckedDatabase, DatabaseError>
    /**
     * Makes this process the only writer until the scope ends; none if another process is. The returned effect runs while the claim holds, and fails
     * when it is lost.
     */
    readonly claim: Effect.Effect<Option.Option<Effect.Effect<never, DatabaseError>>, DatabaseError, Scope.Scope>
  }
>() {}

export interface DatabaseOptions {
  readonly url: Option.Option<Redacted.Redacted<string>>
  /** The folder of the embedded database, used when there is no address. */
  readonly folder: string
  /** Makes every transaction read-only, whatever the role may do. The embedded database does not enforce it. */
  readonly readOnly?: boolean
  readonly maxConnections?: number
  /** How 64-bit integers are decoded. Default: as numbers. */
  readonly wholeNumbers?: Pool.WholeNumbers
}

const DEFAULT_CONNECTIONS = 10
/** The embedded database has one backend: more connections would only queue inside it. */
const EMBEDDED_CONNECTIONS = 4

/** The first SqlError of a cause. */
const sqlErrorOf = (cause: Cause.Cause<unknown>): Option.Option<SqlError> =>
  Chunk.findFirst(Cause.failures(cause), (error) => error instanceof SqlError)

const isOther = <E>(error: E): error is Exclude<E, SqlError> => !(error instanceof SqlError)

const explainedAt =
  (where: string) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, Exclude<E, SqlError> | DatabaseError, R> =>
    Effect.catchAllCause(effect, (cause): Effect.Effect<never, Exclude<E, SqlError> | DatabaseError> => {
      const found = Option.flatMapNullable(sqlErrorOf(cause), (error) => classify(where, error))
      if (Option.isSome(found)) return Effect.fail(found.value)
      return Effect.failCause(Cause.flatMap(cause, (error) => (isOther(error) ? Cause.fail(error) : Cause.die(error))))
    })

/** Maps the SQL client's errors to database errors. Errors of the statement itself are defects. */
export const explained = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, Exclude<E, SqlError> | DatabaseError, R | Database> =>
  Effect.flatMap(Database, ({ where }) => explainedAt(where)(effect))

/** Runs statements in one transaction. */
export const transaction = <A, E, R>(
  effect: Effect.Effect<A, E, R>
): Effect.Effect<A, Exclude<E, SqlError> | DatabaseError, R | Database | SqlClient> =>
  Effect.flatMap(SqlClient, (sql) => explained(sql.withTransaction(effect)))

/** The embedded database has one session for all connections, in which an advisory lock excludes nobody, so this locks the folder instead. */
const claimByFolder = (folder: string) =>
  FolderLock.holdLock(folder, "writer", "writes this database").pipe(
    Effect.as(Option.some(Effect.never)),
    Effect.catchTag("AnotherProcess", () => Effect.succeedNone),
    Effect.mapError(({ message }) => new DatabaseRefused({ where: folder, reason: message, advice: "choose another folder with --data" }))
  )

/** How to reach a database. */
export interface Source {
  readonly kind: "postgres" | "embedded"
  readonly where: string
  readonly config: Pool.PoolSettings["config"]
  readonly maxConnections: number
  readonly patience: Pool.Patience
  /** The statements that begin each session. */
  readonly session: (patience: Pool.Patience) => Pool.Session
  readonly wholeNumbers?: Pool.WholeNumbers | undefined
}

const atUrl = (url: Redacted.Redacted<string>, { readOnly = false, maxConnections = DEFAULT_CONNECTIONS, wholeNumbers }: DatabaseOptions) =>
  Effect.gen(function* () {
    const where = yield* placeOf(url)
    const config = yield* connectionTo(url)
    yield* Effect.mapError(Pool.understood(config), (reason) => invalidDatabaseUrl(`can't be used (${reason})`))
    const source: Source = {
      kind: "postgres",
      where,
      config,
      maxConnections,
      patience: Pool.PATIENCE,
      session: (patience) => Pool.sessionOf(patience, readOnly),
      wholeNumbers
    }
    return source
  })

/** The source of an embedded database's socket. */
export const atSocket = (
  where: string,
  { host, port }: Embedded.Socket,
  maxConnections = EMBEDDED_CONNECTIONS,
  wholeNumbers?: Pool.WholeNumbers
): Source => ({
  kind: "embedded",
  where,
  // Ignores PGHOST, PGUSER and similar variables.
  config: { host, port, user: "postgres", database: "postgres", password: "", ssl: false },
  maxConnections: Math.min(maxConnections, EMBEDDED_CONNECTIONS),
  patience: Pool.EMBEDDED_PATIENCE,
  // All connections share one session, so a setting would apply to all of them.
  session: () => () => "SELECT 1",
  wholeNumbers
})

/** The services for a source until the scope ends. Connects at the first statement. */
export const layerAt = <E, R>(source: Effect.Effect<Source, E, R | Scope.Scope>) =>
  Layer.scopedContext(
    Effect.gen(function* () {
      const { kind, where, config, maxConnections, session, patience, wholeNumbers = "numbers" } = yield* source
      const clientWith = (patience: Pool.Patience, maxConnections: number) =>
        Pool.client({ config, maxConnections, patience, session: session(patience), prepares: kind === "postgres", wholeNumbers })
      const client = yield* Effect.orDie(clientWith(patience, maxConnections))
      const migrate = Effect.flatMap(clientWith(Pool.LONG_PATIENCE, 1), (patient) =>
        Effect.provideService(Effect.tap(Migrate.migrate(where), Migrate.asDeclared(where)), SqlClient, patient)
      ).pipe(Effect.scoped, Effect.provide(Reactivity.layer), explainedAt(where))
      const check = Effect.tap(Migrate.check(where), Migrate.asDeclared(where)).pipe(
        Effect.provideService(SqlClient, client),
        explainedAt(where)
      )
      const claim =
        kind === "postgres"
          ? Effect.map(explainedAt(where)(claimByTransaction(where, client)), Option.map(explainedAt(where)))
          : claimByFolder(where)
      return Context.make(Database, { kind, where, migrate, check, claim }).pipe(
        Context.add(SqlClient, client),
        Context.add(PgClient, client)
      )
    })
  ).pipe(Layer.provide(Reactivity.layer))

/** Uses the address if there is one, else the folder. */
const sourceOf = (options: DatabaseOptions) =>
  Effect.gen(function* () {
    // An empty DATABASE_URL counts as unset.
    const url = Option.filter(options.url, (given) => Redacted.value(given) !== "")
    if (Option.isSome(url)) return yield* atUrl(url.value, options)
    return atSocket(options.folder, yield* Embedded.make(options.folder), options.maxConnections)
  })

/**
 * Opens the database. With an address it does not connect yet: `check` and `migrate` show whether it works. Without one it opens the folder, or finds
 * the process that holds it.
 */
export const layer = (options: DatabaseOptions) => layerAt(sourceOf(options))

/** Connections for durable work, besides those of the index. */
const WORK_CONNECTIONS = 3

/** A second client of a database that `layer` has opened, for the engine of durable work: it reads whole numbers as texts. */
export const layerForDurableWork = ({ url, folder }: Pick<DatabaseOptions, "url" | "folder">) =>
  layerAt(
    Option.match(
      Option.filter(url, (given) => Redacted.value(given) !== ""),
      {
        onSome: (given) => atUrl(given, { url, folder, maxConnections: WORK_CONNECTIONS, wholeNumbers: "texts" }),
        onNone: () => Effect.sync(() => atSocket(folder, Embedded.socketOf(folder), WORK_CONNECTIONS, "texts"))
      }
    )
  )
