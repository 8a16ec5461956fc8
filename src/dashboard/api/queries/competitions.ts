/** Competitions with their votes, pull requests, steps and rating changes. */
import { SqlClient } from "@effect/sql/SqlClient"
import { Effect, Option, Struct } from "effect"
import { expectedScorePpm } from "../../../elo/expectedScore.ts"
import { defaultRatingRules } from "../../../elo/RatingRules.ts"
import { PREPARED } from "../../../layers/storage/database/schema/prepared.ts"
import { LONGEST_RUN } from "../../../story/results.ts"
import type { Pace } from "../../../story/time.ts"
import {
  Competition,
  CompetitionDetail,
  type CompetitionQuery,
  type Competitor,
  type Crosstable,
  type HeadToHead,
  type HeadToHeadQuery,
  type ListedCompetition,
  MinerRecord,
  RatingChange,
  type RatingQuery,
  SameAccount
} from "../definition/competitions.ts"
import { MOST_PLAYS, type PlayQuery } from "../definition/plays.ts"
import { type WithBitmaps, withUids } from "./bitmap.ts"
import { newestFirst, oldestFirst } from "./cursor.ts"
import { expectedIn, paceNow } from "./expected.ts"
import {
  arrayOf,
  inMatch,
  issueOf,
  loginAt,
  minerOf,
  momentOf,
  object,
  objectOf,
  points,
  rao,
  rowOf,
  select,
  selectOf,
  shareOf,
  unlessNull
} from "./expressions.ts"
import { competitionsOf, hasWords, isOf, pullRequestColumns, voteColumns } from "./issues.ts"
import { LATEST_CONFIG, paymentColumns, withinBlocks } from "./money.ts"
import { standingVotes, type Unsettled, waitBy, withOutcome } from "./outcome.ts"
import { askedPlays, commented, pageOfPlays, playsOf, progressOf, pullRequestsOfMatch, type Uncommented } from "./plays.ts"
import { first, hotkeyOf, listBy, ofMiner, onlyRow, page, same, when } from "./read.ts"

/** Whether a miner's rating was provisional right after a block. Stops counting games at the limit. */
const provisionalAt = (hotkey: string, block: string): string =>
  `((SELECT count(*) FROM (SELECT FROM ratings h WHERE h.hotkey = ${hotkey} AND h.block > ${block} - ${defaultRatingRules.window} AND h.block <= ${block}
    AND h.k IS NOT NULL LIMIT ${defaultRatingRules.earlyGames}) games) < ${defaultRatingRules.earlyGames})`

const competitor = (side: "a" | "b") =>
  object<Competitor>({
    uid: `c.${side}_uid`,
    hotkey: `c.${side}_hotkey`,
    coldkey: `c.${side}_coldkey`,
    payee: `c.${side}_payee`,
    login: inMatch(`c.${side}_hotkey`, "github_login"),
    avatar: inMatch(`c.${side}_hotkey`, "github_avatar"),
    rating: points(`c.${side}_rating`),
    provisional: provisionalAt(`c.${side}_hotkey`, "c.started_at"),
    expected: shareOf(`c.${side}_expected_ppm`),
    ratingAfter: points(`c.${side}_rating_after`)
  })

const competitionFields = {
  issue: issueOf("c.issue"),
  a: competitor("a"),
  b: competitor("b"),
  expiresFrom: `(SELECT ${momentOf("due.block")} FROM (
    SELECT c.outcome_until + 3 * ${waitBy("s.config", "c.challenge_period")} + 1 AS block FROM (SELECT ${LATEST_CONFIG} AS config) s
  ) due)`,
  bounty: `(SELECT ${rao("i.target")} FROM issues i WHERE i.id = c.issue)`,
  winner: "CASE c.winner WHEN 0 THEN 'a' WHEN 1 THEN 'b' END",
  reason: "c.reason"
}

/** Selects from `competitions c`. */
export const competitionColumns = selectOf(Competition, "c", competitionFields)

export type CompetitionRow = WithBitmaps<typeof Competition.Encoded>

/** Selects from `ratings g`. */
export const ratingColumns = selectOf(RatingChange, "g", {
  login: loginAt("g.hotkey", "g.block"),
  provisional: provisionalAt("g.hotkey", "g.block"),
  opponentLogin: loginAt("g.opponent", "g.block")
})

