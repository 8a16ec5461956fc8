/** Miners with rank, rating and recent activity. */
import { SqlClient } from "@effect/sql/SqlClient"
import { Effect, Option, Schema } from "effect"
import { PREPARED } from "../../../layers/storage/database/schema/prepared.ts"
import {
  type LeaderboardQuery,
  Link,
  Miner,
  MinerDetail,
  MinerOnGitHub,
  type MinerQuery,
  Ranked,
  Registration,
  type RegistrationQuery,
  Score,
  type ScoreQuery
} from "../definition/miners.ts"
import type { Page } from "../definition/values.ts"
import { withUids } from "./bitmap.ts"
import { type CompetitionRow, competitionColumns, formOf, latestOf, ratingColumns, sameAccountAs, streakOf } from "./competitions.ts"
import { newestFirst, type Order } from "./cursor.ts"
import { arrayOf, isRated, loginOf, moment, momentOf, objectOf, points, selectOf, unlessNull } from "./expressions.ts"
import { pullRequestColumns } from "./issues.ts"
import { collateralColumns, payoutColumns } from "./money.ts"
import { first, hotkeyOf, listBy, ofMiner, page, same, when } from "./read.ts"

const minerFields = {
  enrolledAt: moment("n.enrolled_at"),
  lastMatchAt: `(SELECT ${momentOf("c.ended_at")} FROM ${latestOf("n.hotkey", "status <> 'Running'", 1)})`,
  github: unlessNull("n.github_account", objectOf(MinerOnGitHub, "n", { account: "n.github_account" })),
  rating: unlessNull("n.enrolled_at", points("n.rating"))
}

const registrationColumns = selectOf(Registration, "r", { login: loginOf("r.hotkey") })

const scoreColumns = selectOf(Score, "s", {})

const linkColumns = selectOf(Link, "l", {})

const detailColumns = selectOf(MinerDetail, "n", {
  ...minerFields,
  rank: `CASE WHEN n.uid IS NOT NULL AND ${isRated("n")} THEN
    (SELECT count(*) + 1 FROM miners o WHERE o.uid IS NOT NULL AND ${isRated("o")} AND (o.rating, o.hotkey) > (n.rating, n.hotkey)) END`,
  form: formOf("n.hotkey"),
  streak: streakOf("n.hotkey"),
  running: arrayOf(`SELECT ${competitionColumns} FROM ${latestOf("n.hotkey", "status = 'Running'", 100)}`),
  recent: arrayOf(`SELECT ${competitionColumns} FROM ${latestOf("n.hotkey", "status <> 'Running'", 10)}`),
  ratings: arrayOf(
    `SELECT ${ratingColumns} FROM ratings g WHERE g.hotkey = n.hotkey ORDER BY g.block DESC, g.cause DESC, g.competition DESC LIMIT 60`
  ),
  payouts: arrayOf(`SELECT ${payoutColumns} FROM payouts o WHERE o.hotkey = n.hotkey ORDER BY o.block DESC, o.event DESC LIMIT 10`),
  collateral: arrayOf(
    `SELECT ${collateralColumns} FROM collateral_flows f WHERE f.hotkey = n.hotkey ORDER BY f.block DESC, f.event DESC LIMIT 10`
  ),
  pullRequests: arrayOf(`SELECT ${pullRequestColumns} FROM pull_requests p WHERE p.hotkey = n.hotkey ORDER BY p.created_at DESC LIMIT 10`),
  registrations: arrayOf(`SELECT ${registrationColumns} FROM registrations r WHERE r.hotkey = n.hotkey ORDER BY r.held_from DESC LIMIT 20`),
  links: arrayOf(`SELECT ${linkColumns} FROM github_links l WHERE l.hotkey = n.hotkey ORDER BY l.linked_at DESC LIMIT 20`),
  sameAccount: sameAccountAs("n"),
  scores: arrayOf(`SELECT ${scoreColumns} FROM scores s WHERE s.hotkey = n.hotkey ORDER BY s.epoch DESC, s.repository LIMIT 50`)
})

const minerColumns = selectOf(Miner, "n", minerFields)
type DetailRow = Omit<typeof MinerDetail.Encoded, "running" | "recent"> & {
  readonly running: ReadonlyArray<CompetitionRow>
  readonly recent: ReadonlyArray<CompetitionRow>
}

/** Sort key: rated miners by rating, then enrolled ones, then others. */
const strength = (miner: string): string =>
  `(CASE WHEN ${miner}.rated_games > 0 THEN coalesce(${miner}.rating, -1) WHEN ${miner}.enrolled_at IS NOT NULL THEN -1 ELSE -2 END)`

