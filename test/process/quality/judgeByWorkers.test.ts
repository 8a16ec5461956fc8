/**
 * Judging heads by workers while workers and the database are killed: every head gets one result. The steps are fast; the engine, the tables and the
 * crashes are real.
 */
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { SqlClient } from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Redacted, type Scope } from "effect"
import { type Head, headKey } from "../../../src/domain/quality/QualityRecord.ts"
import { layerClient } from "../../../src/layers/storage/durable/engine.ts"
import * as Executions from "../../../src/layers/storage/durable/executions.ts"
import { HeadPipeline } from "../../../src/quality/pipeline/HeadPipeline.ts"
import { layer as headPipeline } from "../../../src/quality/pipeline/HeadPipelineByEngine.ts"
import { hasEnded, layerTables, QualityTables } from "../../../src/quality/store/QualityRecords.ts"
import * as WorkDatabase from "../../../src/quality/WorkDatabase.ts"
import { eventually, folder } from "../../support/cli/support.ts"
import { startCluster, urlOf } from "../../support/database/server.ts"
import { postgresIsAvailable } from "../../support/database/support.ts"
import { freePort } from "../../support/freePort.ts"
import { headOf } from "../../support/quality/heads.ts"
import { CONTRACT } from "../../support/quality/judgeProcess.ts"
import { exitOf, type Killable } from "../../support/quality/killable.ts"
import { ALL, startJudge, statesPerHead } from "../../support/quality/startJudge.ts"

/** Fails with the process's output if it ends before it is ready. */
const isReady = (child: Killable) =>
  Effect.promise(async () => {
    for await (const bytes of child.stdout) if (new TextDecoder().decode(bytes).includes("ready")) return
    assert.fail(await new Response(child.stderr).text())
  })

interface Step {
  readonly pid: number
  readonly name: string
  readonly key: string
}
const stepsIn = (log: string): ReadonlyArray<Step> =>
  readFileSync(log, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [pid = "", name = "", key = ""] = line.split(" ")
      return { pid: Number(pid), name, key }
    })

/** Why heads do not end: the engine's pending work, every reply that is no success, and the executions of those heads. */
const unfinished = Effect.gen(function* () {
  const sql = yield* SqlClient
  const waiting = sql`SELECT h.key, h.head::json ->> 'commit' AS commit FROM quality_heads h WHERE NOT EXISTS
    (SELECT 1 FROM quality_events e WHERE e.contract = h.contract AND e.key = h.key AND e.state IN ('done', 'rejected', 'failed'))`
  const heads =
    yield* sql`SELECT w.key, array_agg(e.state) AS states FROM (${waiting}) w LEFT JOIN quality_events e ON e.key = w.key GROUP BY 1`
  const messages =
    yield* sql`SELECT m.id, m.tag, m.payload, m.shard_id, m.entity_id, m.processed, m.last_read::text, m.deliver_at, now()::text, r.payload AS reply
    FROM cluster_messages m LEFT JOIN cluster_replies r ON r.request_id = m.request_id
    WHERE NOT m.processed OR r.payload LIKE '%"Suspended"%' OR r.payload LIKE '%"Failure"%' OR m.entity_id IN
      (SELECT entity_id FROM cluster_messages JOIN (${waiting}) w ON payload::json -> 'head' ->> 'commit' = w.commit WHERE tag = 'run')
    ORDER BY m.entity_id, m.rowid`
  yield* Effect.logError("not ended", heads, "messages", messages)
})

const newLog = Effect.map(folder, (path) => {
  const log = join(path, "log")
  writeFileSync(log, "")
  return log
})

