/** Reads what votes on issues' ends weighed when they were cast, which their events do not say. */
import { Effect } from "effect"
import type { Contract } from "../../../layers/chain/contract/Contract.ts"
import { type BlockReference, Chain, isPruned } from "../../../layers/chain/node/Chain.ts"
import type { IndexedCast, IndexedEvent } from "../blockContents.ts"
import { blockForgotten, unreadableBlock } from "./errors.ts"

/** The votes that stand at the end of a block on those issues on whose ends it voted. Votes of the contract's third edition are left out. */
export const castsOf = Effect.fn("indexer.casts")(function* (
  outcomeVotes: Contract["Type"]["outcomeVotes"],
  events: ReadonlyArray<IndexedEvent>,
  at: BlockReference
) {
  const { endpoint } = yield* Chain
  const issues = [...new Set(events.flatMap(({ event }) => (event._tag === "OutcomeVoted" ? [event.issue] : [])))]
  if (issues.length === 0) return []
  const ballots = yield* outcomeVotes(issues, at).pipe(
    Effect.mapError((error) => {
      if (isPruned(error)) return blockForgotten(endpoint, at.number)
      return error._tag === "ChainUnavailable" ? error : unreadableBlock(at.number, error.message)
    })
  )
  return [...ballots].flatMap(([issue, votes]) =>
    votes.flatMap(
      ({ cast, since, validator }): ReadonlyArray<IndexedCast> => (cast === null ? [] : [{ issue, validator, since, weight: cast }])
    )
  )
})
