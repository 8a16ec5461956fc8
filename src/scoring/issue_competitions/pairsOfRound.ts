/** The pairs of a round, computed from the chain at S and the attested majority, so that all validators agree. */
import { Effect } from "effect"
import { hashBytes } from "../../domain/Account.ts"
import { fromUids } from "../../domain/UidBitmap.ts"
import { Contract } from "../../layers/chain/contract/Contract.ts"
import { type BlockReference, Chain } from "../../layers/chain/node/Chain.ts"
import { Subnet } from "../../layers/chain/subnet/Subnet.ts"
import { computePairs, type PairInput } from "../../rules/pairs/pairs.ts"
import type { RoundState } from "./roundState.ts"

const NO_UIDS = fromUids([])

/**
 * Reads the input of a round's pairs. `head` is a finalised block after the attesting blocks. Returns `undefined` until the round's seed (a drand
 * pulse) is on the chain.
 */
export const readPairInput = Effect.fn("readPairInput")(function* (state: RoundState, head: BlockReference) {
  const [chain, contract, subnet] = yield* Effect.all([Chain, Contract, Subnet])
  const seed = yield* subnet.seedAfter(state.place.pairsFrom, head)
  if (seed === undefined) return undefined
  // Read at the last attesting block, before any pair vote can change something, so that later readers get the same values.
  const last = state.place.pairsFrom - 1
  const attested = { number: last, hash: yield* chain.hashOf(last) }
  // Deposits are read only if competitions require collateral.
  const miners = state.config.collateralBps === 0 ? [] : state.metagraph.neurons.map(({ hotkey, coldkey }) => [hotkey, coldkey] as const)
  const { majorities, collateral } = yield* contract.attested(
    state.openIssues.map(({ id }) => id),
    miners,
    attested
  )
  return {
    at: state.start.number,
    seed: hashBytes(seed),
    issues: state.openIssues.map(({ id, bounty }) => ({ id, bounty, enrolled: majorities.get(id)?.enrolled ?? NO_UIDS })),
    neurons: state.metagraph.neurons,
    ratings: state.ratings,
    competitions: state.competitions,
    maxCompetitionsPerMiner: state.config.maxCompetitionsPerMiner,
    collateralBps: state.config.collateralBps,
    // The part of each neuron's deposit that no competition has locked.
    collateral: new Map(collateral.map(({ deposited, locked }, index) => [miners[index]?.[0] ?? "", deposited - locked]))
  } satisfies PairInput
})

/** The decision on every Open issue with its reasons; `undefined` until the seed is on the chain. */
export const pairsOfRound = Effect.fn("pairsOfRound")(function* (state: RoundState, head: BlockReference) {
  if (state.openIssues.length === 0) return []
  const input = yield* readPairInput(state, head)
  return input === undefined ? undefined : computePairs(input)
})
