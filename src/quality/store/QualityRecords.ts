/**
 * Findings about the heads of competitors' pull requests, by this validator or by workers with the same database. A head's number in the order in which heads
 * were seen decides who was first. Events are append-only, so that a repeated activity writes once.
 */
import type { SqlClient as Client } from "@effect/sql/SqlClient"
import { SqlClient } from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import { Clock, Context, Effect, Layer, Option, Schema } from "effect"
import type { IssueId } from "../../domain/Enrolment.ts"
import { messageOf } from "../../domain/messageOf.ts"
import { ArtefactRef, MAX_ARTEFACTS } from "../../domain/quality/Artefact.ts"
import { Fault } from "../../domain/quality/Fault.ts"
import { GateReport } from "../../domain/quality/GateReport.ts"
import { type Head, headKey, type QualityRecord, QualityState } from "../../domain/quality/QualityRecord.ts"
import { VerificationSummary } from "../../domain/quality/VerificationSummary.ts"
import { ATTEMPT_ENDED, earlierThan, HeadText, keepPrints, ownPrints, type SeenEarlier, Whole, withoutPrints } from "./earlierHeads.ts"
import { makeTables } from "./qualityTables.ts"

/** The tables cannot be read or written now. This is no finding about the pull request. */
export class QualityUnavailable extends Schema.TaggedError<QualityUnavailable>()("QualityUnavailable", {
  operation: Schema.String,
  why: Schema.String
}) {
  override get message() {
    return `the records of pull requests' quality failed at "${this.operation}" (${this.why})`
  }
}

/** A step's result. `attempt`: starts at 1 and grows with each retry that an operator requests. */
export interface QualityEvent {
  readonly attempt: number
  readonly state: QualityState
  readonly fault?: Fault
  readonly reason?: string
  readonly gate?: GateReport
  readonly verification?: VerificationSummary
  /** The files that support the result. */
  readonly artefacts?: ReadonlyArray<ArtefactRef>
}

export interface AttemptedRecord {
  readonly attempt: number
  readonly record: QualityRecord
}

const FINAL_STATES: ReadonlySet<QualityState> = new Set<QualityState>(["done", "rejected", "failed"])
export const hasEnded = ({ state }: Pick<QualityRecord, "state">): boolean => FINAL_STATES.has(state)

/** Why the tests of a head did not run that another one had replaced. */
export const REPLACED_REASON = "not verified: another head had replaced it before its tests ended"

/** Whether a head that GitHub shows again deserves another attempt: its last one ended because of its absence. */
const isBack = ({ state, reason, at, currentSince }: QualityRecord): boolean =>
  reason === REPLACED_REASON || (state === "failed" && currentSince !== null && at < currentSince)

const isUncompared = ({ currentSince, gate, state }: QualityRecord): boolean =>
  state === "done" && currentSince !== null && gate?.findings.some(({ check, path }) => check === "unreadable" && path === null) === true

/** The records of one contract's competitions. */
export class QualityRecords extends Context.Tag("gittensor/QualityRecords")<
  QualityRecords,
  {
    /** Records that GitHub shows this head as its pull request's current one. A new head gets the next number; one that was replaced begins another attempt. */
    readonly see: (head: Head) => Effect.Effect<AttemptedRecord, QualityUnavailable>
    /** In the order in which heads were seen. */
    readonly of: (issue: IssueId) => Effect.Effect<ReadonlyArray<QualityRecord>, QualityUnavailable>
    readonly all: Effect.Effect<ReadonlyArray<QualityRecord>, QualityUnavailable>
    /** Each head's state, without findings. */
    readonly states: Effect.Effect<ReadonlyArray<QualityState>, QualityUnavailable>
    /** Heads with an unfinished attempt. */
    readonly unfinished: Effect.Effect<ReadonlyArray<AttemptedRecord>, QualityUnavailable>
    readonly find: (head: Head) => Effect.Effect<Option.Option<AttemptedRecord>, QualityUnavailable>
    /**
     * Earlier heads of the same repository, including the author's own, with their fingerprints by these parsers; and of all other repositories the first 50
     * whose fingerprints seem similar to the head's, once these are kept.
     */
    readonly earlierHeads: (head: Head, parsers: string) => Effect.Effect<ReadonlyArray<SeenEarlier>, QualityUnavailable>
    /** The head's own by these parsers; null: they can't be made; none: they are not made yet. */
    readonly fingerprints: (head: Head, parsers: string) => Effect.Effect<Option.Option<Uint32Array | null>, QualityUnavailable>
    /** Stores fingerprints by a version of the parsers for comparisons with later heads. Null: they can't be made. */
    readonly keepFingerprints: (head: Head, parsers: string, fingerprints: Uint32Array | null) => Effect.Effect<void, QualityUnavailable>
    /** Appends an event, unless the attempt already has that state or has ended. Returns the resulting record. */
    readonly append: (head: Head, event: QualityEvent) => Effect.Effect<AttemptedRecord, QualityUnavailable>
  }
