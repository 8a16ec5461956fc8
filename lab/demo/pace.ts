/** How fast the demo plays. Pure. */
import { Duration, Option } from "effect"

/** How long a match lasts after its pull requests count. */
export interface Pace {
  /** Null: a solution is merged at once. */
  readonly match: Duration.Duration | null
  /** The first match. Null as above. */
  readonly first: Duration.Duration | null
}

export const FAST: Pace = { match: null, first: null }

/** The first match ends as soon as its pull requests count. */
export const WATCH: Pace = { match: Duration.minutes(3), first: null }

/** The longest match, in minutes. */
const LONGEST_MATCH = 60

/** `fast`, `watch`, or minutes. */
export const paceOf = (text: string): Option.Option<Pace> => {
  if (text === "fast") return Option.some(FAST)
  if (text === "watch") return Option.some(WATCH)
  const minutes = /^\d{1,2}$/.test(text) ? Number(text) : 0
  const match = Duration.minutes(minutes)
  return minutes >= 1 && minutes <= LONGEST_MATCH ? Option.some({ match, first: match }) : Option.none()
}

/** Whether people watch. */
export const isWatched = ({ match }: Pace): boolean => match !== null
