import { type LatestResults, streakOf } from "../../../src/story/results.ts"
import { decimal, wholeNumber } from "../format/amount.ts"
import { changeText, ratingText } from "../format/rating.ts"

/** A rating, with "?" while provisional. */
export const Rating = ({ points, provisional = false }: { readonly points: number | null; readonly provisional?: boolean }) => (
  <span
    className="rating"
    title={
      points === null
        ? "no rated matches yet"
        : `${decimal(points, 3)} points${provisional ? ", provisional: fewer than 10 rated matches" : ""}`
    }
  >
    {ratingText(points, provisional)}
  </span>
)

interface Props {
  readonly before: number
  readonly after: number
  readonly provisional?: boolean
}

/** A rating before and after, with the difference. */
export const RatingMove = ({ before, after, provisional = false }: Props) => (
  <span className="rating-move" title={`${decimal(before, 3)} to ${decimal(after, 3)} points`}>
    {Math.round(before)}
    <span aria-hidden="true"> → </span>
    <span className="hidden"> to </span>
    <strong>{ratingText(after, provisional)}</strong>{" "}
    <span className={after > before ? "plus" : after < before ? "minus" : "muted"}>{changeText(before, after)}</span>
  </span>
)

/** Competitions won, lost, and those that nobody solved in time. */
export const RecordLine = ({ won, lost, expired }: { readonly won: number; readonly lost: number; readonly expired: number }) => (
  <span className="record" title={`${won} won, ${lost} lost, ${expired} expired`}>
    <span className="plus">{wholeNumber(won)}</span>
    <span className="hidden"> won, </span>
    <span aria-hidden="true"> / </span>
    <span className="minus">{wholeNumber(lost)}</span>
    <span className="hidden"> lost, </span>
    <span aria-hidden="true"> / </span>
    <span className="muted">{wholeNumber(expired)}</span>
    <span className="hidden"> expired</span>
  </span>
)

type Result = "won" | "lost" | "expired"

const RESULT_LETTERS: Readonly<Record<Result, string>> = { won: "W", lost: "L", expired: "E" }

/** A miner's current run of wins or losses, if there is one. */
export const Streak = ({ of }: { readonly of: LatestResults }) => {
  const streak = streakOf(of)
  return streak === undefined ? null : (
    <span className="streak" data-result={of.form[0]}>
      {streak}
    </span>
  )
}

/** The results of a miner's last competitions, newest first. */
export const Form = ({ results }: { readonly results: ReadonlyArray<Result> }) =>
  results.length === 0 ? (
    <span className="muted">no matches yet</span>
  ) : (
    <ol className="form" aria-label={`Form, newest first: ${results.join(", ")}`}>
      {results.map((result, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a place in the form is what an item is
        <li key={index} data-result={result} title={result}>
          <span aria-hidden="true">{RESULT_LETTERS[result]}</span>
        </li>
      ))}
    </ol>
  )