>() {}

/** The record of a pull request's head, with the contract that the record belongs to. */
export interface FoundHead extends AttemptedRecord {
  readonly contract: string
}

/** The tables themselves, with all contracts' records. */
export class QualityTables extends Context.Tag("gittensor/QualityTables")<
  QualityTables,
  {
    /** `contract`: id of chain and contract, so that equal issue numbers do not collide. */
    readonly recordsOf: (contract: string) => QualityRecords["Type"]
    /** All heads in the order seen. */
    readonly heads: Effect.Effect<ReadonlyArray<FoundHead>, QualityUnavailable>
    /** Heads whose attempt has ended and that have no fingerprints by these parsers, newest first. */
    readonly withoutFingerprints: (
      parsers: string
    ) => Effect.Effect<ReadonlyArray<{ readonly contract: string; readonly head: Head }>, QualityUnavailable>
    /** Current heads that are done, and were not compared with an earlier one. */
    readonly uncompared: Effect.Effect<ReadonlyArray<FoundHead>, QualityUnavailable>
    /** Begins another attempt at a head that failed or was not verified. False: neither applies. */
    readonly retry: (found: FoundHead) => Effect.Effect<boolean, QualityUnavailable>
    /** Ends an attempt. False: it had already ended. */
    readonly cancel: (found: FoundHead) => Effect.Effect<boolean, QualityUnavailable>
  }
>() {}

const GateText = Schema.parseJson(GateReport)
const VerificationText = Schema.parseJson(VerificationSummary)
const ArtefactsText = Schema.parseJson(Schema.Array(ArtefactRef))

const decodeRows = Schema.decodeUnknown(
  Schema.Array(
    Schema.Struct({
      contract: Schema.String,
      seen: Whole,
      head: HeadText,
      seen_at: Whole,
      current_since: Schema.NullOr(Whole),
      attempt: Schema.NullOr(Whole),
      state: Schema.NullOr(QualityState),
      fault: Schema.NullOr(Fault),
      reason: Schema.NullOr(Schema.String),
      gate: Schema.NullOr(GateText),
      verification: Schema.NullOr(VerificationText),
      artefacts: Schema.NullOr(ArtefactsText),
      at: Schema.NullOr(Whole)
    })
  )
)
type Row = Effect.Effect.Success<ReturnType<typeof decodeRows>>[number]

const REASON = 2_000
/** Postgres text cannot contain NUL or a lone surrogate. */
const storedReason = (reason: string): string => Buffer.from(reason.slice(0, REASON).replaceAll("\0", "\ufffd")).toString()

/**
 * Builds the record from the events of a head's last attempt, or of one that was done before, if the last one failed: that takes no finding away. Events after
 * the end are ignored.
 */
const recordOf = (rows: ReadonlyArray<Row>, { contract, head, seen_at, current_since }: Row): FoundHead => {
  const attempt = Math.max(1, ...rows.map((row) => row.attempt ?? 1))
  const hasFailed = rows.some((row) => row.attempt === attempt && row.state === "failed")
  const done = hasFailed ? rows.findLast(({ state }) => state === "done")?.attempt : undefined
  const events = rows.filter((row) => row.attempt === (done ?? attempt))
  const artefacts = events.flatMap((event) => event.artefacts ?? []).slice(0, MAX_ARTEFACTS)
  const shown = events.find(({ state }) => state !== null && FINAL_STATES.has(state)) ?? events.at(-1)
  return {
    contract,
    attempt,
    record: {
      head,
      state: shown?.state ?? "seen",
      fault: shown?.fault ?? null,
      reason: shown?.reason ?? null,
      gate: events.findLast(({ gate }) => gate !== null)?.gate ?? null,
      verification: events.findLast(({ verification }) => verification !== null)?.verification ?? null,
      ...(artefacts.length === 0 ? {} : { artefacts }),
      currentSince: current_since,
      seenAt: seen_at,
      at: shown?.at ?? seen_at
    }
  }
}

const recordsIn = (rows: ReadonlyArray<Row>): ReadonlyArray<FoundHead> => {
  const heads = new Map<number, Array<Row>>()
  for (const row of rows) {
    const before = heads.get(row.seen)
    if (before === undefined) heads.set(row.seen, [row])
    else before.push(row)
  }
  return [...heads.values()].flatMap((events) => (events[0] === undefined ? [] : [recordOf(events, events[0])]))
}

/** The failure of an operation on the tables, from the database's. */
export const unavailable = (operation: string) => (error: SqlError) =>
  new QualityUnavailable({ operation, why: messageOf(error.cause ?? error) })

