import { hasUid, UID_LIMIT } from "../domain/UidBitmap.ts"
import type { RatingRules } from "./RatingRules.ts"

/** A competition that started. Miners who were enrolled for its issue, or skipped it, were present. */
export interface Opportunity {
  readonly startedAt: number
  readonly enrolled: Uint8Array
  readonly skipped: Uint8Array
}

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

/**
 * The completed periods of absence of one miner up to block `at`, oldest first. `opportunities`: those in (at − window, at], oldest first.
 *
 * A period begins at the registration (or at the start of the window, if that is later), at each opportunity at which the miner is present, and
 * where the previous period was completed. It is complete after `absenceOpportunities` missed opportunities, or after `absencePeriod` blocks if at
 * least one was missed. A period of `absencePeriod` blocks without any opportunity ends at no cost. No period is complete before the miner has been
 * registered for `absencePeriod` blocks. An opportunity counts if it started after the registration.
 *
 * A miner is present when its enrolled bit is set, or its skipped bit up to `skipsInARow` times in a row. Only an enrolment restarts that count;
 * otherwise, skipping three times and staying away once would be free for ever.
 */
export const absencesOf = (
  miner: RegisteredMiner,
  opportunities: ReadonlyArray<Opportunity>,
  at: number,
  rules: RatingRules
): ReadonlyArray<Absence> => {
  if (miner.uid >= UID_LIMIT) return []
  const absences: Array<Absence> = []
  const settledAt = miner.registeredAt + rules.absencePeriod
  let begin = Math.max(miner.registeredAt, at - rules.window)
  let missed = 0
  let skips = 0

  const endPeriodsUntil = (block: number) => {
    while (begin + rules.absencePeriod <= block) {
      begin += rules.absencePeriod
      if (missed > 0) absences.push({ block: begin, because: "time" })
      missed = 0
    }
  }

  for (const opportunity of opportunities) {
    if (opportunity.startedAt <= miner.registeredAt) continue
    endPeriodsUntil(opportunity.startedAt - 1)
    const enrolled = hasUid(opportunity.enrolled, miner.uid)
    const skipped = !enrolled && hasUid(opportunity.skipped, miner.uid) && skips < rules.skipsInARow
    if (enrolled) skips = 0
    if (skipped) skips += 1
    if (enrolled || skipped) {
      begin = opportunity.startedAt
      missed = 0
      continue
    }
    missed += 1
    if (missed >= rules.absenceOpportunities && opportunity.startedAt >= settledAt) {
      absences.push({ block: opportunity.startedAt, because: "opportunities" })
      begin = opportunity.startedAt
      missed = 0
    }
  }
  endPeriodsUntil(at)
  return absences
}
