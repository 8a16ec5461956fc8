/** The collateral that the contract requires. Pure. Amounts are in rao. */

/** The most that rounding on the chain can take from a deposit, a withdrawal or a payment of the contract. docs/security.md has the proof. */
export const DUST = 5n

/** The contract's reserve beyond its books, so that rounding never leaves them uncovered. */
export const COVER = 3n

/** A share of an amount in basis points, rounded down. */
export const shareOfAmount = (amount: bigint, basisPoints: number): bigint => (amount * BigInt(basisPoints)) / 10_000n

/** The deposit that a competitor for a bounty is asked for, at `basisPoints` of the bounty. */
export const collateralAsked = (bounty: bigint, basisPoints: number): bigint => shareOfAmount(bounty, basisPoints)

/** The free collateral that a competitor needs and a competition locks: the part of the deposit asked for that arrives for certain. */
export const collateralRequired = (bounty: bigint, basisPoints: number): bigint => {
  const asked = collateralAsked(bounty, basisPoints)
  return asked > DUST ? asked - DUST : 0n
}
