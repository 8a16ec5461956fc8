/** Selects what to refresh from GitHub next: the items that are longest overdue, relative to their interval. */
import { SqlClient } from "@effect/sql/SqlClient"
import { Duration, Effect, type Option, Schema } from "effect"
import { AccountAddress } from "../../../domain/Account.ts"
import { GistId } from "../../../domain/GitHubLink.ts"
import { IssueRef } from "../../../domain/IssueRef.ts"

/**
 * Intervals: a running competition `every` (default: a minute), a solved issue 10 minutes, any other 1 hour. An ended issue is refreshed once more at once,
 * then daily for a week, then never again.
 */
const issuesOverdue = (every: Duration.Duration) => `
  SELECT issues.id, issues.repository, issues.number, registered.time AS registered,
    extract(epoch FROM $1::timestamptz - coalesce(issues.github_seen_at, updated.time)) / extract(epoch FROM look.every) AS overdue
  FROM issues
  JOIN blocks AS registered ON registered.number = issues.registered_at
  JOIN blocks AS updated ON updated.number = issues.updated_at
  CROSS JOIN LATERAL (
    SELECT CASE
      WHEN issues.status IN ('Paid', 'Cancelled') THEN
        CASE WHEN issues.github_seen_at < updated.time THEN interval '1 minute' ELSE interval '1 day' END
      WHEN issues.github_seen_at IS NULL OR issues.status = 'Competing' THEN interval '${Duration.toMillis(every)} milliseconds'
      WHEN issues.status = 'Solved' THEN interval '10 minutes'
      ELSE interval '1 hour'
    END AS every
  ) AS look
  WHERE issues.github_seen_at IS NULL
    OR (
      issues.github_seen_at <= $1::timestamptz - look.every
      AND (issues.status NOT IN ('Paid', 'Cancelled') OR issues.github_seen_at < updated.time + interval '7 days')
    )`

/** Intervals: an account 1 day, or 1 hour while its proof is unknown. A miner that has left the subnet is refreshed once. */
const MINERS_OVERDUE = `
  SELECT miners.hotkey, link.account, link.gist,
    extract(epoch FROM $1::timestamptz - coalesce(miners.github_seen_at, first.time)) / extract(epoch FROM look.every) AS overdue
  FROM miners
  JOIN blocks AS first ON first.number = miners.first_seen_at
  CROSS JOIN LATERAL (
    SELECT account, gist FROM github_links AS link WHERE link.hotkey = miners.hotkey ORDER BY linked_at DESC LIMIT 1
  ) AS link
  CROSS JOIN LATERAL (
    SELECT CASE WHEN miners.github_seen_at IS NULL THEN interval '1 minute' WHEN miners.github_proven IS NULL THEN interval '1 hour' ELSE interval '1 day' END AS every
  ) AS look
  WHERE link.account IS NOT NULL
    AND (miners.github_seen_at IS NULL OR (miners.uid IS NOT NULL AND miners.github_seen_at <= $1::timestamptz - look.every))`

const DueIssue = Schema.Struct({ id: Schema.Int, repository: Schema.String, number: Schema.Int, registered: Schema.DateFromSelf })

const DueMiner = Schema.Struct({ hotkey: AccountAddress, account: Schema.Int, gist: GistId })
export type DueMiner = typeof DueMiner.Type

export interface DueIssue {
  readonly id: number
  /** None: the name is invalid on GitHub. */
  readonly ref: Option.Option<IssueRef>
  /** Milliseconds since 1970. */
  readonly registeredAt: number
}

/** `except`: items that already failed in this run. */
export interface Selection<Key> {
  readonly except: ReadonlyArray<Key>
  readonly most: number
}

const refOf = Schema.decodeUnknownOption(IssueRef)

const iso = (milliseconds: number) => new Date(milliseconds).toISOString()

/** The longest overdue issues, at most `most`. */
export const dueIssues = (now: number, { except, most, every }: Selection<number> & { readonly every: Duration.Duration }) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient
    const rows = yield* sql.unsafe(
      `SELECT id, repository, number, registered FROM (${issuesOverdue(every)}) AS due WHERE NOT id = ANY ($2::integer[]) ORDER BY overdue DESC, id LIMIT $3`,
      [iso(now), except, most]
    )
    const known = yield* Effect.orDie(Schema.decodeUnknown(Schema.Array(DueIssue))(rows))
    return known.map(
      ({ id, repository, number, registered }): DueIssue => ({ id, ref: refOf({ repository, number }), registeredAt: registered.getTime() })
    )
  })

/** The longest overdue miners, at most `most`. */
export const dueMiners = (now: number, { except, most }: Selection<string>) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient
    const rows = yield* sql.unsafe(
      `SELECT hotkey, account, gist FROM (${MINERS_OVERDUE}) AS due WHERE NOT hotkey = ANY ($2::text[]) ORDER BY overdue DESC, hotkey LIMIT $3`,
      [iso(now), except, most]
    )
    return yield* Effect.orDie(Schema.decodeUnknown(Schema.Array(DueMiner))(rows))
  })

/** The number of overdue issues and miners. */
export const waiting = (now: number, every: Duration.Duration) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient
    const rows = yield* sql.unsafe(
      `SELECT (SELECT count(*) FROM (${issuesOverdue(every)}) AS issues)::integer AS issues, (SELECT count(*) FROM (${MINERS_OVERDUE}) AS miners)::integer AS miners`,
      [iso(now)]
    )
    const [counts] = yield* Effect.orDie(Schema.decodeUnknown(Counts)(rows))
    return counts
  })

const Counts = Schema.Tuple(Schema.Struct({ issues: Schema.Int, miners: Schema.Int }))
