/** Plays of competitors' pull requests, from GitHub. GitHub's newest answer about a pull request replaces the one before. */
import { SqlClient } from "@effect/sql/SqlClient"
import type { Fragment } from "@effect/sql/Statement"
import { Effect, Schema } from "effect"
import type { ShownTimeline } from "../../../layers/github/display/GitHubDisplay.ts"
import { explained, transaction } from "../../../layers/storage/database/Database.ts"
import { orReplace, wholeRows } from "../rows.ts"
import { iso, isoOrNull } from "./record.ts"

/** Pull requests followed per competitor: merged ones, then the newest. No competitor wins with more. */
const OF_COMPETITOR = 5

const Followed = Schema.Array(Schema.Struct({ issue: Schema.Int, repository: Schema.String, number: Schema.Int }))
export type Followed = (typeof Followed.Type)[number]

/** The followed rows of `pull_requests` that meet a condition on a competition or an issue. */
export const followedWhere = (sql: SqlClient, condition: Fragment) => sql`(
  SELECT issue, repository, number, competition, hotkey FROM (
    SELECT issue, repository, number, competition, hotkey, row_number() OVER (
      PARTITION BY competition, hotkey ORDER BY state <> 'merged', created_at DESC, number DESC, repository
    ) AS place
    FROM pull_requests WHERE ${condition} AND competition IS NOT NULL
  ) AS own WHERE place <= ${OF_COMPETITOR}
)`

/** The competitors' pull requests for these issues. */
export const followedIn = (issues: ReadonlyArray<number>) =>
  Effect.gen(function* () {
    if (issues.length === 0) return []
    const sql = yield* SqlClient
    const own = followedWhere(sql, sql.in("issue", issues))
    const rows = yield* sql`SELECT issue, repository, number FROM ${own} AS own ORDER BY issue, repository, number`
    return yield* Effect.orDie(Schema.decodeUnknown(Followed)(rows))
  }).pipe(explained)

/** Stores how a pull request stands, and its plays, which were read with it. Known plays keep the time at which the index first read them. */
export const recordTimeline = ({ issue, repository, number }: Followed, { standing, plays }: ShownTimeline, now: number) =>
  transaction(
    Effect.gen(function* () {
      const sql = yield* SqlClient
      const { answer, whole } = wholeRows(
        sql,
        "plays",
        plays.map((play, place) => ({ ...play, issue, repository, number, place })),
        { seen_at: sql`coalesce(known.seen_at, ${iso(now)}::timestamptz)` }
      )
      const changed = yield* sql`
        WITH gone AS (
          DELETE FROM plays WHERE issue = ${issue} AND repository = ${repository} AND number = ${number}
            AND place >= ${plays.length} RETURNING place
        ),
        written AS (
          INSERT INTO plays SELECT whole.*
          FROM ${answer}
          CROSS JOIN LATERAL (SELECT min(seen_at) AS seen_at FROM plays AS old
            WHERE (issue, repository, number) = (answer.issue, answer.repository, answer.number)
              AND (at, kind, by, commit) IS NOT DISTINCT FROM (answer.at, answer.kind, answer.by, answer.commit)) AS known
          CROSS JOIN LATERAL ${whole}
          ${orReplace(sql, "plays", "issue", "repository", "number", "place")} WHERE plays.* IS DISTINCT FROM excluded.*
          RETURNING place
        )
        SELECT place FROM gone UNION ALL SELECT place FROM written`
      const { state, draft, review, mergedAt, closedAt } = standing
      const stands = sql`${state}::text, ${draft}::boolean, ${review}::text, ${isoOrNull(mergedAt)}::timestamptz, ${isoOrNull(closedAt)}::timestamptz`
      // The stream announces pull requests by when they were seen.
      yield* sql`UPDATE pull_requests SET (state, draft, review, merged_at, closed_at, seen_at) = (SELECT ${stands}, ${iso(now)}::timestamptz)
        WHERE issue = ${issue} AND repository = ${repository} AND number = ${number}
          AND (${changed.length > 0} OR (state, draft, review, merged_at, closed_at) IS DISTINCT FROM (${stands}))`
    })
  )
