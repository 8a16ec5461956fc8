/** Whether two measurements of the same commits may be compared. Pure. */
import type { ScoringMethod } from "../../../domain/contributions/FileScore.ts"
import type { MeasuredRecord } from "../../../domain/MeasuredRecord.ts"

/** A file scores 0 by these where its text or its tree could not be had, which may be the reader's bad luck. */
const LOST = [
  "skipped-binary",
  "skipped-missing-base",
  "skipped-isolation-timeout",
  "skipped-crash"
] as const satisfies ReadonlyArray<ScoringMethod>

const SUMS = ["tokens", "source", "total", "score"] as const

/** Whether more files of `one` than of `other` could not be had, by any of these rules. */
const lostMore = (one: MeasuredRecord, other: MeasuredRecord): boolean =>
  LOST.some((method) => (one.methods[method] ?? 0) > (other.methods[method] ?? 0))

/**
 * Why a difference between a record and the same commits scored again says nothing about its author; undefined if it does. A file that could not be had only
 * lowers a score, so one who shows more such files and a higher score all the same has no excuse.
 */
export const whyIncomparable = (shown: MeasuredRecord, measured: MeasuredRecord): string | undefined => {
  if (lostMore(measured, shown)) return "files that were scored then cannot be had now"
  if (lostMore(shown, measured) && SUMS.every((sum) => shown[sum] <= measured[sum])) return "files that are there now could not be had then"
  return undefined
}