const reading = (operation: string, rows: Effect.Effect<ReadonlyArray<unknown>, SqlError>) =>
  rows.pipe(
    Effect.mapError(unavailable(operation)),
    Effect.flatMap((found) => Effect.orDie(decodeRows(found))),
    Effect.map(recordsIn)
  )
const writing = (operation: string, statement: Effect.Effect<unknown, SqlError>) =>
  Effect.asVoid(Effect.mapError(statement, unavailable(operation)))

/** The newest row of a head's pull request in `quality_current_heads`. */
const newestShown = (column: string): string =>
  `(SELECT c.${column} FROM quality_current_heads c WHERE c.contract = h.contract AND c.issue = h.issue AND c.repository = h.repository
    AND c.number = h.number ORDER BY c.shown DESC LIMIT 1)`
// Columns of heads `h` and their events `e`.
const HEAD_COLUMNS = `h.contract, h.seen, h.head, h.at AS seen_at, CASE WHEN ${newestShown("key")} = h.key THEN ${newestShown("at")} END AS current_since,
  e.attempt, e.state, e.fault, e.at`
const COLUMNS = `${HEAD_COLUMNS}, e.reason, e.gate, e.verification, e.artefacts`
/** Columns without the findings. */
const BARE_COLUMNS = `${HEAD_COLUMNS}, NULL AS reason, NULL AS gate, NULL AS verification, NULL AS artefacts`
const HEADS_AND_EVENTS = "quality_heads h LEFT JOIN quality_events e ON e.contract = h.contract AND e.key = h.key"
const ORDER = "ORDER BY h.seen, e.attempt, e.event"

/** Appends an event, unless the attempt already has that state or has ended. */
const appendTo = (sql: Client, contract: string, key: string, event: QualityEvent) =>
  Effect.gen(function* () {
    const at = yield* Clock.currentTimeMillis
    const { attempt, state, fault = null, reason, gate, verification, artefacts = [] } = event
    const shown = reason === undefined ? null : storedReason(reason)
    const gateText = gate === undefined ? null : yield* Effect.orDie(Schema.encode(GateText)(gate))
    const verificationText = verification === undefined ? null : yield* Effect.orDie(Schema.encode(VerificationText)(verification))
    const artefactsText = artefacts.length === 0 ? null : yield* Effect.orDie(Schema.encode(ArtefactsText)(artefacts))
    yield* writing(
      "append an event",
      sql`INSERT INTO quality_events (contract, key, attempt, state, fault, reason, gate, verification, artefacts, at)
        SELECT ${contract}, ${key}, ${attempt}, ${state}, ${fault}, ${shown}, ${gateText}, ${verificationText}, ${artefactsText}, ${at}
        WHERE NOT EXISTS (SELECT 1 FROM quality_events e WHERE e.contract = ${contract} AND e.key = ${key} AND e.attempt = ${attempt} AND ${sql.literal(ATTEMPT_ENDED)})
        ON CONFLICT DO NOTHING`
    )
  })

/** Inserts a new head with its first event, and that it is its pull request's current one. */
const takeIn = (sql: Client, contract: string, head: Head) =>
  Effect.gen(function* () {
    const text = yield* Effect.orDie(Schema.encode(HeadText)(head))
    const { issue, repository, number } = head
    const at = yield* Clock.currentTimeMillis
    yield* writing(
      "take in a head",
      sql`INSERT INTO quality_heads (contract, key, issue, repository, number, head, at)
        VALUES (${contract}, ${headKey(head)}, ${issue}, ${repository.toLowerCase()}, ${number}, ${text}, ${at}) ON CONFLICT DO NOTHING`
    )
    yield* writing(
      "append an event",
      sql`INSERT INTO quality_events (contract, key, attempt, state, at) VALUES (${contract}, ${headKey(head)}, 1, 'seen', ${at}) ON CONFLICT DO NOTHING`
    )
    yield* writing(
      "take in which head is current",
      sql`INSERT INTO quality_current_heads (contract, issue, repository, number, key, at)
        SELECT h.contract, h.issue, h.repository, h.number, h.key, ${at} FROM quality_heads h
        WHERE h.contract = ${contract} AND h.key = ${headKey(head)} AND coalesce(${sql.literal(newestShown("key"))}, '') <> h.key`
    )
  })

