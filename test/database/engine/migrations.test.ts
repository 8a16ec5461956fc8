/** An index of an earlier program, restored from a backup, has the same rows as a new one after its migrations, their follow-up work and the blocks since. */
import { createHash } from "node:crypto"
import { SqlClient } from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Either } from "effect"
import { makeApply } from "../../../src/dashboard/indexer/apply/apply.ts"
import { migrate } from "../../../src/layers/storage/database/migrate.ts"
import { type Afterwards, type Migration, migrations } from "../../../src/layers/storage/database/schema/migrations.ts"
import { olderIndex, rowsOf } from "../../support/database/older.ts"
import { anyDatabase, anyEmptyDatabase, variants } from "../../support/database/support.ts"
import { Story } from "../../support/indexer/story.ts"
import { everyRow } from "../../support/indexer/tables.ts"

// The contract's third edition, which the program right before this one knew, does not keep what votes weighed when they were cast.
const blocks = new Story(5).play(120).blocks.map((block) => ({ ...block, casts: [] }))
const DAY_BEFORE = blocks.slice(0, 90)

/** The index's next pass, which skips blocks that the tables have. */
const pass = (until = blocks) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient
    const apply = yield* makeApply
    yield* sql.withTransaction(apply(until))
  })

/** A new index. `rows`: those of its backup of the day before. */
const newIndex = Effect.gen(function* () {
  yield* pass(DAY_BEFORE)
  const rows = yield* rowsOf
  yield* pass()
  return { rows, every: yield* everyRow }
})

describe("an index of the program right before this one", () => {
  it.effect.each(variants.filter(({ skip }) => !skip))("becomes like a new one, row by row, or is refused, $name", ({ layer, empty }) =>
    Effect.gen(function* () {
      const { rows, every } = yield* Effect.provide(newIndex, layer)
      const migrated = Effect.zipRight(
        olderIndex(migrations.length - 1, rows),
        Effect.zipRight(Effect.zipRight(migrate("an older index"), pass()), everyRow)
      )
      const found = yield* Effect.either(Effect.provide(migrated, empty))
      if (migrations.at(-1)?.afterwards === "index again")
        assert.deepInclude(Either.getOrThrow(Either.flip(found)), { _tag: "DatabaseSchema", where: "an older index" })
      else assert.deepStrictEqual(Either.getOrThrow(found), every)
    })
  )
})

/** An invented later migration with this follow-up work, which fills its column from events, on an index with rows. */
const later = (afterwards: Afterwards): Migration => ({
  number: migrations.length + 1,
  name: "later",
  afterwards,
  sql: `ALTER TABLE issues ADD COLUMN later text;
    UPDATE issues SET later = (SELECT string_agg(name, ',' ORDER BY block, index) FROM events WHERE fields ->> 'issue' = issues.id::text)`
})

/** The number of issues and miners requested from GitHub after the migration. */
const seenAfter = (afterwards: Afterwards) =>
  Effect.gen(function* () {
    const { rows } = yield* Effect.provide(newIndex, anyDatabase)
    const migrated = Effect.gen(function* () {
      const sql = yield* SqlClient
      yield* olderIndex(migrations.length, rows)
      yield* sql`UPDATE issues SET github_seen_at = now()`
      yield* sql`UPDATE miners SET github_seen_at = now()`
      yield* migrate("an older index", [...migrations, later(afterwards)])
      const [counted] = yield* sql<{ readonly seen: number; readonly all: number }>`
        SELECT count(github_seen_at) AS seen, count(*) AS all
        FROM (SELECT github_seen_at FROM issues UNION ALL SELECT github_seen_at FROM miners) asked`
      const [filled] = yield* sql<{ readonly issues: number; readonly filled: number }>`
        SELECT count(*) AS issues, count(*) FILTER (WHERE later LIKE 'IssueRegistered%') AS filled FROM issues`
      assert.isAbove(filled?.issues ?? 0, 0)
      assert.strictEqual(filled?.filled, filled?.issues, "every row has what the migration fills")
      return counted
    })
    return yield* Effect.provide(migrated, anyEmptyDatabase)
  })

/** The checksums of released migrations, in order: those of 0.1.0. */
const RELEASED = ["fc0a4ec9f39b3fdfacd2de25baabb6adb583d59977a9cf4511aa4bf85000361d"]

describe("a migration", () => {
  it("of a release stays as it is, because an index with another one is refused", () => {
    const released = migrations.slice(0, RELEASED.length).map(({ sql }) => createHash("sha256").update(sql).digest("hex"))
    assert.deepStrictEqual(released, RELEASED)
  })

  it.effect("after which nothing is to be done leaves what was asked of GitHub", () =>
    Effect.gen(function* () {
      const counted = yield* seenAfter("nothing")
      assert.isAbove(counted?.all ?? 0, 0)
      assert.strictEqual(counted?.seen, counted?.all)
    })
  )

  it.effect("after which GitHub is to be asked again makes every issue and miner due", () =>
    Effect.gen(function* () {
      const counted = yield* seenAfter("ask GitHub again")
      assert.isAbove(counted?.all ?? 0, 0)
      assert.strictEqual(counted?.seen, 0)
    })
  )

  it.effect("whose columns only blocks can fill refuses an index with blocks, and changes an empty one", () =>
    Effect.gen(function* () {
      const refused = yield* Effect.flip(seenAfter("index again"))
      assert.deepInclude(refused, { _tag: "DatabaseSchema", where: "an older index" })
      yield* migrate("an empty index", migrations)
      const [added] = yield* migrate("an empty index", [...migrations, later("index again")])
      assert.strictEqual(added?.name, "later")
    }).pipe(Effect.provide(anyEmptyDatabase))
  )
})
