/** Rolling back: what docs/operate.md says works with Postgres's own programs, and what does not is named. */
import { execFileSync, spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { SqlClient } from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Option, Redacted } from "effect"
import { makeApply } from "../../../src/dashboard/indexer/apply/apply.ts"
import * as Database from "../../../src/layers/storage/database/Database.ts"
import { migrate } from "../../../src/layers/storage/database/migrate.ts"
import { type Migration, migrations } from "../../../src/layers/storage/database/schema/migrations.ts"
import { rowsOf } from "../../support/database/older.ts"
import { hasPrograms, programs, startCluster, urlOf } from "../../support/database/server.ts"
import { Story } from "../../support/indexer/story.ts"

const at = (url: string) => Database.layer({ url: Option.some(Redacted.make(url)), folder: "" })

const next: Migration = {
  number: migrations.length + 1,
  name: "next",
  afterwards: "nothing",
  sql: `ALTER TABLE issues ADD COLUMN next text;
    COMMENT ON COLUMN issues.next IS 'as a release comments each of its columns';
    CREATE TABLE next (issue integer REFERENCES issues (id), note text)`
}

const operate = readFileSync(join(import.meta.dirname, "../../../docs/operate.md"), "utf8")
/** The command of docs/operate.md that begins with a program's name. */
const documented = (program: string): string => {
  const [, found = ""] = new RegExp(`^(${program} .*)$`, "m").exec(operate) ?? []
  assert.notStrictEqual(found, "", `docs/operate.md has no ${program}`)
  return found
}

const byTable = Effect.map(rowsOf, (all) => new Map(all.map(({ table, rows }) => [table, rows])))

describe.skipIf(!hasPrograms)("a release after an index was backed up", () => {
  it.scopedLive("is rolled back by the documented commands, and a database that mixes both is named, with the way out", () =>
    Effect.gen(function* () {
      const running = yield* Effect.acquireRelease(
        Effect.promise(() => startCluster()),
        (cluster) => Effect.promise(() => cluster.stop("immediate"))
      )
      const superuser = new URL(urlOf(running.port, "postgres"))
      const env = {
        PATH: `${programs}:${process.env.PATH}`,
        PGHOST: superuser.hostname,
        PGPORT: superuser.port,
        PGUSER: superuser.username,
        PGPASSWORD: superuser.password
      }
      const shell = (command: string) => execFileSync("sh", ["-ec", command], { env, cwd: running.folder, encoding: "utf8", stdio: "pipe" })
      shell("createuser gittensor_serve; createuser gittensor_index; createdb --owner gittensor_index gittensor")
      shell(`psql -d gittensor -c "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO gittensor_serve"`)
      const gittensor = at(urlOf(running.port, "gittensor"))
      const indexed = Effect.gen(function* () {
        const { migrate } = yield* Database.Database
        yield* migrate
        const sql = yield* SqlClient
        const apply = yield* makeApply
        yield* sql.withTransaction(apply(new Story(5).play(60).blocks))
        return yield* byTable
      })
      const before = yield* Effect.provide(indexed, gittensor)
      shell(documented("pg_dump"))
      const upgrade = migrate("an index", [...migrations, next])
      yield* Effect.provide(upgrade, gittensor)

      shell(documented("createdb"))
      shell(documented("pg_restore"))
      const restored = at(urlOf(running.port, "gittensor_before"))
      yield* Effect.gen(function* () {
        const { check } = yield* Database.Database
        assert.strictEqual((yield* check).schema, migrations.length)
        assert.deepStrictEqual(yield* byTable, before)
        const sql = yield* SqlClient
        yield* sql.withTransaction(Effect.zipRight(sql`SET LOCAL ROLE gittensor_serve`, sql`SELECT FROM issues`))
        assert.deepStrictEqual(yield* upgrade, [next])
      }).pipe(Effect.provide(restored))

      // Over the later tables, which stay. pg_restore says so, and fails.
      const over = spawnSync("pg_restore", ["--clean", "--if-exists", "--dbname", "gittensor", "gittensor.dump"], {
        env,
        cwd: running.folder
      })
      assert.notStrictEqual(over.status, 0)
      yield* Effect.gen(function* () {
        const { check, migrate } = yield* Database.Database
        const attempts = [Effect.asVoid(check), Effect.asVoid(migrate), Effect.asVoid(Database.explained(upgrade))]
        for (const attempt of attempts) {
          const { message } = yield* Effect.mapError(Effect.flip(attempt), () => new Error("it is not named"))
          assert.match(
            message,
            /^the database .* does not have this program's tables \(nor those of an earlier one: .*\): restore its backup into an empty database/
          )
        }
      }).pipe(Effect.provide(gittensor))
    })
  )
})
