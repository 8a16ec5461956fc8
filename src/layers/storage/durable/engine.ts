/**
 * The engine of durable work, and the only module that imports it: @effect/workflow on @effect/cluster, whose messages are rows of a database. With
 * Postgres a client submits and workers execute; with SQLite one process does both. Work that a dying process leaves unfinished is resumed by another
 * process, or at the next start. A result is delivered once; a step may run more than once.
 *
 * Each version of the program has its own shard group: only workers of a client's version take its work, whatever else uses the same database.
 */
import {
  ClusterError,
  ClusterSchema,
  ClusterWorkflowEngine,
  Message,
  MessageStorage,
  type Reply,
  RunnerAddress,
  RunnerHealth,
  RunnerStorage,
  Runners,
  Sharding,
  ShardingConfig,
  Snowflake,
  SocketRunner,
  SqlMessageStorage,
  SqlRunnerStorage
} from "@effect/cluster"
import * as Socket from "@effect/platform/Socket"
import type * as Rpc from "@effect/rpc/Rpc"
import * as RpcClient from "@effect/rpc/RpcClient"
import * as RpcSerialization from "@effect/rpc/RpcSerialization"
import { SqlClient } from "@effect/sql/SqlClient"
import { WorkflowEngine } from "@effect/workflow/WorkflowEngine"
import { Cause, Clock, type ConfigError, Duration, Effect, Layer, Option, Predicate, Schedule } from "effect"
import type { InvalidInput } from "../../../domain/failures.ts"
import * as RareLines from "../../machine/effects/rareLines.ts"
import { standing } from "./executions.ts"
import * as ProvenSockets from "./provenSockets.ts"

/** A workflow's annotation: the group of shards whose workers execute it. */
export const { ShardGroup } = ClusterSchema

export { Activity, DurableClock, Workflow } from "@effect/workflow"
export { WorkflowEngine }

/**
 * The time after which a dead worker's shards are free. People do not wait for the default of 35 s; below 10 s a slow database would look like a dead
 * worker.
 */
const LOCK_EXPIRATION = Duration.seconds(10)

/**
 * Locks shards by rows. The engine numbers its advisory locks within each process's own groups, so workers of two versions, or of two kinds of work,
 * would block each other's shards.
 */
const LOCKS = { shardLockDisableAdvisory: true }

const sharding = (groups: ReadonlyArray<string>) => ({
  ...LOCKS,
  availableShardGroups: groups,
  assignedShardGroups: groups,
  shardLockExpiration: LOCK_EXPIRATION,
  shardLockRefreshInterval: Duration.seconds(4),
  runnerHealthCheckInterval: Duration.seconds(2),
  refreshAssignmentsInterval: Duration.seconds(1),
  entityMessagePollInterval: Duration.seconds(1)
})

/** The advisory lock of the process that makes the engine's tables. */
const TABLES = 0x6769_7777

/** Creates the engine's missing tables before their first use. */
const make = Effect.all([SqlMessageStorage.make(), SqlRunnerStorage.make({})])

const withSettings = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Layer.effectDiscard(effect.pipe(Effect.scoped, Effect.provide([ShardingConfig.layer(LOCKS), Snowflake.layerGenerator]), Effect.orDie))

/**
 * Creates the tables, one process at a time: of two concurrent attempts Postgres refuses one, even with IF NOT EXISTS. A separate transaction holds
 * the lock, which works behind poolers too. The engine expects some of its first statements to fail, which would end its own transaction.
 */
const tables = withSettings(
  Effect.gen(function* () {
    const sql = yield* SqlClient
    const session = yield* sql.reserve
    yield* Effect.acquireRelease(session.executeRaw("BEGIN", []), () => Effect.ignore(session.executeRaw("ROLLBACK", [])))
    yield* session.executeRaw("SELECT pg_advisory_xact_lock($1)", [TABLES])
    yield* make
  })
)

/**
 * Creates the tables for their only user, without a lock. The embedded database's connections share one session, so the lock's transaction would
 * block all of them.
 */
const tablesAlone = withSettings(make)

