/** Applies the numbered migrations in order, each in its own transaction and under a lock, and records each with its text's checksum. */

import { createHash } from "node:crypto"
import { SqlClient } from "@effect/sql/SqlClient"
import { Effect, Option, Schema } from "effect"
import { DatabaseOlder, DatabaseRefused, DatabaseSchema, mixed, mixedTables } from "./errors.ts"
import { comments, type Migration, migrations } from "./schema/migrations.ts"
import { tables } from "./schema/tables.ts"

/** The advisory lock of the process that migrates a gittensor database. */
const LOCK = 0x6769_7474

const OLDEST_SERVER = 150_000

const TABLE = `
CREATE TABLE IF NOT EXISTS schema_migrations (
  number integer PRIMARY KEY,
  name text NOT NULL,
  checksum text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE schema_migrations IS 'a migration that was applied to this database';
COMMENT ON COLUMN schema_migrations.number IS 'the migration''s number';
COMMENT ON COLUMN schema_migrations.name IS 'its name';
COMMENT ON COLUMN schema_migrations.checksum IS 'the sha256 of its SQL';
COMMENT ON COLUMN schema_migrations.applied_at IS 'when it was applied, by the server''s clock'`

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex")

const checksumOf = (migration: Migration): string => sha256(migration.sql)

export const SCHEMA_VERSION = migrations.at(-1)?.number ?? 0

/** A checksum of everything that defines a new database. */
export const SCHEMA_CHECKSUM = sha256([TABLE, ...migrations.map(checksumOf), comments].join("\n"))

const AppliedMigrations = Schema.Array(Schema.Struct({ number: Schema.Int, name: Schema.String, checksum: Schema.String }))
const Server = Schema.Tuple(Schema.Struct({ version: Schema.NumberFromString, encoding: Schema.String }))
const FoundTable = Schema.Tuple(Schema.Struct({ found: Schema.Boolean }))

/** Fails unless the server is new enough and its encoding is UTF-8. Returns its version, for example 150004. */
const serverVersion = (where: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient
    const rows = yield* sql`SELECT current_setting('server_version_num') AS version, current_setting('server_encoding') AS encoding`
    const [{ version, encoding }] = yield* Effect.orDie(Schema.decodeUnknown(Server)(rows))
    if (version < OLDEST_SERVER)
      return yield* new DatabaseRefused({
        where,
        reason: `it is Postgres ${Math.floor(version / 10_000)}`,
        advice: "use Postgres 15 or newer"
      })
    if (encoding !== "UTF8")
      return yield* new DatabaseRefused({
        where,
        reason: `its encoding is ${encoding}`,
        advice: "create it with ENCODING 'UTF8' TEMPLATE template0"
      })
    return version
  })

/** The applied migrations, in order; none before the first. */
const applied = Effect.gen(function* () {
  const sql = yield* SqlClient
  const [{ found }] = yield* Effect.orDie(
    Schema.decodeUnknown(FoundTable)(yield* sql`SELECT to_regclass('schema_migrations') IS NOT NULL AS found`)
  )
  if (!found) return []
  return yield* Effect.orDie(
    Schema.decodeUnknown(AppliedMigrations)(yield* sql`SELECT number, name, checksum FROM schema_migrations ORDER BY number`)
  )
})

const REBUILD_ADVICE = "index into an empty database; everything can be read from the chain again"

/** Fails unless the applied migrations are the first ones of this program. */
const matching = (where: string, found: ReadonlyArray<(typeof AppliedMigrations.Type)[number]>, known: ReadonlyArray<Migration>) =>
  Effect.gen(function* () {
    for (const [position, row] of found.entries()) {
      const migration = known[position]
      if (migration === undefined)
        return yield* new DatabaseSchema({
          where,
          reason: `its migration ${row.number} (${row.name}) is newer than this program, which knows ${known.length}`,
          advice: "use the newer gittensor, or another database"
        })
      if (row.number !== migration.number || row.checksum !== checksumOf(migration))
        return yield* new DatabaseSchema({
          where,
          reason: `its migration ${row.number} (${row.name}) is not the one that this program knows`,
          advice: REBUILD_ADVICE
        })
    }
  })

