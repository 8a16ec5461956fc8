/** Follows a verdict with a message, unless the vote on the ballot is right, or its operator's: not one of `OwnVotes`. */
import { Effect } from "effect"
import type { OutcomeChoice } from "../../contract-client/generated.ts"
import type { AccountAddress } from "../../domain/Account.ts"
import { canonicalJson } from "../../domain/canonicalJson.ts"
import { Contract } from "../../layers/chain/contract/Contract.ts"
import { allOf, OwnVotes, ownVotesOn } from "../../layers/protection/OwnVotes.ts"
import type { Verdict } from "../../rules/verdicts/verdictCase.ts"
import { anewFor, type BallotOnEnd, choiceOf, isWorthCastingAnew, type OutcomeBallot, outcomeBallotFor } from "./outcomeBallot.ts"

interface Following {
  readonly issue: number
  /** The judged competition; for an issue without a match, the issue's number. */
  readonly competition: number
  readonly verdict: Verdict
  /** Whether the subnet has ended. */
  readonly hasEnded: boolean
  readonly ballot: BallotOnEnd
}

/** Key of a choice in a competition. */
const nameOf = (competition: number, choice: OutcomeChoice): string => `${competition} ${canonicalJson(choice)}`

/**
 * Reads the votes that the program cast, and deletes those on competitions that are over (not in `live`). Votes on issues `without a match` are
 * stored apart, under the issue's number instead of the competition's.
 */
export const readOwnVotes = Effect.fn("readOwnVotes")(function* (
  hotkey: AccountAddress,
  live: ReadonlySet<number>,
  on: "votes" | "votes without a match"
) {
  const [contract, store] = yield* Effect.all([Contract, OwnVotes])
  const ballots = ownVotesOn(contract.address, on)
  const cast = new Set((yield* store.of(ballots)).keys())
  const over = [...cast].filter((name) => !live.has(Number(name.split(" ", 1)[0])))
  yield* store.change(ballots, allOf(over, false))
  return {
    /**
     * Sends the message that follows from a verdict, unless the vote on the ballot is right or the operator's. A vote is stored before it is
     * sent, or it would count as the operator's. A withdrawn vote is deleted: the operator may cast it again. A vote that is right but too light is
     * withdrawn and cast anew in one transaction.
     */
    follow: <E, R>(
      { ballot: onEnd, competition, hasEnded, issue, verdict }: Following,
      vote: (ballot: OutcomeBallot) => Effect.Effect<boolean, E, R>
    ) =>
      Effect.gen(function* () {
        const own = onEnd.votes.find(({ validator }) => validator === hotkey)?.choice
        const isByHand = own !== undefined && !cast.has(nameOf(competition, own))
        const ballot = outcomeBallotFor(issue, verdict, own, isByHand, hasEnded)
        if (ballot === undefined) {
          const choice = choiceOf(verdict, hasEnded)
          if (choice !== undefined && !isByHand && isWorthCastingAnew(hotkey, choice, onEnd)) yield* vote(anewFor(issue, choice))
          return
        }
        const name = nameOf(competition, ballot.choice)
        if (ballot.kind === "outcome") yield* store.change(ballots, allOf([name]))
        yield* vote(ballot)
        if (ballot.kind === "withdrawal") yield* store.change(ballots, allOf([name], false))
      })
  }
})
