/** Records of the comments that this index wrote on GitHub. The chain does not contain them, so they survive a rebuild of the index. */
import { SqlClient } from "@effect/sql/SqlClient"
import { Effect } from "effect"
import { MATCH_OF_PLAY } from "../api/queries/plays.ts"
import { followedWhere } from "../indexer/refresh/plays.ts"
import { type Fields, fieldsIn, insertWhole } from "../indexer/rows.ts"
import type { Commenter } from "./text.ts"

type Stored = Omit<Fields<"github_comments">, "chain" | "contract">

export interface CommentRecord extends Omit<Stored, "writtenAt" | "sentAt"> {
  readonly writtenAt: Date | null
  /** When a create request without a known response was sent, which may have written the comment; null: no such request. */
  readonly sentAt: Date | null
}

type Origin = Pick<Commenter, "chain" | "contract">

export const findRecord = ({ chain, contract }: Origin, issue: number) =>
  Effect.flatMap(
    SqlClient,
    (sql) => sql<CommentRecord>`
      SELECT ${sql.literal(fieldsIn("github_comments"))} FROM github_comments WHERE chain = ${chain} AND contract = ${contract} AND issue = ${issue}`
  ).pipe(Effect.map(([found]) => found))

const millis = (at: Date | null) => at?.getTime() ?? null

export const storeRecord = (origin: Origin, record: CommentRecord) =>
  insertWhole(
    "github_comments",
    [{ ...record, chain: origin.chain, contract: origin.contract, writtenAt: millis(record.writtenAt), sentAt: millis(record.sentAt) }],
    ["chain", "contract", "issue"]
  )

/** How long an ended issue may still get its last text. */
const ENDED_FOR = "14 days"

/** Issues whose comments may need a change: unfinished ones, and recently ended ones with a comment. */
export const commentedIssues = ({ chain, contract }: Origin) =>
  Effect.flatMap(
    SqlClient,
    (sql) => sql<{ readonly id: number }>`
      SELECT i.id FROM issues i
      LEFT JOIN github_comments c ON c.chain = ${chain} AND c.contract = ${contract} AND c.issue = i.id
      WHERE i.status NOT IN ('Paid', 'Cancelled')
        OR c.issue IS NOT NULL AND i.updated_at >= (SELECT min(b.number) FROM blocks b WHERE b.time > now() - ${ENDED_FOR}::interval)
      ORDER BY i.id`
  ).pipe(Effect.map((rows) => rows.map(({ id }) => id)))

/** A competitor's pull request, with the match that its status describes. */
export interface CommentedPull {
  readonly repository: string
  readonly number: number
  readonly competition: number
}

/** Running matches, and those of recently ended issues. */
const lately = (sql: SqlClient) => sql`SELECT c.id FROM competitions c JOIN issues i ON i.id = c.issue
  WHERE c.status = 'Running' OR i.updated_at >= (SELECT min(b.number) FROM blocks b WHERE b.time > now() - ${ENDED_FOR}::interval)`

/** Pull requests of such matches, and earlier ones of a running match's competitors for the same issue. */
const isFollowed = (sql: SqlClient) => sql`(competition = ANY(ARRAY(${lately(sql)}))
  OR (issue, hotkey) IN (SELECT issue, unnest(ARRAY[a_hotkey, b_hotkey]) FROM competitions WHERE status = 'Running'))`

/**
 * Pull requests whose statuses may need a change: only the followed ones of each competitor, because hundreds would exhaust GitHub's rate limits. A status
 * describes the pull request's running match, or else its newest.
 */
export const commentedPulls = Effect.flatMap(
  SqlClient,
  (sql) => sql<CommentedPull>`
    SELECT DISTINCT ON (lower(p.repository), p.number) p.repository, p.number, c.id AS competition
    FROM ${followedWhere(sql, isFollowed(sql))} p JOIN competitions c ON c.id = ${sql.literal(MATCH_OF_PLAY)}
    ORDER BY lower(p.repository), p.number, (c.status = 'Running') DESC, c.id DESC`
)

/** Timestamp of the block of an issue's registration, in milliseconds since 1970. */
export const registeredAt = (issue: number) =>
  Effect.flatMap(
    SqlClient,
    (sql) => sql<{ readonly time: Date }>`SELECT b.time FROM issues i JOIN blocks b ON b.number = i.registered_at WHERE i.id = ${issue}`
  ).pipe(Effect.map(([found]) => found?.time.getTime() ?? 0))
