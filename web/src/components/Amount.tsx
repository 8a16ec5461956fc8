import { exactAlpha, shortAlpha } from "../format/amount.ts"

interface Props {
  readonly rao: string
  /** Fees are paid in TAO, all else is alpha. */
  readonly unit?: "α" | "τ"
  readonly decimals?: number
}

/** An amount: short to read, exact on hover. */
export const Amount = ({ rao, unit = "α", decimals = 4 }: Props) => (
  <span className="amount" title={`${exactAlpha(rao)} ${unit === "α" ? "alpha" : "TAO"} (${rao} rao)`}>
    {shortAlpha(rao, decimals)}
    <span className="unit">
      {" "}
      <span aria-hidden="true">{unit}</span>
      <span className="hidden">{unit === "α" ? "alpha" : "TAO"}</span>
    </span>
  </span>
)
