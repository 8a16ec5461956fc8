/** Finds columns that no endpoint shows: a change of a column's values must change at least one answer of the API. */
import { OpenApi } from "@effect/platform"
import { SqlClient } from "@effect/sql/SqlClient"
import { assert } from "@effect/vitest"
import { Effect, Option, Schema } from "effect"
import { Api } from "../../../src/dashboard/api/definition/Api.ts"
import { ARTEFACT } from "./quality.ts"
import { asked, type Get } from "./support.ts"

/** The values for the path parameters. */
export interface Names {
  /** Ids of issues and competitions. */
  readonly ids: ReadonlyArray<number>
  /** Ids of further competitions. */
  readonly competitions?: ReadonlyArray<number>
  readonly miners: readonly [string, string]
  readonly validator: string
  /** An audited epoch for which the validator reported; without one, the endpoints of one epoch are left out. */
  readonly epoch?: number
  /** Whether the validator has published findings on the competitions' pull requests. */
  readonly speaks?: boolean
}

/** Every path of the API with its path parameters and required query parameters filled in. */
export const pathsOf = ({ ids, competitions = [], miners: [a, b], validator, epoch, speaks = false }: Names): ReadonlyArray<string> =>
  Object.keys(OpenApi.fromApi(Api).paths).flatMap((path) => {
    if (path.includes("{epoch}") && epoch === undefined) return []
    if ((path.includes("/quality/{hotkey}") || path.includes("{digest}")) && !speaks) return []
    const named = path
      .replace("/validators/{hotkey}", `/validators/${validator}`)
      .replace("/quality/{hotkey}", `/quality/${validator}`)
      .replace("{epoch}/reports/{hotkey}", `${epoch}/reports/${validator}`)
      .replace("{epoch}", String(epoch))
      .replace("{digest}", ARTEFACT.digest)
      .replace("{hotkey}", a)
      .replace(/head-to-head$/, `head-to-head?a=${a}&b=${b}`)
    const all = path.includes("/competitions/") ? [...ids, ...competitions] : ids
    return named.includes("{id}") ? all.map((id) => named.replace("{id}", String(id))) : [named]
  })

const Columns = Schema.Array(Schema.Struct({ table: Schema.String, column: Schema.String, type: Schema.String }))

/** Replacement values for columns that accept only known values. Any other column takes an arbitrary new value. */
const others: Readonly<Record<string, string>> = {
  "issues.status": "'Open'",
  "issues.reason": `'{"_tag":"Deleted"}'`,
  "competitions.status": "'Expired'",
  "competitions.winner": "1",
  "competitions.reason": `'{"_tag":"Deleted"}'`,
  "votes.kind": "CASE kind WHEN 'pair' THEN 'outcome' ELSE 'pair' END",
  "votes.cast_weight": "0",
  "votes.ended_by": "'replaced'",
  "pull_requests.state": "'open'",
  "plays.kind": "'ready'",
  "suggestions.reasons": `'[{"points": 1, "why": "other"}]'`,
  "repositories.burden": "NULL",
  "repositories.choices": "NULL",
  "ratings.cause": "'lost'",
  "treasury_flows.kind": "CASE kind WHEN 'recycled' THEN 'moved' ELSE 'paid' END",
  "collateral_flows.kind": "'slashed'",
  "issues.labels": `'[{"name":"other"}]'`,
  "validators.coldkeys": `'["5x"]'`,
  "weights.values": "'[[2, 7]]'",
  "consensus_voters.weights_state": "'none'",
  "consensus_voters.document": `'{"body": {"miners": []}}'`,
  "consensus_values.source": "'before'",
  "consensus_values.votes": "'[]'",
  "quality_documents.document": `'{"body": {"issue": 2}, "signature": "0x"}'`,
  "quality_duels.result": "'draw'",
  "quality_duels.why": "'too few judges'",
  "quality_duels.answers": "'[]'",
  "quality_costs.stage": "'canary'",
  "quality_records.state": "'failed'",
  "quality_records.fault": "'provider'",
  "quality_records.artefacts": "NULL",
  "artefacts.media_type": "'application/json'",
  "consensus_findings.severity": "CASE severity WHEN 'wrong' THEN 'missing' ELSE 'wrong' END",
  "chain.github_trouble": "'refused'",
  "votes.ended_at": "21",
  "validators.removed_at": "22"
}

