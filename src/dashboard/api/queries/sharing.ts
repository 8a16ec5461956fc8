/** News for feeds and webhooks, and a repository's bounties for its badge. */
import { SqlClient } from "@effect/sql/SqlClient"
import type { Fragment } from "@effect/sql/Statement"
import { Effect } from "effect"
import type { GitHubPlay } from "../../../domain/Play.ts"
import { type Undecided, undecidedAt } from "../../../story/undecided.ts"
import type { Outcome } from "../definition/issues.ts"
import { type FeedQuery, NEWS, USUAL_NEWS } from "../definition/sharing.ts"
import type { IssueRef } from "../definition/values.ts"
import { newestFirst } from "./cursor.ts"
import { inMatch, issueOf, momentOf, object } from "./expressions.ts"
import { competitionsOf } from "./issues.ts"
import { LATEST_CONFIG } from "./money.ts"
import { standingVotes, type Unsettled, waitBy, withOutcome } from "./outcome.ts"
import { MATCH_OF_PLAY } from "./plays.ts"
import { hotkeyOf, onlyRow, page, when } from "./read.ts"
import { type EventRow, eventColumns } from "./records.ts"

/** Maximum of entries in a feed. */
const ENTRIES = 50

/** The condition that an event is news: of a kind that feeds tell. */
const areNews = (
  sql: SqlClient,
  { kind = USUAL_NEWS, repository, hotkey, competition }: typeof FeedQuery.Type
): ReadonlyArray<Fragment> => [
  sql`e.name IN ${sql.in(kind.flatMap((one) => NEWS[one]))}`,
  ...when(
    repository,
    (name) => sql`(e.fields ->> 'issue')::bigint IN (SELECT i.id FROM issues i WHERE lower(i.repository) = lower(${name}))`
  ),
  ...when(competition, (one) => sql`e.fields ? 'competition' AND e.fields ->> 'competition' = ${one.toString()}`),
  ...when(
    hotkey,
    (one) =>
      sql`(e.fields ->> 'hotkey' = ${hotkeyOf(sql, one)} OR (e.fields ->> 'competition')::bigint = ANY (${competitionsOf(sql, one)}))`
  )
]

/** The newest events of a feed's kinds. */
export const listNews = (query: typeof FeedQuery.Type) =>
  Effect.flatMap(SqlClient, (sql) =>
    page<EventRow>({
      columns: eventColumns,
      from: "events e",
      where: areNews(sql, query),
      order: newestFirst("news", ["e.block", "integer"], ["e.index", "integer"]),
      paging: { limit: ENTRIES }
    })
  ).pipe(Effect.map(({ items }) => items))

/** A news event, with its issue's bounty in rao. */
export interface News extends EventRow {
  readonly bounty: string | null
}

export interface NewsRange {
  /** Block and index of the last event before the range. */
  readonly after: readonly [block: number, index: number]
  /** Only events of blocks with a later timestamp. */
  readonly since: Date
  readonly limit: number
}

/** News in chain order. */
export const newsAfter = (query: typeof FeedQuery.Type, { after: [block, index], since, limit }: NewsRange) =>
  Effect.flatMap(
    SqlClient,
    (sql) =>
      sql<News>`SELECT ${sql.literal(eventColumns)}, (SELECT r.target::text FROM issues r WHERE r.id = (e.fields ->> 'issue')::bigint) AS bounty
        FROM events e
        WHERE ${sql.and([
          ...areNews(sql, query),
          sql`e.block >= (SELECT min(b.number) FROM blocks b WHERE b.time > ${since})`,
          sql`(e.block, e.index) > (${block}::integer, ${index}::integer)`
        ])}
        ORDER BY e.block, e.index LIMIT ${limit}`
  )

/** A play, with its match and its issue's bounty in rao. */
export interface PlayNews {
  readonly competition: number
  readonly issue: typeof IssueRef.Encoded & { readonly bounty: string }
  readonly repository: string
  readonly number: number
  readonly hotkey: string
  readonly login: string | null
  readonly early: boolean | null
  readonly kind: GitHubPlay
  readonly at: Date
  readonly by: string | null
  readonly commit: string | null
  readonly times: number
}

export interface PlayRange {
  /** Only plays with a later timestamp on GitHub. */
  readonly since: Date
  /** Only plays that the index read later. */
  readonly seenAfter: Date
}

