/** The contract's books. Pure. Amounts are in rao of alpha. */

/** The contract's division of the stake that it holds behind the treasury's hotkey. The names are those of the contract's fields. */
interface Books {
  /** For issues that are neither paid nor cancelled. */
  readonly allocated: bigint
  /** Free for issues, and received since the contract's money last aged. */
  readonly fresh: bigint
  /** Free for issues, and received before that. */
  readonly aged: bigint
  /** Deposited by miners, and theirs. */
  readonly collateral: bigint
}

/** The sum of the four books. The contract should hold at least this. */
export const bookedOf = ({ allocated, fresh, aged, collateral }: Books): bigint => allocated + fresh + aged + collateral
