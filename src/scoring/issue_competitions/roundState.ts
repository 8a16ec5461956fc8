/** The input of a round: the chain's state at the round's first block. */
import { Effect } from "effect"
import type { ContractConfig, Issue } from "../../contract-client/generated.ts"
import { type Competition, endedAt } from "../../domain/Competition.ts"
import type { Metagraph } from "../../domain/Metagraph.ts"
import { placeOf, type RoundPlace } from "../../domain/Round.ts"
import { defaultRatingRules } from "../../elo/RatingRules.ts"
import { computeRatings, type Ratings } from "../../elo/ratings.ts"
import { withPresentHotkeys } from "../../elo/seats.ts"
import { Contract } from "../../layers/chain/contract/Contract.ts"
import { type BlockReference, Chain } from "../../layers/chain/node/Chain.ts"
import { Subnet } from "../../layers/chain/subnet/Subnet.ts"

export interface RoundState {
  readonly place: RoundPlace
  /** The round's first block, S. */
  readonly start: BlockReference
  readonly config: ContractConfig
  /** The issues that are Open at S and wait for a pair. */
  readonly openIssues: ReadonlyArray<Issue>
  /** With the competitors' hotkeys at S, which differ from those at the start where a hotkey was swapped. */
  readonly competitions: ReadonlyArray<Competition>
  readonly metagraph: Metagraph
  readonly ratings: Ratings
}

/** The ratings at a block, and the competitions that they are computed from, by the hotkeys of that block; with reasons for the hotkeys in `explain`. */
export const ratingsAt = Effect.fn("ratingsAt")(function* (at: BlockReference, explain?: ReadonlySet<string> | "all") {
  const [contract, subnet] = yield* Effect.all([Contract, Subnet])
  const [recorded, metagraph] = yield* Effect.all(
    [contract.competitions(at, at.number - defaultRatingRules.window), subnet.metagraph(at)],
    { concurrency: 2 }
  )
  const competitions = withPresentHotkeys(recorded, metagraph.neurons)
  const ratings = computeRatings({
    at: at.number,
    competitions,
    miners: metagraph.neurons,
    ...(explain === undefined ? {} : { explain })
  })
  return { ratings, competitions, metagraph }
})

/**
 * The ratings by which a pair was drawn at block `at`, from the record that is known now. Later competitions, ends and registrations are left out. So
 * the result never changes, except by a verdict that was reverted since.
 */
export const ratingsAsOf = (at: number, competitions: ReadonlyArray<Competition>, { neurons }: Metagraph): Ratings =>
  computeRatings({
    at,
    competitions: competitions
      .filter(({ startedAt }) => startedAt <= at)
      .map((one) => ((endedAt(one) ?? 0) > at ? { ...one, status: { _tag: "Running" } as const } : one)),
    miners: neurons.filter(({ registeredAt }) => registeredAt <= at)
  })

const nothingAt = (metagraph: Metagraph) => ({ ratings: new Map(), competitions: [], metagraph })

/**
 * Reads the state of the round in which a block is. `head` is any finalised block of the round; `explain` as for `ratingsAt`.
 *
 * The settings at `head` decide where the round begins, because the contract judges a vote by the settings at its block. Everything else is read
 * at S, settings included, so that a change of settings during a round affects all validators alike. If the length of rounds or of their attesting
 * part changes during a round, validators may disagree about that round, so it has no issues. The first round that begins under the new settings
 * is normal again.
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
    // The contract answered at the head, so it was created in this round: there was nothing at the round's start.
    Effect.catchTag("NoContract", () => empty)
  )
})
