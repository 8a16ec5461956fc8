/**
 * Figures of the rules that the roster does not set. A change of one changes the rules for all repositories and needs a new program. Those that a
 * repository overrides are in domain/Roster.ts, the pools' shares in domain/Emission.ts.
 */

/** The most that a pull request earns for its source code (docs/protocol.md, “Scoring a contribution”). */
export const MAX_QUALITY = 25
/** The most that it earns on top for its size, reached at `FULL_BONUS_SCORE`. */
export const MAX_BONUS = 5
export const FULL_BONUS_SCORE = 1500

/** A linked issue must be closed within this time after the merge. */
export const CLOSE_WINDOW_DAYS = 1

/** The most by which reviews multiply an open pull request's collateral. */
export const MAX_REVIEW_COLLATERAL = 2

export const MICROSECONDS_PER_SECOND = 1_000_000
export const SECONDS_PER_HOUR = 3600
export const SECONDS_PER_DAY = 86_400
export const HOURS_PER_DAY = 24
export const MICROSECONDS_PER_DAY = SECONDS_PER_DAY * MICROSECONDS_PER_SECOND
