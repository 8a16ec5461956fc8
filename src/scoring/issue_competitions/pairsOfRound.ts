/** The pairs of a round, as every validator must compute them: from the chain at S and the attested majority. */
import { Effect } from "effect"
import { bitmapBytes } from "../../contract-client/bitmap.ts"
import { hashBytes } from "../../domain/Account.ts"
import { type BlockReference, Chain } from "../../layers/Chain.ts"
import { Contract } from "../../layers/Contract.ts"
import { Subnet } from "../../layers/Subnet.ts"
import type { RoundState } from "./roundState.ts"
import { computePairs, type Pairing } from "./rules/pairs.ts"

/** What each neuron's owner has deposited for it and not bound to a competition, in rao by hotkey; not read where none is asked for. */
const freeCollateral = Effect.fn("freeCollateral")(function* ({ config, metagraph }: RoundState, at: BlockReference) {
  if (config.collateralBps === 0) return new Map<string, bigint>()
  const contract = yield* Contract
  const miners = metagraph.neurons.map(({ hotkey, coldkey }) => [hotkey, coldkey] as const)
  const collateral = yield* contract.read("collateral", { miners }, at)
  return new Map(collateral.map(({ deposited, locked }, index) => [miners[index]?.[0] ?? "", deposited - locked]))
})

/**
 * Every Open issue with what was decided on it and why. `head` is a finalised block after the attesting blocks. Answers `undefined` while the
 * seed of the round (a drand pulse) is not on the chain yet.
 */
export const pairsOfRound = Effect.fn("pairsOfRound")(function* (state: RoundState, head: BlockReference) {
  const [chain, contract, subnet] = yield* Effect.all([Chain, Contract, Subnet])
  // The block after the last attestation: from here on the majority of this round can't change by attesting.
  const attested = { number: state.place.pairsFrom, hash: yield* chain.hashOf(state.place.pairsFrom) }
  const seed = yield* subnet.seedAfter(attested.number, head)
  if (seed === undefined) return undefined
  const issues = yield* Effect.forEach(
    state.openIssues,
    (issue) =>
      contract
        .read("enrolled", { issue: issue.id }, attested)
        .pipe(Effect.map(({ enrolled }) => ({ id: issue.id, bounty: issue.bounty, enrolled: bitmapBytes(enrolled) }))),
    { concurrency: 4 }
  )
  const pairings: ReadonlyArray<Pairing> = computePairs({
    at: state.start.number,
    seed: hashBytes(seed),
    issues,
    neurons: state.metagraph.neurons,
    ratings: state.ratings,
    competitions: state.competitions,
    maxCompetitionsPerMiner: state.config.maxCompetitionsPerMiner,
    collateralBps: state.config.collateralBps,
    collateral: yield* freeCollateral(state, attested)
  })
  return pairings
})
