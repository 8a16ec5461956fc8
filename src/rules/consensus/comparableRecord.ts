/** Whether two measurements of the same commits may be compared. Pure. */
import type { ScoringMethod } from "../../domain/contributions/FileScore.ts"
import type { MeasuredRecord } from "../../domain/MeasuredRecord.ts"

/** Methods that score a file 0 because its text or its tree could not be read, which may be the reader's bad luck. */
const UNREAD_METHODS = [
  "skipped-binary",
  "skipped-missing-base",
  "skipped-isolation-timeout",
  "skipped-crash"
] as const satisfies ReadonlyArray<ScoringMethod>

const SUMS = ["tokens", "source", "total", "score"] as const

/** Whether `one` has more unreadable files than `other`, by any of these methods. */
const lostMore = (one: MeasuredRecord, other: MeasuredRecord): boolean =>
  UNREAD_METHODS.some((method) => (one.methods[method] ?? 0) > (other.methods[method] ?? 0))

/**
 * Why a difference between a record and a new measurement of the same commits says nothing about the record's author; undefined if it does. An
 * unreadable file only lowers a score, so more such files do not excuse a higher score.
 */
export const whyIncomparable = (shown: MeasuredRecord, measured: MeasuredRecord): string | undefined => {
  if (lostMore(measured, shown)) return "files that were scored then cannot be had now"
  if (lostMore(shown, measured) && SUMS.every((sum) => shown[sum] <= measured[sum])) return "files that are there now could not be had then"
  return undefined
}
