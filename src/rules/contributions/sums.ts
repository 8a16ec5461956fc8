/**
 * Sums of floating-point numbers on which validators agree: the subnet's original program adds with Neumaier's compensation, and the last bit decides
 * whether collateral cancels a whole score.
 */

/** Adds numbers, and adds the rounding errors of all additions at the end. */
export const compensatedSum = (values: Iterable<number>): number => {
  let sum = 0
  let lost = 0
  for (const value of values) {
    const next = sum + value
    lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum
    sum = next
  }
  return lost !== 0 && Number.isFinite(lost) ? sum + lost : sum
}

/** Multiplies the numbers in their order. */
export const product = (values: Iterable<number>): number => {
  let all = 1
  for (const value of values) all *= value
  return all
}

/** The floor of the exact quotient, not of the rounded one. `divisor` is above zero, `value` at least zero. */
export const wholeTimes = (value: number, divisor: number): number => {
  const quotient = (value - (value % divisor)) / divisor
  const whole = Math.floor(quotient)
  return quotient - whole > 0.5 ? whole + 1 : whole
}
