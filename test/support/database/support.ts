/**
 * Databases for tests. Each build of a variant's layer is a fresh database with all tables. The embedded variant always runs. The Postgres variant
 * runs if Postgres is installed or GITTENSOR_TEST_DATABASE_URL is set; otherwise its tests are skipped by name.
 */
import { randomUUID } from "node:crypto"
import { existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { SqlClient } from "@effect/sql/SqlClient"
import type { PgClient } from "@effect/sql-pg/PgClient"
import type { PGlite } from "@electric-sql/pglite"
import { Effect, Layer, Option, Redacted } from "effect"
import * as Database from "../../../src/layers/storage/database/Database.ts"
import * as Embedded from "../../../src/layers/storage/database/embedded.ts"
import { open } from "../../../src/layers/storage/database/engine.ts"
import { databaseAt, PATIENT } from "./patience.ts"
import { isAvailable, server } from "./server.ts"

export type Services = Database.Database | SqlClient | PgClient

export interface Variant {
  readonly name: "embedded" | "Postgres"
  /** True where Postgres is missing. */
  readonly skip: boolean
  /** A fresh database with all tables. */
  readonly layer: Layer.Layer<Services>
  /** A fresh database without tables. */
  readonly empty: Layer.Layer<Services>
}

/** Idle engines with empty tables, for reuse by later tests. */
const free: { readonly migrated: Array<PGlite>; readonly empty: Array<PGlite> } = { migrated: [], empty: [] }

const migratedBy = (engine: PGlite, folder: string) =>
  Effect.gen(function* () {
    const source = Embedded.listen(engine, folder).pipe(
      Effect.orDie,
      Effect.map((socket) => Database.atSocket("test", socket))
    )
    yield* Effect.flatMap(Database.Database, ({ migrate }) => migrate).pipe(Effect.provide(Database.layerAt(source)))
  }).pipe(Effect.scoped)

const temporaryFolder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "gt-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
)

/**
 * Creating a database takes seconds, unpacking a saved one takes one second. So one is saved in the temporary folder for each state of the migrations
 * and their comments.
 */
const seedFile = (kind: "empty" | "migrated") => {
  const state = kind === "empty" ? "" : `-${Database.SCHEMA_CHECKSUM.slice(0, 16)}`
  return join(tmpdir(), `gittensor-test-${kind}${state}.tar`)
}

const newEngine = (kind: "empty" | "migrated"): Effect.Effect<PGlite> =>
  Effect.gen(function* () {
    const seed = seedFile(kind)
    if (existsSync(seed)) return yield* Effect.promise(() => open(undefined, { loadDataDir: Bun.file(seed) }))
    const engine = kind === "empty" ? yield* Effect.promise(() => open(undefined)) : yield* newEngine("empty")
    if (kind === "migrated") yield* Effect.scoped(Effect.flatMap(temporaryFolder, (folder) => migratedBy(engine, folder)))
    const dump = yield* Effect.promise(async () => (await engine.dumpDataDir("none")).bytes())
    yield* Effect.sync(() => {
      const own = `${seed}.${process.pid}`
      writeFileSync(own, dump)
      renameSync(own, seed)
    })
    return engine
  }).pipe(Effect.orDie)

/** Fills a folder with an embedded database with all tables, in a tenth of the CPU time that its creation takes. */
export const placeDatabase = (folder: string): Effect.Effect<void> =>
  Effect.gen(function* () {
    const seed = seedFile("migrated")
    if (!existsSync(seed)) yield* Effect.flatMap(newEngine("migrated"), (engine) => Effect.promise(() => engine.close()))
    yield* Effect.promise(async () => new Bun.Archive(await Bun.file(seed).bytes()).extract(join(folder, "data")))
    writeFileSync(join(folder, "complete"), "")
  })

const TRUNCATE = `DO $$ BEGIN EXECUTE (SELECT 'TRUNCATE ' || string_agg(format('%I', relname), ', ') || ' CASCADE' FROM pg_class
  WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'schema_migrations'); END $$`

/** The number of tables, indexes and constraints. */
const SHAPE = `SELECT (SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace) + (SELECT count(*) FROM pg_constraint
  WHERE connamespace = 'public'::regnamespace) AS parts`

const partsOf = async (engine: PGlite) => (await engine.query<{ readonly parts: number }>(SHAPE)).rows[0]?.parts