/** A miner's latest competitions that meet a condition, as `competitions c`. Uses the indexes of both sides. */
export const latestOf = (hotkey: string, condition: string, limit: number): string => {
  const side = (column: string) =>
    `(SELECT * FROM competitions WHERE ${column} = ${hotkey} AND ${condition} ORDER BY id DESC LIMIT ${limit})`
  return `(SELECT * FROM (${side("a_hotkey")} UNION ALL ${side("b_hotkey")}) both_sides ORDER BY id DESC LIMIT ${limit}) c`
}

const decidedCompetitions = (hotkey: string, limit: number): string => latestOf(hotkey, "status IN ('Won', 'Expired', 'Unsolved')", limit)

/** The result of a `decidedCompetitions` competition for the miner. */
const resultFor = (hotkey: string): string =>
  `CASE WHEN c.status <> 'Won' THEN 'expired' WHEN (c.winner = 0) = (c.a_hotkey = ${hotkey}) THEN 'won' ELSE 'lost' END`

/** The results of a miner's last five competitions, newest first. */
export const formOf = (hotkey: string): string =>
  `(SELECT coalesce(json_agg(${resultFor(hotkey)} ORDER BY c.id DESC), '[]') FROM ${decidedCompetitions(hotkey, 5)})`

/** Length of the miner's current streak: latest results equal to the newest one. */
export const streakOf = (hotkey: string): string =>
  `(SELECT coalesce(min(place) FILTER (WHERE result <> newest) - 1, count(*)) FROM (
    SELECT ${resultFor(hotkey)} AS result, row_number() OVER latest AS place, first_value(${resultFor(hotkey)}) OVER latest AS newest
    FROM ${decidedCompetitions(hotkey, LONGEST_RUN)} WINDOW latest AS (ORDER BY c.id DESC)
  ) results)`

/** The other hotkeys of the proven GitHub account of a row of `miners`. */
export const sameAccountAs = (miner: string): string =>
  arrayOf(
    `SELECT ${selectOf(SameAccount, "o", {
      hotkey: "o.hotkey",
      uid: "o.uid",
      linkedAt: momentOf("l.first"),
      proven: `(o.github_proven AND o.github_account = ${miner}.github_account) IS TRUE`,
      rating: unlessNull("o.enrolled_at", points("o.rating"))
    })} FROM (
      WITH linked AS MATERIALIZED (
        SELECT hotkey, linked_at FROM github_links WHERE account = CASE WHEN ${miner}.github_proven THEN ${miner}.github_account END
      )
      SELECT hotkey, min(linked_at) AS first FROM linked WHERE hotkey <> ${miner}.hotkey
      GROUP BY hotkey ORDER BY first, hotkey COLLATE "C" LIMIT 20
    ) l JOIN miners o ON o.hotkey = l.hotkey ORDER BY l.first, o.hotkey COLLATE "C"`
  )

const recordOf = (hotkey: string): string =>
  `(SELECT ${objectOf(MinerRecord, "n", {
    miner: minerOf("n.hotkey"),
    rating: unlessNull("n.enrolled_at", points("n.rating")),
    earned: rao("n.earned"),
    form: formOf("n.hotkey"),
    sameAccount: sameAccountAs("n")
  })} FROM miners n WHERE n.hotkey = ${hotkey})`

const pairIs = (table: string, a: string, b: string) =>
  `least(${table}.a_hotkey, ${table}.b_hotkey) = least(${a}, ${b}) AND greatest(${table}.a_hotkey, ${table}.b_hotkey) = greatest(${a}, ${b})`

const crosstable = (a: string, b: string): string =>
  `(SELECT ${object<Crosstable>({
    aWon: `count(*) FILTER (WHERE (x.winner = 0 AND x.a_hotkey = ${a}) OR (x.winner = 1 AND x.b_hotkey = ${a}))`,
    bWon: `count(*) FILTER (WHERE (x.winner = 0 AND x.a_hotkey = ${b}) OR (x.winner = 1 AND x.b_hotkey = ${b}))`,
    expired: "count(*) FILTER (WHERE x.status IN ('Expired', 'Unsolved'))",
    void: "count(*) FILTER (WHERE x.status = 'Void')",
    running: "count(*) FILTER (WHERE x.status = 'Running')"
  })} FROM competitions x WHERE ${pairIs("x", a, b)})`

