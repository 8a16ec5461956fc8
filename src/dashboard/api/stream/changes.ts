/** Reads the changes between two blocks, and the latest refreshes from GitHub, from the tables. */
import { SqlClient } from "@effect/sql/SqlClient"
import { Effect, Schema } from "effect"
import { GitHubTrouble } from "../../../domain/GitHubTrouble.ts"
import { GITHUB_PLAYS } from "../../../domain/Play.ts"
import { type Pace, paceBlocks, paceOf } from "../../../story/time.ts"
import type { Change, Refreshed, Topic } from "../definition/stream.ts"
import { topicsOf } from "./topics.ts"

export interface Head {
  readonly number: number
  readonly hash: string
  readonly time: Date
}

const HeadRow = Schema.Struct({ number: Schema.Int, hash: Schema.String, time: Schema.DateFromSelf })

/** Decodes database rows. A row of another shape is a defect. */
const rows = <A, I>(schema: Schema.Schema<A, I>) => {
  const decode = Schema.decodeUnknown(Schema.Array(schema))
  return (found: unknown) => Effect.orDie(decode(found))
}

const headRows = rows(HeadRow)

/** The newest indexed block. */
export const newestBlock = Effect.gen(function* () {
  const sql = yield* SqlClient
  const [head] = yield* Effect.flatMap(sql`SELECT number, hash, time FROM blocks ORDER BY number DESC LIMIT 1`, headRows)
  return head
})

/** The number of the newest indexed block; -1: none is indexed. */
export const newestNumber = Effect.map(newestBlock, (head) => head?.number ?? -1)

const troubleRows = rows(Schema.Struct({ trouble: GitHubTrouble, since: Schema.DateFromSelf }))

/** Why data from GitHub may be missing; undefined: no trouble known. */
export const gitHubTrouble = Effect.gen(function* () {
  const sql = yield* SqlClient
  const [found] = yield* Effect.flatMap(
    sql`SELECT github_trouble AS trouble, github_trouble_since AS since FROM chain WHERE github_trouble IS NOT NULL`,
    troubleRows
  )
  return found
})

const timeRows = rows(Schema.Struct({ block: Schema.Int, time: Schema.Number }))

/** The estimate of when blocks come, at an indexed block; null: too few blocks are indexed. */
export const paceAt = (head: number) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient
    const [first] = yield* Effect.flatMap(sql`SELECT number, hash, time FROM blocks ORDER BY number LIMIT 1`, headRows)
    const blocks = paceBlocks(head, first?.number ?? head)
    if (blocks.length === 0) return null
    const seen = yield* Effect.flatMap(
      sql`SELECT number::int AS block, (extract(epoch FROM time) * 1000)::float8 AS time FROM blocks WHERE ${sql.in("number", blocks)}
          ORDER BY number DESC`,
      timeRows
    )
    return paceOf(seen)
  })

/** The same at the newest indexed block. */
export const newestPace = Effect.flatMap(newestBlock, (head) => (head === undefined ? Effect.succeed(null) : paceAt(head.number)))

/** The estimate as the API shows it. */
export const shownPace = (pace: Pace | null) => (pace === null ? null : { ...pace, time: new Date(pace.time) })

/** The hash of an indexed block. */
export const hashOf = (number: number) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient
    const [found] = yield* Effect.flatMap(sql`SELECT number, hash, time FROM blocks WHERE number = ${number}`, headRows)
    return found?.hash
  })

const account = Schema.optional(Schema.NullOr(Schema.String))
const competitor = Schema.optional(Schema.Struct({ hotkey: Schema.String }))
const number = Schema.optionalWith(Schema.NullOr(Schema.Int), { default: () => null })

const eventRows = rows(
  Schema.Struct({
    block: Schema.Int,
    index: Schema.Int,
    name: Schema.String,
    fields: Schema.Struct({ issue: number, competition: number, hotkey: account, a: competitor, b: competitor })
  })
)
type EventRow = Effect.Effect.Success<ReturnType<typeof eventRows>>[number]

const otherChangeRows = rows(
  Schema.Struct({
    calls: Schema.Boolean,
    ratings: Schema.Boolean,
    weights: Schema.Boolean,
    reports: Schema.Boolean,
    consensus: Schema.Boolean,
    quality: Schema.Boolean,
    price: Schema.Boolean,
    registrations: Schema.Boolean
  })
)
const ratedRows = rows(Schema.Struct({ hotkey: Schema.String }))

/** The miners that an event names. Hotkeys in validator and treasury events are not miners. */
const minersOf = ({ name, fields: { hotkey, a, b } }: EventRow): ReadonlyArray<string> =>
  name.startsWith("Validator") || name.startsWith("Treasury")
    ? []
    : [hotkey, a?.hotkey, b?.hotkey].filter((found): found is string => typeof found === "string")

const sorted = <A extends string | number>(values: Iterable<A>): ReadonlyArray<A> =>
  [...new Set(values)].toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0))
const knownIds = (values: ReadonlyArray<number | null>) => sorted(values.filter((value) => value !== null))

/** Maximum of events in one message. */
const MAX_EVENTS = 500
/** After this many missed blocks, a client must reload its cached data. */
const MAX_BLOCKS = 7_200