/** Empties an engine. False if a test changed more than rows, so that the engine can't be used again. */
const emptied = async (engine: PGlite, parts: number | undefined) => {
  if ((await partsOf(engine)) !== parts) return false
  await engine.exec(TRUNCATE)
  return true
}

/** Borrows an in-memory engine and empties it afterwards. Discards it if a test changed more than rows. */
const leased = (kind: "empty" | "migrated") =>
  Effect.acquireRelease(
    Effect.gen(function* () {
      const engine = free[kind].pop() ?? (yield* newEngine(kind))
      return { engine, parts: yield* Effect.promise(() => partsOf(engine)) }
    }),
    ({ engine, parts }) =>
      Effect.promise(async () => {
        if (kind === "migrated" && (await emptied(engine, parts))) free.migrated.push(engine)
        else await engine.close()
      })
  ).pipe(Effect.map(({ engine }) => engine))

const embedded = (kind: "empty" | "migrated") =>
  Database.layerAt(
    Effect.gen(function* () {
      const engine = yield* leased(kind)
      const folder = yield* temporaryFolder
      return Database.atSocket(folder, yield* Effect.orDie(Embedded.listen(engine, folder)))
    })
  )

/** Runs a statement as the tests' superuser, outside the database under test. */
const administered = (statement: string, database = "postgres") =>
  Effect.gen(function* () {
    const { url } = yield* Effect.promise(server)
    const sql = Effect.flatMap(SqlClient, (sql) => sql.unsafe(statement))
    yield* sql.pipe(Effect.provide(Database.layer({ url: Option.some(Redacted.make(url(database))), folder: "", maxConnections: 1 })))
  }).pipe(Effect.orDie)

const migratedTemplate = Effect.runSync(
  Effect.cached(
    Effect.gen(function* () {
      const name = `template_${randomUUID().replaceAll("-", "")}`
      const { url } = yield* Effect.promise(server)
      yield* administered(`CREATE DATABASE ${name}`)
      yield* Effect.flatMap(Database.Database, ({ migrate }) => migrate).pipe(
        Effect.provide(Database.layer({ url: Option.some(Redacted.make(url(name))), folder: "" })),
        Effect.orDie
      )
      return name
    })
  )
)

/** The address of a fresh database, dropped when the scope closes. */
export const freshUrl = (kind: "empty" | "migrated") =>
  Effect.gen(function* () {
    const { url } = yield* Effect.promise(server)
    const name = `test_${randomUUID().replaceAll("-", "")}`
    const template = kind === "empty" ? "template0" : yield* migratedTemplate
    yield* Effect.acquireRelease(administered(`CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY FILE_COPY`), () =>
      administered(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
    )
    return url(name)
  })

/** Refuses connections to a fresh database and ends those that there are, until the scope closes. */
export const closed = (url: string) => {
  const name = new URL(url).pathname.slice(1)
  const allow = (isOpen: boolean) => administered(`ALTER DATABASE ${name} ALLOW_CONNECTIONS ${isOpen}`)
  const end = administered(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`)
  return Effect.acquireRelease(Effect.zipRight(allow(false), end), () => allow(true))
}

const postgres = (kind: "empty" | "migrated") =>
  Layer.unwrapScoped(Effect.map(freshUrl(kind), (url) => Layer.orDie(databaseAt(url, { maxConnections: 10, patience: PATIENT }))))

export const postgresIsAvailable = isAvailable

/** Layer.fresh, because otherwise a layer that is provided twice would be one shared database. */
const variant = (name: Variant["name"], skip: boolean, of: (kind: "empty" | "migrated") => Layer.Layer<Services>): Variant => ({
  name,
  skip,
  layer: Layer.fresh(Layer.suspend(() => of("migrated"))),
  empty: Layer.fresh(Layer.suspend(() => of("empty")))
})

const [inProcess, onServer] = [variant("embedded", false, embedded), variant("Postgres", !isAvailable, postgres)]

export const variants: ReadonlyArray<Variant> = [inProcess, onServer]

/** For tests that need any database: Postgres if available, which takes half the CPU time. */
export const anyDatabase = isAvailable ? onServer.layer : inProcess.layer
export const anyEmptyDatabase = isAvailable ? onServer.empty : inProcess.empty
