/** The issues for which validators recently saw a miner enrolled or skipping. */
import { SqlClient } from "@effect/sql/SqlClient"
import { Effect, Option } from "effect"
import type { Activity, ActivityQuery } from "../definition/miners.ts"
import { newestFirst } from "./cursor.ts"
import { select } from "./expressions.ts"
import { first, page, when } from "./read.ts"

/** How many of the latest rounds are searched. */
const ROUNDS = 300

interface Tenure {
  readonly uid: number | null
  readonly heldFrom: number
}

const columns = select<typeof Activity.Type>({
  round: "y.round",
  issue: "y.issue",
  at: "y.at",
  enrolledBy: "y.enrolled_by",
  skippedBy: "y.skipped_by"
})

/** A page of activity; none for an unknown hotkey. Only attestations since the miner holds its current UID count. */
export const listActivity = (hotkey: string, query: typeof ActivityQuery.Type) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient
    const tenure = yield* first(
      sql<Tenure>`SELECT n.uid, coalesce((SELECT r.held_from FROM registrations r WHERE r.hotkey = n.hotkey AND r.uid = n.uid ORDER BY r.held_from DESC LIMIT 1), 0)
        AS "heldFrom" FROM miners n WHERE n.hotkey = ${hotkey}`
    )
    if (Option.isNone(tenure)) return Option.none()
    const { uid, heldFrom } = tenure.value
    // Bitmaps have 256 bits, and a miner without a UID is in none.
    if (uid === null || uid > 255) return Option.some({ items: [], next: null })
    const from = `(SELECT t.round, t.issue, max(t.block) AS at, count(*) FILTER (WHERE get_bit(t.enrolled, ${uid}) = 1) AS enrolled_by,
        count(*) FILTER (WHERE get_bit(t.skipped, ${uid}) = 1) AS skipped_by
      FROM attestations t
      WHERE t.round >= (SELECT round FROM attestations ORDER BY round DESC LIMIT 1) - ${ROUNDS} AND t.block >= ${heldFrom}
        AND (get_bit(t.enrolled, ${uid}) = 1 OR get_bit(t.skipped, ${uid}) = 1)
      GROUP BY t.round, t.issue) y`
    return Option.some(
      yield* page<typeof Activity.Encoded>({
        columns,
        from,
        where: when(query.issue, (issue) => sql`y.issue = ${issue}`),
        order: newestFirst("activity", ["y.round", "bigint"], ["y.issue", "integer"]),
        paging: query
      })
    )
  })
