import { decimal } from "../format/amount.ts"
import { changeText, ratingText } from "../format/rating.ts"

interface Props {
  readonly before: number
  readonly after: number
  /** Whether the new rating is provisional. */
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
