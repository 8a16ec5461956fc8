/**
 * Integer arithmetic on numbers below 2^53, where +, −, × and % are exact on every machine.
 */

/** numerator / denominator, rounded half away from zero. The denominator is positive; twice the numerator stays below 2^53. */
export const divideRoundHalfAway = (numerator: number, denominator: number): number => {
  const magnitude = Math.abs(numerator)
  const rest = magnitude % denominator
  const quotient = (magnitude - rest) / denominator + (2 * rest >= denominator ? 1 : 0)
  return numerator < 0 && quotient !== 0 ? -quotient : quotient
}