/** Plays of matches, in the order in which the index read them. */
export const playsAfter = ({ repository, hotkey }: Pick<typeof FeedQuery.Type, "repository" | "hotkey">, { since, seenAfter }: PlayRange) =>
  Effect.flatMap(
    SqlClient,
    (sql) =>
      sql<PlayNews>`SELECT c.id AS competition, ${sql.literal(issueOf("c.issue"))}::jsonb || jsonb_build_object('bounty', i.target::text) AS issue,
          w.repository, w.number::float8 AS number, p.hotkey, ${sql.literal(inMatch("p.hotkey", "github_login"))} AS login, p.early,
          w.kind, w.at, w.by, w.commit, w.times
        FROM plays w JOIN pull_requests p USING (issue, repository, number) JOIN competitions c ON c.id = ${sql.literal(MATCH_OF_PLAY)} JOIN issues i ON i.id = c.issue
        WHERE ${sql.and([
          sql`w.seen_at > ${seenAfter} AND w.at > ${since}`,
          ...when(repository, (name) => sql`lower(i.repository) = lower(${name})`),
          ...when(hotkey, (one) => sql`${hotkeyOf(sql, one)} IN (c.a_hotkey, c.b_hotkey)`)
        ])}
        ORDER BY w.seen_at, w.at, w.issue, w.repository, w.number, w.place`
  )

/** A match past its deadline and undecided, with its issue's bounty in rao. */
export interface UndecidedNews extends Undecided {
  readonly competition: number
  readonly issue: typeof IssueRef.Encoded & { readonly bounty: string }
  readonly miners: ReadonlyArray<{ readonly hotkey: string; readonly login: string | null }>
  /** Timestamp of the block since which the match is undecided. */
  readonly time: Date
}

type LateMatch = Omit<UndecidedNews, "since" | "state"> &
  Parameters<typeof undecidedAt>[0] & { readonly head: number; readonly outcome: typeof Outcome.Encoded | null }

const hotkeyAndLogin = (hotkey: string) => object<UndecidedNews["miners"][number]>({ hotkey, login: inMatch(hotkey, "github_login") })

/** Matches that became undecided after `after`, by block timestamps. */
export const undecidedAfter = ({ repository, hotkey }: Pick<typeof FeedQuery.Type, "repository" | "hotkey">, after: Date) =>
  Effect.flatMap(
    SqlClient,
    (sql) =>
      sql<
        Unsettled<LateMatch>
      >`SELECT c.id AS competition, ${sql.literal(issueOf("c.issue"))}::jsonb || jsonb_build_object('bounty', i.target::text) AS issue,
          json_build_array(${sql.literal(hotkeyAndLogin("c.a_hotkey"))}, ${sql.literal(hotkeyAndLogin("c.b_hotkey"))}) AS miners,
          b.time, head.number AS head, c.status, ${sql.literal(momentOf("c.deadline"))} AS deadline, w.wait::float8 AS wait,
          ${sql.literal(standingVotes)} AS outcome
        FROM competitions c JOIN issues i ON i.id = c.issue AND i.competition = c.id
        CROSS JOIN LATERAL (SELECT ${sql.literal(waitBy("s.config", "c.challenge_period"))} AS wait FROM (SELECT ${sql.literal(LATEST_CONFIG)} AS config) s) w
        JOIN blocks b ON b.number = c.deadline + w.wait + 1
        CROSS JOIN (SELECT number FROM blocks ORDER BY number DESC LIMIT 1) head
        WHERE ${sql.and([
          sql`c.status = 'Running' AND b.time > ${after}`,
          ...when(repository, (name) => sql`lower(i.repository) = lower(${name})`),
          ...when(hotkey, (one) => sql`${hotkeyOf(sql, one)} IN (c.a_hotkey, c.b_hotkey)`)
        ])}
        ORDER BY c.id`
  ).pipe(
    Effect.map((found) =>
      found.flatMap((row): ReadonlyArray<UndecidedNews> => {
        const { competition, head, issue, miners, time } = row
        const undecided = undecidedAt(withOutcome(row), head)
        return undecided === null ? [] : [{ ...undecided, competition, issue, miners, time }]
      })
    )
  )

export interface Bounties {
  /** Whether the index knows the repository. */
  readonly isKnown: boolean
  readonly open: number
  readonly paid: number
}

/** How many of a repository's bounties can still be won, and how many were paid. */
export const bountiesOf = (repository: string) =>
  Effect.flatMap(SqlClient, (sql) =>
    onlyRow(
      sql<Bounties>`SELECT count(*) > 0 OR EXISTS (SELECT FROM repositories WHERE repository = lower(${repository})) AS "isKnown", count(*) FILTER (WHERE status IN ('Funding', 'Open', 'Competing'))::int AS open,
        count(*) FILTER (WHERE status = 'Paid')::int AS paid FROM issues WHERE lower(repository) = lower(${repository})`
    )
  )
