/**
 * Integer arithmetic on numbers, exact on every machine: +, −, × below 2^53, and division, which IEEE 754 rounds correctly everywhere.
 */

/**
 * numerator / denominator, rounded half away from zero. The denominator is a positive integer, the numerator's magnitude below 2^51, the quotient's
 * below 2^31: what lies below a half then lies further below it than the division and the addition round, so that cutting off is exact.
 */
export const divideRoundHalfAway = (numerator: number, denominator: number): number => {
  const quotient = numerator / denominator
  return (quotient < 0 ? quotient - 0.5 : quotient + 0.5) | 0
}
