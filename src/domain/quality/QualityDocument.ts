/**
 * What one validator has found out about the competitors' heads of an issue: signed by its hotkey, and shown to everybody. Long lists and texts are cut, because
 * strangers choose their length.
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
import { GateFinding, GateReport } from "./GateReport.ts"
import { headKey, QualityRecord } from "./QualityRecord.ts"
import type { TestNames, VerificationSummary } from "./VerificationSummary.ts"

/** The longest signed document in bytes. */
export const MAX_QUALITY_BYTES = 1_048_576

/** The part of it that is not a record: format, subnet, validator, signature. */
const FRAME_BYTES = 1_000

/** The most heads of a document. */
const MAX_HEADS = 100

/** The most findings of the gate that are shown, and the most characters of what shows one. */
const SHOWN_FINDINGS = 30
const SHOWN_TEXT = 300

/** The most names of a set of tests that are shown, and the most characters of a name. */
const SHOWN_NAMES = 50
const SHOWN_NAME = 200

const SHOWN_COMMAND = 500
const SHOWN_REASON = 1_000

/** How far a validator's clock may be ahead, in milliseconds. */
const AHEAD = 600_000

const Shown = Schema.String.pipe(Schema.maxLength(SHOWN_TEXT))

export const GateSummary = Schema.Struct({
  ...GateReport.fields,
  findings: Schema.Array(
    Schema.Struct({ ...GateFinding.fields, path: Schema.NullOr(Shown), shown: Shown, limit: Schema.NullOr(Shown) })
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

/** Whose records, and of which issue. */
const Subject = Schema.Struct({
  /** The chain's genesis hash. */
  genesis: Hash32,
  netuid: Schema.Int.pipe(Schema.between(0, 65_535)),
  /** The contract that numbers the issue. */
  contract: AccountAddress,
  issue: IssueId,
  validator: AccountAddress
})
export interface QualitySubject extends Schema.Schema.Type<typeof Subject> {}

export const QualityDocument = Schema.Struct({
  format: Schema.Literal("gittensor/quality/v1"),
  ...Subject.fields,
  /** When the newest of the records began, in milliseconds since 1970. The newer of two documents stands. */
  at: Schema.NonNegativeInt,
  /** One for each head. */
  records: Schema.Array(ShownRecord).pipe(Schema.minItems(1), Schema.maxItems(MAX_HEADS))
}).pipe(
  Schema.filter(({ issue, at, records }) => {
    if (records.some(({ head }) => head.issue !== issue)) return "a record is of another issue"
    if (new Set(records.map(({ head }) => headKey(head))).size < records.length) return "a head has two records"
    if (records.some((record) => record.seenAt > record.at)) return "a state is older than its head"
    return Math.max(...records.map((record) => record.at)) === at || "the time is not that of the newest record"
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

/** Control characters, which would take six bytes each, and halves of characters. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is replaced
const UNSHOWN = /[\u0000-\u001f\u007f]|\p{Surrogate}/gu

/** A stranger's text in one line of at most so many characters. */
const cut = (text: string, most: number): string =>
  (text.length <= most ? text : `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, "")}…`).replace(UNSHOWN, " ")
const cutOrNull = (text: string | null, most: number): string | null => (text === null ? null : cut(text, most))

const cutNames = ({ count, first }: TestNames): TestNames => ({
  count,
  first: first.slice(0, SHOWN_NAMES).map((name) => cut(name, SHOWN_NAME))
})

const cutGate = (gate: GateReport): GateSummary => ({
  ...gate,
  found: gate.findings.length,
  findings: gate.findings.slice(0, SHOWN_FINDINGS).map((finding) => ({
    ...finding,
    path: cutOrNull(finding.path, SHOWN_TEXT),
    shown: cut(finding.shown, SHOWN_TEXT),
    limit: cutOrNull(finding.limit, SHOWN_TEXT)
  }))
})

const cutVerification = (summary: VerificationSummary): VerificationSummary => ({
  ...summary,
  ecosystem: cut(summary.ecosystem, 40),
  command: cut(summary.command, SHOWN_COMMAND),
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
  // A clock may have been set back meanwhile.
  seenAt: Math.min(record.seenAt, record.at),
  reason: cutOrNull(record.reason, SHOWN_REASON),
  gate: record.gate === null ? null : cutGate(record.gate),
  verification: record.verification === null ? null : cutVerification(record.verification)
})

const compare = <A extends string | number>(a: A, b: A): number => (a < b ? -1 : a > b ? 1 : 0)

/** The newest heads of each competitor by turns, so that nobody's many heads displace the other's. */
const inTurns = (records: ReadonlyArray<QualityRecord>): ReadonlyArray<QualityRecord> => {
  const turns = new Map<string, number>()
  return records
    .toSorted((a, b) => b.seenAt - a.seenAt || compare(headKey(a.head), headKey(b.head)))
    .map((record) => {
      const turn = turns.get(record.head.hotkey) ?? 0
      turns.set(record.head.hotkey, turn + 1)
      return { record, turn }
    })
    .toSorted((a, b) => a.turn - b.turn || compare(a.record.head.hotkey, b.record.head.hotkey))
    .map(({ record }) => record)
}

const encodeRecord = Schema.encodeSync(ShownRecord)

/** The document of an issue's records: as many as fit, the newest heads of each competitor first. undefined: there is none. Each head has one record. */
export const qualityDocument = (subject: QualitySubject, records: ReadonlyArray<QualityRecord>): QualityDocument | undefined => {
  let left = MAX_QUALITY_BYTES - FRAME_BYTES
  const shown: Array<ShownRecord> = []
  for (const record of inTurns(records.filter(({ head }) => head.issue === subject.issue)).slice(0, MAX_HEADS)) {
    const one = shownRecord(record)
    left -= Buffer.byteLength(canonicalJson(encodeRecord(one))) + 1
    if (left < 0) break
    shown.push(one)
  }
  if (shown.length === 0) return undefined
  return { format: "gittensor/quality/v1", ...subject, at: Math.max(...shown.map(({ at }) => at)), records: shown }
}

const decode = Schema.decodeUnknownEither(signedQuality.Text)

/** Reads what an axon gave as its validator's document. Left: why it is none, in words. */
export const checkedQuality = (text: string, subject: QualitySubject, now: number): Either.Either<QualityDocument, string> => {
  const found = decode(text)
  if (Either.isLeft(found)) return Either.left(problemOf(found.left))
  const { body } = found.right
  if (body.validator !== subject.validator) return Either.left(`it is by ${body.validator}`)
  if (body.issue !== subject.issue) return Either.left(`it is about issue ${body.issue}`)
  if (body.genesis !== subject.genesis || body.netuid !== subject.netuid || body.contract !== subject.contract)
    return Either.left("it is about another subnet or contract")
  return body.at > now + AHEAD ? Either.left("it is from the future") : Either.right(body)
}

/** Which issues a validator has records of, and when the newest began. Not signed: it only says what to ask for. */
export const QualityIndex = Schema.Struct({
  issues: Schema.Array(Schema.Struct({ issue: IssueId, at: Schema.NonNegativeInt })).pipe(Schema.maxItems(1_000))
})
export interface QualityIndex extends Schema.Schema.Type<typeof QualityIndex> {}

/** The index of these records, the newest first. */
export const qualityIndex = (records: ReadonlyArray<QualityRecord>): QualityIndex => {
  const newest = new Map<IssueId, number>()
  for (const { head, at } of records) newest.set(head.issue, Math.max(at, newest.get(head.issue) ?? 0))
  return {
    issues: [...newest]
      .map(([issue, at]) => ({ issue, at }))
      .toSorted((a, b) => b.at - a.at || a.issue - b.issue)
      .slice(0, 1_000)
  }
}
