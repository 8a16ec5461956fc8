/** Whether a past rating was provisional: it rested on fewer than ten games of the window. */
import { SqlClient } from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { defaultRatingRules } from "../../../src/elo/RatingRules.ts"
import { CAROL, COMPETITION, seed } from "../../support/api/seed.ts"
import { asked } from "../../support/api/support.ts"
import { variants } from "../../support/database/support.ts"

const Listed = Schema.Struct({
  items: Schema.Array(Schema.Struct({ at: Schema.Struct({ block: Schema.Number }), provisional: Schema.Boolean }))
})

const FIRST_GAME = 100
const { earlyGames, window } = defaultRatingRules

describe.each(variants.filter(({ skip }) => !skip))("past ratings on the $name database", ({ layer }) => {
  it.scoped("are provisional until ten games count, and again when enough have left the window", () =>
    Effect.gen(function* () {
      yield* seed
      const sql = yield* SqlClient
      const get = yield* asked
      const play = (game: number, block: number) =>
        Effect.zipRight(
          sql`INSERT INTO competitions SELECT (jsonb_populate_record(c, ${JSON.stringify({ id: 1_000 + game })}::jsonb)).* FROM competitions c WHERE c.id = ${COMPETITION}`,
          sql`INSERT INTO ratings ${sql.insert({ hotkey: CAROL, block, cause: "won", competition: 1_000 + game, before: 1_500_000, after: 1_500_000, k: 40_000 })}`
        )
      yield* sql`DELETE FROM ratings`
      for (let game = 0; game < earlyGames; game++) yield* play(game, FIRST_GAME + game)
      const tenth = FIRST_GAME + earlyGames - 1
      const later = FIRST_GAME + window + 1
      yield* play(earlyGames, later)

      const { items } = yield* Effect.flatMap(get(`/v1/ratings?hotkey=${CAROL}`), ({ body }) => Schema.decodeUnknown(Listed)(body))
      const provisionalAt = new Map(items.map(({ at, provisional }) => [at.block, provisional]))
      assert.deepStrictEqual(
        [tenth - 1, tenth, later].map((block) => provisionalAt.get(block)),
        [true, false, true]
      )
    }).pipe(Effect.provide(layer))
  )
})
