/** The pairs of a round, as every validator must compute them: from the chain at S and the attested majority. */
import { Effect } from "effect"
import { hashBytes } from "../../domain/Account.ts"
import { fromUids } from "../../domain/UidBitmap.ts"
import { type BlockReference, Chain } from "../../layers/chain/Chain.ts"
import { Contract } from "../../layers/contract/Contract.ts"
import { Subnet } from "../../layers/subnet/Subnet.ts"
import type { RoundState } from "./roundState.ts"
import { computePairs, type PairInput } from "./rules/pairs.ts"

const NOBODY = fromUids([])

/**
 * What the pairs of a round are computed from. `head` is a finalised block after the attesting blocks. Answers `undefined` while the seed of the round (a
 * drand pulse) is not on the chain yet.
 */
export const readPairInput = Effect.fn("readPairInput")(function* (state: RoundState, head: BlockReference) {
  const [chain, contract, subnet] = yield* Effect.all([Chain, Contract, Subnet])
  const seed = yield* subnet.seedAfter(state.place.pairsFrom, head)
  if (seed === undefined) return undefined
  // The last block of attestations: no vote for a pair can have changed anything yet, so that whoever reads later reads the same.
  const last = state.place.pairsFrom - 1
  const attested = { number: last, hash: yield* chain.hashOf(last) }
  // Deposits are not read where none is asked for.
  const miners = state.config.collateralBps === 0 ? [] : state.metagraph.neurons.map(({ hotkey, coldkey }) => [hotkey, coldkey] as const)
  const { majorities, collateral } = yield* contract.attested(
    state.openIssues.map(({ id }) => id),
    miners,
    attested
  )
  return {
    at: state.start.number,
    seed: hashBytes(seed),
    issues: state.openIssues.map(({ id, bounty }) => ({ id, bounty, enrolled: majorities.get(id)?.enrolled ?? NOBODY })),
    neurons: state.metagraph.neurons,
    ratings: state.ratings,
    competitions: state.competitions,
    maxCompetitionsPerMiner: state.config.maxCompetitionsPerMiner,
    collateralBps: state.config.collateralBps,
    // What each neuron's owner has deposited for it and not bound to a competition.
    collateral: new Map(collateral.map(({ deposited, locked }, index) => [miners[index]?.[0] ?? "", deposited - locked]))
  } satisfies PairInput
})

/** Every Open issue with what was decided on it and why, or `undefined` while the seed is not there. */
export const pairsOfRound = Effect.fn("pairsOfRound")(function* (state: RoundState, head: BlockReference) {
  if (state.openIssues.length === 0) return []
  const input = yield* readPairInput(state, head)
  return input === undefined ? undefined : computePairs(input)
})
