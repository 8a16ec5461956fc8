/** The server reports a database that is down, silent or read-only, and recovers when it returns. */
import { SqlClient } from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Logger, LogLevel, Option, Redacted } from "effect"
import type { Change } from "../../../src/dashboard/api/definition/stream.ts"
import { built } from "../../../src/dashboard/api/page/Page.ts"
import * as RareLines from "../../../src/layers/machine/effects/rareLines.ts"
import * as Database from "../../../src/layers/storage/database/Database.ts"
import { HEAD, seed } from "../../support/api/seed.ts"
import { type Answer, ask, askUntil, expectMessage, listen, serve } from "../../support/api/serving.ts"
import { databaseAt, IMPATIENT } from "../../support/database/patience.ts"
import { hasPrograms, startCluster, urlOf } from "../../support/database/server.ts"

const cluster = Effect.acquireRelease(
  Effect.promise(() => startCluster()),
  (running) => Effect.promise(() => running.stop("immediate"))
)

const impatient = (port: number) =>
  databaseAt(urlOf(port, "postgres"), {
    maxConnections: 4,
    readOnly: true,
    patience: { ...IMPATIENT, statement: "1 second", lock: "500 millis", silence: "1500 millis" }
  })

/** Writes as the index does, over its own connection. */
const written = (port: number, work: Effect.Effect<unknown, unknown, Database.Database | SqlClient>) =>
  Effect.promise(() =>
    Effect.runPromise(
      Effect.provide(
        work,
        Database.layer({ url: Option.some(Redacted.make(urlOf(port, "postgres"))), folder: "", maxConnections: 1 })
      ).pipe(Effect.asVoid, Effect.orDie)
    )
  )

/** A cluster with the seed. */
const seeded = Effect.gen(function* () {
  const running = yield* cluster
  yield* written(
    running.port,
    Effect.zipRight(
      Effect.flatMap(Database.Database, ({ migrate }) => migrate),
      seed
    )
  )
  return running
})

const answers = ({ status }: Answer) => status === 200
const isAway = ({ status, json }: Answer) => status === 503 && (json() as { readonly _tag: string })._tag === "Unavailable"

describe.skipIf(!hasPrograms)("the server and a Postgres in trouble", () => {
  it.scopedLive("that restarts: 503 meanwhile, then everything as before, including streams", () =>
    Effect.gen(function* () {
      const running = yield* seeded
      yield* Effect.gen(function* () {
        const url = yield* serve()
        const page = yield* listen(`${url}/v1/stream`)
        yield* expectMessage(page, "hello")
        assert.isTrue(answers(yield* ask(`${url}/v1/issues`)))
        yield* Effect.promise(() => running.stop("fast"))
        const away = yield* ask(`${url}/v1/issues`)
        assert.isTrue(isAway(away), `${away.status}`)
        assert.isNotNull(away.headers.get("retry-after"))
        assert.notInclude(new TextDecoder().decode(away.bytes), "127.0.0.1")
        yield* askUntil(`${url}/ready`, isAway)
        const health = yield* ask(`${url}/health`)
        assert.deepInclude(health.json(), { healthy: false, database: false })
        yield* Effect.promise(() => running.start())
        yield* askUntil(`${url}/v1/issues`, answers)
        yield* askUntil(`${url}/ready`, answers)
        yield* written(
          running.port,
          Effect.flatMap(SqlClient, (sql) => sql`INSERT INTO blocks (number, hash, time) VALUES (${HEAD + 1}, '0xnext', now())`)
        )
        const { data } = yield* expectMessage(page, "change")
        assert.deepInclude(data as typeof Change.Encoded, { from: HEAD + 1, block: HEAD + 1 })
      }).pipe(Effect.provide(impatient(running.port)))
    })
  )

  it.scopedLive("that is away: one line an hour in the log for each reason, however many requests fail, and one when it is back", () => {
    const said: Array<string> = []
    const logger = Logger.make<unknown, void>(({ logLevel, message }) => {
      if (LogLevel.greaterThanEqual(logLevel, LogLevel.Info)) said.push(`${logLevel.label} ${String(message)}`)
    })
    return Effect.gen(function* () {
      const running = yield* seeded
      yield* Effect.gen(function* () {
        // The stream's own poll has its own log line.
        const url = yield* serve({ page: yield* built, every: "1 hour" })
        assert.isTrue(answers(yield* ask(`${url}/v1/issues`)))
        yield* Effect.promise(() => running.stop("fast"))
        yield* askUntil(`${url}/v1/issues?`, isAway)
        const paths = ["/v1/issues?limit=1", "/v1/competitions", "/v1/miners", "/v1/stats", "/issues/1", "/feed.atom", "/llms.txt"]
        for (const path of [...paths, ...paths]) yield* ask(`${url}${path}`)
        const warnings = said.splice(0).map(RareLines.kindOf)
        assert.isNotEmpty(warnings)
        assert.deepStrictEqual(warnings, [...new Set(warnings)], "no line twice")
        yield* Effect.promise(() => running.start())
        yield* askUntil(`${url}/v1/issues`, answers)
        yield* ask(`${url}/v1/miners`)
        assert.deepStrictEqual(
          said.filter((line) => line.startsWith("INFO")),
          ["INFO the database answers again"]
        )
      }).pipe(Effect.provide(impatient(running.port)))
    }).pipe(Effect.provide(Logger.replace(Logger.defaultLogger, logger)))
  })

  it.scopedLive("that stops answering: an error within the timeout, and an answer when it responds again", () =>
    Effect.gen(function* () {
      const running = yield* seeded
      yield* Effect.gen(function* () {
        const url = yield* serve()
        assert.isTrue(answers(yield* ask(`${url}/v1/issues`)))
        running.signal("SIGSTOP")
        yield* Effect.addFinalizer(() => Effect.sync(() => running.signal("SIGCONT")))
        const all = yield* Effect.forEach(["issues", "competitions", "miners", "stats", "events"], (path) => ask(`${url}/v1/${path}?`), {
          concurrency: "unbounded"
        })
        for (const one of all) assert.isTrue(isAway(one), `${one.status}`)
        running.signal("SIGCONT")
        yield* askUntil(`${url}/v1/issues`, answers)
      }).pipe(Effect.scoped, Effect.provide(impatient(running.port)))
    })
  )

  it.scopedLive("whose role is read-only: enough for the server", () =>
    Effect.gen(function* () {
      const running = yield* seeded
      yield* written(
        running.port,
        Effect.flatMap(SqlClient, (sql) =>
          sql.unsafe("CREATE ROLE reader LOGIN PASSWORD 'only-reads'; GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader")
        )
      )
      const reader = new URL(urlOf(running.port, "postgres"))
      reader.username = "reader"
      reader.password = "only-reads"
      yield* Effect.gen(function* () {
        yield* Effect.flatMap(Database.Database, ({ check }) => check)
        const url = yield* serve()
        const page = yield* listen(`${url}/v1/stream?since=1`)
        yield* expectMessage(page, "change")
        for (const path of ["/v1/issues", "/v1/competitions/1", "/v1/stats", "/ready"]) assert.isTrue(answers(yield* ask(url + path)), path)
      }).pipe(Effect.provide(Database.layer({ url: Option.some(Redacted.make(reader.href)), folder: "", readOnly: true })))
    })
  )
})
