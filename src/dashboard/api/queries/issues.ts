/** Issues, votes, attestations and pull requests. */
import { SqlClient } from "@effect/sql/SqlClient"
import type { Fragment } from "@effect/sql/Statement"
import { Effect, Option } from "effect"
import { lengthAt } from "../../../layers/storage/database/schema/expressions.ts"
import { issueWords } from "../../../layers/storage/database/schema/issueWords.ts"
import { PREPARED } from "../../../layers/storage/database/schema/prepared.ts"
import {
  Attestation,
  type AttestationQuery,
  DetailOnGitHub,
  Issue,
  IssueDetail,
  type IssueQuery,
  OnGitHub,
  PullRequest,
  type PullRequestQuery,
  Suggestion,
  type SuggestionQuery,
  Vote,
  type VoteQuery,
  WrittenComment
} from "../definition/issues.ts"
import { type WithBitmaps, withUids } from "./bitmap.ts"
import { newestFirst, type Order, oldestFirst } from "./cursor.ts"
import { arrayOf, callOf, competitorOf, issueOf, minerAt, minerOf, momentOf, object, objectOf, rowOf, selectOf } from "./expressions.ts"
import { field, STANDING_QUERY } from "./field.ts"
import { paymentColumns } from "./money.ts"
import { standingVotes, totalWeightOf, type Unsettled, weightOfVote, withOutcome } from "./outcome.ts"
import { first, hotkeyOf, listBy, ofMiner, page, same, when } from "./read.ts"

const issueFields = {
  reason: "i.reason",
  competition: `(SELECT ${object({
    id: "c.id",
    a: competitorOf("c.a_hotkey"),
    b: competitorOf("c.b_hotkey"),
    submissionsFrom: momentOf("c.submissions_from"),
    deadline: momentOf("c.deadline")
  })} FROM competitions c WHERE c.id = i.competition)`
}

/** Miners that a choice names: both of a pair, the solver, or the one with an early submission. */
const NAMED_MINERS = `(SELECT coalesce(json_agg(x.miner), '[]') FROM (
    SELECT ${minerAt("h.hotkey", "v.block")} AS miner
    FROM unnest(ARRAY[v.choice -> 'a' ->> 'hotkey', v.choice -> 'b' ->> 'hotkey', v.choice ->> 'hotkey', v.choice -> 'reason' ->> 'hotkey']) h(hotkey)
  ) x WHERE x.miner IS NOT NULL)`

/** Selects from `votes v`. */
export const voteColumns = selectOf(Vote, "v", {
  call: callOf("v.block", "v.event"),
  named: NAMED_MINERS,
  weight: weightOfVote("v"),
  totalWeight: totalWeightOf("v")
})

/** Selects from `pull_requests p`. */
export const pullRequestColumns = selectOf(PullRequest, "p", { issue: issueOf("p.issue") })

const attestationColumns = selectOf(Attestation, "t", { call: callOf("t.block", "t.event") })

/** The UID's holder at the round's latest attestation. */
const holder = "(SELECT r.hotkey FROM registrations r WHERE r.uid = s.uid AND r.held_from <= s.at ORDER BY r.held_from DESC LIMIT 1)"

/** The round of an issue's latest attestation, and its first block. Round numbers can repeat; this is the latest round with the number. */
const LATEST_ROUND = `SELECT latest.round, latest.round * coalesce(${lengthAt("latest.block")}, 0) AS start, coalesce((latest.round + 1) * ${lengthAt("latest.block")}, latest.block + 1) AS until
  FROM (SELECT t.round, t.block FROM attestations t WHERE t.issue = i.id ORDER BY t.block DESC, t.event DESC LIMIT 1) latest`

