/** Scores records of an epoch's reports again for an audit: the challenged ones, from any validator that still shows them. */
import { Effect, Either, Option, Schema } from "effect"
import type { AccountAddress } from "../../domain/Account.ts"
import { canonicalJson } from "../../domain/canonicalJson.ts"
import type { MeasuredRecord, RecordUnclear, Rescore } from "../../domain/MeasuredRecord.ts"
import type { AxonTarget } from "../../domain/Metagraph.ts"
import { isOpeningOf, Opening } from "../../domain/Opening.ts"
import type { Report } from "../../domain/Report.ts"
import type { ScoredRecord } from "../../domain/ScoredRecord.ts"
import { PeerReports } from "../../layers/chain/axon/reports/PeerReports.ts"
import { CHALLENGED_LEAVES, differenceOf } from "../rules/challenge.ts"
import { type Finding, finding } from "./findings.ts"

/** Concurrent requests. A stalled one takes three seconds. */
const CONCURRENCY = 16

/** Pull requests scored concurrently, whose texts are held in memory. */
const SCORED_AT_ONCE = 4

const Answer = Schema.parseJson(Schema.Struct({ openings: Schema.Array(Opening).pipe(Schema.maxItems(CHALLENGED_LEAVES)) }))
const decodeAnswer = Schema.decodeUnknownOption(Answer)

/** Records of a report, each proved to be under its root. Its author is asked first, then the other validators, until there are as many as a challenge asks for. */
const provedRecords = Effect.fn("shownRecordsForAudit")(function* (report: Report, targets: ReadonlyArray<AxonTarget>) {
  const reports = yield* PeerReports
  const own = targets.filter(({ hotkey }) => hotkey === report.validator)
  const shown = new Map<number, ScoredRecord>()
  for (const target of [...own, ...targets.filter(({ hotkey }) => hotkey !== report.validator)]) {
    if (shown.size >= Math.min(CHALLENGED_LEAVES, report.leaves)) break
    const text = yield* Effect.option(reports.openings(target, report.epoch, report.validator))
    for (const opening of Option.getOrUndefined(Option.flatMap(text, decodeAnswer))?.openings ?? [])
      if (isOpeningOf(opening, report)) shown.set(opening.leaf, opening.record)
  }
  return [...shown.values()]
})

/** A record of a validator's counted report, and its new score. */
interface RescoredRecord {
  readonly validator: AccountAddress
  readonly record: ScoredRecord
  readonly again: Either.Either<MeasuredRecord | null, RecordUnclear>
}

/** The findings about single records, in their order. */
const examineRecords = (records: ReadonlyArray<RescoredRecord>): ReadonlyArray<Finding> =>
  records.flatMap(({ validator, record, again }) => {
    if (Either.isLeft(again)) return [finding("record unclear", validator, again.left.message)]
    const name = `${record.repository}#${record.number}`
    const difference = again.right === null ? `${name} is not a pull request that scores` : differenceOf(record, again.right)
    return difference === undefined ? [] : [finding("wrong record", validator, `its report says something else than GitHub: ${difference}`)]
  })

/** `reports`: those that count. `targets`: the axons to ask. */
export const rescoreEpoch = Effect.fn("rescoreEpoch")(function* (
  reports: ReadonlyArray<Report>,
  targets: ReadonlyArray<AxonTarget>,
  rescore: Rescore
) {
  const wanted = reports.filter(({ leaves }) => leaves > 0)
  const shown = yield* Effect.forEach(wanted, (report) => Effect.map(provedRecords(report, targets), (records) => ({ report, records })), {
    concurrency: CONCURRENCY
  })
  const all = shown.flatMap(({ report, records }) => records.map((record) => ({ report, record })))
  // Honest reports have the same records, except for what they earned.
  const same = ({ report: { program }, record: { author: _, finder: __, ...measured } }: (typeof all)[number]) =>
    `${program} ${canonicalJson(measured)}`
  const distinct = [...new Map(all.map((one) => [same(one), one])).entries()]
  const results = new Map(
    yield* Effect.forEach(
      distinct,
      ([key, { report, record }]) => Effect.map(Effect.either(rescore(record, report.program)), (again) => [key, again] as const),
      { concurrency: SCORED_AT_ONCE }
    )
  )
  const rescored = all.flatMap((one): ReadonlyArray<RescoredRecord> => {
    const again = results.get(same(one))
    return again === undefined ? [] : [{ validator: one.report.validator, record: one.record, again }]
  })
  const silent = shown.flatMap(({ report, records }) =>
    records.length > 0
      ? []
      : [finding("records not shown", report.validator, "nobody shows a record of its report: they are kept for a week")]
  )
  return { rescored: rescored.length, findings: [...silent, ...examineRecords(rescored)] }
})

/** Why records are not scored again. */
export const notRescored = (why: string) => ({ rescored: 0, findings: [finding("records not compared", null, why)] })