const step = select<CompetitionDetail["steps"][number]>({
  at: momentOf("s.block"),
  event: "s.index",
  name: "s.name",
  fields: "s.fields",
  call: unlessNull("s.extrinsic", object({ extrinsic: "s.extrinsic", position: "s.call_position" }))
})

/** At most 50 of each competitor, merged ones first, then the newest: one competitor's many cannot displace the other's. */
const pullRequests = arrayOf(
  `SELECT ${pullRequestColumns} FROM (
    SELECT p.*, row_number() OVER (PARTITION BY hotkey ORDER BY state <> 'merged', created_at DESC, number DESC) AS rank FROM ${pullRequestsOfMatch("c")}
  ) p WHERE p.rank <= 50 ORDER BY p.created_at DESC, p.number DESC`
)

const votes = arrayOf(
  `SELECT ${voteColumns} FROM (SELECT * FROM votes w WHERE w.competition = c.id ORDER BY w.block DESC, w.event DESC LIMIT 500) v ORDER BY v.block, v.event`
)

/** Of what a running match's lead and odds are made. */
const PROGRESS = ["pullRequests", "plays", "votes"] as const

const detailColumns = selectOf({ fields: Struct.omit(CompetitionDetail.fields, "lead", "odds", "expected", "earlierPlays") }, "c", {
  ...competitionFields,
  records: object({ a: recordOf("c.a_hotkey"), b: recordOf("c.b_hotkey") }),
  meetings: crosstable("c.a_hotkey", "c.b_hotkey"),
  votes,
  pullRequests,
  plays: playsOf("c"),
  steps: arrayOf(
    `SELECT ${step} FROM events s WHERE s.fields ? 'competition' AND s.fields ->> 'competition' = c.id::text AND s.name <> 'OutcomeVoted'
     ORDER BY s.block, s.index LIMIT 200`
  ),
  ratings: arrayOf(`SELECT ${ratingColumns} FROM ratings g WHERE g.competition = c.id ORDER BY g.block, g.hotkey LIMIT 100`),
  paid: rowOf(
    `SELECT ${paymentColumns}
     FROM payouts o WHERE o.issue = c.issue AND o.competition = c.id`
  ),
  outcome: `(SELECT ${standingVotes} FROM issues i WHERE i.id = c.issue AND i.competition = c.id)`
})

const orders = {
  newest: newestFirst("competitions", ["c.id", "integer"]),
  oldest: oldestFirst("competitions oldest", ["c.id", "integer"])
}

const runs = (shown: string): string => `CASE WHEN c.status = 'Running' THEN ${shown} ELSE '[]' END`

const listedColumns = selectOf({ fields: { ...Competition.fields, ...Struct.pick(CompetitionDetail.fields, ...PROGRESS) } }, "c", {
  ...competitionFields,
  pullRequests: runs(pullRequests),
  plays: runs(playsOf("c")),
  votes: runs(votes)
})

type ListedRow = CompetitionRow & Pick<typeof CompetitionDetail.Encoded, (typeof PROGRESS)[number]>

/** Estimates of the dates that are not reached yet. */
const datesOf = (match: Pick<CompetitionRow, "submissionsFrom" | "deadline" | "expiresFrom">, pace: Pace | null) => ({
  submissionsFrom: expectedIn(match.submissionsFrom, pace),
  deadline: expectedIn(match.deadline, pace),
  expiresFrom: expectedIn(match.expiresFrom, pace)
})

export const listCompetitions = (query: typeof CompetitionQuery.Type) =>
  Effect.flatMap(SqlClient, (sql) =>
    page<ListedRow & { readonly head: number }>({
      columns: `${listedColumns}, (SELECT max(number) FROM blocks) AS head`,
      from: "competitions c",
      where: [
        ...when(query.status, (status) => sql`c.status IN ${sql.in(status)}`),
        ...same(sql, "c", query, "issue"),
        ...when(query.miner, (hotkey) => sql`c.id = ANY(${competitionsOf(sql, hotkey)})`),
        ...[...when(query.repository, (repository) => isOf(sql, repository)), ...when(query.search, (search) => hasWords(sql, search))].map(
          (issue) => sql`c.issue = ANY(ARRAY(SELECT i.id FROM issues i WHERE ${issue}))`
        )
      ],
      order: orders[query.sort],
      paging: query
    })
  ).pipe(
    Effect.zipWith(paceNow, ({ items, next }, pace) => ({
      items: items.map((row): typeof ListedCompetition.Encoded => {
        const { head, plays, votes: cast, ...shown } = withUids(row)
        return {
          ...shown,
          expected: datesOf(shown, pace),
          ...(shown.status === "Running" ? progressOf({ ...shown, plays, votes: cast }, head) : { lead: null, odds: null })
        }
      }),
      next
    }))
  )

