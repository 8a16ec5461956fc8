import { exactAlpha, shortAlpha } from "../../../src/story/figures.ts"
import { written } from "../format/amount.ts"

interface Props {
  readonly rao: string
  /** Fees are in TAO; all other amounts are in alpha. */
  readonly unit?: "α" | "τ"
  readonly decimals?: number
}

/** Whether the shown text is the exact amount. */
const isWhole = (short: string, exact: string): boolean => {
  const [whole = "", fraction = ""] = short.split(".")
  return `${whole}.${fraction.padEnd(9, "0")}` === exact
}

/** A shortened amount. Its title has all decimals, shown on hover, touch and focus. */
export const Amount = ({ rao, unit = "α", decimals = 4 }: Props) => {
  const [short, exact] = [shortAlpha(rao, decimals), exactAlpha(rao)]
  const name = unit === "α" ? "alpha" : "TAO"
  const title = `${written(exact)} ${name} (${rao} rao)`
  const shown = (
    <>
      {written(short)}
      <span className="unit">
        {" "}
        <span aria-hidden="true">{unit}</span>
        <span className="hidden">{name}</span>
      </span>
    </>
  )
  return isWhole(short, exact) ? (
    <span className="amount" title={title}>
      {shown}
    </span>
  ) : (
    <button type="button" className="amount" title={title}>
      {shown}
    </button>
  )
}
