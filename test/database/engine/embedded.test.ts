import { type ChildProcess, spawn } from "node:child_process"
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { SqlClient } from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Layer, Logger, Option, Scope } from "effect"
import { describe as describeTables } from "../../../scripts/database/describe.ts"
import { emptyDatabase } from "../../../scripts/database/empty.ts"
import * as IndexWatch from "../../../src/dashboard/api/stream/IndexWatch.ts"
import * as Database from "../../../src/layers/storage/database/Database.ts"
import { listen, make } from "../../../src/layers/storage/database/embedded.ts"
import { open } from "../../../src/layers/storage/database/engine.ts"
import { holdLock } from "../../../src/layers/storage/dataFolder/FolderLock.ts"
import { patiently } from "../../support/patiently.ts"

const at = (folder: string) => Database.layer({ url: Option.none(), folder })

const temporaryFolder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "gittensor-embedded-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
)

const script = fileURLToPath(new URL("writeUntilKilled.ts", import.meta.url))

interface Writer {
  readonly child: ChildProcess
  /** Waits until it has reported at least this many committed blocks, and returns the number. */
  readonly committed: (atLeast: number) => Effect.Effect<number>
  readonly kill: Effect.Effect<void>
}

/** Starts another process that writes into the folder. */
const writer = (folder: string) =>
  Effect.acquireRelease(
    Effect.sync((): Writer => {
      const child = spawn(process.execPath, [script, folder], { stdio: ["ignore", "pipe", "pipe"] })
      let count = 0
      let said = ""
      child.stdout.on("data", (bytes) => {
        count = Math.max(count, ...(String(bytes).match(/^\d+$/gm) ?? []).map(Number))
      })
      child.stderr.on("data", (bytes) => {
        said += String(bytes)
      })
      const committed = (atLeast: number) =>
        Effect.suspend(() => {
          if (child.exitCode !== null) return Effect.die(new Error(`the writer ended: ${said}`))
          return count >= atLeast ? Effect.succeed(count) : Effect.fail("not yet")
        }).pipe(Effect.retry(patiently), Effect.orDie)
      const kill = Effect.async<void>((resume) => {
        child.once("exit", () => resume(Effect.void))
        child.kill("SIGKILL")
      })
      return { child, committed, kill }
    }),
    ({ child }) => Effect.sync(() => child.kill("SIGKILL"))
  )

const blocks = Effect.gen(function* () {
  const sql = yield* SqlClient
  const [row] = yield* sql<{ count: number }>`SELECT count(*) AS count FROM blocks`
  return row?.count ?? -1
})

const insert = (number: number) =>
  Effect.flatMap(SqlClient, (sql) => sql`INSERT INTO blocks (number, hash, time) VALUES (${number}, ${`0x${number}`}, now())`)

