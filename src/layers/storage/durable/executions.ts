/**
 * Reads and prunes a database of durable work: workers and executions. Uses the tables of @effect/cluster 0.60.2 (`cluster_messages`,
 * `cluster_replies`, `cluster_runners`), which keeps finished executions for ever. In SQLite, where one process works alone, there are no workers.
 */
import { SqlClient } from "@effect/sql/SqlClient"
import { SqlError } from "@effect/sql/SqlError"
import { Clock, Duration, Effect, Option, Schedule, Schema } from "effect"
import { OperationFailed } from "../../../domain/failures.ts"
import { messageOf } from "../../../domain/messageOf.ts"
import { Database, type DatabaseError, explained } from "../database/Database.ts"

export interface WorkerState {
  readonly address: string
  readonly healthy: boolean
}

export interface WorkflowState {
  readonly workflow: string
  readonly unfinished: number
  readonly finished: number
  /** When the oldest unfinished one was submitted, in milliseconds since 1970; null if there is none. */
  readonly since: number | null
}

export interface WorkState {
  readonly workers: ReadonlyArray<WorkerState>
  readonly workflows: ReadonlyArray<WorkflowState>
  /** In the tables of messages and replies. */
  readonly rows: number
}

const isOther = <E>(error: E): error is Exclude<E, SqlError> => !(error instanceof SqlError)

/** Maps errors of Postgres as the database's service does, and those of a file. */
const understood = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, Exclude<E, SqlError> | DatabaseError | OperationFailed, R> =>
  Effect.flatMap(
    Effect.serviceOption(Database),
    Option.match({
      onSome: (database): Effect.Effect<A, Exclude<E, SqlError> | DatabaseError | OperationFailed, R> =>
        Effect.provideService(explained(effect), Database, database),
      onNone: () =>
        Effect.mapError(effect, (error) =>
          isOther(error) ? error : new OperationFailed({ message: `the file of durable work can't be used (${messageOf(error)})` })
        )
    })
  )

/** Postgres' int8 comes as a text, SQLite's integer as a number. */
const Number64 = Schema.Union(Schema.Int, Schema.NumberFromString)
const Workers = Schema.Array(Schema.Struct({ address: Schema.String, healthy: Schema.Boolean }))
const Workflows = Schema.Array(
  Schema.Struct({ workflow: Schema.String, unfinished: Number64, finished: Number64, oldest: Schema.NullOr(Number64) })
)
const Rows = Schema.Tuple(Schema.Struct({ rows: Number64 }))
const Tables = Schema.Tuple(Schema.Struct({ tables: Number64 }))

/** Whether a worker or a validator has used the database yet. */
const hasTables = Effect.gen(function* () {
  const sql = yield* SqlClient
  const found = yield* sql.onDialectOrElse({
    pg: () =>
      sql`SELECT CASE WHEN to_regclass('cluster_messages') IS NOT NULL AND to_regclass('cluster_runners') IS NOT NULL THEN 1 ELSE 0 END AS tables`,
    orElse: () => sql`SELECT count(*) AS tables FROM sqlite_master WHERE name = 'cluster_messages'`
  })
  const [{ tables }] = yield* Effect.orDie(Schema.decodeUnknown(Tables)(found))
  return tables > 0
})

/** The `kind` of a request; that of a reply that ends it; and the payload of a suspended execution, which has not ended. */
const REQUEST_KIND = 0
const ENDING_KIND = 0
const SUSPENDED = '%"_tag":"Suspended"%'
/** Seconds without a heartbeat after which a worker counts as dead. It sends one every four; if all are dead, nobody marks their rows. */
const SILENT_AFTER = 20
/** The engine's own entity for pauses, which is no execution. */
const CLOCK = "Workflow/-/DurableClock"

/** The workflow whose results say since when webhooks get deliveries. They never expire. */
export const WEBHOOK_START = "WebhookStart/v1"

/** The engine's ids hold the milliseconds since 2025 above 22 bits. */
const ID_EPOCH = Date.UTC(2025, 0, 1)

/** The known workers, and executions by workflow. */
export const workState = Effect.gen(function* () {
  if (!(yield* hasTables)) return { workers: [], workflows: [], rows: 0 } satisfies WorkState
  const sql = yield* SqlClient
  const workers = yield* sql.onDialectOrElse({
    pg: () =>
      sql`SELECT address, healthy AND last_heartbeat > now() - make_interval(secs => ${SILENT_AFTER}) AS healthy FROM cluster_runners ORDER BY address`,
    orElse: () => Effect.succeed([])
  })
  const workflows = yield* sql`
    SELECT replace(m.entity_type, 'Workflow/', '') AS workflow,
      count(*) FILTER (WHERE r.id IS NULL) AS unfinished, count(*) FILTER (WHERE r.id IS NOT NULL) AS finished,
      min(m.id) FILTER (WHERE r.id IS NULL) >> 22 AS oldest
    FROM cluster_messages m
    LEFT JOIN cluster_replies r ON r.request_id = m.request_id AND r.kind = ${ENDING_KIND} AND r.payload NOT LIKE ${SUSPENDED}
    WHERE m.tag = 'run' AND m.entity_type LIKE 'Workflow/%' AND m.entity_type <> ${CLOCK} GROUP BY 1 ORDER BY 1`
  const rows = yield* sql`SELECT (SELECT count(*) FROM cluster_messages) + (SELECT count(*) FROM cluster_replies) AS rows`
  const [{ rows: total }] = yield* Effect.orDie(Schema.decodeUnknown(Rows)(rows))
  return {
    workers: yield* Effect.orDie(Schema.decodeUnknown(Workers)(workers)),
    workflows: (yield* Effect.orDie(Schema.decodeUnknown(Workflows)(workflows))).map(({ oldest, ...counts }) => ({
      ...counts,
      since: oldest === null ? null : ID_EPOCH + oldest
    })),
    rows: total
  } satisfies WorkState
}).pipe(understood)

