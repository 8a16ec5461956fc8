import { join } from "node:path"
import { SqlClient } from "@effect/sql/SqlClient"
import { SqlError } from "@effect/sql/SqlError"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { layer } from "../../../src/layers/storage/sqlite/client.ts"
import { folder } from "../../support/folder.ts"

describe("a transaction", () => {
  it.scopedLive("fails, and is no defect, if its COMMIT or ROLLBACK fails", () =>
    Effect.gen(function* () {
      const file = join(yield* folder, "file.sqlite")
      yield* Effect.gen(function* () {
        const sql = yield* SqlClient
        // No transaction is open any more when the client ends it.
        const ended = sql`COMMIT`
        assert.instanceOf(yield* Effect.flip(sql.withTransaction(ended)), SqlError)
        assert.instanceOf(yield* Effect.flip(sql.withTransaction(Effect.zipRight(ended, Effect.fail("its own")))), SqlError)
        assert.strictEqual(yield* Effect.flip(sql.withTransaction(Effect.fail("its own"))), "its own")
        yield* sql.withTransaction(sql`CREATE TABLE one (x)`)
        assert.lengthOf(yield* sql`SELECT * FROM one`, 0)
      }).pipe(Effect.provide(layer(file)))
    })
  )
})
