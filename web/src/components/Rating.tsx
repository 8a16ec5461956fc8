import { decimal } from "../format/amount.ts"
import { ratingText } from "../format/rating.ts"

interface Props {
  readonly points: number | null
  readonly provisional?: boolean
}

/** A rating, with "?" while provisional. */
export const Rating = ({ points, provisional = false }: Props) => (
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
