/** What happened to the pull requests of a competition: GitHub's steps, and what validators found out about their heads. */
import { PLAY_KINDS } from "../../../domain/Play.ts"
import { sideOf } from "../../../story/competitor.ts"
import { leadOf } from "../../../story/lead.ts"
import { commentaryOf, tellPlay } from "../../../story/plays.ts"
import { plain } from "../../../story/sentence.ts"
import type { CompetitionDetail } from "../definition/competitions.ts"
import { MOST_PLAYS, PlayRow } from "../definition/plays.ts"
import { arrayOf, selectOf, timeOf } from "./expressions.ts"

const playColumns = selectOf(PlayRow, "y", {
  hotkey: "y.hotkey",
  kind: "y.kind",
  place: "y.place",
  validators: "y.validators",
  tests: "y.tests",
  seenAt: timeOf("y.seen_at")
})

/** The competition's pull requests. `OFFSET 0` keeps Postgres to this order of steps: it looks up rows of each, by an index. */
const own = (competition: string): string => `(SELECT * FROM pull_requests WHERE competition = ${competition}.id OFFSET 0) p`

const ofGitHub = (competition: string): string => `SELECT w.at, w.repository, w.number, p.hotkey, w.kind, w.by, w.commit, w.times, w.place,
    NULL::bigint AS validators, NULL::bigint AS tests, w.seen_at
  FROM ${own(competition)} CROSS JOIN LATERAL (
    SELECT * FROM plays o WHERE o.issue = p.issue AND o.repository = p.repository AND o.number = p.number OFFSET 0
  ) w`

/** What one validator's record says; nothing before the gate has looked, and nothing of what is not the miner's fault. */
const SAID = `CASE
    WHEN r.verification IS NOT NULL THEN r.verification->>'verdict'
    WHEN (r.gate->>'passed')::boolean THEN 'gatePassed'
    WHEN r.state = 'rejected' AND coalesce(r.gate->>'fault', r.fault) = 'miner' THEN 'gateRejected'
  END`

const TESTS = "(r.verification->'failToPass'->>'count')::bigint + coalesce((r.verification->'own'->'failToPass'->>'count')::bigint, 0)"

/** By head and word: no validator alone sets the time, nor the number of tests. */
const ofValidators = (
  competition: string
): string => `SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY f.at) AS at, f.repository, f.number, f.hotkey, f.kind,
    NULL AS by, f.commit, 1 AS times, NULL::integer AS place, count(*) AS validators, percentile_disc(0.5) WITHIN GROUP (ORDER BY f.tests) AS tests,
    NULL::timestamptz AS seen_at
  FROM (
    SELECT r.at, p.repository, p.number, p.hotkey, r.commit, ${SAID} AS kind, ${TESTS} AS tests
    FROM ${own(competition)} CROSS JOIN LATERAL (
      SELECT * FROM quality_records o
      WHERE o.issue = p.issue AND o.hotkey = p.hotkey AND lower(o.repository) = lower(p.repository) AND o.number = p.number OFFSET 0
    ) r
  ) f WHERE f.kind IS NOT NULL GROUP BY f.repository, f.number, f.hotkey, f.commit, f.kind`

const RANK = `array_position(ARRAY['${PLAY_KINDS.join("', '")}'], y.kind)`

/** The columns by which steps are in order: by time, then by kind, then by pull request. */
const order = (direction: "ASC" | "DESC"): string =>
  ["y.at", RANK, `y.repository COLLATE "C"`, "y.number", "y.place", `y.commit COLLATE "C"`]
    .map((column) => `${column} ${direction}`)
    .join(", ")

/** The steps of a competition, oldest first. */
export const playsOf = (competition: string): string =>
  arrayOf(`SELECT ${playColumns} FROM (
    SELECT * FROM (${ofGitHub(competition)} UNION ALL ${ofValidators(competition)}) y ORDER BY ${order("DESC")} LIMIT ${MOST_PLAYS}
  ) y ORDER BY ${order("ASC")}`)

type Detail = typeof CompetitionDetail.Encoded

/** A competition as the tables have it: steps without commentary. */
export type Uncommented = Omit<Detail, "plays" | "lead"> & { readonly plays: ReadonlyArray<typeof PlayRow.Encoded> }

/** Tells each step in a sentence, how it changed the lead, and who is ahead now. */
export const commented = (found: Uncommented): Detail => {
  const { a, b, pullRequests } = found
  const loginOf = new Map([a, b].map(({ hotkey, login }) => [hotkey, login]))
  const earlyOf = new Map(pullRequests.map(({ repository, number, early }) => [`${repository}#${number}`, early]))
  const [ofA, ofB] = [sideOf(found, "a"), sideOf(found, "b")]
  return {
    ...found,
    plays: commentaryOf(found).map(({ play, lead }) => {
      const about = { login: loginOf.get(play.hotkey) ?? null, early: earlyOf.get(`${play.repository}#${play.number}`) ?? null }
      return { ...play, text: plain(tellPlay(play, about)), lead }
    }),
    lead: { ...leadOf(ofA, ofB), a: ofA.facts, b: ofB.facts }
  }
}