/** The subject of log lines about the database. */
const DATABASE = "database"

/** The pause before an execution retries an unavailable database. */
const UNAVAILABLE_PAUSE = Duration.seconds(1)

const isDatabaseAway = (cause: Cause.Cause<never>): boolean =>
  Option.exists(Cause.dieOption(cause), (defect) => Predicate.isTagged(defect, "PersistenceError"))

/** Retries until the database answers. Each request has a key, so a request that was stored, but whose answer was lost, is not stored twice. */
export const persistentIn =
  (lines: RareLines.RareLines) =>
  <A, R>(effect: Effect.Effect<A, never, R>): Effect.Effect<A, never, R> =>
    effect.pipe(
      Effect.sandbox,
      Effect.tapError((cause) =>
        Effect.when(
          lines.warn(
            DATABASE,
            "the database of durable work does not answer, so that all work waits for it: start it, or see in its log why it refuses"
          ),
          () => isDatabaseAway(cause)
        )
      ),
      Effect.retry({ while: isDatabaseAway, schedule: Schedule.spaced(UNAVAILABLE_PAUSE) }),
      Effect.zipLeft(lines.over("the database of durable work answers again", DATABASE)),
      Effect.unsandbox
    )

/**
 * The cluster's engine, with executions that survive an outage of the database. By default the engine ends an execution with a defect if the database
 * is unavailable when a step or a pause is requested.
 */
const engine = Layer.effect(
  WorkflowEngine,
  Effect.zipWith(WorkflowEngine, RareLines.make("1 hour"), (inner, lines) => {
    const persistent = persistentIn(lines)
    return WorkflowEngine.of({
      ...inner,
      activityExecute: (activity, attempt) => persistent(inner.activityExecute(activity, attempt)),
      scheduleClock: (workflow, options) => persistent(inner.scheduleClock(workflow, options))
    })
  })
).pipe(Layer.provide(ClusterWorkflowEngine.layer))

/**
 * The engine can take a message and leave it: it marks a message as read, finds that the request has just been answered, and does not see that it was
 * reset meanwhile (https://github.com/Effect-TS/effect/issues/8312, mended in Effect 4 only). By default it reads it again after ten minutes.
 */
const READ_AGAIN = Duration.seconds(30)

type Standing = Effect.Effect.Success<ReturnType<typeof standing>>

/**
 * Rereads messages without a reply now and then, and at once after a failed read: the database marks a message as read before the reader has it.
 * Messages already in process are skipped. Then it also runs again what `standing` finds for the second time. The engine can leave an execution suspended
 * for ever: when the end of a pause comes before the suspension is stored (https://github.com/Effect-TS/effect/issues/8238, mended in Effect 4 only), or
 * when a worker that lost a shard stores its interrupted step as suspended. Running again costs little: results of steps are read, not made.
 */
export const readAgain = (
  inner: MessageStorage.MessageStorage["Type"],
  standing: (shards: ReadonlyArray<string>) => Effect.Effect<Standing, ClusterError.PersistenceError>
) =>
  Effect.map(Clock.currentTimeMillis, (start): MessageStorage.MessageStorage["Type"] => {
    let failed = false
    let last = start
    let stood: ReadonlySet<string> = new Set()
    const resume = (shards: ReadonlyArray<string>) =>
      Effect.gen(function* () {
        const found = yield* standing(shards)
        for (const { execution, reply, request, workflow } of found) {
          if (!stood.has(reply)) continue
          yield* Effect.logWarning(
            `the execution ${execution} of ${workflow} was suspended although nothing was to resume it, and runs again`
          )
          yield* inner.clearReplies(Snowflake.Snowflake(request))
        }
        stood = new Set(found.map(({ reply }) => reply))
      })
    const noticed = <A, E>(effect: Effect.Effect<A, E>): Effect.Effect<A, E> =>
      Effect.tapErrorCause(effect, () => Effect.sync(() => (failed = true)))
    return MessageStorage.MessageStorage.of({
      ...inner,
      resetShards: (shards) => noticed(inner.resetShards(shards)),
      unprocessedMessages: (given) => {
        const shards = [...given]
        const reset = Effect.flatMap(Clock.currentTimeMillis, (now) => {
          const isDue = now - last >= Duration.toMillis(READ_AGAIN)
          if (!failed && !isDue) return Effect.void
          const done = Effect.sync(() => {
            failed = false
            last = now
          })
          return inner
            .resetShards(shards)
            .pipe(Effect.zipRight(done), Effect.zipRight(Effect.when(resume(shards.map(String)), () => isDue)))
        })
        return noticed(Effect.zipRight(reset, inner.unprocessedMessages(shards)))
      }
    })
  })

