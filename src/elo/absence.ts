import { type Competition, endedAt } from "../domain/Competition.ts"
import { hasUid, UID_LIMIT } from "../domain/UidBitmap.ts"
import type { RatingRules } from "./RatingRules.ts"

/** A competition, of which the rule reads when it ran, between whom, and who was enrolled for its issue or skipped it. */
export type Opportunity = Pick<Competition, "startedAt" | "status" | "a" | "b" | "enrolled" | "skipped">

/** A registered miner. Absence is counted for the hotkey that holds the UID today. */
export interface RegisteredMiner {
  readonly hotkey: string
  readonly uid: number
  readonly registeredAt: number
}

/** A completed period of absence: the block in which it was completed, and the rule that completed it. */
export interface Absence {
  readonly block: number
  readonly because: "opportunities" | "time"
}

/** Absence up to a block: the completed periods, oldest first, and the one that runs. */
export interface Absences {
  readonly completed: ReadonlyArray<Absence>
  /** Opportunities missed since the last completed period or the last time that the miner was present. */
  readonly missed: number
  /** The block from which the period of `absencePeriod` blocks is counted; null: nothing counts yet. */
  readonly since: number | null
}

export const NO_ABSENCES: Absences = { completed: [], missed: 0, since: null }

/**
 * The absences of one miner up to block `at`. `opportunities`: the competitions that began in (at − window, at], oldest first. `matches`: the miner's
 * own, also older ones that ran then.
 *
 * Each competition that starts is an opportunity. It counts only for a miner who could have been drawn: registered for `absencePeriod` blocks; named
 * as enrolled or skipping before, which takes a proven account; and in no match of its own. A match runs from its first block to the one before its
 * end.
 *
 * A period begins where a match of the miner ends, at each opportunity at which it is present, and where the previous period was completed. It is
 * complete after `absenceOpportunities` missed opportunities, or after `absencePeriod` blocks if at least one was missed. A period of `absencePeriod`
 * blocks without any opportunity ends at no cost.
 *
 * A miner is present when its enrolled bit is set, or its skipped bit up to `skipsInARow` times in a row. Only an enrolment restarts that count;
 * otherwise, skipping three times and staying away once would be free for ever.
 */
export const absencesOf = (
  miner: RegisteredMiner,
  { matches, opportunities }: { readonly matches: ReadonlyArray<Opportunity>; readonly opportunities: ReadonlyArray<Opportunity> },
  at: number,
  rules: RatingRules
): Absences => {
  if (miner.uid >= UID_LIMIT) return NO_ABSENCES
  const completed: Array<Absence> = []
  const countsFrom = miner.registeredAt + rules.absencePeriod
  const own = matches.map((match) => ({ from: match.startedAt, until: endedAt(match) ?? Number.POSITIVE_INFINITY }))
  const ends = own.flatMap(({ until }) => (until <= at ? [until] : [])).toSorted((one, other) => one - other)
  let begin: number | null = null
  let missed = 0
  let skips = 0

  const endPeriodsUntil = (block: number) => {
    while (begin !== null && begin + rules.absencePeriod <= block) {
      begin += rules.absencePeriod
      if (missed > 0) completed.push({ block: begin, because: "time" })
      missed = 0
    }
  }
  const beginAt = (block: number) => {
    begin = block
    missed = 0
  }
  /** Restarts the period at each end of an own match up to a block. */
  const passEndsUntil = (block: number) => {
    for (let end = ends[0]; end !== undefined && end <= block; end = ends[0]) {
      ends.shift()
      if (begin !== null && end < begin) continue
      endPeriodsUntil(end - 1)
      beginAt(end)
    }
  }

  for (const opportunity of opportunities) {
    const { startedAt } = opportunity
    if (startedAt <= miner.registeredAt) continue
    passEndsUntil(startedAt)
    endPeriodsUntil(startedAt - 1)
    const enrolled = hasUid(opportunity.enrolled, miner.uid)
    const isSkipping = !enrolled && hasUid(opportunity.skipped, miner.uid)
    if (begin === null && (enrolled || isSkipping)) begin = startedAt
    if (matches.includes(opportunity)) {
      skips = 0
      beginAt(startedAt)
      continue
    }
    if (own.some(({ from, until }) => from <= startedAt && startedAt < until)) continue
    const skipped = isSkipping && skips < rules.skipsInARow
    if (enrolled) skips = 0
    if (skipped) skips += 1
    if (enrolled || skipped) {
      beginAt(startedAt)
      continue
    }
    if (begin === null || startedAt < countsFrom) continue
    missed += 1
    if (missed >= rules.absenceOpportunities) {
      completed.push({ block: startedAt, because: "opportunities" })
      beginAt(startedAt)
    }
  }
  passEndsUntil(at)
  endPeriodsUntil(at)
  return { completed, missed, since: begin }
}
