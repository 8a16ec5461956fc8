/** The retry backoff of peers that failed, and how often their failures are logged. */

/** A peer that failed the last time. Times are milliseconds since 1970. */
export interface Trouble {
  /** How often it failed since it answered last. */
  readonly failures: number
  /** Backoff after the last failure. */
  readonly pause: number
  readonly restsUntil: number
  readonly loggedAt: number
}

const FIRST_PAUSE = 30_000
const LONGEST_PAUSE = 3_600_000
/** Each pause is so many times the one before: 30 s, 2 min, 8 min, 32 min, and then an hour. */
const GROWTH = 4
const LOGGED_EVERY = 3_600_000

/** After one more failure. `isNews`: nothing was logged about the peer for an hour. */
export const failedAgain = (before: Trouble | undefined, now: number): { readonly trouble: Trouble; readonly isNews: boolean } => {
  const isNews = before === undefined || now - before.loggedAt >= LOGGED_EVERY
  const pause = before === undefined ? FIRST_PAUSE : Math.min(LONGEST_PAUSE, before.pause * GROWTH)
  return {
    isNews,
    trouble: { failures: (before?.failures ?? 0) + 1, pause, restsUntil: now + pause, loggedAt: isNews ? now : before.loggedAt }
  }
}
