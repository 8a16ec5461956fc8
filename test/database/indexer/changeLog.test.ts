/** The log of changes stays short, on both databases. */
import { SqlClient } from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { shortenLog } from "../../../src/dashboard/indexer/refresh/head.ts"
import { variants } from "../../support/database/support.ts"

for (const { name, skip, layer } of variants)
  describe.skipIf(skip)(`the log of changes, ${name}`, () => {
    it.effect("loses old transactions and those of another server, and keeps the newest", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient
        yield* sql`INSERT INTO chain VALUES (1, ${"0x00"}, ${"contract"}, 74, 1)`
        const numbers = Effect.map(sql<{ readonly transaction: number }>`SELECT transaction FROM change_log ORDER BY 1`, (rows) =>
          rows.map(({ transaction }) => transaction)
        )
        const own = yield* numbers
        // A new server's transaction numbers are small, so an old transaction has a negative number here.
        yield* sql`INSERT INTO change_log VALUES (-200000), (4000000000000)`
        assert.strictEqual((yield* numbers).length, own.length + 2)
        yield* shortenLog
        assert.deepStrictEqual(yield* numbers, own)
      }).pipe(Effect.provide(layer))
    )
  })
