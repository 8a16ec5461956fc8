/**
 * Rounds the exact binary value to two decimal places, ties to even. Only odd eighths are ties: every other half of a hundredth is no binary fraction.
 * `toFixed` rounds the exact value, but ties up.
 */
export const round2 = (value: number): number => {
  const eighths = Math.abs(value) * 8
  if (!Number.isInteger(eighths) || eighths % 2 === 0) return Number.isFinite(value) ? Number(value.toFixed(2)) : value
  const whole = Math.floor(eighths / 8)
  const rounded = Number(`${whole}.${EVEN_HUNDREDTHS[eighths - whole * 8]}`)
  return value < 0 ? -rounded : rounded
}

/** For 0.125, 0.375, 0.625 and 0.875. */
const EVEN_HUNDREDTHS: Readonly<Record<number, string>> = { 1: "12", 3: "38", 5: "62", 7: "88" }
