/** Plays of a competition's pull requests: events from GitHub, and validators' findings about their heads. */
import { SqlClient } from "@effect/sql/SqlClient"
import { Effect } from "effect"
import { PLAY_KINDS } from "../../../domain/Play.ts"
import { sideOf } from "../../../story/competitor.ts"
import { leadOf } from "../../../story/lead.ts"
import { oddsNow } from "../../../story/odds.ts"
import { type Commented, commentaryOf, tellPlay } from "../../../story/plays.ts"
import { plain } from "../../../story/sentence.ts"
import type { CompetitionDetail } from "../definition/competitions.ts"
import { type Play, type PlayQuery, PlayRow } from "../definition/plays.ts"
import * as Cursor from "./cursor.ts"
import { arrayOf, selectOf, timeOf } from "./expressions.ts"

const playColumns = selectOf(PlayRow, "y", {
  hotkey: "y.hotkey",
  kind: "y.kind",
  place: "y.place",
  validators: "y.validators",
  tests: "y.tests",
  seenAt: timeOf("y.seen_at")
})

/**
 * SQL for the pull requests of a match, as the table `p`. They include pull requests that its competitors opened for the same issue in an earlier match and that
 * were still open when this one started. Such a pull request counts as opened early unless it was opened before the earlier match's deadline. `OFFSET 0` keeps
 * Postgres from merging the subqueries, so it looks up each step's rows by index.
 */
export const pullRequestsOfMatch = (competition: string): string => `(
    SELECT * FROM pull_requests WHERE competition = ${competition}.id
    UNION ALL SELECT r.*
    FROM (SELECT id, deadline FROM competitions WHERE issue = ${competition}.issue AND id < ${competition}.id OFFSET 0) e
    CROSS JOIN LATERAL (SELECT * FROM pull_requests WHERE competition = e.id OFFSET 0) q
    CROSS JOIN LATERAL jsonb_populate_record(q::pull_requests, jsonb_build_object('early',
      q.early OR q.created_at > coalesce((SELECT date_trunc('second', time) FROM blocks WHERE number = e.deadline), 'infinity'))) r
    WHERE q.hotkey IN (${competition}.a_hotkey, ${competition}.b_hotkey)
      AND (q.state <> 'closed' OR q.closed_at >= (SELECT time FROM blocks WHERE number = ${competition}.started_at))
    OFFSET 0) p`

/** The match of a row `p` of pull requests: the author's running match for the issue, or else the one in which the pull request was opened. */
export const MATCH_OF_PLAY = `coalesce(
    (SELECT r.id FROM competitions r WHERE r.issue = p.issue AND r.status = 'Running' AND p.hotkey IN (r.a_hotkey, r.b_hotkey)), p.competition)`

const ofGitHub = (competition: string): string => `SELECT w.at, w.repository, w.number, p.hotkey, w.kind, w.by, w.commit, w.times, w.place,
    NULL::bigint AS validators, NULL::bigint AS tests, w.seen_at
  FROM ${pullRequestsOfMatch(competition)} CROSS JOIN LATERAL (
    SELECT * FROM plays o WHERE o.issue = p.issue AND o.repository = p.repository AND o.number = p.number OFFSET 0
  ) w`

/** The finding in one validator's record; null before the gate's result, and for failures that are not the miner's fault. */
const FINDING = `CASE
    WHEN r.verification IS NOT NULL THEN r.verification->>'verdict'
    WHEN (r.gate->>'passed')::boolean THEN 'gatePassed'
    WHEN r.state = 'rejected' AND coalesce(r.gate->>'fault', r.fault) = 'miner' THEN 'gateRejected'
  END`

const TEST_COUNT = "(r.verification->'failToPass'->>'count')::bigint + coalesce((r.verification->'own'->'failToPass'->>'count')::bigint, 0)"

/** Grouped by head and finding, with medians: no single validator determines the time or the number of tests. */
const ofValidators = (
  competition: string
): string => `SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY f.at) AS at, f.repository, f.number, f.hotkey, f.kind,
    NULL AS by, f.commit, 1 AS times, NULL::integer AS place, count(*) AS validators, percentile_disc(0.5) WITHIN GROUP (ORDER BY f.tests) AS tests,
    NULL::timestamptz AS seen_at
  FROM (
    SELECT r.at, p.repository, p.number, p.hotkey, r.commit, ${FINDING} AS kind, ${TEST_COUNT} AS tests
    FROM ${pullRequestsOfMatch(competition)} CROSS JOIN LATERAL (
      SELECT * FROM quality_records o
      WHERE o.issue = p.issue AND o.hotkey = p.hotkey AND lower(o.repository) = lower(p.repository) AND o.number = p.number OFFSET 0
    ) r
  ) f WHERE f.kind IS NOT NULL GROUP BY f.repository, f.number, f.hotkey, f.commit, f.kind`

