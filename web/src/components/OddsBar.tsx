import { percent } from "../format/amount.ts"
import { oddsText } from "../format/rating.ts"

interface Side {
  readonly name: string
  /** Its expected score, from 0 to 1. */
  readonly expected: number
}

/** Both competitors' odds from their ratings, as one bar. */
export const OddsBar = ({
  a,
  b,
  title = "pre-match odds",
  note = "by their ratings at the start"
}: {
  readonly a: Side
  readonly b: Side
  readonly title?: string
  readonly note?: string
}) => (
  <figure className="odds">
    <figcaption>
      <strong className="side-a">{oddsText(a.expected)}</strong>
      <span className="muted">
        {title}
        <span className="hidden"> {note}</span>
      </span>
      <strong className="side-b">{oddsText(b.expected)}</strong>
    </figcaption>
    <div
      className="odds-bar"
      role="img"
      aria-label={`Odds ${note}: ${a.name} ${oddsText(a.expected)}, ${b.name} ${oddsText(b.expected)}`}
      title={`${note}: ${a.name} ${percent(a.expected, 4)}, ${b.name} ${percent(b.expected, 4)}`}
    >
      <span style={{ width: `${a.expected * 100}%` }} />
      <span style={{ width: `${b.expected * 100}%` }} />
    </div>
  </figure>
)
