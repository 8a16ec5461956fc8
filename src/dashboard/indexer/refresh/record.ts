/** Stores GitHub's answers, each in one transaction. */
import { SqlClient } from "@effect/sql/SqlClient"
import { Effect } from "effect"
import type { GitHubTrouble } from "../../../domain/GitHubTrouble.ts"
import type { Profile, Seen, ShownPullRequest } from "../../../layers/github/display/GitHubDisplay.ts"
import { explained, transaction } from "../../../layers/storage/database/Database.ts"
import { accountInMatch } from "../../../layers/storage/database/schema/expressions.ts"
import { given, orReplace, rowOf, update, wholeRows } from "../rows.ts"
import type { DueMiner } from "./schedule.ts"

export const iso = (milliseconds: number) => new Date(milliseconds).toISOString()
export const isoOrNull = (milliseconds: number | null) => (milliseconds === null ? null : iso(milliseconds))

/**
 * Stores an issue's pull requests: those that GitHub links to it, and those of competitors that mention it. As in validators' verdicts, a competitor's
 * account is the one committed at the first block of the competition's round, an account committed by both competitors belongs to neither, and times are
 * compared in whole seconds.
 */
const recordPullRequests = (issue: number, found: ReadonlyArray<ShownPullRequest>, now: number) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient
    const linked = found.filter(({ isLinked }) => isLinked).map((one) => rowOf("pull_requests", one))
    const { answer, whole } = wholeRows(
      sql,
      "pull_requests",
      found.map((one) => ({ ...one, issue, seenAt: now })),
      {
        competition: sql`competing.id`,
        hotkey: sql`coalesce(competing.hotkey, ever.hotkey)`,
        early: sql`CASE
          WHEN competing.id IS NULL THEN NULL
          WHEN opening.number IS NOT NULL THEN answer.created_at < date_trunc('second', opening.time)
          WHEN answer.created_at < date_trunc('second', newest.time) THEN true
        END`
      }
    )
    const written = yield* sql<{ readonly repository: string; readonly number: number }>`
      WITH played AS (
        SELECT competition.id, side.hotkey, competition.submissions_from, ended.time AS ended_at, link.account,
          count(*) OVER (PARTITION BY competition.id, link.account) AS sharing
        FROM competitions AS competition
        LEFT JOIN blocks AS ended ON ended.number = competition.ended_at
        CROSS JOIN LATERAL (VALUES (competition.a_hotkey), (competition.b_hotkey)) AS side (hotkey)
        CROSS JOIN LATERAL (SELECT ${sql.literal(accountInMatch("competition", "side.hotkey"))} AS account) AS link
        WHERE competition.issue = ${issue} AND link.account IS NOT NULL
      ),
      newest AS (SELECT time FROM blocks ORDER BY number DESC LIMIT 1)
      INSERT INTO pull_requests SELECT whole.*
      FROM ${answer}
      CROSS JOIN newest
      LEFT JOIN LATERAL (
        SELECT id, hotkey, submissions_from FROM played
        WHERE account = answer.author_id AND sharing = 1
          AND (ended_at IS NULL OR answer.created_at <= date_trunc('second', ended_at))
        ORDER BY id LIMIT 1
      ) AS competing ON true
      LEFT JOIN LATERAL (
        SELECT hotkey FROM played WHERE account = answer.author_id AND sharing = 1 ORDER BY id DESC LIMIT 1
      ) AS ever ON true
      LEFT JOIN blocks AS opening ON opening.number = competing.submissions_from
      CROSS JOIN LATERAL ${whole}
      WHERE (answer.repository, answer.number) IN (SELECT repository, number FROM ${given(sql, "pull_requests", linked)} AS linked) OR ever.hotkey IS NOT NULL
      ${orReplace(sql, "pull_requests", "issue", "repository", "number")}
      RETURNING repository, number`
    yield* sql`DELETE FROM pull_requests WHERE issue = ${issue} AND (repository, number) NOT IN (
      SELECT repository, number FROM ${given(sql, "pull_requests", written)} AS kept)`
  })

/** Stores GitHub's data of an issue. If the issue is gone from GitHub, its earlier data stays, except for deleted text. */
export const recordIssue = (issue: number, seen: Seen, now: number) =>
  transaction(
    Effect.gen(function* () {
      if (seen._tag === "NotShown") {
        yield* update("issues", [rowOf("issues", { id: issue, excerpt: null, state: seen.state, seenAt: now })], "id")
        return
      }
      yield* update("issues", [rowOf("issues", { ...seen, id: issue, seenAt: now })], "id")
      if (seen.pullRequests !== null) yield* recordPullRequests(issue, seen.pullRequests, now)
    })
  )

/** Records that GitHub did not answer about these, so that they become due later. */
export const recordAsked = (issues: ReadonlyArray<number>, miners: ReadonlyArray<string>, now: number) =>
  transaction(
    Effect.gen(function* () {
      const sql = yield* SqlClient
      if (issues.length > 0) yield* sql`UPDATE issues SET github_seen_at = ${iso(now)}::timestamptz WHERE ${sql.in("id", issues)}`
      if (miners.length > 0) yield* sql`UPDATE miners SET github_seen_at = ${iso(now)}::timestamptz WHERE ${sql.in("hotkey", miners)}`
    })
  )

/** GitHub's answer about a miner's link. `proven`: whether the gist is a valid proof; null: GitHub withholds the gist. */
export interface AccountProof {
  readonly profile: Profile | null
  readonly proven: boolean | null
}

/** Stores a miner's account and proof. If several hotkeys link one account, it belongs to the first; while the first one's proof is unknown, to none. */
export const recordMiner = ({ hotkey, account }: DueMiner, { profile, proven }: AccountProof, now: number) =>
  transaction(
    Effect.gen(function* () {
      const sql = yield* SqlClient
      yield* sql`
        UPDATE miners SET
          github_login = ${profile?.login ?? null}, github_avatar = ${profile?.avatar ?? null},
          github_proven = ${proven}, github_seen_at = ${iso(now)}::timestamptz
        WHERE hotkey = ${hotkey} AND github_account = ${account}`
      yield* sql`
        UPDATE miners SET github_proven = CASE WHEN claims.taken THEN false END
        FROM (
          SELECT claim.hotkey, count(*) OVER earlier AS before, bool_or(claim.github_proven IS TRUE) OVER earlier AS taken
          FROM miners AS claim
          CROSS JOIN LATERAL (
            SELECT linked_at FROM github_links WHERE github_links.hotkey = claim.hotkey ORDER BY linked_at DESC LIMIT 1
          ) AS link
          WHERE claim.github_account = ${account} AND claim.uid IS NOT NULL AND claim.github_proven IS NOT FALSE
          WINDOW earlier AS (ORDER BY link.linked_at, claim.hotkey COLLATE "C" ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
        ) AS claims
        WHERE miners.hotkey = claims.hotkey AND claims.before > 0 AND (miners.github_proven OR claims.taken)`
    })
  )

/** Stores why data may be missing, and since when. */
export const recordTrouble = (trouble: GitHubTrouble | null, now: number) =>
  Effect.flatMap(SqlClient, (sql) =>
    explained(sql`UPDATE chain SET
      github_trouble_since = CASE WHEN ${trouble}::text IS NULL THEN NULL ELSE ${iso(now)}::timestamptz END,
      github_trouble = ${trouble}::text
    WHERE github_trouble IS DISTINCT FROM ${trouble}::text`)
  )
