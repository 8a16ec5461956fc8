/** Scores the records again that validators show of an epoch's reports, for an audit. */
import { Effect, Either } from "effect"
import type { AccountAddress } from "../../domain/Account.ts"
import { canonicalJson } from "../../domain/canonicalJson.ts"
import type { MeasuredRecord, RecordUnclear, Rescore } from "../../domain/MeasuredRecord.ts"
import type { Opening } from "../../domain/Opening.ts"
import type { Report } from "../../domain/Report.ts"
import type { ScoredRecord } from "../../domain/ScoredRecord.ts"
import { differenceOf, SCORED } from "../../rules/consensus/challenge.ts"
import { whyNotKept } from "../../rules/consensus/ownRecords.ts"
import { type Finding, finding } from "./findings.ts"

/** Pull requests scored concurrently, whose texts are held in memory. */
const SCORED_AT_ONCE = 4

/** A record of a validator's counted report, and its new score. */
interface RescoredRecord {
  readonly validator: AccountAddress
  /** Why it was not kept from the epoch that it names. */
  readonly never: string | undefined
  readonly record: ScoredRecord
  readonly again: Either.Either<MeasuredRecord | null, RecordUnclear>
}

/** The findings about single records, in their order. */
const examineRecords = (records: ReadonlyArray<RescoredRecord>): ReadonlyArray<Finding> =>
  records.flatMap(({ validator, record, never, again }) => {
    const name = `${record.repository}#${record.number}`
    if (never !== undefined) return [finding("wrong record", validator, `${name} ${never}`)]
    if (Either.isLeft(again)) return [finding("record unclear", validator, again.left.message)]
    const difference = again.right === null ? `${name} is not a pull request that scores` : differenceOf(record, again.right)
    return difference === undefined ? [] : [finding("wrong record", validator, `its report differs from GitHub: ${difference}`)]
  })

/** `reports`: those that count. `openings`: what is shown of them. */
export const rescoreEpoch = Effect.fn("rescoreEpoch")(function* (
  reports: ReadonlyArray<Report>,
  openings: ReadonlyMap<AccountAddress, ReadonlyArray<Opening>>,
  rescore: Rescore
) {
  const shown = reports.flatMap((report) =>
    report.leaves === 0 ? [] : [{ report, records: (openings.get(report.validator) ?? []).map(({ record }) => record) }]
  )
  const all = shown.flatMap(({ report, records }) => records.map((record) => ({ report, record })))
  // Honest reports say the same of a pull request.
  const same = ({ record }: (typeof all)[number]) =>
    canonicalJson([record.side, record.kept !== null, record.repository, record.number, record.methods, SCORED.map((key) => record[key])])
  const distinct = [...new Map(all.map((one) => [same(one), one])).entries()]
  const results = new Map(
    yield* Effect.forEach(distinct, ([key, { record }]) => Effect.map(Effect.either(rescore(record)), (again) => [key, again] as const), {
      concurrency: SCORED_AT_ONCE
    })
  )
  const rescored = all.flatMap((one): ReadonlyArray<RescoredRecord> => {
    const again = results.get(same(one))
    const { record, report } = one
    const never = whyNotKept(record, report.epoch)
    return again === undefined ? [] : [{ validator: report.validator, record, never, again }]
  })
  const silent = shown.flatMap(({ report, records }) =>
    records.length > 0
      ? []
      : [finding("records not shown", report.validator, "no validator shows a record of its report; records are kept for a week")]
  )
  const pointsOf = (ones: typeof rescored) => ones.reduce((sum, { record }) => sum + record.earned + record.less, 0)
  const unclear = pointsOf(rescored.filter(({ again, never }) => never === undefined && Either.isLeft(again)))
  return {
    rescored: rescored.length,
    unclear: { points: unclear, of: pointsOf(rescored) },
    findings: [...silent, ...examineRecords(rescored)]
  }
})

/** Why records are not scored again. */
export const notRescored = (why: string) => ({
  rescored: 0,
  unclear: { points: 0, of: 0 },
  findings: [finding("records not compared", null, why)]
})
