/** Formats figures without a locale. Amounts are whole rao (10⁻⁹ alpha) and stay exact from the chain to the reader. */

const RAO = 1_000_000_000n

const groupDigits = (digits: string): string => digits.replace(/\B(?=(\d{3})+(?!\d))/g, ",")

/** With all nine decimals: "1,234.500000000". */
export const exactAlpha = (rao: string | bigint): string => {
  const value = BigInt(rao)
  const whole = value < 0n ? -value : value
  return `${value < 0n ? "-" : ""}${groupDigits((whole / RAO).toString())}.${(whole % RAO).toString().padStart(9, "0")}`
}

/** Shortened by truncation, never rounded up. A positive amount too small to show is "<0.0001". */
export const shortAlpha = (rao: string | bigint, decimals = 4): string => {
  const value = BigInt(rao)
  const [whole = "0", fraction = ""] = exactAlpha(value).split(".")
  const shown = value >= 1_000n * RAO ? Math.min(decimals, 2) : decimals
  const kept = fraction.slice(0, shown).replace(/0+$/, "")
  if (value > 0n && whole === "0" && kept === "") return `<0.${"0".repeat(Math.max(0, shown - 1))}1`
  return kept === "" ? whole : `${whole}.${kept}`
}

/** A fraction from 0 to 1, exact to a millionth. */
export const shareOf = (part: string | bigint, whole: string | bigint): number => {
  const all = BigInt(whole)
  if (all <= 0n) return 0
  return Math.min(1, Math.max(0, Number((BigInt(part) * 1_000_000n) / all) / 1_000_000))
}

export const percent = (share: number, decimals = 0): string => `${(share * 100).toFixed(decimals)}%`

export const wholeNumber = (value: number): string => groupDigits(value.toString())

/** "1 match", "1,200 matches". */
export const countedNoun = (count: number, one: string, many: string): string => `${wholeNumber(count)} ${count === 1 ? one : many}`

/** A part of a whole, cut to a hundredth of a percent: "66.66%". */
export const percentOf = (part: bigint, whole: bigint): string => {
  const hundredths = whole === 0n ? 0n : (part * 10_000n) / whole
  const fraction = (hundredths % 100n).toString().padStart(2, "0")
  return `${hundredths / 100n}${fraction === "00" ? "" : `.${fraction}`}%`
}

/** The same as the page shows it, rounded: "66.7%". */
export const shareText = (part: bigint, whole: bigint): string => percent(shareOf(part, whole), 1)

/** Milli-points as points: "1516.0". */
export const points = (milliPoints: number): string => (milliPoints / 1000).toFixed(1)

/** A change in milli-points as points, with its sign: "+16.0". */
export const change = (milliPoints: number): string => `${milliPoints < 0 ? "" : "+"}${points(milliPoints)}`
