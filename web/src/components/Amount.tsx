import { exactAlpha, shortAlpha } from "../format/amount.ts"

interface Props {
  readonly rao: string
  /** Fees are paid in TAO, all else is alpha. */
  readonly unit?: "α" | "τ"
  readonly decimals?: number
}

/** Whether what is shown is all of it. */
const isWhole = (short: string, exact: string): boolean => {
  const [whole = "", fraction = ""] = short.split(".")
  return `${whole}.${fraction.padEnd(9, "0")}` === exact
}

/** An amount: short to read. What was cut is in its title, and shown when it is touched or comes into the focus. */
export const Amount = ({ rao, unit = "α", decimals = 4 }: Props) => {
  const [short, exact] = [shortAlpha(rao, decimals), exactAlpha(rao)]
  const name = unit === "α" ? "alpha" : "TAO"
  const title = `${exact} ${name} (${rao} rao)`
  const shown = (
    <>
      {short}
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
