/**
 * Integer arithmetic on numbers, exact on every machine: +, −, × below 2^53, and division, which IEEE 754 rounds correctly everywhere.
 */

/**
 * numerator / denominator, rounded half away from zero. The denominator is positive, the numerator's magnitude below 2^52: its quotient
 * then lies further below the next integer than division rounds, so that cutting it off is exact.
 */
export const divideRoundHalfAway = (numerator: number, denominator: number): number => {
  const magnitude = Math.abs(numerator)
  const quotient = Math.floor(magnitude / denominator)
  const rest = magnitude - quotient * denominator
  const rounded = 2 * rest >= denominator ? quotient + 1 : quotient
  return numerator < 0 && rounded !== 0 ? -rounded : rounded
}
