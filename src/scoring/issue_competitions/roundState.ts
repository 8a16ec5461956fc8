/** What a round is computed from: the chain at the round's first block, and nothing else. */
import { Effect } from "effect"
import type { ContractConfig, Issue } from "../../contract-client/generated.ts"
import type { Competition } from "../../domain/Competition.ts"
import type { Metagraph } from "../../domain/Metagraph.ts"
import { defaultRatingRules } from "../../elo/RatingRules.ts"
import { computeRatings, type Ratings } from "../../elo/ratings.ts"
import { type BlockReference, Chain } from "../../layers/chain/Chain.ts"
import { Contract } from "../../layers/contract/Contract.ts"
import { Subnet } from "../../layers/subnet/Subnet.ts"
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
  const [competitions, metagraph] = yield* Effect.all(
    [contract.competitions(at, at.number - defaultRatingRules.window), subnet.metagraph(at)],
    { concurrency: 2 }
  )
  const ratings = computeRatings({
    at: at.number,
    competitions,
    miners: metagraph.neurons,
    ...(explain === undefined ? {} : { explain })
  })
  return { ratings, competitions, metagraph }
})

const nothingAt = (metagraph: Metagraph) => ({ ratings: new Map(), competitions: [], metagraph })

/**
 * Reads the state of the round in which a block is. `head` is any finalised block of the round; `explain` as for `ratingsAt`.
 *
 * Where the round begins follows from the settings at `head`, as it does for the contract, which takes a vote by its settings at that moment. All else
 * that decides is read at S, the settings too: then it is the same for a validator that looks before a change of settings in the middle of a round
 * and for one that looks after it. A change of the rounds' own length or of their attesting blocks makes a round that not all see alike, so there
 * are no issues in it; the first round that begins under the new settings is a round again.
 */
export const readRoundState = Effect.fn("readRoundState")(function* (head: BlockReference, explain?: ReadonlySet<string> | "all") {
  const [chain, contract, subnet] = yield* Effect.all([Chain, Contract, Subnet])
  const present = yield* contract.read("config", {}, head)
  const place = placeOf(head.number, present)
  const [hash] = yield* chain.hashesOf([place.start, ...(head.number < place.pairsFrom ? [] : [place.pairsFrom - 1, place.pairsFrom])])
  const start = { number: place.start, hash: hash ?? head.hash }
  const empty = Effect.map(subnet.metagraph(start), (metagraph) => ({
    place,
    start,
    config: present,
    openIssues: [],
    ...nothingAt(metagraph)
  }))
  return yield* Effect.gen(function* () {
    const [state, rated] = yield* Effect.all([contract.stateAt(start), ratingsAt(start, explain)], { concurrency: 2 })
    const { config, liveIssues } = state
    const isWhole = config.roundLength === present.roundLength && config.attestBlocks === present.attestBlocks
    const openIssues = isWhole ? liveIssues.filter(({ status }) => status._tag === "Open") : []
    return { place, start, config: isWhole ? config : present, openIssues, ...rated } satisfies RoundState
  }).pipe(
    // It answered at the head, so it was created in this round: there was nothing at its start.
    Effect.catchTag("ContractUnusable", () => empty)
  )
})
