/**
 * Sums of floating-point numbers as validators agree on them: the program that set the subnet's rules adds with the compensation of Neumaier,
 * and the last bit decides whether collateral eats up a whole score.
 */

/** The sum of numbers, with what each addition lost added at the end. */
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

/** The numbers multiplied one after the other, from the first. */
export const product = (values: Iterable<number>): number => {
  let all = 1
  for (const value of values) all *= value
  return all
}

/** How often `divisor`, above zero, goes whole into `value`, zero or more; of the exact quotient, not of the rounded one. */
export const wholeTimes = (value: number, divisor: number): number => {
  const quotient = (value - (value % divisor)) / divisor
  const whole = Math.floor(quotient)
  return quotient - whole > 0.5 ? whole + 1 : whole
}
