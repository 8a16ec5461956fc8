/** The lower median of values weighted by stake, which Yuma's clipping never cuts. Pure, in exact integers. */

export interface Vote {
  readonly value: number
  /** In rao, not negative. */
  readonly stake: bigint
}

/**
 * The least value at which its stake and that of all lower values is at least half of the stake that measured. Undefined if that is less than a third of
 * `total`, all validators' stake. With hostile stake l and honest stake n that did not measure, it is within the range of honest values while
 * l < (total − n) / 2.
 */
export const lowerMedian = (votes: ReadonlyArray<Vote>, total: bigint): number | undefined => {
  const measuring = votes.reduce((sum, { stake }) => sum + stake, 0n)
  if (measuring === 0n || 3n * measuring < total) return undefined
  let reached = 0n
  return votes
    .toSorted((left, right) => left.value - right.value)
    .find(({ stake }) => {
      reached += stake
      return 2n * reached >= measuring
    })?.value
}
