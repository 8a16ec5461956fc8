/** Migrations of the tables for heads and duels, beside the engine's own tables: in SQLite, or in the Postgres that validators and workers share. */
import * as Migrator from "@effect/sql/Migrator"
import { SqlClient } from "@effect/sql/SqlClient"
import { Effect } from "effect"

/** Advisory lock for creating the tables. */
const TABLES = 0x6769_7778

const columnTypes = (sql: SqlClient) =>
  sql.onDialectOrElse({
    pg: () => ({ serial: "bigserial PRIMARY KEY", whole: "bigint", bytes: "bytea" }),
    orElse: () => ({ serial: "INTEGER PRIMARY KEY AUTOINCREMENT", whole: "INTEGER", bytes: "BLOB" })
  })

/**
 * `quality_heads`: each head once, in the order seen. `quality_events`: its events, one row a step, append-only. An attempt reaches each state at most once,
 * and has one end.
 */
const headsAndEvents = Effect.gen(function* () {
  const sql = yield* SqlClient
  const { serial, whole, bytes } = columnTypes(sql)
  yield* sql.unsafe(`CREATE TABLE quality_heads (
    seen ${serial},
    contract text NOT NULL,
    key text NOT NULL,
    issue ${whole} NOT NULL,
    repository text NOT NULL,
    number ${whole} NOT NULL,
    head text NOT NULL,
    fingerprints ${bytes},
    at ${whole} NOT NULL,
    UNIQUE (contract, key)
  )`)
  yield* sql.unsafe("CREATE INDEX quality_heads_issue ON quality_heads (contract, issue)")
  yield* sql.unsafe("CREATE INDEX quality_heads_repository ON quality_heads (repository, number)")
  yield* sql.unsafe(`CREATE TABLE quality_events (
    event ${serial},
    contract text NOT NULL,
    key text NOT NULL,
    attempt ${whole} NOT NULL,
    state text NOT NULL,
    fault text,
    reason text,
    gate text,
    verification text,
    at ${whole} NOT NULL,
    UNIQUE (contract, key, attempt, state)
  )`)
  yield* sql.unsafe(
    "CREATE UNIQUE INDEX quality_events_end ON quality_events (contract, key, attempt) WHERE state IN ('done', 'rejected', 'failed')"
  )
})

/**
 * Duels: `quality_duels` has each pair of heads once, with its seed; `quality_duel_answers` each judge's answer in each order; `quality_duel_ends` the end.
 * Costs: `quality_judge_calls` has each question before it is sent, `quality_judge_call_ends` its cost. `quality_canaries`: how many canaries a judge failed.
 * All are append-only.
 */
const duelsAndCosts = Effect.gen(function* () {
  const sql = yield* SqlClient
  const { serial, whole } = columnTypes(sql)
  yield* sql.unsafe(`CREATE TABLE quality_duels (
    duel ${serial},
    contract text NOT NULL,
    key text NOT NULL,
    issue ${whole} NOT NULL,
    number ${whole} NOT NULL,
    head_a text NOT NULL,
    head_b text NOT NULL,
    seed text NOT NULL,
    seed_block ${whole} NOT NULL,
    at ${whole} NOT NULL,
    UNIQUE (contract, key)
  )`)
  yield* sql.unsafe("CREATE INDEX quality_duels_issue ON quality_duels (contract, issue)")
  yield* sql.unsafe(`CREATE TABLE quality_duel_answers (
    answer ${serial},
    contract text NOT NULL,
    key text NOT NULL,
    judge text NOT NULL,
    first_shown text NOT NULL,
    document text NOT NULL,
    at ${whole} NOT NULL,
    UNIQUE (contract, key, judge, first_shown)
  )`)
  yield* sql.unsafe(`CREATE TABLE quality_duel_ends (
    contract text NOT NULL,
    key text NOT NULL,
    outcome text,
    reason text,
    at ${whole} NOT NULL,
    UNIQUE (contract, key)
  )`)
  yield* sql.unsafe(`CREATE TABLE quality_judge_calls (
    call ${serial},
    activity text NOT NULL,
    contract text NOT NULL,
    issue ${whole} NOT NULL,
    pull_requests text NOT NULL,
    stage text NOT NULL,
    judge text NOT NULL,
    model text NOT NULL,
    day text NOT NULL,
    reserved ${whole} NOT NULL,
    budget ${whole} NOT NULL,
    at ${whole} NOT NULL
  )`)
  yield* sql.unsafe("CREATE INDEX quality_judge_calls_day ON quality_judge_calls (day)")
  yield* sql.unsafe(`CREATE TABLE quality_judge_call_ends (
    call ${whole} PRIMARY KEY,
    outcome text NOT NULL,
    prompt_tokens ${whole},
    answer_tokens ${whole},
    cost ${whole} NOT NULL,
    at ${whole} NOT NULL
  )`)
  yield* sql.unsafe(`CREATE TABLE quality_canaries (
    canary ${serial},
    judge text NOT NULL,
    model text NOT NULL,
    asked ${whole} NOT NULL,
    fell ${whole} NOT NULL,
    at ${whole} NOT NULL
  )`)
})

