/** The votes on a competition's outcome for the miner's display: each vote's weight and age, and when the outcome can be settled. Pure. */
import type { Electorate, OutcomeChoice } from "../../contract-client/generated.ts"
import type { CastVote } from "../../contract-client/readings.ts"
import { standingOf, type Terms, type VotesStanding, weighedBy } from "../../contract-client/standing.ts"
import { choiceText } from "../../story/choices.ts"
import { percentOf } from "../../story/figures.ts"

export interface WeighedVote extends CastVote {
  /** In rao. */
  readonly weight: bigint
}

export interface Ballot {
  readonly votes: ReadonlyArray<WeighedVote>
  readonly standing: VotesStanding<OutcomeChoice>
  readonly totalWeight: bigint
}

/** `wait`: the competition's challenge period, in blocks. */
export const ballotOf = (votes: ReadonlyArray<CastVote>, electorate: Electorate, terms: Omit<Terms, "totalWeight">): Ballot => {
  const weighed = weighedBy(electorate, votes)
  const totalWeight = electorate.total
  return { votes: weighed, standing: standingOf(weighed, { ...terms, totalWeight }), totalWeight }
}

/**
 * Says when the leading outcome can be settled, or why not yet: "solved by UID 3, #7 has 66% of the weight: it can be settled from block 900 on, if the votes
 * stand".
 */
export const settlingText = ({ standing, totalWeight }: Ballot, nameOf?: (account: string) => string): string => {
  const { choice, from, state, weight } = standing
  if (choice === null) return "no validator has voted on its end yet"
  const has = `${choiceText(choice, nameOf)} has ${percentOf(weight, totalWeight)} of the weight`
  switch (state) {
    case "tooYoung":
      return `${has}: it can be settled from block ${from} on, if the votes stand`
    case "settleable":
      return `${has}: it can be settled now`
    default:
      return `${has}, which is not enough to settle it`
  }
}
