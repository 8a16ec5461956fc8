/** The issues for which validators recently attested a miner as enrolled or skipping. */
import { SqlClient } from "@effect/sql/SqlClient"
import { Effect, Option } from "effect"
import type { Activity, ActivityQuery } from "../definition/miners.ts"
import { newestFirst } from "./cursor.ts"
import { select } from "./expressions.ts"
import { LATEST_CONFIG } from "./money.ts"
import { first, hotkeyOf, page, same } from "./read.ts"

/** How many rounds before the latest attestation are searched, by the current round length. */
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

/** A page of activity; none for an unknown hotkey. Counts only attestations since the miner got its current UID. */
export const listActivity = (hotkey: string, query: typeof ActivityQuery.Type) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient
    const tenure = yield* first(
      sql<Tenure>`SELECT n.uid, coalesce((SELECT r.held_from FROM registrations r WHERE r.hotkey = n.hotkey AND r.uid = n.uid ORDER BY r.held_from DESC LIMIT 1), 0)
        AS "heldFrom" FROM miners n WHERE n.hotkey = ${hotkeyOf(sql, hotkey)}`
    )
    if (Option.isNone(tenure)) return Option.none()
    const { uid, heldFrom } = tenure.value
    // Bitmaps have 256 bits, and contain no miner without a UID.
    if (uid === null || uid > 255) return Option.some({ items: [], next: null })
    // MATERIALIZED makes PostgreSQL select rows by block first. Otherwise it scans them in grouping order.
    const from = `(WITH recent AS MATERIALIZED (
        SELECT t.round, t.issue, t.block, t.enrolled, t.skipped FROM attestations t
        WHERE t.block >= ${heldFrom}
          AND t.block >= (SELECT block FROM attestations ORDER BY block DESC LIMIT 1) - ${ROUNDS} * coalesce((${LATEST_CONFIG} ->> 'roundLength')::bigint, 1)
      )
      SELECT t.round, t.issue, max(t.block) AS at, count(*) FILTER (WHERE get_bit(t.enrolled, ${uid}) = 1) AS enrolled_by,
        count(*) FILTER (WHERE get_bit(t.skipped, ${uid}) = 1) AS skipped_by
      FROM recent t WHERE get_bit(t.enrolled, ${uid}) = 1 OR get_bit(t.skipped, ${uid}) = 1 GROUP BY t.round, t.issue) y` as const
    return Option.some(
      yield* page<typeof Activity.Encoded>({
        columns,
        from,
        where: same(sql, "y", query, "issue"),
        order: newestFirst("activity", ["y.at", "integer"], ["y.issue", "integer"]),
        paging: query
      })
    )
  })