const recordsOf = (sql: Client, contract: string): QualityRecords["Type"] => {
  const [joined, order, ended] = [sql.literal(HEADS_AND_EVENTS), sql.literal(ORDER), sql.literal(ATTEMPT_ENDED)]
  const heads = sql`SELECT ${sql.literal(COLUMNS)} FROM ${joined} WHERE h.contract = ${contract}`
  const find = (head: Head) =>
    Effect.map(
      reading("read a head", sql`${heads} AND h.key = ${headKey(head)} ${order}`),
      (found): Option.Option<AttemptedRecord> => Option.fromNullable(found[0])
    )
  const known = (head: Head) =>
    Effect.flatMap(find(head), Option.match({ onNone: () => Effect.dieMessage(`${headKey(head)} was never seen`), onSome: Effect.succeed }))
  const records = ({ record }: AttemptedRecord) => record
  return {
    see: (head) =>
      Effect.gen(function* () {
        yield* takeIn(sql, contract, head)
        const found = yield* known(head)
        if (!isBack(found.record)) return found
        yield* appendTo(sql, contract, headKey(head), { attempt: found.attempt + 1, state: "seen" })
        return yield* known(head)
      }),
    of: (issue) => Effect.map(reading("read an issue's heads", sql`${heads} AND h.issue = ${issue} ${order}`), (all) => all.map(records)),
    all: Effect.map(reading("read all heads", sql`${heads} ${order}`), (all) => all.map(records)),
    states: Effect.map(
      reading("read all states", sql`SELECT ${sql.literal(BARE_COLUMNS)} FROM ${joined} WHERE h.contract = ${contract} ${order}`),
      (all) => all.map(({ record }) => record.state)
    ),
    unfinished: Effect.map(
      reading(
        "read unfinished heads",
        sql`${heads} AND NOT EXISTS (SELECT 1 FROM quality_events e WHERE e.contract = h.contract AND e.key = h.key AND ${ended}
          AND e.attempt = (SELECT max(l.attempt) FROM quality_events l WHERE l.contract = h.contract AND l.key = h.key)) ${order}`
      ),
      (all): ReadonlyArray<AttemptedRecord> => all
    ),
    find,
    earlierHeads: (head, parsers) => Effect.mapError(earlierThan(sql, contract, head, parsers), unavailable("read earlier heads")),
    fingerprints: (head, parsers) => Effect.mapError(ownPrints(sql, contract, head, parsers), unavailable("read fingerprints")),
    keepFingerprints: (head, parsers, fingerprints) =>
      Effect.mapError(keepPrints(sql, contract, head, parsers, fingerprints), unavailable("keep fingerprints")),
    append: (head, event) => Effect.zipRight(appendTo(sql, contract, headKey(head), event), known(head))
  }
}

const retry = (sql: Client, { contract, attempt, record }: FoundHead) => {
  const unverified = record.state === "done" && record.verification === null
  return record.state === "failed" || unverified
    ? Effect.as(appendTo(sql, contract, headKey(record.head), { attempt: attempt + 1, state: "seen" }), true)
    : Effect.succeed(false)
}

const cancel = (sql: Client, { contract, attempt, record }: FoundHead) =>
  Effect.gen(function* () {
    if (hasEnded(record)) return false
    const reason = "cancelled by the operator"
    yield* appendTo(sql, contract, headKey(record.head), { attempt, state: "failed", fault: "unknown", reason })
    return true
  })

const makeIn = (sql: Client) =>
  QualityTables.of({
    recordsOf: (contract) => recordsOf(sql, contract),
    heads: reading("read all heads", sql`SELECT ${sql.literal(COLUMNS)} FROM ${sql.literal(HEADS_AND_EVENTS)} ${sql.literal(ORDER)}`),
    withoutFingerprints: (parsers) => Effect.mapError(withoutPrints(sql, parsers), unavailable("read heads without fingerprints")),
    uncompared: Effect.map(
      reading(
        "read heads that were not compared",
        sql`SELECT ${sql.literal(COLUMNS)} FROM ${sql.literal(HEADS_AND_EVENTS)} WHERE EXISTS (
          SELECT 1 FROM quality_events g WHERE g.contract = h.contract AND g.key = h.key AND g.gate LIKE '%"unreadable"%') ${sql.literal(ORDER)}`
      ),
      (found) => found.filter(({ record }) => isUncompared(record))
    ),
    retry: (found) => retry(sql, found),
    cancel: (found) => cancel(sql, found)
  })

/** Creates missing tables. */
export const layerTables: Layer.Layer<QualityTables, QualityUnavailable, Client> = Layer.effect(
  QualityTables,
  Effect.gen(function* () {
    const sql = yield* SqlClient
    yield* makeTables.pipe(
      Effect.catchTags({
        SqlError: (error) => Effect.fail(unavailable("make the tables")(error)),
        MigrationError: ({ message }) => Effect.fail(new QualityUnavailable({ operation: "make the tables", why: message }))
      })
    )
    return makeIn(sql)
  })
)

export const layer = (contract: string): Layer.Layer<QualityRecords, never, QualityTables> =>
  Layer.effect(
    QualityRecords,
    Effect.map(QualityTables, ({ recordsOf }) => recordsOf(contract))
  )
