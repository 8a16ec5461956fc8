/** An epoch of the subnet: the blocks from one payment of its emission to the next. */
export interface Epoch {
  /** How many there were before it. */
  readonly index: number
  readonly firstBlock: number
}