/** `artefacts`: the files that support the event, as JSON. */
const artefacts = Effect.flatMap(SqlClient, (sql) => sql.unsafe("ALTER TABLE quality_events ADD COLUMN artefacts text"))

/**
 * `jurors`: the drawn judges. `artefacts`: the files with a question and its answer. `duel`: key of the duel that a question is for, which distinguishes
 * duels of one pair of pull requests.
 */
const shownDuels = Effect.flatMap(SqlClient, (sql) =>
  Effect.all([
    sql.unsafe("ALTER TABLE quality_duel_ends ADD COLUMN jurors text"),
    sql.unsafe("ALTER TABLE quality_duel_answers ADD COLUMN artefacts text"),
    sql.unsafe("ALTER TABLE quality_judge_calls ADD COLUMN duel text"),
    sql.unsafe("CREATE INDEX quality_judge_calls_issue ON quality_judge_calls (contract, issue)")
  ])
)

/** Since this migration, a head's key includes the hotkey, so that a head shown again under another hotkey has its own records. */
const headsByHotkey = Effect.gen(function* () {
  const sql = yield* SqlClient
  const { hotkeyIn, place } = sql.onDialectOrElse({
    pg: () => ({ hotkeyIn: (head: string) => `((${head})::json->>'hotkey')`, place: "strpos" }),
    orElse: () => ({ hotkeyIn: (head: string) => `json_extract(${head}, '$.hotkey')`, place: "instr" })
  })
  const byHotkey = (key: string, head: string) => `${key} || ':' || ${hotkeyIn(head)}`
  const between = "' against '"
  const at = `${place}(d.key, ${between})`
  const keyOfDuel = [
    byHotkey(`substr(d.key, 1, ${at} - 1)`, "d.head_a"),
    between,
    byHotkey(`substr(d.key, ${at} + length(${between}))`, "d.head_b")
  ].join(" || ")
  const statements = [
    ...["quality_duel_answers", "quality_duel_ends"].map(
      (table) => `UPDATE ${table} SET key = ${keyOfDuel} FROM quality_duels d WHERE d.contract = ${table}.contract AND d.key = ${table}.key`
    ),
    `UPDATE quality_judge_calls SET duel = ${keyOfDuel} FROM quality_duels d WHERE d.contract = quality_judge_calls.contract AND d.key = quality_judge_calls.duel`,
    `UPDATE quality_duels AS d SET key = ${keyOfDuel}`,
    `UPDATE quality_events SET key = ${byHotkey("h.key", "h.head")} FROM quality_heads h WHERE h.contract = quality_events.contract AND h.key = quality_events.key`,
    `UPDATE quality_heads AS h SET key = ${byHotkey("h.key", "h.head")}`
  ]
  yield* Effect.forEach(statements, (statement) => sql.unsafe(statement), { discard: true })
})

const migrate = Migrator.make({})({
  loader: Migrator.fromRecord({
    "0001_heads_and_events": headsAndEvents,
    "0003_duels_and_costs": duelsAndCosts,
    "0004_artefacts": artefacts,
    "0005_shown_duels": shownDuels,
    "0006_heads_by_hotkey": headsByHotkey
  }),
  table: "quality_migrations"
})

/** Creates missing tables. Several processes may run it at once. */
export const makeTables = Effect.flatMap(SqlClient, (sql) =>
  sql.onDialectOrElse({
    pg: () => sql.withTransaction(Effect.zipRight(sql`SELECT pg_advisory_xact_lock(${TABLES})`, migrateInOneTransaction(sql))),
    orElse: () => Effect.asVoid(migrate)
  })
)

/** Postgres aborts a transaction at a failed statement, such as the migrator's first query for its own table. */
const migrateInOneTransaction = (sql: SqlClient) =>
  sql`CREATE TABLE IF NOT EXISTS quality_migrations (migration_id integer PRIMARY KEY, created_at timestamptz NOT NULL DEFAULT now(), name text NOT NULL)`.pipe(
    Effect.zipRight(migrate),
    Effect.asVoid
  )