const enrolment = `(SELECT (${STANDING_QUERY} SELECT ${object<NonNullable<IssueDetail["enrolment"]>>({
  round: "l.round",
  validators: "(SELECT count(*) FROM here)",
  miners: `(SELECT coalesce(json_agg(${object({
    uid: "s.uid",
    miner: minerOf(holder),
    enrolledBy: "s.enrolled_by",
    skippedBy: "s.skipped_by"
  })} ORDER BY s.uid), '[]') FROM (
    SELECT u AS uid, max(t.block) AS at, count(*) FILTER (WHERE get_bit(t.enrolled, u) = 1) AS enrolled_by,
      count(*) FILTER (WHERE get_bit(t.skipped, u) = 1) AS skipped_by
    FROM here t CROSS JOIN generate_series(0, 255) u
    WHERE get_bit(t.enrolled, u) = 1 OR get_bit(t.skipped, u) = 1 GROUP BY u) s)`,
  field
})}) FROM (${LATEST_ROUND}) l)`

const issueColumns = selectOf(Issue, "i", { ...issueFields, github: objectOf(OnGitHub, "i", {}) })

const issueDetailColumns = selectOf(IssueDetail, "i", {
  ...issueFields,
  github: objectOf(DetailOnGitHub, "i", {}),
  enrolment,
  liveVotes: arrayOf(`SELECT ${voteColumns} FROM votes v WHERE v.issue = i.id AND v.ended_at IS NULL ORDER BY v.block, v.event LIMIT 500`),
  outcome: standingVotes,
  competitions:
    "(SELECT coalesce(json_agg(id), '[]') FROM (SELECT c.id FROM competitions c WHERE c.issue = i.id ORDER BY c.id DESC LIMIT 100) c)",
  pullRequests: arrayOf(
    `SELECT ${pullRequestColumns} FROM pull_requests p WHERE p.issue = i.id ORDER BY p.created_at DESC, p.number DESC LIMIT 100`
  ),
  paid: rowOf(
    `SELECT ${paymentColumns}
     FROM payouts o WHERE o.issue = i.id`
  ),
  comment: `(SELECT ${objectOf(WrittenComment, "w", { id: "w.comment" })} FROM chain n JOIN github_comments w ON w.chain = n.genesis_hash AND w.contract = n.contract
    WHERE w.issue = i.id AND w.comment IS NOT NULL AND w.written_at IS NOT NULL)`
})

type AttestationRow = WithBitmaps<typeof Attestation.Encoded>

const issueOrders: { readonly [Sort in (typeof IssueQuery.Type)["sort"]]: Order } = {
  newest: newestFirst("issues", ["i.id", "integer"]),
  oldest: oldestFirst("issues oldest", ["i.id", "integer"]),
  target: newestFirst("issues target", ["i.target", "numeric"], ["i.id", "integer"]),
  updated: newestFirst("issues updated", ["i.updated_at", "integer"], ["i.id", "integer"]),
  queue: oldestFirst("issues queue", ["i.queue_position", "integer"], ["i.id", "integer"])
}

/** A text search query that matches each word as a prefix. Only letters and digits remain, so the input cannot contain query syntax. */
const wordsOf = (search: string): string => (search.match(/[\p{L}\p{N}]+/gu) ?? []).map((word) => `'${word}':*`).join(" & ")

/** A miner's competition ids, as an array so that Postgres uses both indexes. */
export const competitionsOf = (sql: SqlClient, miner: string): Fragment =>
  sql`ARRAY(SELECT id FROM competitions WHERE a_hotkey = ${hotkeyOf(sql, miner)} UNION ALL SELECT id FROM competitions WHERE b_hotkey = ${hotkeyOf(sql, miner)})`

/** Whether an issue belongs to a repository (case-insensitive). */
export const isOf = (sql: SqlClient, repository: string): Fragment => sql`lower(i.repository) = lower(${repository})`
export const hasWords = (sql: SqlClient, search: string): Fragment =>
  sql`${sql.literal(issueWords("i."))} @@ to_tsquery('simple', ${wordsOf(search)})`

