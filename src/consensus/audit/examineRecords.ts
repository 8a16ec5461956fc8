/** Judges records of an epoch's reports by what they came to when they were scored again. Pure. */
import { Either } from "effect"
import type { AccountAddress } from "../../domain/Account.ts"
import type { MeasuredRecord, RecordUnclear } from "../../domain/MeasuredRecord.ts"
import type { ScoredRecord } from "../../domain/ScoredRecord.ts"
import { differenceOf } from "../rules/challenge.ts"
import { type Finding, finding } from "./findings.ts"

/** A record that a validator's counted report is signed over, and what it came to. */
export interface RescoredRecord {
  readonly validator: AccountAddress
  readonly record: ScoredRecord
  readonly again: Either.Either<MeasuredRecord | null, RecordUnclear>
}

/** The findings about single records, in their order. */
export const examineRecords = (records: ReadonlyArray<RescoredRecord>): ReadonlyArray<Finding> =>
  records.flatMap(({ validator, record, again }) => {
    if (Either.isLeft(again)) return [finding("record unclear", validator, again.left.message)]
    const name = `${record.repository}#${record.number}`
    const difference = again.right === null ? `${name} is not a pull request that scores` : differenceOf(record, again.right)
    return difference === undefined ? [] : [finding("wrong record", validator, `its report says something else than GitHub: ${difference}`)]
  })
