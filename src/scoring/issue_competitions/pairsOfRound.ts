/** The pairs of a round, computed from the chain at S and the attested majority, so that all validators agree. */
import { Effect } from "effect"
import { type AccountAddress, hashBytes } from "../../domain/Account.ts"
import type { Competitor } from "../../domain/Competition.ts"
import { fromUids } from "../../domain/UidBitmap.ts"
import { Contract } from "../../layers/chain/contract/Contract.ts"
import { type BlockReference, Chain } from "../../layers/chain/node/Chain.ts"
import { Subnet } from "../../layers/chain/subnet/Subnet.ts"
import { cachedOutcome } from "../../layers/machine/effects/cachedOutcome.ts"
import { count } from "../../layers/machine/telemetry/metrics.ts"
import { computePairs, type PairInput } from "../../rules/pairs/pairs.ts"
import { refusalNow } from "./attest.ts"
import type { ContractSender } from "./ContractSender.ts"
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

const sameHotkeys = (left: ReadonlyArray<{ readonly hotkey: string }>, right: ReadonlyArray<{ readonly hotkey: string }>): boolean =>
  left.every(({ hotkey }) => right.some((other) => other.hotkey === hotkey))

/** Votes for this round's pairs. Returns whether all of them are settled. `refusals` reads the repositories that refuse bounties, only for a pair. */
export const votePairs = Effect.fn("votePairs")(function* <E, R>(
  hotkey: AccountAddress,
  sender: ContractSender,
  state: RoundState,
  refusals: Effect.Effect<ReadonlyArray<string>, E, R>,
  head: BlockReference
) {
  const contract = yield* Contract
  const pairings = yield* pairsOfRound(state, head)
  if (pairings === undefined) return false
  const { round } = state.place
  const paired = pairings.flatMap(({ issue, pair }) => (pair === null ? [] : [issue]))
  // Read once for all issues, and not at all without a pair.
  const votes = yield* cachedOutcome(contract.pairVotes(paired, head))
  const refusing = yield* cachedOutcome(refusals)
  const voteFor = Effect.fn("votePair")(function* (issue: number, [a, b]: readonly [Competitor, Competitor]) {
    const cast = (yield* votes).get(issue) ?? []
    if (cast.some((other) => other.validator === hotkey && sameHotkeys([other.a, other.b], [a, b]))) return true
    const place = state.openIssues.find(({ id }) => id === issue)
    // Its people may have refused since the attestations.
    const refusal = place === undefined ? undefined : yield* refusalNow(place, yield* refusing)
    if (refusal !== undefined) return yield* Effect.as(Effect.logInfo(`no vote for a pair: ${refusal}`), true)
    const choice = [a.hotkey, b.hotkey].toSorted().join(" ")
    return yield* sender.vote({ kind: "pair", issue, round, choice }, head, "votePair", { issue, round, a, b })
  })
  const settled = yield* Effect.forEach(
    pairings,
    ({ issue, pair, why }) =>
      pair === null
        ? Effect.as(Effect.logDebug("no pair").pipe(Effect.annotateLogs({ issue, why })), true)
        : voteFor(issue, pair).pipe(
            // Once the quorum has voted, the issue is no longer Open and its ballot is deleted.
            Effect.catchTag("ContractRefusal", () => Effect.succeed(true))
          ),
    { concurrency: 4 }
  )
  const done = settled.every(Boolean)
  if (done) {
    yield* count("gittensor_rounds_total", { result: paired.length > 0 ? "paired" : pairings.length > 0 ? "no_pair" : "no_issue" })
    yield* Effect.forEach(pairings, ({ why }) => count("gittensor_pairs_total", { result: why }), { discard: true })
  }
  return done
})
