/**
 * One validator's findings on the competitors' heads of an issue, and its judges' answers in duels: signed by its hotkey, and shown to everybody.
 * Long lists and texts are cut, because strangers choose their length.
 *
 * The hotkey signs seven lines:
 *
 *     gittensor/quality/v1
 *     genesis 0x<64 lower-case hexadecimal digits>
 *     netuid 74
 *     contract 5…
 *     issue 7
 *     validator 5…
 *     sha256 <of the canonical body, 64 lower-case hexadecimal digits>
 */
import { Either, Schema } from "effect"
import { AccountAddress, Hash32 } from "../Account.ts"
import { canonicalJson } from "../canonicalJson.ts"
import { IssueId } from "../Enrolment.ts"
import { problemOf } from "../jsonProblem.ts"
import { signedDocument } from "../SignedDocument.ts"
import { duelKey } from "./DuelRecord.ts"
import { GateFinding, GateReport } from "./GateReport.ts"
import { JudgeCost } from "./JudgeCost.ts"
import { headKey, QualityRecord } from "./QualityRecord.ts"
import { changedAt, type IssueDuels, NO_DUELS, ShownDuel, shownDuel } from "./ShownDuel.ts"
import { cutOrNull, cutToLine } from "./shownText.ts"
import type { TestNames, VerificationSummary } from "./VerificationSummary.ts"

/** The longest signed document in bytes. */
export const MAX_QUALITY_BYTES = 1_048_576

/** The part of it that is not a record: format, subnet, validator, signature. */
const FRAME_BYTES = 1_000

const MAX_HEADS = 100

/** The most duels of a document, the newest, and the bytes that they may take. A panel of three judges takes 4,000 bytes for each. */
const MAX_DUELS = 20
const DUELS_BYTES = 393_216

/** The most lines of costs: a panel has 50 judges at most, and may have been changed. */
const MAX_COSTS = 200

/** The most findings of the gate that are shown, and the most characters of a finding's text. */
const SHOWN_FINDINGS = 30
const SHOWN_TEXT = 300

/** The most names of a set of tests that are shown, and the most characters of a name. */
const SHOWN_NAMES = 50
const SHOWN_NAME = 200

const SHOWN_COMMAND = 500
const SHOWN_REASON = 1_000

/** How far a validator's clock may be ahead, in milliseconds. */
const CLOCK_MARGIN = 600_000

const ShownText = Schema.String.pipe(Schema.maxLength(SHOWN_TEXT))

export const GateSummary = Schema.Struct({
  ...GateReport.fields,
  findings: Schema.Array(
    Schema.Struct({ ...GateFinding.fields, path: Schema.NullOr(ShownText), shown: ShownText, limit: Schema.NullOr(ShownText) })
  ).pipe(Schema.maxItems(SHOWN_FINDINGS)),
  /** How many findings there are; the first ones are shown. */
  found: Schema.NonNegativeInt,
  files: Schema.NonNegativeInt,
  addedLines: Schema.NonNegativeInt,
  deletedLines: Schema.NonNegativeInt,
  fingerprints: Schema.NonNegativeInt,
  comparedWith: Schema.NonNegativeInt
})
export interface GateSummary extends Schema.Schema.Type<typeof GateSummary> {}

export const ShownRecord = Schema.Struct({ ...QualityRecord.fields, gate: Schema.NullOr(GateSummary) })
export interface ShownRecord extends Schema.Schema.Type<typeof ShownRecord> {}

/** The validator whose records these are, and their issue. */
const Subject = Schema.Struct({
  genesis: Hash32,
  netuid: Schema.Int.pipe(Schema.between(0, 65_535)),
  /** The contract that numbers the issue. */
  contract: AccountAddress,
  issue: IssueId,
  validator: AccountAddress
})
export interface QualitySubject extends Schema.Schema.Type<typeof Subject> {}

const costKey = ({ stage, judge, model }: JudgeCost): string => JSON.stringify([stage, judge, model])

/** When a record last changed: its state began, or GitHub showed its head again. */
const recordChangedAt = ({ at, currentSince }: Pick<QualityRecord, "at" | "currentSince">): number => Math.max(at, currentSince ?? 0)

/** When the newest record changed, or a duel began or ended. */
const newestOf = (records: ReadonlyArray<Pick<QualityRecord, "at" | "currentSince">>, duels: ReadonlyArray<ShownDuel>): number =>
  Math.max(...records.map(recordChangedAt), ...duels.map(changedAt))