describe("the embedded database", () => {
  it.scopedLive("keeps what was written, and recreates its folder if creating it was interrupted", () =>
    Effect.gen(function* () {
      const folder = join(yield* temporaryFolder, "database")
      mkdirSync(join(folder, "data"), { recursive: true })
      writeFileSync(join(folder, "data", "PG_VERSION"), "half")
      yield* Effect.gen(function* () {
        yield* (yield* Database.Database).migrate
        yield* insert(1)
      }).pipe(Effect.provide(at(folder)))
      assert.strictEqual(yield* Effect.provide(blocks, at(folder)), 1)
      assert.isFalse(existsSync(join(folder, ".s.PGSQL.5432")), "nothing answers any more")
    })
  )

  it.scopedLive("that the executable begins with is as a new one after all migrations", () =>
    Effect.gen(function* () {
      const begun = yield* temporaryFolder
      const archive = new Bun.Archive(yield* Effect.promise(emptyDatabase))
      yield* Effect.promise(() => archive.extract(join(begun, "data")))
      writeFileSync(join(begun, "complete"), "")
      const state = Effect.gen(function* () {
        const sql = yield* SqlClient
        const applied = yield* (yield* Database.Database).migrate
        const known = yield* sql`SELECT number, name, checksum FROM schema_migrations ORDER BY number`
        return { applied: applied.length, blocks: yield* blocks, known, schema: yield* describeTables }
      })
      const [found, made] = yield* Effect.all([Effect.provide(state, at(begun)), Effect.provide(state, at(yield* temporaryFolder))])
      assert.strictEqual(made.applied, Database.SCHEMA_VERSION)
      assert.deepStrictEqual(found, { ...made, applied: 0 })
    })
  )

  it.scopedLive("is shared by two processes, and keeps working for one when the other is killed in the middle of a transaction", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      yield* Effect.gen(function* () {
        const { committed, kill } = yield* writer(folder)
        const committedBefore = yield* committed(50)
        assert.isAtLeast(yield* blocks, committedBefore)
        yield* kill
        const left = yield* blocks
        assert.strictEqual(left % 10, 0, "whole transactions")
        assert.isAtLeast(left, committedBefore)
        yield* insert(1_000_000)
        assert.strictEqual(yield* blocks, left + 1)
      }).pipe(Effect.provide(at(folder)))
    })
  )

  it.scopedLive("is taken over when the process that holds it is killed, with everything committed", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const { committed, kill } = yield* writer(folder)
      yield* committed(10)
      yield* Effect.gen(function* () {
        const committedBefore = yield* committed(100)
        assert.isAtLeast(yield* blocks, committedBefore, "read through the process that keeps it")
        yield* kill
        const last = yield* committed(0).pipe(Effect.catchAllDefect(() => Effect.succeed(committedBefore)))
        const left = yield* Database.explained(blocks).pipe(
          Effect.retry({
            while: (error) => error._tag === "DatabaseUnavailable",
            schedule: patiently
          })
        )
        assert.isAtLeast(left, last)
        assert.strictEqual(left % 10, 0, "whole transactions")
        yield* insert(1_000_000)
        // Another process finds the new lock holder.
        const second = yield* writer(folder)
        yield* second.committed(1_000_011)
      }).pipe(Effect.provide(at(folder)))
    })
  )

  it.scopedLive("is taken over later where it cannot be at once", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const complete = join(folder, "complete")
      const said: Array<string> = []
      const says = (words: string) =>
        Effect.suspend(() => (said.some((line) => line.includes(words)) ? Effect.void : Effect.fail(said))).pipe(Effect.retry(patiently))
      const logger = Logger.replace(
        Logger.defaultLogger,
        Logger.make(({ message }) => said.push(String(message)))
      )
      const first = yield* Scope.make()
      yield* make(folder).pipe(Scope.extend(first))
      yield* make(folder).pipe(Effect.provide(logger))
      rmSync(complete)
      mkdirSync(join(complete, "in the way"), { recursive: true })
      yield* Scope.close(first, Exit.void)
      yield* says("can't be taken over, tried again soon")
      rmSync(complete, { recursive: true })
      yield* says("this one holds it now")
    })
  )

  it.scopedLive("that another process holds and does not serve yet may be served later", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const opening = Effect.zipRight(holdLock(folder, "database", "keeps this database"), Effect.flip(make(folder, "300 millis")))
      const error = yield* Effect.scoped(opening)
      assert.strictEqual(error._tag, "DatabaseUnavailable", String(error))
      assert.include(error.message, `another process (process ${process.pid} since `)
      yield* make(folder)
    })
  )

  it.scopedLive("reports its crash to every caller, and ends what watches it", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const engine = yield* Effect.promise(() => open(undefined))
      const source = Effect.map(Effect.orDie(listen(engine, folder)), (socket) => Database.atSocket(folder, socket))
      yield* Effect.gen(function* () {
        const sql = yield* SqlClient
        yield* (yield* Database.Database).migrate
        const watching = yield* Layer.build(IndexWatch.layer({ listeners: 1, perClient: 1, every: "20 millis", heartbeat: "1 minute" }))
        const ask = Database.explained(sql`SELECT ${1}::integer AS one`)
        assert.deepStrictEqual(yield* ask, [{ one: 1 }])
        // Simulates a trap in the engine's code.
        Reflect.set(engine.Module, "_pgl_pq_flush", () => {
          throw new WebAssembly.RuntimeError("unreachable")
        })
        for (const error of yield* Effect.all([Effect.flip(ask), Effect.flip(ask), Effect.flip(Database.transaction(ask))], {
          concurrency: 3
        })) {
          assert.strictEqual(error._tag, "DatabaseStopped", String(error))
          assert.include(error.message, "has stopped (unreachable)")
        }
        const watch = yield* Effect.provide(IndexWatch.IndexWatch, watching)
        assert.strictEqual((yield* Effect.flip(watch.stopped))._tag, "DatabaseStopped")
      }).pipe(Effect.provide(Database.layerAt(source)))
    })
  )

  it.scopedLive("works in a folder with a long name", () =>
    Effect.gen(function* () {
      const folder = join(yield* temporaryFolder, "long".repeat(30))
      yield* Effect.gen(function* () {
        const { kind, where } = yield* Database.Database
        const sql = yield* SqlClient
        assert.deepStrictEqual({ kind, where }, { kind: "embedded", where: folder })
        assert.deepStrictEqual(yield* sql`SELECT 1 AS one`, [{ one: 1 }])
      }).pipe(Effect.provide(at(folder)))
    })
  )

  it.scopedLive("says what to do if its folder cannot be used", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const file = join(folder, "file")
      writeFileSync(file, "")
      const notAFolder = yield* Effect.flip(Effect.provide(blocks, at(join(file, "database"))))
      assert.strictEqual(notAFolder._tag, "DatabaseRefused")
      assert.include(notAFolder.message, "--data")

      const other = join(folder, "other")
      mkdirSync(join(other, "data"), { recursive: true })
      writeFileSync(join(other, "complete"), "")
      writeFileSync(join(other, "data", "PG_VERSION"), "9.4\n")
      const damaged = yield* Effect.flip(Effect.provide(blocks, at(other)))
      assert.deepInclude(damaged, { _tag: "DatabaseRefused", isDamaged: true })
      assert.include(damaged.message, "move the folder away")
      assert.strictEqual(readFileSync(join(other, "data", "PG_VERSION"), "utf8"), "9.4\n", "nothing of it is touched")
    })
  )
})
