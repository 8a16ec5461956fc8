import { percent } from "../format/amount.ts"
import { oddsText } from "../format/rating.ts"

interface Side {
  readonly name: string
  /** Its expected score, from 0 to 1. */
  readonly expected: number
}

/** Both competitors' odds as one bar. */
export const OddsBar = ({
  a,
  b,
  title = "pre-match odds",
  note = "by their ratings at the start",
  nobody
}: {
  readonly a: Side
  readonly b: Side
  readonly title?: string
  readonly note?: string
  /** The chance that nobody wins, if that is one of the outcomes. */
  readonly nobody?: number
}) => (
  <figure className="odds">
    <figcaption>
      <strong className="side-a">{oddsText(a.expected)}</strong>
      <span className="muted">
        {title}
        {nobody === undefined ? null : `, nobody ${oddsText(nobody)}`}
        <span className="hidden"> {note}</span>
      </span>
      <strong className="side-b">{oddsText(b.expected)}</strong>
    </figcaption>
    <div
      className="odds-bar"
      role="img"
      aria-label={`Odds ${note}: ${a.name} ${oddsText(a.expected)}, ${b.name} ${oddsText(b.expected)}${nobody === undefined ? "" : `, nobody ${oddsText(nobody)}`}`}
      title={`${note}: ${a.name} ${percent(a.expected, 4)}, ${b.name} ${percent(b.expected, 4)}`}
    >
      <span style={{ width: `${a.expected * 100}%` }} />
      {nobody === undefined ? null : <span className="odds-nobody" style={{ width: `${nobody * 100}%` }} />}
      <span style={{ width: `${b.expected * 100}%` }} />
    </div>
  </figure>
)