const RANK = `array_position(ARRAY['${PLAY_KINDS.join("', '")}'], y.kind)`

/** By time, then kind, then pull request. */
const keys: Cursor.Order["keys"] = [
  ["y.at", "timestamptz"],
  [RANK, "integer"],
  ['y.repository COLLATE "C"', "text"],
  ["y.number", "bigint"],
  ["coalesce(y.place, 0)", "integer"],
  ["coalesce(y.commit, '') COLLATE \"C\"", "text"]
]

const orders = { newest: Cursor.newestFirst("plays", ...keys), oldest: Cursor.oldestFirst("plays oldest", ...keys) }

const columns = `${playColumns}, ${Cursor.keysOf(orders.newest)} AS "cursorKeys"`

const playsInOrder = (competition: string): string =>
  `FROM (${ofGitHub(competition)} UNION ALL ${ofValidators(competition)}) y ORDER BY ${Cursor.orderBy(orders.oldest)}`

/** All plays of a competition, oldest first: the lead follows from the first one on. */
export const playsOf = (competition: string): string => arrayOf(`SELECT ${columns} ${playsInOrder(competition)}`)

/** The same for competition `c`, with a flag on each play: whether the query asks for it, that is, whether it comes after the cursor. */
export const askedPlays = ({ cursor, sort }: typeof PlayQuery.Type) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient
    const isAsked = cursor === undefined ? sql.literal("true") : yield* Cursor.after(sql, orders[sort], cursor)
    return sql`(SELECT coalesce(json_agg(rows), '[]') FROM (SELECT ${sql.literal(columns)}, ${isAsked} AS "isAsked" ${sql.literal(playsInOrder("c"))}) rows)`
  })

type Detail = typeof CompetitionDetail.Encoded
type EncodedPlay = typeof Play.Encoded
type Row = typeof PlayRow.Encoded & { readonly cursorKeys: ReadonlyArray<string> }

/** A competition as its commentary needs it, with all plays. */
export interface CompetitionWithPlays extends Pick<Detail, "a" | "b" | "deadline" | "pullRequests"> {
  readonly plays: ReadonlyArray<Row>
}

/** A competition as the tables have it: plays without commentary. */
export type Uncommented = Omit<Detail, "plays" | "earlierPlays" | "lead" | "odds" | "expected"> & CompetitionWithPlays

/** Describes a play of this competition in a sentence. */
const tellerOf = ({ a, b, pullRequests }: CompetitionWithPlays) => {
  const loginOf = new Map([a, b].map(({ hotkey, login }) => [hotkey, login]))
  const earlyOf = new Map(pullRequests.map(({ repository, number, early }) => [`${repository}#${number}`, early]))
  return <P extends Row>({ play: { cursorKeys: _, ...play }, lead }: Pick<Commented<P>, "play" | "lead">): EncodedPlay => {
    const about = { login: loginOf.get(play.hotkey) ?? null, early: earlyOf.get(`${play.repository}#${play.number}`) ?? null }
    return { ...play, text: plain(tellPlay(play, about)), lead }
  }
}

const cursorAt = (order: Cursor.Order, steps: ReadonlyArray<Pick<Commented<Row>, "play">>, index: number): string | null => {
  const step = steps[index]
  return step === undefined ? null : Cursor.write(order, step.play.cursorKeys)
}

/** Who leads, and the odds at this block. */
export const progressOf = (found: Parameters<typeof sideOf>[0] & Parameters<typeof oddsNow>[0], block: number) => {
  const [ofA, ofB] = [sideOf(found, "a"), sideOf(found, "b")]
  return { lead: { ...leadOf(ofA, ofB), a: ofA.facts, b: ofB.facts }, odds: oddsNow(found, block) }
}

/** Describes the newest plays (at most `most`) in sentences, with changes of the lead, and the leader and the odds at this block. */
export const commented = (found: Uncommented, block: number, most: number): Omit<Detail, "expected"> => {
  const steps = commentaryOf(found)
  return {
    ...found,
    ...progressOf(found, block),
    plays: steps.slice(-most).map(tellerOf(found)),
    earlierPlays: steps.length > most ? cursorAt(orders.newest, steps, steps.length - most) : null
  }
}

export const pageOfPlays = (
  found: Omit<CompetitionWithPlays, "plays"> & { readonly plays: ReadonlyArray<Row & { readonly isAsked: boolean }> },
  { limit, sort }: typeof PlayQuery.Type
) => {
  const asked = commentaryOf(found).flatMap(({ play: { isAsked, ...play }, lead }) => (isAsked ? [{ play, lead }] : []))
  const steps = sort === "newest" ? asked.toReversed() : asked
  return {
    items: steps.slice(0, limit).map(tellerOf(found)),
    next: steps.length > limit ? cursorAt(orders[sort], steps, limit - 1) : null
  }
}
