/**
 * The figures of the rules that no repository overrides. What a repository may override, with its default, is in domain/Roster.ts.
 */

/** What a pull request can have for its source code at most. */
export const MAX_QUALITY = 25
/** What it can have for its size on top, reached at `FULL_BONUS_SCORE`. */
export const MAX_BONUS = 5
export const FULL_BONUS_SCORE = 1500

/** How long after the merge an issue may be closed by it. */
export const CLOSE_WINDOW_DAYS = 1

/** Reviews raise the collateral of an open pull request at most to as many times. */
export const MAX_REVIEW_COLLATERAL = 2

export const MICROSECONDS_PER_SECOND = 1_000_000
export const SECONDS_PER_HOUR = 3600
export const SECONDS_PER_DAY = 86_400
export const HOURS_PER_DAY = 24

const MAINTAINERS: ReadonlySet<string> = new Set(["OWNER", "MEMBER", "COLLABORATOR"])

/** Whether GitHub's word for someone's place in a repository makes a maintainer. */
export const isMaintainer = (association: string | null): boolean => association !== null && MAINTAINERS.has(association)

/** How the subnet's emission is divided: the pool of contributions, and the treasury of the issue competitions. */
export interface EmissionFigures {
  readonly contributions: number
  readonly treasury: number
  /** Nobody gets the treasury's share where this UID is not registered. */
  readonly treasuryUid: number
}

export const defaultEmissionFigures: EmissionFigures = { contributions: 0.9, treasury: 0.1, treasuryUid: 111 }
