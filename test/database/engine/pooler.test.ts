/** A database behind a pooler, which gives each transaction another server process, and keeps that process after a client has left. */
import { SqlClient } from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Layer, Option, Redacted, Scope, TestClock, TestServices } from "effect"
import { claimByTransaction } from "../../../src/layers/storage/database/claim.ts"
import * as Database from "../../../src/layers/storage/database/Database.ts"
import { PREPARED } from "../../../src/layers/storage/database/schema/prepared.ts"
import { layerClient, WorkflowEngine } from "../../../src/layers/storage/durable/engine.ts"
import { startProxy } from "../../support/cli/proxy.ts"
import { impatient } from "../../support/database/patience.ts"
import { hasPooler, type PoolMode, startPooler } from "../../support/database/pooler.ts"
import { startCluster, urlOf } from "../../support/database/server.ts"
import { patiently } from "../../support/patiently.ts"

const at = (port: number, options: Partial<Database.DatabaseOptions> = {}) =>
  Layer.fresh(Database.layer({ url: Option.some(Redacted.make(urlOf(port, "postgres"))), folder: "", ...options }))

/** The ports of a pooler and of the server behind it. */
const pooled = (mode: PoolMode, connections = 4, settings: ReadonlyArray<string> = []) =>
  Effect.gen(function* () {
    const running = yield* Effect.acquireRelease(
      Effect.promise(() => startCluster(settings)),
      (cluster) => Effect.promise(() => cluster.stop("immediate"))
    )
    return { pooler: yield* startPooler(running.port, mode, connections), server: running.port }
  })

const claimed = (scope: Scope.Scope) =>
  Effect.flatMap(Database.Database, ({ claim }) => Effect.map(Scope.extend(claim, scope), Option.isSome))

/** A separate process with its own connections, which tries to become the only writer. */
const anotherProcess = (port: number) => Effect.scoped(Effect.flatMap(Effect.scope, claimed)).pipe(Effect.provide(at(port)))

