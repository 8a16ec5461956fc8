/** Integer arithmetic on doubles that is exact on every machine: +, − and × below 2^53, and division, which IEEE 754 rounds correctly everywhere. */

/**
 * numerator / denominator, rounded half away from zero. The denominator must be a positive integer, the numerator below 2^51 and the quotient below
 * 2^31 in magnitude. Any fraction below one half is then further below it than the rounding errors of the division and the addition, so truncation
 * is exact.
 */
export const divideRoundHalfAway = (numerator: number, denominator: number): number => {
  const quotient = numerator / denominator
  return (quotient < 0 ? quotient - 0.5 : quotient + 0.5) | 0
}