const byRating = newestFirst("miners", [strength("n"), "integer"], ["n.hotkey", "text"])

const orders: { readonly [Sort in (typeof MinerQuery.Type)["sort"]]: Order } = {
  rating: byRating,
  earned: newestFirst("miners earned", ["n.earned", "numeric"], ["n.hotkey", "text"]),
  won: newestFirst("miners won", ["n.won", "integer"], ["n.hotkey", "text"]),
  newest: newestFirst("miners newest", ["n.first_seen_at", "integer"], ["n.hotkey", "text"])
}

const isRegistered = (registered: boolean): string => (registered ? "n.uid IS NOT NULL" : "n.uid IS NULL")

export const listMiners = listBy<typeof Miner.Encoded, typeof MinerQuery.Type>((sql, query) => ({
  columns: minerColumns,
  from: "miners n",
  where: [
    ...when(query.registered, (registered) => sql.literal(isRegistered(registered))),
    ...when(query.enrolled, (enrolled) => sql.literal(`n.enrolled_at IS ${enrolled ? "NOT NULL" : "NULL"}`)),
    ...when(query.rated, (rated) => sql.literal(rated ? isRated("n") : `NOT (${isRated("n")})`)),
    ...same(sql, "n", query, "eligible", "provisional", "coldkey", "uid"),
    ...when(query.login, (login) => sql`lower(n.github_login) = lower(${login}) AND n.github_proven`),
    ...when(
      query.search,
      (search) =>
        sql`(starts_with(n.hotkey, ${search}) OR starts_with(n.coldkey, ${search}) OR n.github_proven AND starts_with(lower(n.github_login), lower(${search})))`
    )
  ],
  order: orders[query.sort]
}))

export const findMiner = (hotkey: string) =>
  Effect.flatMap(SqlClient, (sql) =>
    Effect.map(
      first(
        sql<DetailRow>`${sql.literal(PREPARED)} SELECT ${sql.literal(detailColumns)} FROM miners n WHERE n.hotkey = ${hotkeyOf(sql, hotkey)}`
      ),
      Option.map((row) => ({ ...row, running: row.running.map(withUids), recent: row.recent.map(withUids) }))
    )
  )

const { form, streak } = Ranked.fields
const Unranked = Schema.Struct({ ...Miner.fields, form, streak })
type Unranked = typeof Unranked.Encoded
const unrankedColumns = selectOf(Unranked, "n", { ...minerFields, form: formOf("n.hotkey"), streak: streakOf("n.hotkey") })

/** Miners with a rated game, by rating. Ranks are counted from the page's first miner. */
export const leaderboard = (query: typeof LeaderboardQuery.Type) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient
    const among = [sql.literal(isRated("n")), ...when(query.registered, (registered) => sql.literal(isRegistered(registered)))]
    const { items, next } = yield* page<Unranked>({
      columns: unrankedColumns,
      from: "miners n",
      where: among,
      order: { ...byRating, name: "leaderboard" },
      paging: query
    })
    const [best] = items
    if (best === undefined) return { items: [], next } satisfies Page<typeof Ranked.Encoded>
    const position = yield* first(
      sql<{
        readonly before: number
      }>`SELECT count(*) AS before FROM miners n, miners first
        WHERE first.hotkey = ${best.hotkey} AND ${sql.and(among)}
          AND (${sql.literal(strength("n"))}, n.hotkey) > (${sql.literal(strength("first"))}, first.hotkey)`
    )
    const before = Option.match(position, { onNone: () => 0, onSome: (found) => found.before })
    return { items: items.map((miner, index) => ({ rank: before + index + 1, ...miner })), next } satisfies Page<typeof Ranked.Encoded>
  })

export const listRegistrations = listBy<typeof Registration.Encoded, typeof RegistrationQuery.Type>((sql, query) => ({
  columns: registrationColumns,
  from: "registrations r",
  where: [...ofMiner(sql, "r", query), ...same(sql, "r", query, "uid")],
  order: newestFirst("registrations", ["r.held_from", "integer"], ["r.uid", "integer"])
}))

export const listScores = listBy<typeof Score.Encoded, typeof ScoreQuery.Type>((sql, query) => ({
  columns: scoreColumns,
  from: "scores s",
  where: [
    ...same(sql, "s", query, "epoch"),
    ...ofMiner(sql, "s", query),
    ...when(query.repository, (repository) => sql`lower(s.repository) = lower(${repository})`)
  ],
  order: newestFirst("scores", ["s.epoch", "bigint"], ["s.hotkey", "text"], ["s.repository", "text"])
}))
