import * as ExactInteger from "effect/BigInt"

/** Arguments of set_weights: equal lengths, ascending UIDs, the largest weight 65,535, no zeros. */
export interface ChainWeights {
  readonly uids: ReadonlyArray<number>
  readonly values: ReadonlyArray<number>
}

const U16_MAX = 65_535n

/**
 * round-half-even(w / max × 65,535) for each UID, exactly, in any unit. Zeros are dropped. A negative weight is a defect of the caller.
 */
export const toU16 = (parts: ReadonlyMap<number, number | bigint>): ChainWeights => {
  const exact = [...parts].map(([uid, part]) => [uid, BigInt(part)] as const).sort(([left], [right]) => left - right)
  for (const [uid, part] of exact) if (part < 0n) throw new RangeError(`the weight of UID ${uid} is negative`)
  const max = exact.reduce((highest, [, part]) => ExactInteger.max(highest, part), 0n)
  const kept =
    max === 0n
      ? []
      : exact.map(([uid, part]) => [uid, Number(divideHalfEven(part * U16_MAX, max))] as const).filter(([, weight]) => weight > 0)
  return { uids: kept.map(([uid]) => uid), values: kept.map(([, weight]) => weight) }
}

const divideHalfEven = (numerator: bigint, denominator: bigint): bigint => {
  const quotient = numerator / denominator
  const twice = 2n * (numerator % denominator)
  return twice > denominator || (twice === denominator && quotient % 2n === 1n) ? quotient + 1n : quotient
}
