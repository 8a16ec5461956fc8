import { cssPercent, percent } from "../format/amount.ts"

interface Props {
  /** From 0 to 1. */
  readonly share: number
  /** Of what. */
  readonly label: string
  readonly said?: string
}

/** A share as a number and a bar. */
export const ShareBar = ({ share, label, said = percent(share, 1) }: Props) => (
  <span className="share">
    <span>{said}</span>
    <span className="bar" role="img" aria-label={`${label}: ${said}`} style={{ display: "block" }}>
      <span style={{ width: cssPercent(share, 2) }} />
    </span>
  </span>
)
