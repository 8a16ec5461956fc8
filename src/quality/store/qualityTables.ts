/** Migrations of the tables for heads and duels, beside the engine's own tables: in SQLite, or in the Postgres that validators and workers share. */
import * as Migrator from "@effect/sql/Migrator"
import { SqlClient } from "@effect/sql/SqlClient"
import { Effect } from "effect"

/** Advisory lock for creating the tables. */
const TABLES = 0x6769_7778

const columnTypes = (sql: SqlClient) =>
  sql.onDialectOrElse({
    pg: () => ({ serial: "bigserial PRIMARY KEY", whole: "bigint", bytes: "bytea", keyOnly: "" }),
    orElse: () => ({ serial: "INTEGER PRIMARY KEY AUTOINCREMENT", whole: "INTEGER", bytes: "BLOB", keyOnly: "WITHOUT ROWID" })
  })

/**
 * `quality_heads`: each head once, in the order in which heads were seen. `quality_events`: what became of it, one row a step, never changed, with the files
 * that support it (`artefacts`). Each state is reached at most once in an attempt, and an attempt has one end. `quality_current_heads`: a row each time that
 * GitHub shows another head of a pull request than before; the newest row names its current head. `quality_fingerprints`: a head's fingerprints by each
 * version of the parsers; null if they can't be made. `quality_bands`: the index of similar heads.
 */
const headsAndEvents = Effect.gen(function* () {
  const sql = yield* SqlClient
  const { serial, whole, bytes, keyOnly } = columnTypes(sql)
  yield* sql.unsafe(`CREATE TABLE quality_heads (
    seen ${serial},
    contract text NOT NULL,
    key text NOT NULL,
    issue ${whole} NOT NULL,
    repository text NOT NULL,
    number ${whole} NOT NULL,
    head text NOT NULL,
    at ${whole} NOT NULL,
    UNIQUE (contract, key)
  )`)
  yield* sql.unsafe("CREATE INDEX quality_heads_issue ON quality_heads (contract, issue)")
  yield* sql.unsafe("CREATE INDEX quality_heads_repository ON quality_heads (repository, number)")
  yield* sql.unsafe(`CREATE TABLE quality_current_heads (
    shown ${serial},
    contract text NOT NULL,
    issue ${whole} NOT NULL,
    repository text NOT NULL,
    number ${whole} NOT NULL,
    key text NOT NULL,
    at ${whole} NOT NULL
  )`)
  yield* sql.unsafe("CREATE INDEX quality_current_heads_newest ON quality_current_heads (contract, issue, repository, number, shown)")
  yield* sql.unsafe(`CREATE TABLE quality_fingerprints (
    contract text NOT NULL,
    key text NOT NULL,
    parsers text NOT NULL,
    fingerprints ${bytes},
    PRIMARY KEY (contract, key, parsers)
  )`)
  yield* sql.unsafe(`CREATE TABLE quality_bands (band ${whole} NOT NULL, seen ${whole} NOT NULL, PRIMARY KEY (band, seen)) ${keyOnly}`)
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
    artefacts text,
    UNIQUE (contract, key, attempt, state)
  )`)
  yield* sql.unsafe(
    "CREATE UNIQUE INDEX quality_events_end ON quality_events (contract, key, attempt) WHERE state IN ('done', 'rejected', 'failed')"
  )
})

/**
 * Duels: `quality_duels` has each pair of heads once, with its seed; `quality_duel_answers` each model's answer in each order; `quality_duel_ends` how it ended.
 * Costs: `quality_judge_calls` has each question before it is sent, `quality_judge_call_ends` what it cost. `quality_canaries`: how often a judge fell for a text
 * that was aimed at it. `quality_probes`: what it prefers of the same two solutions each day (1, 0, -1), in both orders. `jurors`: who was drawn to judge, from which `panel`. `artefacts`: the files with a question and its answer. `duel`: the key of the duel that a question is
 * for, which tells duels of one pair of pull requests apart. No row is ever changed.
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
    model text NOT NULL,
    wording text NOT NULL,
    first_shown text NOT NULL,
    document text NOT NULL,
    at ${whole} NOT NULL,
    artefacts text,
    UNIQUE (contract, key, judge, model, wording, first_shown)
  )`)
  yield* sql.unsafe(`CREATE TABLE quality_duel_ends (
    contract text NOT NULL,
    key text NOT NULL,
    outcome text,
    reason text,
    at ${whole} NOT NULL,
    jurors text,
    panel text,
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
    at ${whole} NOT NULL,
    duel text
  )`)
  yield* sql.unsafe("CREATE INDEX quality_judge_calls_day ON quality_judge_calls (day)")
  yield* sql.unsafe("CREATE INDEX quality_judge_calls_issue ON quality_judge_calls (contract, issue)")
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
  yield* sql.unsafe(`CREATE TABLE quality_probes (
    probe ${serial},
    judge text NOT NULL,
    model text NOT NULL,
    wording text NOT NULL,
    ab ${whole} NOT NULL,
    ba ${whole} NOT NULL,
    at ${whole} NOT NULL
  )`)
})

const migrate = Migrator.make({})({
  loader: Migrator.fromRecord({
    "0001_tables": Effect.zipRight(headsAndEvents, duelsAndCosts)
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
