/** An epoch of the subnet: the blocks from one emission payout to the next. */
export interface Epoch {
  /** The number of epochs before this one. */
  readonly index: number
  readonly firstBlock: number
}
