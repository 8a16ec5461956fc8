/**
 * Compares the records that other validators have shown with this validator's own, between an epoch's blocks E + D1 and E + D2, and scores some of those
 * that differ again. A wrong record counts only if it is still wrong at E + D2. An unclear one has no effect.
 */
import { Duration, Effect, Either } from "effect"
import type { AccountAddress } from "../domain/Account.ts"
import { type MeasuredRecord, RecordUnclear, type Rescore } from "../domain/MeasuredRecord.ts"
import type { Report } from "../domain/Report.ts"
import type { ScoredRecord } from "../domain/ScoredRecord.ts"
import type { ShownRecords } from "../domain/ShownRecords.ts"
import { count } from "../layers/machine/telemetry/metrics.ts"
import { Challenges } from "../layers/storage/dataFolder/Challenges.ts"
import { Openings } from "../layers/storage/dataFolder/Openings.ts"
import { PeerArchive } from "../layers/storage/dataFolder/PeerArchive.ts"
import { Reports } from "../layers/storage/dataFolder/Reports.ts"
import { differenceOf, drawnPoints, faultsOf, type LeafRules, sampledLeaves } from "../rules/consensus/challenge.ts"
import type { Collection } from "./Collection.ts"
import { holdAgainst } from "./challengeFindings.ts"

/** Reports whose records are scored again in one pass, all concurrently, so that a pass takes no longer than its slowest report. */
const REPORTS_A_PASS = 8

/** Time limit of one record. */
const RECORD_TIMEOUT = Duration.seconds(15)

export interface Rescoring {
  readonly score: Rescore
  /** How many records of each report are scored again at most: of those that differ from this validator's own. */
  readonly records: number
  readonly rules: LeafRules
}

const placeOf = ({ repository, number, side }: ScoredRecord): string => `${repository}#${number} ${side}`

/** The wrong records in this judge's sample of a report's records. */
const wrongNow = Effect.fn("wrongRecordsOf")(function* (
  report: Report,
  { seed, openings }: ShownRecords,
  judge: AccountAddress,
  { score, records, rules }: Rescoring
) {
  const measured = new Map<number, MeasuredRecord | null>()
  const own = new Map((yield* (yield* Reports).records(report.epoch))?.map((record) => [placeOf(record), record]))
  const differing = openings.flatMap(({ leaf, record }) => {
    const known = own.get(placeOf(record))
    return known !== undefined && differenceOf(record, known) === undefined ? [] : [leaf]
  })
  for (const leaf of sampledLeaves(differing, records, { seed, validator: report.validator, judge })) {
    const record = openings.find((one) => one.leaf === leaf)?.record
    if (record === undefined) continue
    const again = yield* score(record).pipe(
      Effect.timeoutFail({ duration: RECORD_TIMEOUT, onTimeout: () => new RecordUnclear({ ...record, why: "it takes too long" }) }),
      Effect.either
    )
    if (Either.isRight(again)) measured.set(leaf, again.right)
    else yield* Effect.logDebug(again.left.message)
    yield* count("gittensor_consensus_rescored_records_total", { result: Either.isRight(again) ? "scored" : "unclear" })
  }
  return faultsOf(report, drawnPoints(report, seed, rules), openings, measured).filter(({ fault }) => fault === "wrong")
})

/** One pass over the reports whose records were shown. `isLast`: at E + D2, when only the suspected ones are scored once more. */
export const rescoreReports = Effect.fn("rescoreReports")(function* (
  collection: Collection,
  own: AccountAddress,
  isLast: boolean,
  rescoring: Rescoring
) {
  const [archive, openings, challenges] = yield* Effect.all([PeerArchive, Openings, Challenges])
  const epoch = collection.epoch.index
  const [reports, shown, judged] = [yield* archive.of(epoch), yield* openings.of(epoch), yield* challenges.of(epoch)]
  const candidates = collection.peers.flatMap(({ hotkey }) => {
    const [report, records] = [reports.get(hotkey)?.body, shown.get(hotkey)]
    // A record can only be scored again by the roster of its report.
    return report?.roster !== collection.roster || records === undefined || hotkey === own || judged.has(hotkey)
      ? []
      : [{ hotkey, report, records }]
  })
  const wanted = yield* Effect.filter(candidates, ({ hotkey }) =>
    isLast ? challenges.isMarked(epoch, hotkey, "suspected") : Effect.map(challenges.isMarked(epoch, hotkey, "rescored"), (done) => !done)
  )
  yield* Effect.forEach(
    isLast ? wanted : wanted.slice(0, REPORTS_A_PASS),
    ({ hotkey, report, records }) =>
      Effect.gen(function* () {
        const faults = yield* wrongNow(report, records, own, rescoring)
        if (isLast) return yield* holdAgainst(report, records.seed, faults)
        if (faults.length > 0) yield* challenges.mark(epoch, hotkey, "suspected")
        yield* challenges.mark(epoch, hotkey, "rescored")
      }),
    { concurrency: REPORTS_A_PASS, discard: true }
  )
})
