/**
 * Which votes on the ballots this validator's program cast. Any other vote of its hotkey is its operator's, by hand, and is left alone as long as the record does not say
 * otherwise. Losing the file makes all of them the operator's.
 */
import { Effect } from "effect"
import type { OutcomeChoice } from "../../contract-client/generated.ts"
import { Contract } from "../../layers/chain/contract/Contract.ts"
import { Watches } from "../../layers/storage/dataFolder/Watches.ts"
import { type OutcomeBallot, outcomeBallotFor } from "./outcomeBallot.ts"
import type { Verdict } from "./rules/verdictCase.ts"

const SAYS = "cast"

interface Following {
  readonly issue: number
  /** The competition that is judged; of an issue without a match, the issue's number. */
  readonly competition: number
  readonly verdict: Verdict
  readonly own: OutcomeChoice | undefined
}

/** A choice by the competition that it is about. The words of a choice come in the same order wherever they are from. */
const nameOf = (competition: number, choice: OutcomeChoice): string =>
  `${competition} ${JSON.stringify(choice, (_, value: unknown) =>
    typeof value === "object" && value !== null
      ? Object.fromEntries(Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)))
      : value
  )}`

/**
 * Reads what the program has cast, and forgets what is about competitions that are over. `live`: the others. Votes on issues `without a match` are kept apart, by the
 * issue's number in the place of the competition's.
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
     * Sends what follows from a verdict, if `own`, the vote on the ballot, is neither right nor the operator's. A vote is noted before it is sent: one that was not noted
     * would be taken for the operator's. One that was withdrawn is forgotten: its operator may cast it again.
     */
    follow: <E, R>({ competition, issue, own, verdict }: Following, vote: (ballot: OutcomeBallot) => Effect.Effect<unknown, E, R>) =>
      Effect.gen(function* () {
        const ballot = outcomeBallotFor(issue, verdict, own, own !== undefined && !cast.has(nameOf(competition, own)))
        if (ballot === undefined) return
        const name = nameOf(competition, ballot.choice)
        if (ballot.kind === "outcome") yield* store.change(kind, new Map([[name, { says: SAYS, lastLook: 0, blocks: 0 }]]))
        yield* vote(ballot)
        if (ballot.kind === "withdrawal") yield* store.change(kind, new Map([[name, undefined]]))
      })
  }
})