/** Whether a reply says that the execution or step waits, instead of its result. */
const isSuspended = (reply: Reply.ReplyEncoded<Rpc.Any>): boolean =>
  reply._tag === "WithExit" && reply.exit._tag === "Success" && Predicate.isTagged(reply.exit.value, "Suspended")

type SaveReply = MessageStorage.MessageStorage["Type"]["saveReply"]

/**
 * Stores and looks up results however long the database is away. By default the engine tries to store one five times in a second, and then never again: it
 * takes the request for one that is in process, and the execution stands until the next start. When the process ends, a result that waits is lost, and the
 * next start repeats the step. What cannot be looked up within two seconds is a defect: of an execution that is about to pause, and of a poll.
 */
export const keepReplies = (inner: MessageStorage.MessageStorage["Type"], lines: RareLines.RareLines) => {
  const persistent = persistentIn(lines)
  const patient = <A>(effect: Effect.Effect<A, ClusterError.PersistenceError | ClusterError.MalformedMessage>) =>
    Effect.interruptible(Effect.flatten(persistent(Effect.either(Effect.catchTag(effect, "PersistenceError", Effect.die)))))
  /**
   * The database may have stored the reply and not have said so: only what is stored through `inner` reaches who waits for it in this process. Or another
   * process, which had this shard before, has answered. If it only suspended, its answer is replaced; else who waits here reads it from the database.
   */
  const saveAgain: SaveReply = (reply) =>
    Effect.flatMap(inner.repliesForUnfiltered([reply.reply.requestId]), (stored) => {
      if (stored.length === 0) return inner.saveReply(reply)
      const { id, requestId } = reply.reply
      const isReplaced = stored.some((one) => one.id === String(id) || isSuspended(one))
      return isReplaced ? Effect.zipRight(inner.clearReplies(requestId), inner.saveReply(reply)) : inner.unregisterReplyHandler(requestId)
    })
  const saveReply: SaveReply = (reply) =>
    reply.reply._tag === "WithExit"
      ? Effect.catchTag(inner.saveReply(reply), "PersistenceError", () => patient(saveAgain(reply)))
      : inner.saveReply(reply)
  /** The engine answers a request by what was read with it. */
  const answered = Effect.map((messages: Effect.Effect.Success<ReturnType<typeof inner.unprocessedMessages>>) =>
    messages.map((message) =>
      message._tag === "IncomingRequest" ? new Message.IncomingRequest({ ...message, respond: saveReply }) : message
    )
  )
  return MessageStorage.MessageStorage.of({
    ...inner,
    saveReply,
    repliesForUnfiltered: (ids) => patient(inner.repliesForUnfiltered(ids)),
    requestIdForPrimaryKey: (options) => Effect.orDie(patient(inner.requestIdForPrimaryKey(options))),
    unprocessedMessages: (shards) => answered(inner.unprocessedMessages(shards)),
    unprocessedMessagesById: (ids) => answered(inner.unprocessedMessagesById(ids))
  })
}

const messages = Layer.effect(
  MessageStorage.MessageStorage,
  Effect.gen(function* () {
    const sql = yield* SqlClient
    const inner = yield* readAgain(yield* MessageStorage.MessageStorage, (shards) =>
      ClusterError.PersistenceError.refail(Effect.provideService(standing(shards), SqlClient, sql))
    )
    return keepReplies(inner, yield* RareLines.make("1 hour"))
  })
).pipe(Layer.provide(SqlMessageStorage.layer))

