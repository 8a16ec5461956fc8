/**
 * The chain's own weight consensus, as contracts/devnet-runtime/src/subtensor/epoch.rs computes it: fixed point with 32 fractional bits. A weight
 * counts only up to its UID's weighted median.
 */
const FIXED_ONE = 1n << 32n
const U16_MAX = 65_535n
/** Kappa, the stake majority that a weight needs, in parts of 65,535: the chain's default. */
const KAPPA = 32_767n
const MINORITY = (FIXED_ONE * (U16_MAX - KAPPA)) / U16_MAX

export interface ChainVoter {
  readonly stake: bigint
  /** The weight that a validator gives to each UID: 0 or more. Only the proportions matter. */
  readonly weights: ReadonlyMap<number, number>
}

interface Vote {
  readonly weight: bigint
  readonly stake: bigint
}

/** The smallest weight such that voters with more than the minority of the stake gave at most that weight. A voter without a weight counts as 0. */
export const medianOfColumn = (column: ReadonlyArray<Vote>, total: bigint): bigint => {
  const votes = column
    .filter(({ weight, stake }) => weight > 0n && stake > 0n)
    .map(({ weight, stake }) => ({ weight, share: (stake * FIXED_ONE) / total }))
    .sort((left, right) => (left.weight < right.weight ? -1 : left.weight > right.weight ? 1 : 0))
  let under = FIXED_ONE - votes.reduce((sum, { share }) => sum + share, 0n)
  if (under > MINORITY) return 0n
  for (const { weight, share } of votes) {
    under += share
    if (under > MINORITY) return weight
  }
  return 0n
}

export interface ChainEpoch {
  /** Each UID's consensus in parts of 65,535, as the main network stores it. */
  readonly consensus: ReadonlyMap<number, number>
  /** For each voter, whether the chain counts all its weights in full. */
  readonly isCounted: ReadonlyArray<boolean>
}

/** The chain's result of an epoch's weights. The total stake must be positive. */
export const chainEpoch = (voters: ReadonlyArray<ChainVoter>, uids: ReadonlyArray<number>): ChainEpoch => {
  const total = voters.reduce((sum, { stake }) => sum + stake, 0n)
  const rows = voters.map(({ weights }) => {
    const sum = BigInt([...weights.values()].reduce((all, weight) => all + weight, 0))
    return new Map([...weights].map(([uid, weight]) => [uid, sum === 0n ? 0n : (BigInt(weight) * FIXED_ONE) / sum]))
  })
  const medians = new Map(
    uids.map((uid) => [
      uid,
      medianOfColumn(
        voters.map(({ stake }, voter) => ({ stake, weight: rows[voter]?.get(uid) ?? 0n })),
        total
      )
    ])
  )
  return {
    consensus: new Map([...medians].map(([uid, median]) => [uid, Number((median * U16_MAX) / FIXED_ONE)])),
    isCounted: rows.map((row) => [...row].every(([uid, weight]) => weight <= (medians.get(uid) ?? 0n)))
  }
}
