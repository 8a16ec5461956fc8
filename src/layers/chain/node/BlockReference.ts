/** A block by number and hash. */
export interface BlockReference {
  readonly number: number
  readonly hash: string
}
