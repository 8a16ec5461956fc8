/**
 * Divides a whole in proportion to parts by largest remainder: each gets the floor of its part, and the rest goes one by one to those with the largest
 * fractions, of equal ones to the first. All zeros if the parts add up to 0. Parts and the whole are not negative.
 */
export const divideInProportion = (parts: ReadonlyArray<bigint>, whole: bigint): ReadonlyArray<bigint> => {
  const sum = parts.reduce((total, part) => total + part, 0n)
  if (sum === 0n) return parts
  const floors = parts.map((part) => (part * whole) / sum)
  const left = Number(whole - floors.reduce((total, part) => total + part, 0n))
  const remainders = parts.map((part) => (part * whole) % sum)
  const winners = new Set(
    remainders
      .map((_, index) => index)
      .sort((one, other) => Number((remainders[other] ?? 0n) - (remainders[one] ?? 0n)) || one - other)
      .slice(0, left)
  )
  return floors.map((part, index) => (winners.has(index) ? part + 1n : part))
}