export const listIssues = listBy<typeof Issue.Encoded, typeof IssueQuery.Type>((sql, query) => ({
  columns: issueColumns,
  from: "issues i",
  where: [
    ...when(query.status, (status) => sql`i.status IN ${sql.in(status)}`),
    ...when(query.repository, (repository) => isOf(sql, repository)),
    ...when(query.label, (name) => sql`i.labels @> ${JSON.stringify([{ name }])}::jsonb`),
    ...when(query.language, (languages) => sql`lower(i.language) IN ${sql.in(languages.map((one) => one.toLowerCase()))}`),
    ...when(query.search, (search) => hasWords(sql, search)),
    ...when(query.competitor, (hotkey) => sql`i.competition = ANY(${competitionsOf(sql, hotkey)})`),
    ...(query.sort === "queue" ? [sql`i.queue_position IS NOT NULL`] : [])
  ],
  order: issueOrders[query.sort]
}))

export const findIssue = (id: number) =>
  Effect.flatMap(SqlClient, (sql) =>
    first(
      sql<
        Unsettled<typeof IssueDetail.Encoded>
      >`${sql.literal(PREPARED)} SELECT ${sql.literal(issueDetailColumns)} FROM issues i WHERE i.id = ${id}`
    )
  ).pipe(Effect.map(Option.map(withOutcome)))

const voteOrders = {
  newest: newestFirst("votes", ["v.block", "integer"], ["v.event", "integer"]),
  oldest: oldestFirst("votes oldest", ["v.block", "integer"], ["v.event", "integer"])
}

export const listVotes = listBy<typeof Vote.Encoded, typeof VoteQuery.Type>((sql, query) => ({
  columns: voteColumns,
  from: "votes v",
  where: [
    ...same(sql, "v", query, "issue", "competition", "validator", "kind"),
    ...when(query.live, (live) => sql`v.ended_at ${sql.literal(live ? "IS NULL" : "IS NOT NULL")}`)
  ],
  order: voteOrders[query.sort]
}))

export const listAttestations = (query: typeof AttestationQuery.Type) =>
  Effect.flatMap(SqlClient, (sql) =>
    page<AttestationRow>({
      columns: attestationColumns,
      from: "attestations t",
      where: [
        ...same(sql, "t", query, "issue", "round", "validator"),
        ...when(query.uid, (uid) => sql`(get_bit(t.enrolled, ${uid}) = 1 OR get_bit(t.skipped, ${uid}) = 1)`)
      ],
      order: newestFirst("attestations", ["t.block", "integer"], ["t.event", "integer"]),
      paging: query
    })
  ).pipe(Effect.map(({ items, next }) => ({ items: items.map(withUids), next })))

export const listPullRequests = listBy<typeof PullRequest.Encoded, typeof PullRequestQuery.Type>((sql, query) => ({
  columns: pullRequestColumns,
  from: "pull_requests p",
  where: [...same(sql, "p", query, "issue", "competition", "state"), ...ofMiner(sql, "p", query)],
  order: newestFirst(
    "pull requests",
    ["p.created_at", "timestamptz"],
    ["p.issue", "integer"],
    ["p.number", "bigint"],
    ["p.repository", "text"]
  )
}))

const suggestionColumns = selectOf(Suggestion, "s", {})

/** Suggestions in the order of `gittensor owner suggest`, without issues registered since. */
export const listSuggestions = listBy<typeof Suggestion.Encoded, typeof SuggestionQuery.Type>((sql, query) => ({
  columns: suggestionColumns,
  from: "suggestions s",
  where: [
    // An index lookup for each of a few rows, where NOT EXISTS would scan all issues.
    sql`(SELECT i.id FROM issues i WHERE lower(i.repository) = lower(s.repository) AND i.number = s.number LIMIT 1) IS NULL`,
    ...when(query.repository, (repository) => sql`lower(s.repository) = lower(${repository})`)
  ],
  order: oldestFirst(
    "suggestions",
    ["-s.points", "integer"],
    ["s.opened_at", "timestamptz"],
    ["s.repository", "text"],
    ["s.number", "bigint"]
  )
}))
