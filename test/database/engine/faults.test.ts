import { execFileSync } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { SqlClient } from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Layer, Option, Redacted } from "effect"
import { exitCodeOf } from "../../../src/domain/causes.ts"
import * as Database from "../../../src/layers/storage/database/Database.ts"
import { startProxy } from "../../support/cli/proxy.ts"
import { filled, mayMount, smallDisk, smallSettings } from "../../support/database/fullDisk.ts"
import { impatient } from "../../support/database/patience.ts"
import { type Cluster, hasPrograms, startCluster, urlOf, user } from "../../support/database/server.ts"
import { patiently } from "../../support/patiently.ts"

const at = (url: string, options: Partial<Database.DatabaseOptions> = {}) =>
  Database.layer({ url: Option.some(Redacted.make(url)), folder: "", ...options })

/** A separate cluster for this test, until the scope closes. */
const cluster = (settings: ReadonlyArray<string> = [], folder?: string) =>
  Effect.acquireRelease(
    Effect.promise(() => startCluster(settings, folder)),
    (running) => Effect.promise(() => running.stop("immediate"))
  )

const migrated = Effect.flatMap(Database.Database, ({ migrate }) => migrate)
const insert = (number: number) =>
  Effect.flatMap(
    SqlClient,
    (sql) => sql`INSERT INTO blocks (number, hash, time) VALUES (${number}, ${`0x${number}`}, now()) ON CONFLICT DO NOTHING`
  )
/** Retries work that must finally succeed, although a busy machine may need longer than the short timeouts. */
const works = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.retry(effect, patiently)
const blocks = Effect.flatMap(SqlClient, (sql) => sql<{ count: number }>`SELECT count(*) AS count FROM blocks`).pipe(
  Effect.map(([row]) => row?.count)
)
const superuser = (running: Cluster, statement: string, database = "postgres") =>
  Effect.flatMap(SqlClient, (sql) => sql.unsafe(statement)).pipe(Effect.provide(at(urlOf(running.port, database), { maxConnections: 1 })))

