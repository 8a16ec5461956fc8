/** What a round is computed from: the chain at the round's first block, and nothing else. */
import { Effect } from "effect"
import type { ContractConfig, Issue } from "../../contract-client/generated.ts"
import type { Competition } from "../../domain/Competition.ts"
import type { Metagraph } from "../../domain/Metagraph.ts"
import { computeRatings, type Ratings } from "../../elo/ratings.ts"
import { type BlockReference, Chain } from "../../layers/Chain.ts"
import { Contract } from "../../layers/Contract.ts"
import { Subnet } from "../../layers/Subnet.ts"
import { placeOf, type RoundPlace } from "./Round.ts"

export interface RoundState {
  readonly place: RoundPlace
  /** The round's first block, S. */
  readonly start: BlockReference
  readonly config: ContractConfig
  /** The issues that wait for a pair at S. */
  readonly openIssues: ReadonlyArray<Issue>
  readonly competitions: ReadonlyArray<Competition>
  readonly metagraph: Metagraph
  readonly ratings: Ratings
}

/** The ratings at a block, with the reasons of those hotkeys that `explain` names. */
export const ratingsAt = Effect.fn("ratingsAt")(function* (at: BlockReference, explain?: ReadonlySet<string> | "all") {
  const [contract, subnet] = yield* Effect.all([Contract, Subnet])
  const [competitions, metagraph] = yield* Effect.all([contract.competitions(at), subnet.metagraph(at)], { concurrency: 2 })
  const ratings = computeRatings({
    at: at.number,
    competitions,
    miners: metagraph.neurons,
    ...(explain === undefined ? {} : { explain })
  })
  return { ratings, competitions, metagraph }
})

const nothingAt = (metagraph: Metagraph) => ({ ratings: new Map(), competitions: [], metagraph })

/** Reads a round's state at its first block. `head` is any finalised block of the round; `explain` as for `ratingsAt`. */
export const readRoundState = Effect.fn("readRoundState")(function* (head: BlockReference, explain?: ReadonlySet<string> | "all") {
  const [chain, contract, subnet] = yield* Effect.all([Chain, Contract, Subnet])
  const config = yield* contract.read("config", {}, head)
  const place = placeOf(head.number, config)
  const start = place.start === head.number ? head : { number: place.start, hash: yield* chain.hashOf(place.start) }
  const [live, rated] = yield* Effect.all([contract.liveIssues(start), ratingsAt(start, explain)], { concurrency: 2 }).pipe(
    // It answered at the head, so it was created in this round: there was nothing at its start.
    Effect.catchTag("ContractUnusable", () => Effect.map(subnet.metagraph(start), (metagraph) => [[], nothingAt(metagraph)] as const))
  )
  return {
    place,
    start,
    config,
    openIssues: live.filter(({ status }) => status._tag === "Open"),
    ...rated
  } satisfies RoundState
})
