/** The collateral that the contract asks for. Pure. Amounts are rao. */

/** The most that a deposit, a withdrawal or a payment of the contract may come out short by the chain's rounding. docs/security.md has the proof. */
export const DUST = 5n

/** What the contract keeps beyond its books, so that no rounding uncovers them. */
export const COVER = 3n

/** A share of an amount in basis points, rounded down. */
export const share = (amount: bigint, basisPoints: number): bigint => (amount * BigInt(basisPoints)) / 10_000n

/** What a competitor for a bounty is asked to deposit, in basis points of it. */
export const collateralAsked = (bounty: bigint, basisPoints: number): bigint => share(bounty, basisPoints)

/** What a competitor must have free, and a competition locks: enough is whatever comes of a deposit of what is asked. */
export const collateralRequired = (bounty: bigint, basisPoints: number): bigint => {
  const asked = collateralAsked(bounty, basisPoints)
  return asked > DUST ? asked - DUST : 0n
}
