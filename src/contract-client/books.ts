/** The contract's books. Pure. Amounts are in rao of alpha. */

/** How the contract divides the stake it holds behind the treasury's hotkey. The names are those of the contract's fields. */
interface Books {
  /** For issues that are neither paid nor cancelled. */
  readonly allocated: bigint
  /** Not given to an issue yet. */
  readonly unallocated: bigint
  /** Deposited by miners, and theirs. */
  readonly collateral: bigint
  /** Waits to be recycled. */
  readonly toRecycle: bigint
}

/** The sum of the four books. The contract should hold at least this. */
export const bookedOf = ({ allocated, unallocated, collateral, toRecycle }: Books): bigint =>
  allocated + unallocated + collateral + toRecycle
