/** The aggregate as its description reads, with sorting and bigints: what the bench compares with. */
import type { ScoredNeuron, Voter } from "../../src/consensus/rules/aggregate.ts"

const sumOf = (votes: ReadonlyArray<{ readonly stake: bigint }>): bigint => votes.reduce((sum, { stake }) => sum + stake, 0n)

/** Each neuron's value, for voters with a report that hold all stake. */
export const plainAggregate = (voters: ReadonlyArray<Voter>, neurons: ReadonlyArray<ScoredNeuron>): ReadonlyArray<number> => {
  const total = sumOf(voters)
  const reports = voters.map(({ hotkey, stake, scores }) => ({
    hotkey,
    stake,
    scores: new Map(scores?.map((score) => [score.uid, score]))
  }))
  return neurons.map(({ uid, hotkey, consensus }) => {
    const votes = reports.flatMap(({ hotkey: validator, stake, scores }) => {
      const score = scores.get(uid)
      if (score === undefined) return [{ validator, stake, value: 0 }]
      return score.value === null || score.hotkey !== hotkey ? [] : [{ validator, stake, value: score.value }]
    })
    const measured = sumOf(votes)
    let reached = 0n
    if (votes.length > 0 && 3n * measured >= 2n * total)
      for (const { value, stake } of votes.sort((one, other) => one.value - other.value || (one.validator < other.validator ? -1 : 1))) {
        reached += stake
        if (2n * reached >= measured) return value
      }
    return Math.floor((consensus * 1_000_000) / 65_535)
  })
}