export const QualityDocument = Schema.Struct({
  format: Schema.Literal("gittensor/quality/v1"),
  ...Subject.fields,
  /** When the newest of the records changed, or a duel began or ended, in milliseconds since 1970. The newer of two documents wins. */
  at: Schema.NonNegativeInt,
  /** One for each head. */
  records: Schema.Array(ShownRecord).pipe(Schema.minItems(1), Schema.maxItems(MAX_HEADS)),
  /** The newest first. Left out if there are none. */
  duels: Schema.optionalWith(Schema.Array(ShownDuel).pipe(Schema.minItems(1), Schema.maxItems(MAX_DUELS)), { exact: true }),
  /** The cost of judges for this issue, by stage, judge and model. Left out if there were no questions. */
  costs: Schema.optionalWith(Schema.Array(JudgeCost).pipe(Schema.minItems(1), Schema.maxItems(MAX_COSTS)), { exact: true })
}).pipe(
  Schema.filter(({ issue, at, records, duels = [], costs = [] }) => {
    if (duels.some(({ a }) => a.issue !== issue)) return "a duel is of another issue"
    if (new Set(duels.map(duelKey)).size < duels.length) return "two heads have two duels"
    if (new Set(costs.map(costKey)).size < costs.length) return "a judge has two lines of costs for one stage"
    if (records.some(({ head }) => head.issue !== issue)) return "a record is of another issue"
    if (new Set(records.map(({ head }) => headKey(head))).size < records.length) return "a head has two records"
    if (records.some((record) => record.seenAt > record.at)) return "a state is older than its head"
    return newestOf(records, duels) === at || "the time is not that of the newest record or duel"
  })
)
export interface QualityDocument extends Schema.Schema.Type<typeof QualityDocument> {}

/** `sign` takes the key of the validator that the document names; `Text` is the canonical document, verified when it is decoded. */
export const signedQuality = signedDocument(
  QualityDocument,
  ({ format, genesis, netuid, contract, issue, validator }) => ({
    signer: validator,
    lines: [format, `genesis ${genesis}`, `netuid ${netuid}`, `contract ${contract}`, `issue ${issue}`, `validator ${validator}`]
  }),
  MAX_QUALITY_BYTES
)

const cutNames = ({ count, first }: TestNames): TestNames => ({
  count,
  first: first.slice(0, SHOWN_NAMES).map((name) => cutToLine(name, SHOWN_NAME))
})

const cutGate = (gate: GateReport): GateSummary => ({
  ...gate,
  found: gate.findings.length,
  findings: gate.findings.slice(0, SHOWN_FINDINGS).map((finding) => ({
    ...finding,
    path: cutOrNull(finding.path, SHOWN_TEXT),
    shown: cutToLine(finding.shown, SHOWN_TEXT),
    limit: cutOrNull(finding.limit, SHOWN_TEXT)
  }))
})

const cutVerification = (summary: VerificationSummary): VerificationSummary => ({
  ...summary,
  ecosystem: cutToLine(summary.ecosystem, 40),
  command: cutToLine(summary.command, SHOWN_COMMAND),
  failToPass: cutNames(summary.failToPass),
  broken: cutNames(summary.broken),
  flaky: cutNames(summary.flaky),
  own:
    summary.own === null
      ? null
      : {
          failToPass: cutNames(summary.own.failToPass),
          failing: cutNames(summary.own.failing),
          removed: cutNames(summary.own.removed),
          skipped: cutNames(summary.own.skipped),
          hidden: cutNames(summary.own.hidden)
        }
})

/** A record as it is shown: its texts and lists are cut. */
export const shownRecord = (record: QualityRecord): ShownRecord => ({
  ...record,
  // The clock may have been set back since.
  seenAt: Math.min(record.seenAt, record.at),
  reason: cutOrNull(record.reason, SHOWN_REASON),
  gate: record.gate === null ? null : cutGate(record.gate),
  verification: record.verification === null ? null : cutVerification(record.verification)
})

const compare = <A extends string | number>(a: A, b: A): number => (a < b ? -1 : a > b ? 1 : 0)

/** When this head last became the pull request's current one, as far as is known. */
const lastShownAt = ({ seenAt, currentSince }: QualityRecord): number => Math.max(seenAt, currentSince ?? 0)