/** The storage of messages and of shard assignments, which workers and clients share. */
const storage = (config: Partial<ShardingConfig.ShardingConfig["Type"]>) =>
  Layer.merge(messages, SqlRunnerStorage.layer).pipe(Layer.orDie, Layer.provide(ShardingConfig.layerFromEnv(config)))

/** How a process reaches the workers. */
export const layerReaching = Layer.scoped(
  Runners.RpcClientProtocol,
  Effect.zipWith(
    ProvenSockets.makeConnect,
    RpcSerialization.RpcSerialization,
    (socketTo, serialization) => (address) =>
      Effect.flatMap(socketTo(address), (socket) =>
        RpcClient.makeProtocolSocket().pipe(
          Effect.provideService(Socket.Socket, socket),
          Effect.provideService(RpcSerialization.RpcSerialization, serialization)
        )
      )
  )
)

const wire = (config: Partial<ShardingConfig.ShardingConfig["Type"]>) =>
  Layer.merge(ShardingConfig.layerFromEnv(config), RpcSerialization.layerMsgPack)

/** Executes the workflows of groups, as the worker at an address. Fails when the port is taken. */
export const layerWorker = (groups: ReadonlyArray<string>, { host, port }: ProvenSockets.Address) => {
  const shardingConfig = { ...sharding(groups), runnerAddress: Option.some(RunnerAddress.make(host, port)) }
  const health = RunnerHealth.layerPing.pipe(Layer.provide(Runners.layerRpc))
  return engine.pipe(
    Layer.provide(SocketRunner.layer),
    Layer.provide([ProvenSockets.layerServer({ host, port }), health]),
    Layer.provide(layerReaching),
    Layer.provide(storage(shardingConfig)),
    Layer.provide(wire(shardingConfig)),
    Layer.provide(tables)
  )
}

type Unusable = ConfigError.ConfigError | InvalidInput

/** Submits workflows and waits for their results; executes none. */
export const layerClient = (...groups: ReadonlyArray<string>): Layer.Layer<WorkflowEngine, Unusable, SqlClient> => {
  const shardingConfig = { ...sharding(groups), runnerAddress: Option.none() }
  return engine.pipe(
    Layer.provide(SocketRunner.layerClientOnly),
    Layer.provide(layerReaching),
    Layer.provide(storage(shardingConfig)),
    Layer.provide(wire(shardingConfig)),
    Layer.provide(tables)
  )
}

/** How often a single process polls for due messages, such as the end of a pause. */
const ALONE_POLL = Duration.seconds(2)

const alone = (groups: ReadonlyArray<string>, config: Partial<ShardingConfig.ShardingConfig["Type"]> = {}) =>
  engine.pipe(
    Layer.provide(Sharding.layer),
    Layer.provide(Runners.layerNoop),
    Layer.provideMerge(messages),
    Layer.provide([RunnerStorage.layerMemory, RunnerHealth.layerNoop]),
    Layer.provide(ShardingConfig.layerFromEnv({ ...sharding(groups), entityMessagePollInterval: ALONE_POLL, ...config }))
  )

/** Submits and executes in this process alone, on a database of its own with one connection. After a crash the next start resumes. */
export const layerAlone = (...groups: ReadonlyArray<string>): Layer.Layer<WorkflowEngine, ConfigError.ConfigError, SqlClient> =>
  alone(groups)

/** How long a step may still run when the process ends. The next start repeats it. */
const ENDING = Duration.seconds(1)

/**
 * As `layerAlone`, on a Postgres that has other tables too. The caller ensures that there is only one such process. The engine's ids have 64 bits, so
 * its client must read int8 as text.
 */
export const layerAloneInPostgres = (...groups: ReadonlyArray<string>): Layer.Layer<WorkflowEngine, ConfigError.ConfigError, SqlClient> =>
  alone(groups, { entityTerminationTimeout: ENDING }).pipe(Layer.provide(tablesAlone), Layer.orDie)