const Standing = Schema.Array(
  Schema.Struct({ request: Schema.String, reply: Schema.String, workflow: Schema.String, execution: Schema.String })
)

/** The executions of some shards that nothing resumes: they are suspended, and have no request that is not answered, such as the end of a pause. */
export const standing = (shards: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient
    const found = yield* sql`
      SELECT CAST(m.id AS text) AS request, CAST(r.id AS text) AS reply, replace(m.entity_type, 'Workflow/', '') AS workflow, m.entity_id AS execution
      FROM cluster_messages m
      JOIN cluster_replies r ON r.request_id = m.id AND r.kind = ${ENDING_KIND} AND r.payload LIKE ${SUSPENDED}
      WHERE ${sql.in("m.shard_id", shards)} AND m.processed AND m.tag = 'run' AND NOT EXISTS
        (SELECT 1 FROM cluster_messages p WHERE p.shard_id = m.shard_id AND p.entity_id = m.entity_id AND p.kind = ${REQUEST_KIND} AND NOT p.processed)`
    return yield* Effect.orDie(Schema.decodeUnknown(Standing)(found))
  })

const idAt = (milliseconds: number): string => String(BigInt(Math.max(0, Math.floor(milliseconds) - ID_EPOCH)) << 22n)

const Forgotten = Schema.Tuple(Schema.Struct({ forgotten: Number64 }))

/** Deletes ended executions that were submitted longer ago than `kept`, and returns how many. A later request for one of them executes it anew. */
export const prune = Effect.fn("prune")(function* (kept: Duration.Duration) {
  const sql = yield* SqlClient
  const before = sql.literal(idAt((yield* Clock.currentTimeMillis) - Duration.toMillis(kept)))
  const ended = sql`SELECT m.entity_id FROM cluster_messages m
    JOIN cluster_replies r ON r.request_id = m.request_id AND r.kind = ${ENDING_KIND} AND r.payload NOT LIKE ${SUSPENDED}
    WHERE m.tag = 'run' AND m.entity_type LIKE 'Workflow/%' AND m.entity_type NOT IN (${CLOCK}, ${`Workflow/${WEBHOOK_START}`})
      AND m.id < ${before}`
  const inPostgres = sql`
    WITH ended AS (${ended}),
    requests AS (SELECT request_id FROM cluster_messages WHERE entity_id IN (SELECT entity_id FROM ended)),
    replies AS (DELETE FROM cluster_replies WHERE request_id IN (SELECT request_id FROM requests)),
    messages AS (DELETE FROM cluster_messages WHERE request_id IN (SELECT request_id FROM requests))
    SELECT count(*) AS forgotten FROM ended`
  const inSqlite = sql`SELECT count(*) AS forgotten FROM (${ended})`.pipe(
    Effect.tap(sql`DELETE FROM cluster_messages WHERE entity_id IN (${ended})`),
    Effect.tap(sql`DELETE FROM cluster_replies WHERE request_id NOT IN (SELECT request_id FROM cluster_messages)`),
    sql.withTransaction
  )
  return yield* Effect.gen(function* () {
    if (!(yield* hasTables)) return 0
    const deleted = yield* sql.onDialectOrElse({ pg: () => inPostgres, orElse: () => inSqlite })
    const [{ forgotten }] = yield* Effect.orDie(Schema.decodeUnknown(Forgotten)(deleted))
    return forgotten
  }).pipe(understood)
})

/** The retention of finished work. Its results stay in other tables. */
const RETENTION = Duration.days(30)

/** Deletes old work now and every day. Several workers may do so at once. */
export const retention = prune(RETENTION).pipe(
  Effect.tap((forgotten) => (forgotten === 0 ? Effect.void : Effect.logInfo(`forgot ${forgotten} executions that ended over 30 days ago`))),
  Effect.catchAll(({ message }) =>
    Effect.logWarning(`work that ended over 30 days ago could not be deleted; tomorrow this is tried again: ${message}`)
  ),
  Effect.repeat(Schedule.spaced(Duration.days(1))),
  Effect.forkScoped
)
