/** A read-only database role is enough for every endpoint. */

import { randomUUID } from "node:crypto"
import { OpenApi } from "@effect/platform"
import { SqlClient } from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Option, Redacted } from "effect"
import { Api } from "../../../src/dashboard/api/definition/Api.ts"
import * as Database from "../../../src/layers/storage/database/Database.ts"
import { ARTEFACT } from "../../support/api/quality.ts"
import { ALICE, BOB, seed, VALIDATOR } from "../../support/api/seed.ts"
import { asked } from "../../support/api/support.ts"
import { freshUrl, postgresIsAvailable } from "../../support/database/support.ts"

const at = (url: string) => Database.layer({ url: Option.some(Redacted.make(url)), folder: "", maxConnections: 2 })

const paths = Object.keys(OpenApi.fromApi(Api).paths).map((path) =>
  path
    .replace("/validators/{hotkey}", `/validators/${VALIDATOR}`)
    .replace("/quality/{hotkey}", `/quality/${VALIDATOR}`)
    .replace("/reports/{hotkey}", `/reports/${VALIDATOR}`)
    .replace("{hotkey}", ALICE)
    .replace("{epoch}", "2")
    .replace("{digest}", ARTEFACT.digest)
    .replace("{id}", "1")
    .replace(/head-to-head$/, `head-to-head?a=${ALICE}&b=${BOB}`)
)

describe.skipIf(!postgresIsAvailable)("a read-only role of Postgres", () => {
  it.scoped("is enough for every endpoint, and cannot write", () =>
    Effect.gen(function* () {
      const url = yield* freshUrl("migrated")
      const role = `reader_${randomUUID().replaceAll("-", "")}`
      const administered = (...statements: ReadonlyArray<string>) =>
        Effect.flatMap(SqlClient, (sql) => Effect.forEach(statements, (statement) => sql.unsafe(statement))).pipe(
          Effect.provide(at(url)),
          Effect.orDie
        )
      yield* Effect.provide(seed, at(url))
      yield* Effect.acquireRelease(
        administered(
          `CREATE ROLE ${role} LOGIN PASSWORD 'reads'`,
          `GRANT USAGE ON SCHEMA public TO ${role}`,
          `GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${role}`
        ),
        () => administered(`DROP OWNED BY ${role}`, `DROP ROLE ${role}`)
      )
      const reading = Object.assign(new URL(url), { username: role, password: "reads" }).href
      yield* Effect.gen(function* () {
        const get = yield* asked
        for (const path of paths) assert.strictEqual((yield* get(path)).status, 200, path)
        const sql = yield* SqlClient
        const written = yield* Effect.exit(sql`UPDATE issues SET title = 'mine'`)
        assert.isTrue(Exit.isFailure(written))
      }).pipe(Effect.provide(at(reading)), Effect.scoped)
    })
  )
})
