/** The pairs of a round, as every validator must compute them: from the chain at S and the attested majority. */
import { Effect } from "effect"
import { bitmapBytes } from "../../contract-client/bitmap.ts"
import { hashBytes } from "../../domain/Account.ts"
import { type BlockReference, Chain } from "../../layers/Chain.ts"
import { Contract } from "../../layers/Contract.ts"
import { Subnet } from "../../layers/Subnet.ts"
import type { RoundState } from "./roundState.ts"
import { computePairs, type PairInput, type Pairing } from "./rules/pairs.ts"

/** What each neuron's owner has deposited for it and not bound to a competition, in rao by hotkey; not read where none is asked for. */
const freeCollateral = Effect.fn("freeCollateral")(function* ({ config, metagraph }: RoundState, at: BlockReference) {
  if (config.collateralBps === 0) return new Map<string, bigint>()
  const contract = yield* Contract
  const miners = metagraph.neurons.map(({ hotkey, coldkey }) => [hotkey, coldkey] as const)
  const collateral = yield* contract.read("collateral", { miners }, at)
  return new Map(collateral.map(({ deposited, locked }, index) => [miners[index]?.[0] ?? "", deposited - locked]))
})

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
  const issues = yield* Effect.forEach(
    state.openIssues,
    (issue) =>
      contract
        .read("enrolled", { issue: issue.id }, attested)
        .pipe(Effect.map(({ enrolled }) => ({ id: issue.id, bounty: issue.bounty, enrolled: bitmapBytes(enrolled) }))),
    { concurrency: 4 }
  )
  return {
    at: state.start.number,
    seed: hashBytes(seed),
    issues,
    neurons: state.metagraph.neurons,
    ratings: state.ratings,
    competitions: state.competitions,
    maxCompetitionsPerMiner: state.config.maxCompetitionsPerMiner,
    collateralBps: state.config.collateralBps,
    collateral: yield* freeCollateral(state, attested)
  } satisfies PairInput
})

/** Every Open issue with what was decided on it and why, or `undefined` while the seed is not there. */
export const pairsOfRound = (state: RoundState, head: BlockReference) =>
  Effect.map(readPairInput(state, head), (input): ReadonlyArray<Pairing> | undefined =>
    input === undefined ? undefined : computePairs(input)
  )
