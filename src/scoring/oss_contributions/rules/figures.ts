/** The rules' figures that no repository overrides. Overridable ones, with their defaults, are in domain/Roster.ts. */

/** The most that a pull request earns for its source code. */
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

const MAINTAINERS: ReadonlySet<string> = new Set(["OWNER", "MEMBER", "COLLABORATOR"])

/** Whether an association with a repository makes an account its maintainer. */
export const isMaintainer = (association: string | null): boolean => association !== null && MAINTAINERS.has(association)

/** How the subnet's emission is divided between contributions and the treasury of the issue competitions. */
export interface EmissionFigures {
  readonly contributions: number
  readonly treasury: number
  /** When this UID is not registered, nobody gets the treasury's share. */
  readonly treasuryUid: number
}

export const defaultEmissionFigures: EmissionFigures = { contributions: 0.9, treasury: 0.1, treasuryUid: 111 }
