/**
 * Remembers which votes on the ballots this validator's program cast. Its operator cast all other votes of its hotkey by hand; these stay until the
 * record contradicts them. If the file is lost, all votes count as the operator's.
 */
import { Effect } from "effect"
import type { OutcomeChoice } from "../../contract-client/generated.ts"
import { Contract } from "../../layers/chain/contract/Contract.ts"
import { Watches } from "../../layers/storage/dataFolder/Watches.ts"
import type { Verdict } from "../../rules/verdicts/verdictCase.ts"
import { anewFor, choiceOf, type OutcomeBallot, outcomeBallotFor } from "./outcomeBallot.ts"

const SAYS = "cast"

interface Following {
  readonly issue: number
  /** The judged competition; for an issue without a match, the issue's number. */
  readonly competition: number
  readonly verdict: Verdict
  /** Whether the subnet has ended. */
  readonly hasEnded?: boolean
  readonly own: OutcomeChoice | undefined
  /** Whether a vote for a choice that stays the same is worth casting anew. */
  readonly isWorthCastingAnew: (choice: OutcomeChoice) => boolean
}

/** Key of a choice in a competition. The choice's fields are sorted, so that equal choices have equal keys. */
const nameOf = (competition: number, choice: OutcomeChoice): string =>
  `${competition} ${JSON.stringify(choice, (_, value: unknown) =>
    typeof value === "object" && value !== null
      ? Object.fromEntries(Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)))
      : value
  )}`

/**
 * Reads the votes that the program cast, and deletes those on competitions that are over (not in `live`). Votes on issues `without a match` are
 * stored apart, under the issue's number instead of the competition's.
 */
export const readOwnVotes = Effect.fn("readOwnVotes")(function* (
  live: ReadonlySet<number>,
  on: "votes" | "votes without a match" = "votes"
) {
  const [contract, store] = yield* Effect.all([Contract, Watches])
  const kind = `${contract.address} ${on}`
  const cast = new Set((yield* store.of(kind)).keys())
  const over = [...cast].filter((name) => !live.has(Number(name.split(" ", 1)[0])))
  yield* store.change(kind, new Map(over.map((name) => [name, undefined])))
  return {
    /**
     * Sends the message that follows from a verdict, unless `own`, the vote on the ballot, is right or the operator's. A vote is stored before it is
     * sent, or it would count as the operator's. A withdrawn vote is deleted: the operator may cast it again. A vote that is right but too light is
     * withdrawn and cast anew in one transaction.
     */
    follow: <E, R>(
      { competition, hasEnded, issue, own, verdict, isWorthCastingAnew }: Following,
      vote: (ballot: OutcomeBallot) => Effect.Effect<boolean, E, R>
    ) =>
      Effect.gen(function* () {
        const isByHand = own !== undefined && !cast.has(nameOf(competition, own))
        const ballot = outcomeBallotFor(issue, verdict, own, isByHand, hasEnded)
        if (ballot === undefined) {
          const choice = choiceOf(verdict, hasEnded)
          if (choice !== undefined && !isByHand && isWorthCastingAnew(choice)) yield* vote(anewFor(issue, choice))
          return
        }
        const name = nameOf(competition, ballot.choice)
        if (ballot.kind === "outcome") yield* store.change(kind, new Map([[name, { says: SAYS, lastLook: 0, blocks: 0 }]]))
        yield* vote(ballot)
        if (ballot.kind === "withdrawal") yield* store.change(kind, new Map([[name, undefined]]))
      })
  }
})