describe.skipIf(!hasPrograms)("Postgres in trouble", () => {
  it.scopedLive("that restarts fails the current transaction completely, and then works as before", () =>
    Effect.gen(function* () {
      const running = yield* cluster()
      yield* Effect.gen(function* () {
        yield* migrated
        yield* Database.transaction(insert(1))
        for (const how of ["fast", "immediate"] as const) {
          const broken = yield* Effect.flip(
            Database.transaction(
              Effect.zipRight(
                insert(2),
                Effect.zipRight(
                  Effect.promise(() => running.stop(how)),
                  insert(3)
                )
              )
            )
          )
          assert.strictEqual(broken._tag, "DatabaseUnavailable", String(broken))
          const away = yield* Effect.flip(Database.explained(blocks))
          assert.strictEqual(away._tag, "DatabaseUnavailable", String(away))
          assert.strictEqual(exitCodeOf(away), 3)
          assert.notInclude(away.message, "only-of-these-tests")
          yield* Effect.promise(() => running.start())
          assert.strictEqual(yield* Database.explained(blocks), 1)
        }
        // The server is frozen between the statements and the COMMIT.
        const undecided = yield* Effect.flip(
          Database.transaction(
            Effect.zipRight(
              insert(4),
              Effect.promise(() => running.stop("immediate"))
            )
          )
        )
        assert.strictEqual(undecided._tag, "DatabaseUnavailable", String(undecided))
        yield* Effect.promise(() => running.start())
        yield* Database.transaction(insert(5))
        assert.strictEqual(yield* blocks, 2)
      }).pipe(Effect.provide(at(urlOf(running.port, "postgres"))))
    })
  )

  it.scopedLive("that stops answering is abandoned after the timeout, and found again by new connections", () =>
    Effect.gen(function* () {
      const running = yield* cluster()
      const proxy = yield* startProxy(`http://127.0.0.1:${running.port}`)
      yield* Effect.gen(function* () {
        yield* works(migrated)
        yield* works(Database.transaction(insert(1)))
        proxy.freeze()
        for (const attempt of [blocks, blocks, blocks, blocks, Effect.zipRight(insert(2), blocks)]) {
          const silent = yield* Effect.flip(Database.transaction(attempt))
          assert.strictEqual(silent._tag, "DatabaseUnavailable", String(silent))
        }
        proxy.thaw()
        assert.strictEqual(yield* works(Database.explained(blocks)), 1)
        yield* works(Database.transaction(insert(2)))
        proxy.cut()
        assert.strictEqual(yield* works(Database.explained(blocks)), 2)
      }).pipe(Effect.provide(impatient(Number(new URL(proxy.endpoint).port))))
    })
  )

  it.scopedLive("that is busy or locked is reported after the server's own timeouts", () =>
    Effect.gen(function* () {
      const running = yield* cluster()
      yield* Effect.gen(function* () {
        yield* works(migrated)
        const sql = yield* SqlClient
        const slow = yield* Effect.flip(Database.explained(sql`SELECT pg_sleep(5)`))
        assert.strictEqual(slow._tag, "DatabaseUnavailable")
        assert.include(slow.message, "statement timeout")
        // Outside of the transaction; inside it, every client would hold the lock.
        const elsewhere = Effect.promise(() =>
          Effect.runPromise(Effect.flip(Database.explained(insert(1)).pipe(Effect.provide(impatient(running.port)))))
        )
        const locked = yield* Database.transaction(Effect.zipRight(sql`LOCK TABLE blocks`, elsewhere))
        assert.strictEqual(locked._tag, "DatabaseUnavailable")
        assert.include(locked.message, "lock timeout")
      }).pipe(Effect.provide(impatient(running.port)))
    })
  )

  it.scopedLive("that is read-only says so, and a reader may not write", () =>
    Effect.gen(function* () {
      const running = yield* cluster()
      yield* superuser(running, "CREATE DATABASE one")
      yield* Effect.provide(migrated, at(urlOf(running.port, "one")))
      const reader = at(urlOf(running.port, "one"), { readOnly: true })
      const { schema } = yield* Effect.flatMap(Database.Database, ({ check }) => check).pipe(Effect.provide(reader))
      assert.strictEqual(schema, Database.SCHEMA_VERSION)
      assert.strictEqual((yield* Effect.flip(Database.explained(insert(1)).pipe(Effect.provide(reader))))._tag, "DatabaseReadOnly")
      yield* superuser(running, "ALTER DATABASE one SET default_transaction_read_only = on")
      const refused = yield* Effect.flip(Database.transaction(insert(1)).pipe(Effect.provide(at(urlOf(running.port, "one")))))
      assert.strictEqual(refused._tag, "DatabaseReadOnly")
      assert.strictEqual(exitCodeOf(refused), 1)
      yield* superuser(running, "CREATE DATABASE empty")
      yield* superuser(running, "ALTER DATABASE empty SET default_transaction_read_only = on")
      assert.strictEqual((yield* Effect.flip(Effect.provide(migrated, at(urlOf(running.port, "empty")))))._tag, "DatabaseReadOnly")
    })
  )

  it.scopedLive("that is read-only after a failover is left for a new connection, which may lead to the new primary", () =>
    Effect.gen(function* () {
      const running = yield* cluster()
      yield* Effect.gen(function* () {
        yield* migrated
        const sql = yield* SqlClient
        const process = Effect.map(sql<{ pid: number }>`SELECT pg_backend_pid() AS pid`, ([row]) => row?.pid)
        const before = yield* process
        yield* sql`ALTER SYSTEM SET default_transaction_read_only = on`
        yield* sql`SELECT pg_reload_conf()`
        const isReadOnly = sql<{ is: string }>`SELECT current_setting('default_transaction_read_only') AS is`
        yield* Effect.repeat(isReadOnly, { until: ([row]) => row?.is === "on" })
        assert.strictEqual((yield* Effect.flip(Database.transaction(insert(1))))._tag, "DatabaseReadOnly")
        assert.notStrictEqual(yield* process, before)
      }).pipe(Effect.provide(at(urlOf(running.port, "postgres"), { maxConnections: 1 })))
    })
  )

  it.scopedLive("refuses a wrong password, a missing database and a role without rights, without revealing the password", () =>
    Effect.gen(function* () {
      const running = yield* cluster()
      const failing = (url: string) => Effect.flip(Effect.provide(migrated, at(url)))
      yield* superuser(running, "CREATE ROLE reader LOGIN PASSWORD 'seen by nobody'")
      yield* Effect.provide(migrated, at(urlOf(running.port, "postgres")))
      yield* superuser(running, "CREATE DATABASE bare")
      yield* superuser(running, "DROP SCHEMA public", "bare")
      const cases = [
        [urlOf(running.port, "postgres", "gittensor:wrong-secret"), "password"],
        [urlOf(running.port, "nowhere"), "create that database"],
        [`${urlOf(running.port, "postgres", "reader:seen%20by%20nobody")}`, "let the role read"],
        [`${urlOf(running.port, "bare")}`, "CREATE SCHEMA"]
      ] as const
      for (const [url, advice] of cases) {
        const error = yield* failing(url)
        assert.strictEqual(error._tag, "DatabaseRefused", String(error))
        assert.include(error.message, advice)
        assert.notMatch(error.message, /wrong-secret|seen.*by.*nobody|only-of-these/)
      }
      yield* superuser(running, "GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader")
      const { server } = yield* Effect.flatMap(Database.Database, ({ check }) => check).pipe(
        Effect.provide(at(urlOf(running.port, "postgres", "reader:seen%20by%20nobody")))
      )
      assert.isAtLeast(server, 150_000)
      const wrong = yield* Effect.flip(Effect.provide(migrated, at("not-a-url:hunter2")))
      assert.strictEqual(wrong._tag, "InvalidInput")
      assert.notInclude(wrong.message, "hunter2")
      const certificate = yield* failing(`${urlOf(running.port, "postgres")}?sslmode=verify-full&sslrootcert=/nowhere/root.crt`)
      assert.strictEqual(certificate._tag, "InvalidInput", String(certificate))
      const unencrypted = yield* failing(`${urlOf(running.port, "postgres")}?sslmode=require`)
      assert.strictEqual(unencrypted._tag, "DatabaseRefused", String(unencrypted))
      assert.include(unencrypted.message, "sslmode")
      assert.strictEqual(exitCodeOf(wrong), 2)
    })
  )

  it.scopedLive.skipIf(Bun.which("openssl") === null || Bun.which("chown") === null)(
    "is asked for its certificate where the address says so",
    () =>
      Effect.gen(function* () {
        const folder = yield* Effect.acquireRelease(
          Effect.sync(() => mkdtempSync(join(tmpdir(), "gittensor-tls-"))),
          (made) => Effect.sync(() => rmSync(made, { recursive: true, force: true }))
        )
        const [key, certificate] = [join(folder, "server.key"), join(folder, "server.crt")]
        const request = [
          "req",
          "-x509",
          "-newkey",
          "rsa:2048",
          "-nodes",
          "-days",
          "2",
          "-subj",
          "/CN=localhost",
          "-keyout",
          key,
          "-out",
          certificate
        ]
        execFileSync("openssl", [...request, "-addext", "subjectAltName=IP:127.0.0.1"], { stdio: "pipe" })
        execFileSync("chmod", ["600", key])
        if (process.getuid?.() === 0) execFileSync("chown", [user, key, certificate])
        const running = yield* cluster(["ssl = on", `ssl_cert_file = '${certificate}'`, `ssl_key_file = '${key}'`], folder)
        const encrypted = (parameters: string) =>
          Effect.flatMap(SqlClient, (sql) => sql`SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()`).pipe(
            Database.explained,
            Effect.provide(at(`${urlOf(running.port, "postgres")}${parameters}`))
          )
        assert.deepStrictEqual(yield* encrypted(""), [{ ssl: false }])
        assert.deepStrictEqual(yield* encrypted("?sslmode=no-verify"), [{ ssl: true }])
        assert.deepStrictEqual(yield* encrypted(`?sslmode=require&sslrootcert=${certificate}`), [{ ssl: true }])
        const unknown = yield* Effect.flip(encrypted("?sslmode=require"))
        assert.strictEqual(unknown._tag, "DatabaseRefused", String(unknown))
        assert.include(unknown.message, "certificate")
        const inEnvironment = (variables: Readonly<Record<string, string>>, parameters: string) =>
          Effect.withConfigProvider(encrypted(parameters), ConfigProvider.fromMap(new Map(Object.entries(variables))))
        assert.deepStrictEqual(yield* inEnvironment({ PGSSLROOTCERT: certificate }, "?sslmode=require"), [{ ssl: true }])
        assert.deepStrictEqual(yield* inEnvironment({ PGSSLROOTCERT: certificate, PGSSLMODE: "verify-full" }, ""), [{ ssl: true }])
        // Encryption was not requested.
        for (const mode of ["", "?sslmode=disable"])
          assert.deepStrictEqual(yield* inEnvironment({ PGSSLROOTCERT: certificate }, mode), [{ ssl: false }])
        // The system does not trust this authority.
        for (const [variables, parameters] of [
          [{}, "?sslrootcert=system"],
          [{}, "?sslmode=verify-full&sslrootcert=system"],
          [{ PGSSLROOTCERT: "system" }, ""]
        ] as const) {
          const unknown = yield* Effect.flip(inEnvironment(variables, parameters))
          assert.strictEqual(unknown._tag, "DatabaseRefused", String(unknown))
          assert.include(unknown.message, "certificate")
        }
      })
  )

  it.scopedLive("has no connections left, or tables of another version", () =>
    Effect.gen(function* () {
      const running = yield* cluster(["max_connections = 4", "superuser_reserved_connections = 0", "max_wal_senders = 0"])
      const layer = at(urlOf(running.port, "postgres"), { maxConnections: 2 })
      yield* Effect.provide(migrated, layer)
      yield* Effect.gen(function* () {
        const sql = yield* SqlClient
        const one = Effect.provide(
          Effect.flatMap(SqlClient, (other) => other`SELECT pg_sleep(1)`),
          layer
        )
        const results = yield* Effect.forEach(Array.from({ length: 8 }), () => Effect.either(Database.explained(one)), {
          concurrency: "unbounded"
        })
        const errors: Array<{ readonly _tag: string; readonly message: string }> = results.flatMap((result) =>
          result._tag === "Left" ? [result.left] : []
        )
        assert.isNotEmpty(errors)
        const { claim, check, migrate } = yield* Database.Database
        // The index's lock takes the last connection, so that there is no second one.
        yield* Effect.scoped(
          Effect.gen(function* () {
            for (const _ of [1, 2, 3])
              yield* Effect.flatMap(SqlClient, (other) => other`SELECT 1`).pipe(Effect.provide(yield* Layer.build(Layer.fresh(layer))))
            errors.push(yield* Effect.flip(claim))
          })
        )
        for (const error of errors) {
          assert.strictEqual(error._tag, "DatabaseUnavailable", String(error))
          assert.include(error.message, "max_connections")
        }
        yield* sql`INSERT INTO schema_migrations (number, name, checksum) VALUES (1000, 'later', '')`
        for (const attempt of [Effect.asVoid(check), Effect.asVoid(migrate)]) {
          const newer = yield* Effect.flip(attempt)
          assert.strictEqual(newer._tag, "DatabaseSchema")
          assert.include(newer.message, "use the newer gittensor")
        }
        yield* sql`DELETE FROM schema_migrations WHERE number = 1000`
        yield* sql`UPDATE schema_migrations SET checksum = 'another' WHERE number = 1`
        assert.include((yield* Effect.flip(check)).message, "is not the one that this program knows")
      }).pipe(Effect.provide(layer))
    })
  )
})

describe.skipIf(!hasPrograms || !mayMount)("Postgres in trouble with its disk", () => {
  it.scopedLive("whose disk is full says so, writes nothing partially, and continues when there is space again", () =>
    Effect.gen(function* () {
      const folder = yield* smallDisk
      const running = yield* cluster(smallSettings, folder)
      const layer = at(urlOf(running.port, "postgres"))
      yield* Effect.gen(function* () {
        yield* migrated
        yield* Database.transaction(insert(1))
        const filler = yield* filled(folder)
        const full = yield* Effect.flip(
          Database.transaction(
            Effect.forEach(
              Array.from({ length: 3_000 }, (_, index) => index + 2),
              insert
            )
          )
        )
        assert.strictEqual(full._tag, "DatabaseFull", String(full))
        assert.strictEqual(exitCodeOf(full), 1)
        assert.strictEqual(yield* blocks, 1)
        rmSync(filler)
        yield* Database.transaction(insert(2))
        assert.strictEqual(yield* blocks, 2)
      }).pipe(Effect.provide(layer))
    })
  )
})