describe("judging heads", () => {
  it.scopedLive.skipIf(!postgresIsAvailable)("by workers gives one result to every head, whatever dies", () =>
    Effect.gen(function* () {
      const cluster = yield* Effect.acquireRelease(
        Effect.promise(() => startCluster()),
        (one) => Effect.promise(() => one.stop("immediate"))
      )
      const url = urlOf(cluster.port, "postgres")
      const log = yield* newLog
      const worker = (group: string, hangs = false) =>
        Effect.gen(function* () {
          const port = yield* Effect.promise(freePort)
          const child = yield* startJudge({ log, group, stepMs: 100, hangs, work: { url, port } })
          yield* isReady(child)
          return child
        })
      const submitter = (group: string) =>
        headPipeline(group, CONTRACT).pipe(Layer.provide(layerClient(group)), Layer.provideMerge(layerTables))
      const client = (group: string) => Layer.provideMerge(submitter(group), WorkDatabase.layer(Redacted.make(url)))
      const submit = (heads: ReadonlyArray<Head>) =>
        Effect.gen(function* () {
          const { see } = (yield* QualityTables).recordsOf(CONTRACT)
          const judge = yield* HeadPipeline
          yield* Effect.forEach(heads, (head) => Effect.flatMap(see(head), judge.submit), { concurrency: 8, discard: true })
        })
      /** The number of heads that have ended. The database may be down. */
      const ended = Effect.flatMap(QualityTables, ({ heads }) => heads).pipe(
        Effect.map((heads) => heads.filter(({ record }) => hasEnded(record)).length),
        Effect.orElseSucceed(() => 0)
      )
      /** A message that a worker was reading when the database crashed is read again after ten minutes; all others at once. */
      const untilEnded = (count: number): Effect.Effect<true, never, QualityTables | SqlClient | Scope.Scope> =>
        eventually(
          `${count} heads`,
          Effect.map(ended, (many) => (many >= count ? true : undefined))
        ).pipe(Effect.tapErrorCause(() => Effect.ignore(unfinished)))

      const heads = Array.from({ length: 60 }, (_, index) => headOf(index + 1))
      const [first] = heads
      if (first === undefined) return
      yield* Effect.gen(function* () {
        // A worker that is asked to stop during a long step hands the step over.
        const hanging = yield* worker("judge-new", true)
        yield* submit([first])
        yield* eventually(
          "the long step",
          Effect.sync(() => (stepsIn(log).some(({ name }) => name === "verify") ? true : undefined))
        )
        const workers = [yield* worker("judge-new")]
        hanging.kill("SIGTERM")
        yield* exitOf(hanging)
        assert.isNull(hanging.signalCode, "it ends by itself")
        yield* untilEnded(1)

        // Three workers of one version, and one of another.
        workers.push(...(yield* Effect.all([worker("judge-new"), worker("judge-new")], { concurrency: 2 })))
        const other = yield* worker("judge-old")
        const old = Array.from({ length: 5 }, (_, index) => headOf(1_001 + index))
        yield* submit(old).pipe(Effect.provide(client("judge-old")))
        yield* submit(heads)
        const kill = Effect.gen(function* () {
          const victim = workers.shift()
          victim?.kill("SIGKILL")
          workers.push(yield* worker("judge-new"))
        })
        const crash = Effect.promise(() => cluster.stop("immediate")).pipe(Effect.zipRight(Effect.promise(() => cluster.start())))
        yield* untilEnded(10)
        yield* kill
        // Each crash hits other steps of other executions.
        yield* untilEnded(20)
        yield* crash
        yield* untilEnded(30)
        yield* crash
        yield* untilEnded(40)
        yield* kill
        yield* untilEnded(50)
        yield* crash
        yield* untilEnded(heads.length + old.length)

        const states = yield* statesPerHead
        assert.sameMembers([...states.keys()], [...heads, ...old].map(headKey))
        for (const [key, found] of states) assert.deepStrictEqual(found, ALL, key)
        const keysOfOld = new Set(old.map(headKey))
        for (const { pid, key } of stepsIn(log)) assert.strictEqual(pid === other.pid, keysOfOld.has(key), key)
        yield* eventually(
          "the end of all executions",
          Effect.map(Executions.workState, ({ workflows }) => (workflows.every(({ unfinished }) => unfinished === 0) ? true : undefined))
        )
      }).pipe(Effect.provide(client("judge-new")))
    })
  )
})