describe.skipIf(!hasPooler)("behind pgbouncer", () => {
  it.scopedLive.each(["session", "transaction"] as const)("that gives connections for a %s, one process is the writer", (mode) =>
    Effect.gen(function* () {
      const { pooler } = yield* pooled(mode, 8, ["idle_in_transaction_session_timeout = 1000"])
      const scope = yield* Effect.acquireRelease(Scope.make(), (made) => Scope.close(made, Exit.void))
      const router = yield* startProxy(`http://127.0.0.1:${pooler}`)
      const services = yield* Layer.build(at(Number(new URL(router.endpoint).port)))
      const inScope = (of: Scope.Scope) => claimed(of).pipe(Effect.provide(services))
      assert.isTrue(yield* inScope(scope))
      // Its statements run in other server processes than the lock's.
      const busy = Effect.flatMap(SqlClient, (sql) => sql`SELECT pg_sleep(0.05)`).pipe(Effect.provide(services))
      yield* Effect.all([busy, busy, busy], { concurrency: "unbounded" })
      for (let turn = 0; turn < 4; turn++) assert.isFalse(yield* anotherProcess(pooler))
      yield* Scope.close(scope, Exit.void)
      for (let turn = 0; turn < 4; turn++) assert.isTrue(yield* anotherProcess(pooler), "nothing is left of a lock that was given back")
      const killed = yield* Effect.acquireRelease(Scope.make(), (made) => Scope.close(made, Exit.void))
      assert.isTrue(yield* inScope(killed))
      // The system closes a killed process's connections.
      router.cut()
      yield* Effect.retry(
        Effect.filterOrFail(
          anotherProcess(pooler),
          (won) => won,
          () => "still held"
        ),
        { times: 200 }
      )
    })
  )

  it.scopedLive("settings of one client are not another's", () =>
    Effect.gen(function* () {
      const { pooler } = yield* pooled("transaction", 1)
      const reader = yield* Layer.build(at(pooler, { readOnly: true }))
      yield* Effect.flatMap(SqlClient, (sql) => sql`SELECT 1`).pipe(Effect.provide(reader))
      yield* Effect.flatMap(SqlClient, (sql) => sql`CREATE TABLE written (number integer)`).pipe(Effect.provide(at(pooler)))
      const shown = yield* Effect.flatMap(
        SqlClient,
        (sql) => sql`SELECT current_setting('statement_timeout') AS statement, current_setting('TimeZone') AS zone`
      ).pipe(Effect.provide(at(pooler)))
      assert.deepStrictEqual(shown, [{ statement: "0", zone: "UTC" }])
    })
  )

  it.scopedLive("repeated statements are not prepared, also inside of a transaction", () =>
    Effect.gen(function* () {
      const { pooler } = yield* pooled("transaction", 2)
      yield* Effect.gen(function* () {
        const sql = yield* SqlClient
        const one = sql`${sql.literal(PREPARED)} SELECT ${1}::integer AS one`
        for (let turn = 0; turn < 3; turn++)
          yield* Effect.all([one, sql.withTransaction(Effect.zipRight(one, one))], { concurrency: "unbounded" })
        const plans = yield* sql`SELECT count(*) AS plans FROM pg_prepared_statements WHERE statement LIKE ${`${PREPARED}%`}`
        assert.deepStrictEqual(plans, [{ plans: 0 }])
      }).pipe(Effect.provide(at(pooler)))
    })
  )

  it.scopedLive("the engine's tables are made once, and its lock is not left behind", () =>
    Effect.gen(function* () {
      const { pooler, server } = yield* pooled("transaction", 8)
      const engine = Effect.flatMap(WorkflowEngine, () => Effect.void).pipe(
        Effect.provide(layerClient("g")),
        Effect.provide(at(pooler, { wholeNumbers: "texts" }))
      )
      yield* Effect.all([engine, engine], { concurrency: "unbounded" })
      yield* engine
      const locks = yield* Effect.flatMap(SqlClient, (sql) => sql`SELECT count(*) AS locks FROM pg_locks WHERE locktype = 'advisory'`).pipe(
        Effect.provide(at(server))
      )
      assert.deepStrictEqual(locks, [{ locks: 0 }])
    })
  )

  it.scopedLive("a pooler that has too few connections, or gives them for a statement, is refused with advice", () =>
    Effect.gen(function* () {
      const few = yield* pooled("transaction", 1)
      const alone = yield* Effect.flip(Effect.scoped(Effect.flatMap(Effect.scope, claimed)).pipe(Effect.provide(impatient(few.pooler))))
      assert.strictEqual(alone._tag, "DatabaseRefused", String(alone))
      assert.include(alone.message, "three connections")
      const statements = yield* startPooler(few.server, "statement", 4)
      const refused = yield* Effect.flip(anotherProcess(statements))
      assert.strictEqual(refused._tag, "DatabaseRefused", String(refused))
      assert.include(refused.message, "for a transaction or a session")
    })
  )
})

describe.skipIf(!hasPooler)("the lock of the only writer", () => {
  it.scopedLive("goes to another process when its host vanishes", () =>
    Effect.gen(function* () {
      const { server } = yield* pooled("transaction")
      const network = yield* startProxy(`http://127.0.0.1:${server}`)
      const vanishing = Effect.flatMap(SqlClient, (client) => claimByTransaction("there", client, "1 second"))
      const services = yield* Layer.build(at(Number(new URL(network.endpoint).port)))
      assert.isTrue(Option.isSome(yield* Effect.provide(vanishing, services)))
      network.freeze()
      assert.isFalse(yield* anotherProcess(server))
      yield* Effect.retry(
        Effect.filterOrFail(
          anotherProcess(server),
          (won) => won,
          () => "still held"
        ),
        patiently
      )
    })
  )

  it.scoped("says when it is lost", () =>
    Effect.gen(function* () {
      const { server } = yield* TestServices.provideLive(pooled("transaction"))
      yield* Effect.gen(function* () {
        const { claim } = yield* Database.Database
        const sql = yield* SqlClient
        const held = Option.getOrThrow(yield* claim)
        const watching = yield* Effect.fork(Effect.flip(held))
        yield* sql`SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'`
        yield* TestClock.adjust("15 seconds")
        assert.strictEqual((yield* Fiber.join(watching))._tag, "DatabaseUnavailable")
      }).pipe(Effect.provide(at(server)))
    })
  )
})
