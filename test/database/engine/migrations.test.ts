/** An index of a program before this one, once it is migrated and has done what its migrations say, has the same rows as a new one. */
import { SqlClient } from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Either } from "effect"
import { makeApply } from "../../../src/dashboard/indexer/apply/apply.ts"
import { migrate } from "../../../src/layers/storage/database/migrate.ts"
import { migrations } from "../../../src/layers/storage/database/schema/migrations.ts"
import { olderIndex, rowsOf } from "../../support/database/older.ts"
import { anyDatabase, anyEmptyDatabase, variants } from "../../support/database/support.ts"
import { Story } from "../../support/indexer/story.ts"
import { everyRow } from "../../support/indexer/tables.ts"

const { blocks } = new Story(5).play(120)

/** The index's next pass: it skips the blocks that the tables have. */
const pass = Effect.gen(function* () {
  const sql = yield* SqlClient
  const apply = yield* makeApply
  yield* sql.withTransaction(apply(blocks))
})

const newIndex = Effect.gen(function* () {
  yield* pass
  return { rows: yield* rowsOf, every: yield* everyRow }
})

describe("an index of the program right before this one", () => {
  it.effect.each(variants.filter(({ skip }) => !skip))("becomes like a new one, row by row, or is refused, $name", ({ layer, empty }) =>
    Effect.gen(function* () {
      const { rows, every } = yield* Effect.provide(newIndex, layer)
      const migrated = Effect.zipRight(
        olderIndex(migrations.length - 1, rows),
        Effect.zipRight(Effect.zipRight(migrate("an older index"), pass), everyRow)
      )
      const found = yield* Effect.either(Effect.provide(migrated, empty))
      if (migrations.at(-1)?.afterwards === "index again")
        assert.deepInclude(Either.getOrThrow(Either.flip(found)), { _tag: "DatabaseSchema", where: "an older index" })
      else assert.deepStrictEqual(Either.getOrThrow(found), every)
    })
  )
})

/** Migrations in a row after which nothing is to be done: how many are known before, and after. */
const quiet = [...migrations.filter(({ afterwards }) => afterwards !== "nothing").map(({ number }) => number), migrations.length + 1]
  .map((number, index, others) => ({ before: others[index - 1] ?? 1, after: number - 1 }))
  .filter(({ before, after }) => before < after)

describe("migrations", () => {
  it.effect("after which nothing is to be done leave rows as a new index has them", () =>
    Effect.gen(function* () {
      const { rows } = yield* Effect.provide(newIndex, anyDatabase)
      assert.isNotEmpty(quiet)
      for (const { before, after } of quiet) {
        const migrated = Effect.gen(function* () {
          yield* olderIndex(before, rows)
          yield* migrate("an older index", migrations.slice(0, after))
          return yield* everyRow
        })
        const expected = Effect.zipRight(olderIndex(after, rows), everyRow)
        const [found, made] = yield* Effect.all([Effect.provide(migrated, anyEmptyDatabase), Effect.provide(expected, anyEmptyDatabase)])
        assert.deepStrictEqual(found, made, `${before + 1} to ${after}`)
      }
    })
  )

  it.effect("after which GitHub is to be asked again make every issue and miner due", () =>
    Effect.gen(function* () {
      const { rows } = yield* Effect.provide(newIndex, anyDatabase)
      const asking = migrations.filter(({ afterwards }) => afterwards === "ask GitHub again")
      assert.isNotEmpty(asking)
      for (const { number, name } of asking) {
        const seen = yield* Effect.provide(
          Effect.gen(function* () {
            const sql = yield* SqlClient
            yield* olderIndex(number - 1, rows)
            yield* sql`UPDATE issues SET github_seen_at = now()`
            yield* sql`UPDATE miners SET github_seen_at = now()`
            yield* migrate("an older index", migrations.slice(0, number))
            return yield* sql`SELECT count(github_seen_at) AS seen FROM (SELECT github_seen_at FROM issues UNION ALL SELECT github_seen_at FROM miners) asked`
          }),
          anyEmptyDatabase
        )
        assert.deepStrictEqual(seen, [{ seen: 0 }], name)
      }
    })
  )
})