/** A SQL expression whose value differs from the column's current one. */
const changed = ({ table, column, type }: (typeof Columns.Type)[number]): string => {
  const other = others[`${table}.${column}`]
  if (other !== undefined) return other
  if (type === "boolean") return `NOT coalesce("${column}", false)`
  if (type === "jsonb") return `'{"other": true}'`
  if (type === "bytea") return `set_bit("${column}", 100, 1)`
  if (type === "date") return `"${column}" + 1`
  if (type.startsWith("timestamp")) return `"${column}" + interval '1 day'`
  if (type === "text") return `coalesce("${column}", '') || 'x'`
  return `coalesce("${column}", 0) + 1`
}

const answersOf = (get: Get, paths: ReadonlyArray<string>) =>
  Effect.map(Effect.forEach(paths, get), (answers) => answers.map((answer) => JSON.stringify(answer)))

/** The first of these paths whose answer changed, by its index in `before`. A server error does not count as a change. */
const changedAnswer = (before: ReadonlyArray<string>, paths: ReadonlyArray<string>, order: Iterable<number>) =>
  Effect.scoped(
    Effect.gen(function* () {
      const get = yield* asked
      for (const index of order) {
        const answer = yield* get(paths[index] ?? "")
        if (answer.status < 500 && JSON.stringify(answer) !== before[index]) return Option.some(index)
      }
      return Option.none<number>()
    })
  )

/** The columns that no endpoint shows, such as all columns of an empty table. Drops the database's constraints and restores its rows. */
export const unreachableColumns = (names: Names) =>
  Effect.gen(function* () {
    const paths = pathsOf(names)
    const sql = yield* SqlClient
    const columns = yield* Schema.decodeUnknown(Columns)(
      yield* sql`SELECT table_name AS table, column_name AS column, data_type AS type FROM information_schema.columns
        WHERE table_schema = 'public' AND table_name NOT IN ('schema_migrations', 'change_log') ORDER BY table_name, ordinal_position`
    )
    assert.isAbove(columns.length, 150)
    const before = yield* Effect.scoped(Effect.flatMap(asked, (get) => answersOf(get, paths)))
    for (const [index, answer] of before.entries()) assert.match(answer, /^\{"status":200/, `${paths[index]}: ${answer}`)
    // Drop the constraints, so that columns accept values the program would never write.
    yield* sql`DO $$ DECLARE c record; BEGIN
      FOR c IN SELECT conrelid::regclass AS t, conname AS n FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype IN ('f', 'c')
      LOOP EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', c.t, c.n); END LOOP; END $$`
    const unseen: Array<string> = []
    /** By table, the paths that showed another of its columns. They are requested first, because most columns of a table are in the same answers. */
    const shownBy = new Map<string, Set<number>>()
    for (const { table, column, type } of columns) {
      const [some] = yield* sql`SELECT FROM ${sql(table)} LIMIT 1`
      if (some === undefined) {
        unseen.push(`${table}.${column}`)
        continue
      }
      yield* sql`CREATE TABLE kept AS SELECT * FROM ${sql(table)}`
      yield* sql`CREATE TABLE other AS SELECT * FROM ${sql(table)}`
      yield* sql`UPDATE other SET ${sql(column)} = ${sql.literal(changed({ table, column, type }))}`
      // Replace all rows at once, so that keys never collide halfway through.
      yield* sql`DELETE FROM ${sql(table)}`
      yield* sql`INSERT INTO ${sql(table)} SELECT * FROM other`
      const known = shownBy.get(table) ?? new Set()
      const shown = yield* changedAnswer(before, paths, new Set([...known, ...paths.keys()]))
      if (Option.isSome(shown)) shownBy.set(table, known.add(shown.value))
      else unseen.push(`${table}.${column}`)
      yield* sql`DELETE FROM ${sql(table)}`
      yield* sql`INSERT INTO ${sql(table)} SELECT * FROM kept`
      yield* sql`DROP TABLE kept, other`
    }
    assert.isTrue(Option.isNone(yield* changedAnswer(before, paths, paths.keys())))
    return unseen
  })