const Columns = Schema.Array(Schema.Struct({ table: Schema.String, column: Schema.String, ours: Schema.Boolean, needed: Schema.Boolean }))

/**
 * Fails where a table lacks a declared column, or has another that a program of ours commented, or that each new row must fill: a backup was restored
 * over a later program's tables. Any other column is the operator's own.
 */
export const asDeclared = (where: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient
    const rows = yield* sql`SELECT c.relname AS table, a.attname AS column, col_description(c.oid, a.attnum) IS NOT NULL AS ours,
      a.attnotnull AND NOT a.atthasdef AND a.attidentity = '' AS needed FROM pg_class c
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      WHERE c.relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = to_regclass('schema_migrations'))`
    const found = yield* Effect.orDie(Schema.decodeUnknown(Columns)(rows))
    const there = new Set(found.map(({ table, column }) => `${table}.${column}`))
    const declared = Object.entries(tables).flatMap(([table, { columns }]) => Object.keys(columns).map((name) => `${table}.${name}`))
    const differing = [
      ...declared.filter((name) => !there.has(name)).map((name) => `${name} is missing`),
      ...found
        .filter(({ table, column, ours, needed }) => table in tables && !declared.includes(`${table}.${column}`) && (ours || needed))
        .map(({ table, column, ours }) => `${table}.${column} ${ours ? "has a comment as a later one's" : "must be filled in every row"}`)
    ]
    if (differing.length > 0) return yield* mixedTables(where, differing.slice(0, 3).join(", "))
  })

/** The versions of the server and of the schema. Fails if the schema does not match this program. Only reads. */
export const check = (where: string, known: ReadonlyArray<Migration> = migrations) =>
  Effect.gen(function* () {
    const server = yield* serverVersion(where)
    const found = yield* applied
    yield* matching(where, found, known)
    if (found.length < known.length)
      return yield* new DatabaseOlder({
        where,
        reason: found.length === 0 ? "it has none" : `its last migration is ${found.length}, this program's ${known.length}`
      })
    return { server, schema: found.length }
  })

/** Prepares an older index as a migration demands. Fails if only a new index can have it. */
const prepare = (where: string, { number, name, afterwards }: Migration) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient
    if (afterwards === "nothing") return
    if (afterwards === "ask GitHub again") {
      yield* sql`UPDATE issues SET github_seen_at = NULL`
      yield* sql`UPDATE miners SET github_seen_at = NULL`
      return
    }
    const blocks = yield* sql`SELECT FROM blocks LIMIT 1`
    if (blocks.length > 0)
      return yield* new DatabaseSchema({
        where,
        reason: `only its blocks say what its migration ${number} (${name}) adds`,
        advice: REBUILD_ADVICE
      })
  })

/** Applies the next missing migration; none if there is no more. */
const applyNext = (where: string, known: ReadonlyArray<Migration>) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient
    yield* sql`SELECT pg_advisory_xact_lock(${LOCK})`
    const found = yield* applied
    yield* matching(where, found, known)
    const next = known[found.length]
    if (next === undefined) return Option.none<Migration>()
    if (found.length === 0) yield* sql.unsafe(TABLE)
    yield* prepare(where, next)
    yield* Effect.mapError(sql.unsafe(next.sql), (error) => mixed(where, error) ?? error)
    if (next === migrations.at(-1)) yield* sql.unsafe(comments)
    yield* sql`INSERT INTO schema_migrations (number, name, checksum) VALUES (${next.number}, ${next.name}, ${checksumOf(next)})`
    return Option.some(next)
  })

/** Applies missing migrations and returns them. Several processes may do it at once. */
export const migrate = (where: string, known: ReadonlyArray<Migration> = migrations) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient
    yield* serverVersion(where)
    const done: Array<Migration> = []
    for (;;) {
      const next = yield* sql.withTransaction(applyNext(where, known))
      if (Option.isNone(next)) return done
      done.push(next.value)
      yield* Effect.logDebug(`migration ${next.value.number} (${next.value.name}) applied to ${where}`)
    }
  })
