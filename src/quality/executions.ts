/**
 * What is in a database of durable work: workers, executions, and what of them is over. Reads the tables of @effect/cluster 0.60.2 (`cluster_messages`,
 * `cluster_replies`, `cluster_runners`), which keeps finished executions for ever.
 */
import { SqlClient } from "@effect/sql/SqlClient"
import { Clock, Duration, Effect, Schema } from "effect"
import { explained } from "../layers/database/Database.ts"

export interface WorkerState {
  readonly address: string
  readonly healthy: boolean
}

/** The executions of one workflow. */
export interface WorkflowState {
  readonly workflow: string
  readonly unfinished: number
  readonly finished: number
}

export interface WorkState {
  readonly workers: ReadonlyArray<WorkerState>
  readonly workflows: ReadonlyArray<WorkflowState>
  /** In the tables of messages and replies. */
  readonly rows: number
}

const Number64 = Schema.NumberFromString
const Workers = Schema.Array(Schema.Struct({ address: Schema.String, healthy: Schema.Boolean }))
const Workflows = Schema.Array(Schema.Struct({ workflow: Schema.String, unfinished: Number64, finished: Number64 }))
const Rows = Schema.Tuple(Schema.Struct({ rows: Number64 }))
const Tables = Schema.Tuple(Schema.Struct({ exist: Schema.Boolean }))

/** Whether a worker or a validator has used the database yet. */
const hasTables = Effect.gen(function* () {
  const sql = yield* SqlClient
  const [{ exist }] = yield* Schema.decodeUnknown(Tables)(
    yield* sql`SELECT to_regclass('cluster_messages') IS NOT NULL AND to_regclass('cluster_runners') IS NOT NULL AS exist`
  ).pipe(Effect.orDie)
  return exist
})

/** The `kind` of a reply that ends a request, and how a suspended execution's looks, which is not its end. */
const ENDS = 0
const SUSPENDED = '%"_tag":"Suspended"%'

/** Workers that are known, and executions by workflow. */
export const workState = Effect.gen(function* () {
  if (!(yield* hasTables)) return { workers: [], workflows: [], rows: 0 } satisfies WorkState
  const sql = yield* SqlClient
  const workers = yield* sql`SELECT address, healthy FROM cluster_runners ORDER BY address`
  const workflows = yield* sql`
    SELECT replace(m.entity_type, 'Workflow/', '') AS workflow,
      count(*) FILTER (WHERE r.id IS NULL) AS unfinished, count(*) FILTER (WHERE r.id IS NOT NULL) AS finished
    FROM cluster_messages m
    LEFT JOIN cluster_replies r ON r.request_id = m.request_id AND r.kind = ${ENDS} AND r.payload NOT LIKE ${SUSPENDED}
    WHERE m.tag = 'run' AND m.entity_type LIKE 'Workflow/%' GROUP BY 1 ORDER BY 1`
  const rows = yield* sql`SELECT (SELECT count(*) FROM cluster_messages) + (SELECT count(*) FROM cluster_replies) AS rows`
  const [{ rows: total }] = yield* Effect.orDie(Schema.decodeUnknown(Rows)(rows))
  return {
    workers: yield* Effect.orDie(Schema.decodeUnknown(Workers)(workers)),
    workflows: yield* Effect.orDie(Schema.decodeUnknown(Workflows)(workflows)),
    rows: total
  } satisfies WorkState
}).pipe(explained)

/** The engine's ids hold the milliseconds since 2025 above 22 bits. */
const ID_EPOCH = Date.UTC(2025, 0, 1)
const idAt = (milliseconds: number): string => String(BigInt(Math.max(0, Math.floor(milliseconds) - ID_EPOCH)) << 22n)

const Forgotten = Schema.Tuple(Schema.Struct({ forgotten: Number64 }))

/** Forgets executions that were submitted longer ago than `kept` and have ended, and returns how many. Who asks for one of them again has it executed anew. */
export const prune = Effect.fn("prune")(function* (kept: Duration.Duration) {
  const sql = yield* SqlClient
  const before = idAt((yield* Clock.currentTimeMillis) - Duration.toMillis(kept))
  return yield* Effect.gen(function* () {
    if (!(yield* hasTables)) return 0
    const deleted = yield* sql`
      WITH ended AS (
        SELECT m.entity_type, m.entity_id FROM cluster_messages m
        JOIN cluster_replies r ON r.request_id = m.request_id AND r.kind = ${ENDS} AND r.payload NOT LIKE ${SUSPENDED}
        WHERE m.tag = 'run' AND m.entity_type LIKE 'Workflow/%' AND m.id < ${before}::bigint),
      requests AS (SELECT m.request_id FROM cluster_messages m JOIN ended USING (entity_type, entity_id)),
      replies AS (DELETE FROM cluster_replies WHERE request_id IN (SELECT request_id FROM requests)),
      messages AS (DELETE FROM cluster_messages WHERE request_id IN (SELECT request_id FROM requests))
      SELECT count(*) AS forgotten FROM ended`
    const [{ forgotten }] = yield* Effect.orDie(Schema.decodeUnknown(Forgotten)(deleted))
    return forgotten
  }).pipe(explained)
})