const findWith = (mostPlays: number) => (id: number) =>
  Effect.flatMap(SqlClient, (sql) =>
    first(
      sql<
        WithBitmaps<Unsettled<Uncommented>> & { readonly head: number }
      >`${sql.literal(PREPARED)} SELECT ${sql.literal(detailColumns)}, (SELECT max(number) FROM blocks) AS head FROM competitions c WHERE c.id = ${id}`
    )
  ).pipe(
    Effect.zipWith(paceNow, (found, pace) =>
      Option.map(found, ({ head, ...one }) => ({
        ...commented(withOutcome(withUids(one)), head, mostPlays),
        expected: datesOf(one, pace)
      }))
    )
  )

export const findCompetition = findWith(MOST_PLAYS)

/** The same with all plays, which both sides' progress is computed from: a limited number might leave out findings about one side. */
export const findWholeCompetition = findWith(Number.POSITIVE_INFINITY)

const playedColumns = selectOf({ fields: Struct.pick(CompetitionDetail.fields, "a", "b", "deadline", "pullRequests") }, "c", {
  ...Struct.pick(competitionFields, "a", "b"),
  pullRequests
})

/** A page of plays of both competitors' pull requests; none if there is no such competition. */
export const listPlays = (id: number, query: typeof PlayQuery.Type) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient
    const plays = yield* askedPlays(query)
    const found = yield* first(
      sql<Parameters<typeof pageOfPlays>[0]>`${sql.literal(PREPARED)} SELECT ${sql.literal(playedColumns)}, ${plays} AS plays
        FROM competitions c WHERE c.id = ${id}`
    )
    return Option.map(found, (one) => pageOfPlays(one, query))
  })

interface BothMiners {
  readonly a: MinerRecord | null
  readonly b: MinerRecord | null
  readonly meetings: Crosstable
}
const bothColumns = select<BothMiners>({ a: recordOf("q.a"), b: recordOf("q.b"), meetings: crosstable("q.a", "q.b") })

const expected = (a: MinerRecord, b: MinerRecord): HeadToHead["expected"] => {
  if (a.rating === null || b.rating === null) return null
  const ppm = expectedScorePpm(Math.round(a.rating * 1000), Math.round(b.rating * 1000))
  return { a: ppm / 1e6, b: (1_000_000 - ppm) / 1e6 }
}

/** Both miners and a page of their competitions against each other; none if either is unknown. */
export const headToHead = (query: typeof HeadToHeadQuery.Type) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient
    const { a, b, meetings } = yield* onlyRow(
      sql<BothMiners>`SELECT ${sql.literal(bothColumns)} FROM (SELECT ${hotkeyOf(sql, query.a)} AS a, ${hotkeyOf(sql, query.b)} AS b) q`
    )
    if (a === null || b === null) return Option.none()
    const [hotkeyA, hotkeyB] = [a.miner.hotkey, b.miner.hotkey]
    const { items, next } = yield* page<CompetitionRow>({
      columns: competitionColumns,
      from: "competitions c",
      where: [
        sql`least(c.a_hotkey, c.b_hotkey) = least(${hotkeyA}::text, ${hotkeyB}::text)`,
        sql`greatest(c.a_hotkey, c.b_hotkey) = greatest(${hotkeyA}::text, ${hotkeyB}::text)`
      ],
      order: newestFirst("meetings", ["c.id", "integer"]),
      paging: query
    })
    return Option.some<typeof HeadToHead.Encoded>({ a, b, expected: expected(a, b), meetings, items: items.map(withUids), next })
  })

export const listRatings = listBy<typeof RatingChange.Encoded, typeof RatingQuery.Type>((sql, query) => ({
  columns: ratingColumns,
  from: "ratings g",
  where: [...ofMiner(sql, "g", query), ...same(sql, "g", query, "competition"), ...withinBlocks(sql, "g.block", query)],
  order: newestFirst(
    "ratings",
    ["g.block", "integer"],
    ["g.hotkey", "text"],
    ["g.cause", "text"],
    ["coalesce(g.competition, 0)", "integer"]
  )
}))
