/** The aggregate exactly as specified, on bigints and without optimisation. */
import type { Aggregate, ScoredNeuron, Voter } from "../../../src/consensus/rules/aggregate.ts"

interface Vote {
  readonly value: number
  readonly hotkey: string
  readonly stake: bigint
}

const sumOf = (stakes: ReadonlyArray<{ readonly stake: bigint }>): bigint => stakes.reduce((sum, { stake }) => sum + stake, 0n)

export const slowAggregate = (voters: ReadonlyArray<Voter>, neurons: ReadonlyArray<ScoredNeuron>): Aggregate => {
  const reporting = voters.filter(({ scores }) => scores !== null)
  const [totalStake, reportingStake] = [sumOf(voters), sumOf(reporting)]
  if (totalStake === 0n || 3n * reportingStake < 2n * totalStake) return { totalStake, reportingStake, quorum: false, values: null }
  const values = [...neurons]
    .sort((left, right) => left.uid - right.uid)
    .map(({ uid, hotkey: held, consensus }) => {
      const votes = reporting.flatMap(({ hotkey, stake, scores }): ReadonlyArray<Vote> => {
        const entry = scores?.find((score) => score.uid === uid)
        if (entry === undefined) return [{ value: 0, hotkey, stake }]
        return entry.hotkey !== held || entry.value === null ? [] : [{ value: entry.value, hotkey, stake }]
      })
      const measuring = sumOf(votes)
      votes.sort((left, right) => left.value - right.value || (left.hotkey < right.hotkey ? -1 : 1))
      if (3n * measuring >= 2n * totalStake) {
        let reached = 0n
        for (const { value, stake } of votes) {
          reached += stake
          if (2n * reached >= measuring) return { uid, value, source: "median" as const }
        }
      }
      return { uid, value: Number((BigInt(consensus) * 1_000_000n) / 65_535n), source: "chain" as const }
    })
  return { totalStake, reportingStake, quorum: true, values }
}
