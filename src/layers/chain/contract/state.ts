/** Reads the contract's state at a block once for all callers, without another read of final facts. */
import { Cache, Data, Duration, Effect, Exit } from "effect"
import { toDomain } from "../../../contract-client/competition.ts"
import type { Issue, Competition as StoredCompetition } from "../../../contract-client/generated.ts"
import { uninterruptedByOthers } from "../../machine/effects/cachedOutcome.ts"
import type { BlockReference } from "../node/BlockReference.ts"
import type { ReadError } from "./errors.ts"
import { History, isClosed } from "./History.ts"
import type { FoundRecords, Head, Source } from "./Source.ts"

export interface ContractState extends Head {
  /** Issues that are neither paid nor cancelled, in order of id. */
  readonly liveIssues: ReadonlyArray<Issue>
  /** Competitions by id: all that are running or not paid yet, possibly more. */
  readonly competitions: ReadonlyMap<number, StoredCompetition>
}

export const make = Effect.fn("Contract.state")(function* (source: Source) {
  const history = new History(toDomain)

  const read = Effect.fn("Contract.stateAt")(function* (at: BlockReference) {
    const guess = history.guess(at.number)
    const { head, found } = yield* source.head(guess, at)
    const missing = history.beyond(
      // Only found ids count as read, because a source may ignore the guess.
      { issues: found.issues.map(({ id }) => id), competitions: found.competitions.map(({ id }) => id) },
      head,
      at.number
    )
    const rest: FoundRecords =
      missing.issues.length + missing.competitions.length === 0 ? { issues: [], competitions: [] } : yield* source.more(missing, at)
    const all: FoundRecords = { issues: [...found.issues, ...rest.issues], competitions: [...found.competitions, ...rest.competitions] }
    history.learn(all, head, at.number)
    return {
      ...head,
      liveIssues: all.issues.filter((issue) => !isClosed(issue)).toSorted((a, b) => a.id - b.id),
      competitions: new Map(all.competitions.map((competition) => [competition.id, competition]))
    } satisfies ContractState
  })

  // Every loop of a validator reads at the same block.
  const states = yield* Cache.makeWith({
    capacity: 8,
    lookup: read,
    timeToLive: Exit.match({ onSuccess: () => Duration.infinity, onFailure: () => Duration.zero })
  })
  const stateAt = (at: BlockReference): Effect.Effect<ContractState, ReadError> =>
    uninterruptedByOthers(states.get(Data.struct({ number: at.number, hash: at.hash })))

  const competitions = Effect.fn("Contract.competitions")(function* (at: BlockReference, endedAfter = 0) {
    const state = yield* stateAt(at)
    const { known, forgotten } = history.endedIn(endedAfter, at.number)
    const again = forgotten.length === 0 ? [] : (yield* source.more({ issues: [], competitions: forgotten }, at)).competitions
    const all = new Map([...known, ...again.map(toDomain)].map((competition) => [competition.id, competition]))
    for (const stored of state.competitions.values()) {
      const { status } = stored
      if (status._tag === "Running" || status.at > endedAfter) all.set(stored.id, toDomain(stored))
    }
    history.forgetBefore(endedAfter)
    return [...all.values()].toSorted((a, b) => a.id - b.id)
  })

  return { stateAt, competitions }
})