/** The changes in the blocks after `after` up to the head; undefined if they exceed one message. */
export const changesAfter = (after: number, head: Head, pace: Pace | null) =>
  Effect.gen(function* () {
    if (head.number - after > MAX_BLOCKS) return undefined
    const sql = yield* SqlClient
    const within = sql`block > ${after} AND block <= ${head.number}`
    const [events, [others], rated] = yield* Effect.all([
      Effect.flatMap(
        sql`SELECT block, index, name, fields FROM events WHERE ${within} ORDER BY block, index LIMIT ${MAX_EVENTS + 1}`,
        eventRows
      ),
      Effect.flatMap(
        sql`SELECT EXISTS (SELECT 1 FROM calls WHERE ${within}) AS calls,
                   EXISTS (SELECT 1 FROM ratings WHERE ${within}) AS ratings,
                   EXISTS (SELECT 1 FROM weights WHERE ${within}) AS weights,
                   EXISTS (SELECT 1 FROM reports WHERE ${within}) AS reports,
                   -- Epochs are audited, and findings and the price read, beside the blocks, after the newest one was announced.
                   EXISTS (SELECT 1 FROM consensus_epochs WHERE looked_at >= ${after})
                     OR EXISTS (SELECT 1 FROM consensus_divergences WHERE read_at >= ${after}) AS consensus,
                   EXISTS (SELECT 1 FROM quality_documents WHERE read_at >= ${after}) AS quality,
                   EXISTS (SELECT 1 FROM chain WHERE alpha_price_at >= ${after}) AS price,
                   EXISTS (SELECT 1 FROM registrations WHERE registered_at > ${after} AND registered_at <= ${head.number}) AS registrations`,
        otherChangeRows
      ),
      Effect.flatMap(sql`SELECT DISTINCT hotkey FROM ratings WHERE ${within} LIMIT ${MAX_EVENTS + 1}`, ratedRows)
    ])
    if (events.length > MAX_EVENTS || rated.length > MAX_EVENTS) return undefined
    const topics: ReadonlyArray<Topic> = [
      "blocks",
      ...(events.length > 0 ? (["events"] as const) : []),
      ...events.flatMap(({ name }) => topicsOf(name)),
      ...(others?.calls ? (["calls"] as const) : []),
      ...(others?.ratings ? (["miners", "leaderboard"] as const) : []),
      ...(others?.registrations ? (["miners"] as const) : []),
      ...(others?.weights ? (["weights"] as const) : []),
      ...(others?.reports ? (["reports"] as const) : []),
      ...(others?.consensus ? (["consensus"] as const) : []),
      ...(others?.quality ? (["competitions"] as const) : []),
      ...(others?.price ? (["config"] as const) : [])
    ]
    const change: Change = {
      from: after + 1,
      block: head.number,
      time: head.time,
      pace: shownPace(pace),
      topics: sorted(topics),
      issues: knownIds(events.map(({ fields }) => fields.issue)),
      competitions: knownIds(events.map(({ fields }) => fields.competition)),
      miners: sorted([...events.flatMap(minersOf), ...rated.map(({ hotkey }) => hotkey)]),
      events: events.map(({ block, index, name, fields: { issue, competition } }) => ({ block, index, name, issue, competition }))
    }
    return change
  })

const seenRows = rows(Schema.Struct({ issues: Schema.NullOr(Schema.String), miners: Schema.NullOr(Schema.String) }))
const idRows = rows(Schema.Struct({ issue: Schema.Int }))
const playRows = rows(
  Schema.Struct({
    competition: Schema.Int,
    at: Schema.DateFromSelf,
    repository: Schema.String,
    number: Schema.Int,
    hotkey: Schema.String,
    kind: Schema.Literal(...GITHUB_PLAYS)
  })
)

/** When GitHub was last asked, as Postgres' text form with microseconds. */
export interface GitHubSeen {
  readonly issues: string | null
  readonly miners: string | null
}

export const gitHubSeen = Effect.gen(function* () {
  const sql = yield* SqlClient
  const [seen] = yield* Effect.flatMap(
    sql`SELECT GREATEST((SELECT max(github_seen_at) FROM issues), (SELECT max(seen_at) FROM pull_requests))::text AS issues,
               (SELECT max(github_seen_at) FROM miners)::text AS miners`,
    seenRows
  )
  return seen ?? { issues: null, miners: null }
})

/** Data refreshed from GitHub since `before`; undefined: none. */
export const refreshedSince = (before: GitHubSeen, now: GitHubSeen) =>
  Effect.gen(function* () {
    if (now.issues === before.issues && now.miners === before.miners) return undefined
    const sql = yield* SqlClient
    const since = before.issues ?? "-infinity"
    const issues =
      now.issues === before.issues
        ? []
        : yield* Effect.flatMap(
            sql`SELECT id AS issue FROM issues WHERE github_seen_at > ${since}::timestamptz
                UNION SELECT issue FROM pull_requests WHERE seen_at > ${since}::timestamptz
                ORDER BY issue LIMIT ${MAX_EVENTS}`,
            idRows
          )
    const plays =
      now.issues === before.issues
        ? []
        : yield* Effect.flatMap(
            sql`SELECT p.competition, w.at, w.repository, w.number::int, p.hotkey, w.kind
                FROM plays w JOIN pull_requests p USING (issue, repository, number)
                WHERE w.seen_at > ${since}::timestamptz AND p.competition IS NOT NULL
                ORDER BY w.at, w.issue, w.repository, w.number, w.place LIMIT ${MAX_EVENTS}`,
            playRows
          )
    const refreshed: Refreshed = {
      plays,
      topics: [
        ...(now.issues === before.issues ? [] : (["competitions", "issues"] as const)),
        ...(now.miners === before.miners ? [] : (["miners"] as const))
      ],
      issues: issues.map(({ issue }) => issue)
    }
    return refreshed
  })
