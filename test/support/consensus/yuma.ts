/** The dev chain's consensus of weights, ported from contracts/devnet-runtime/src/subtensor/epoch.rs: fixed point with 32 fractional bits. */
const ONE = 1n << 32n
const U16_MAX = 65_535n
/** The chain's default: the majority that a weight needs, in parts of 65,535. */
const KAPPA = 32_767n
const MINORITY = (ONE * (U16_MAX - KAPPA)) / U16_MAX

export interface VoterWeights {
  readonly stake: bigint
  /** By UID; 0 is none. Normalised by their sum. */
  readonly weights: ReadonlyArray<bigint>
}

/** The smallest weight that voters with more than the minority of the stake stay at or under; whoever gave none stays under all. */
export const medianOfColumn = (column: ReadonlyArray<{ readonly weight: bigint; readonly stake: bigint }>, total: bigint): bigint => {
  const votes = column
    .filter(({ weight, stake }) => weight > 0n && stake > 0n)
    .map(({ weight, stake }) => ({ weight, share: (stake * ONE) / total }))
    .sort((left, right) => (left.weight < right.weight ? -1 : left.weight > right.weight ? 1 : Number(left.share - right.share)))
  let under = ONE - votes.reduce((sum, { share }) => sum + share, 0n)
  if (under > MINORITY) return 0n
  for (const { weight, share } of votes) {
    under += share
    if (under > MINORITY) return weight
  }
  return 0n
}

/** Each voter's weights in units of 2^-32 and what the chain counts of them: none above its UID's median. */
export const clipped = (voters: ReadonlyArray<VoterWeights>) => {
  const total = voters.reduce((sum, { stake }) => sum + stake, 0n)
  const rows = voters.map(({ weights }) => {
    const sum = weights.reduce((all, weight) => all + weight, 0n)
    return weights.map((weight) => (sum === 0n ? 0n : (weight * ONE) / sum))
  })
  const medians = (rows[0] ?? []).map((_, uid) =>
    medianOfColumn(
      voters.map(({ stake }, voter) => ({ stake, weight: rows[voter]?.[uid] ?? 0n })),
      total
    )
  )
  return rows.map((given) => ({
    given,
    counted: given.map((weight, uid) => (weight < (medians[uid] ?? 0n) ? weight : (medians[uid] ?? 0n)))
  }))
}
