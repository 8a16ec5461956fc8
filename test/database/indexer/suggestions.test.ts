/** Issues that could get a bounty, as the index stores them. */
import { SqlClient } from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Clock, Duration, Effect, TestClock } from "effect"
import {
  recordSuggestions,
  refreshSuggestions,
  type SuggestedIssue,
  untilNextLook
} from "../../../src/dashboard/indexer/refresh/suggestions.ts"
import { variants } from "../../support/database/support.ts"

const issue = (repository: string, number: number, points: number, openedAt = 1_000): SuggestedIssue => ({
  repository,
  number,
  points,
  openedAt,
  title: `Issue ${number}`,
  reasons: [{ points, why: "because" }],
  askedBy: null,
  doubt: null
})

const kept = Effect.flatMap(SqlClient, (sql) =>
  Effect.map(
    sql<{
      readonly repository: string
      readonly number: number
    }>`SELECT repository, number FROM suggestions ORDER BY points DESC, opened_at`,
    (rows) => rows.map(({ repository, number }) => `${repository}#${number}`)
  )
)

for (const { name, skip, layer } of variants) {
  describe.skipIf(skip)(`suggestions in the index, ${name}`, () => {
    it.scoped("are those of the last look, but for repositories that it could not read", () =>
      Effect.gen(function* () {
        yield* recordSuggestions({ issues: [issue("acme/widgets", 1, 10), issue("Acme/Gears", 2, 20)], unread: [] }, 1)
        yield* recordSuggestions({ issues: [issue("acme/widgets", 3, 30)], unread: ["acme/gears"] }, 2)
        assert.deepStrictEqual(yield* kept, ["acme/widgets#3", "Acme/Gears#2"])
      }).pipe(Effect.provide(layer))
    )

    it.scoped("are the best fifty", () =>
      Effect.gen(function* () {
        const many = Array.from({ length: 60 }, (_, number) => issue("acme/widgets", number, number))
        yield* recordSuggestions({ issues: many, unread: [] }, 1)
        const all = yield* kept
        assert.strictEqual(all.length, 50)
        assert.deepStrictEqual([all[0], all[49]], ["acme/widgets#59", "acme/widgets#10"])
      }).pipe(Effect.provide(layer))
    )

    it.scoped("are looked for again after six hours, whichever process looked", () =>
      Effect.gen(function* () {
        yield* TestClock.setTime(1_000_000)
        assert.deepStrictEqual(yield* untilNextLook, Duration.zero)
        yield* refreshSuggestions(Effect.succeed({ issues: [issue("acme/widgets", 1, 10)], unread: [] }))
        yield* TestClock.adjust("5 hours")
        assert.deepStrictEqual(Duration.toMillis(yield* untilNextLook), Duration.toMillis("1 hour"))
        yield* TestClock.adjust("2 hours")
        assert.isTrue(Duration.equals(yield* untilNextLook, Duration.zero), `${yield* Clock.currentTimeMillis}`)
      }).pipe(Effect.provide(layer))
    )
  })
}
