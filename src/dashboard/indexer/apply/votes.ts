/** Tracks which votes count and how they end, by the contract's ballot rules. */
import type { OutcomeChoice } from "../../../contract-client/generated.ts"
import { sameOutcome, samePair } from "../../../contract-client/outcome.ts"
import type { Pair, Vote, VoteEnd } from "./State.ts"
import type { Step } from "./Step.ts"
import { totalWeight, weightOf } from "./whitelist.ts"

const keyOf = ({ block, event }: Vote): string => `${block} ${event}`

const votesOn = ({ state }: Step, issue: number): ReadonlyArray<Vote> => state.votes.get(issue) ?? []

const keepVotes = ({ state }: Step, issue: number, votes: ReadonlyArray<Vote>): void => {
  if (votes.length === 0) state.votes.delete(issue)
  else state.votes.set(issue, votes)
}

/** A vote's weight, at most what it weighed when it was cast. */
const weightOfVote = ({ facts, state }: Step, vote: Vote): bigint => {
  const now = weightOf(state, vote.validator, facts.number)
  return vote.kind === "outcome" && vote.cast !== null && vote.cast < now ? vote.cast : now
}

/** Ends the votes on an issue for which `endOf` returns a reason. */
const end = (
  step: Step,
  issue: number,
  endOf: (vote: Vote) => Pick<VoteEnd, "by" | "inPassingTally"> | null,
  competition?: number
): void => {
  const total = totalWeight(step.state)
  const left: Array<Vote> = []
  for (const vote of votesOn(step, issue)) {
    const how = endOf(vote)
    if (how === null) left.push(vote)
    else {
      const ended = { at: step.facts.number, weight: weightOfVote(step, vote), totalWeight: total, ...how }
      step.changes.votes.set(keyOf(vote), { ...vote, competition: competition ?? vote.competition, end: ended })
    }
  }
  keepVotes(step, issue, left)
}

/** What a validator's vote on an issue's end, which has stood since this block, weighed when it was cast. */
export const castBefore = (step: Step, issue: number, validator: string, since: number): bigint | null => {
  const earlier = votesOn(step, issue).find((vote) => vote.kind === "outcome" && vote.validator === validator && vote.since === since)
  return earlier?.kind === "outcome" ? earlier.cast : null
}

/** A new vote replaces the validator's earlier one on the same ballot. */
export const cast = (step: Step, vote: Vote): void => {
  end(step, vote.issue, ({ kind, validator }) =>
    kind === vote.kind && validator === vote.validator ? { by: "replaced", inPassingTally: false } : null
  )
  keepVotes(step, vote.issue, [...votesOn(step, vote.issue), vote])
  step.changes.votes.set(keyOf(vote), vote)
}

export const withdraw = (step: Step, issue: number, validator: string): void =>
  end(step, issue, (vote) => (vote.kind === "outcome" && vote.validator === validator ? { by: "withdrawn", inPassingTally: false } : null))

export const passPair = (step: Step, issue: number, pair: Pair, competition: number): void =>
  end(step, issue, (vote) => (vote.kind === "pair" ? { by: "passed", inPassingTally: samePair(vote.choice, pair) } : null), competition)

export const passOutcome = (step: Step, issue: number, choice: OutcomeChoice): void =>
  end(step, issue, (vote) => (vote.kind === "outcome" ? { by: "passed", inPassingTally: sameOutcome(vote.choice, choice) } : null))

/** One ballot on an issue, or all of its ballots, ended without a decision. */
export const lapse = (step: Step, issue: number, kind?: Vote["kind"]): void =>
  end(step, issue, (vote) => (kind === undefined || vote.kind === kind ? { by: "lapsed", inPassingTally: null } : null))

/** What a validator voted before it was listed is nobody's. */
export const lapseOf = (step: Step, listed: string): void => {
  for (const issue of [...step.state.votes.keys()])
    end(step, issue, ({ validator }) => (validator === listed ? { by: "lapsed", inPassingTally: null } : null))
}

/** Pair votes lapse with their round. */
export const lapsePairs = (step: Step): void => {
  for (const issue of [...step.state.votes.keys()]) lapse(step, issue, "pair")
}