/** The newest heads of each competitor in turn, so that one competitor's many heads do not displace the other's. */
const inTurns = (records: ReadonlyArray<QualityRecord>): ReadonlyArray<QualityRecord> => {
  const turns = new Map<string, number>()
  return records
    .toSorted((a, b) => lastShownAt(b) - lastShownAt(a) || compare(headKey(a.head), headKey(b.head)))
    .map((record) => {
      const turn = turns.get(record.head.hotkey) ?? 0
      turns.set(record.head.hotkey, turn + 1)
      return { record, turn }
    })
    .toSorted((a, b) => a.turn - b.turn || compare(a.record.head.hotkey, b.record.head.hotkey))
    .map(({ record }) => record)
}

const encodeRecord = Schema.encodeSync(ShownRecord)

const encodeDuel = Schema.encodeSync(ShownDuel)

/** The first items that fit into `bytes`, and the bytes that they take. */
const fittingPart = <A, B>(all: ReadonlyArray<A>, bytes: number, shownOf: (one: A) => B, encode: (shown: B) => unknown) => {
  let taken = 0
  const shown: Array<B> = []
  for (const one of all) {
    const next = shownOf(one)
    const size = Buffer.byteLength(canonicalJson(encode(next))) + 1
    if (taken + size > bytes) break
    taken += size
    shown.push(next)
  }
  return { shown, taken }
}

/**
 * The document of an issue's records and duels: as many as fit, the newest duels and the newest heads of each competitor first; undefined without a
 * record. Each head has one record.
 */
export const qualityDocument = (
  subject: QualitySubject,
  records: ReadonlyArray<QualityRecord>,
  { duels, costs }: IssueDuels = NO_DUELS
): QualityDocument | undefined => {
  const held = duels.filter(({ duel: { pair } }) => pair.issue === subject.issue)
  const newest = held.toSorted((a, b) => b.duel.begunAt - a.duel.begunAt || compare(duelKey(a.duel.pair), duelKey(b.duel.pair)))
  const ofDuels = fittingPart(newest.slice(0, MAX_DUELS), DUELS_BYTES, shownDuel, encodeDuel)
  const lines = costs.slice(0, MAX_COSTS)
  const left = MAX_QUALITY_BYTES - FRAME_BYTES - ofDuels.taken - Buffer.byteLength(JSON.stringify(lines))
  const heads = inTurns(records.filter(({ head }) => head.issue === subject.issue)).slice(0, MAX_HEADS)
  const { shown } = fittingPart(heads, left, shownRecord, encodeRecord)
  if (shown.length === 0) return undefined
  return {
    format: "gittensor/quality/v1",
    ...subject,
    at: newestOf(shown, ofDuels.shown),
    records: shown,
    ...(ofDuels.shown.length === 0 ? {} : { duels: ofDuels.shown }),
    ...(lines.length === 0 ? {} : { costs: lines })
  }
}

const decode = Schema.decodeUnknownEither(signedQuality.Text)

/** Reads the document that an axon served as its validator's. Left: why it is invalid, in words. */
export const checkedQuality = (text: string, subject: QualitySubject, now: number): Either.Either<QualityDocument, string> => {
  const found = decode(text)
  if (Either.isLeft(found)) return Either.left(problemOf(found.left))
  const { body } = found.right
  if (body.validator !== subject.validator) return Either.left(`it is by ${body.validator}`)
  if (body.issue !== subject.issue) return Either.left(`it is about issue ${body.issue}`)
  if (body.genesis !== subject.genesis || body.netuid !== subject.netuid || body.contract !== subject.contract)
    return Either.left("it is about another subnet or contract")
  return body.at > now + CLOCK_MARGIN ? Either.left("it is from the future") : Either.right(body)
}

/** The issues of which a validator has records, with the time of the newest change. Not signed: it only tells which documents to request. */
export const QualityIndex = Schema.Struct({
  issues: Schema.Array(Schema.Struct({ issue: IssueId, at: Schema.NonNegativeInt })).pipe(Schema.maxItems(1_000))
})
export interface QualityIndex extends Schema.Schema.Type<typeof QualityIndex> {}

/** The index of these records and of the duels' changes, the newest first. */
export const qualityIndex = (records: ReadonlyArray<QualityRecord>, duels: QualityIndex["issues"] = []): QualityIndex => {
  const newest = new Map<IssueId, number>()
  for (const record of records) newest.set(record.head.issue, Math.max(recordChangedAt(record), newest.get(record.head.issue) ?? 0))
  // An issue without a record has no document.
  for (const { issue, at } of duels) if (newest.has(issue)) newest.set(issue, Math.max(at, newest.get(issue) ?? 0))
  return {
    issues: [...newest]
      .map(([issue, at]) => ({ issue, at }))
      .toSorted((a, b) => b.at - a.at || a.issue - b.issue)
      .slice(0, 1_000)
  }
}
