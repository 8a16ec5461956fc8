/** Measures what a validator reads in two rounds of a season: its requests to the node and the time they take. */
import { Effect, Layer, Stream, SubscriptionRef } from "effect"
import { computeRatings } from "../../../src/elo/ratings.ts"
import * as Contract from "../../../src/layers/chain/contract/Contract.ts"
import { Chain, layer as chainLayer } from "../../../src/layers/chain/node/Chain.ts"
import * as Subnet from "../../../src/layers/chain/subnet/Subnet.ts"
import { computePairs } from "../../../src/rules/pairs/pairs.ts"
import { readPairInput } from "../../../src/scoring/issue_competitions/pairsOfRound.ts"
import { readRoundState } from "../../../src/scoring/issue_competitions/roundState.ts"
import { choresOf } from "../../../src/scoring/issue_competitions/upkeep.ts"
import { NETUID } from "../contract/subnet.ts"
import { counted } from "./counted.ts"
import { type Season, type SeasonChain, seasonChain } from "./world.ts"

/** The JSON-RPC methods requested, in order, and the duration in ms. */
export interface Measured {
  readonly requests: ReadonlyArray<string>
  /** In both directions. */
  readonly bytes: number
  readonly ms: number
}

export interface Rounds {
  /** A process that starts in the middle of a round: reads state, pairs and votes. */
  readonly cold: Measured
  /** The same for a running process: state and links at the round's start, pairs and votes after the attestation blocks. */
  readonly warm: Measured
  /** Deciding what to do at a block, once per block: the costlier of the validator's own turn and another's turn. */
  readonly block: Measured
  /** Time to compute the round's ratings and pairs, without reads. */
  readonly computationMs: number
  readonly pairs: number
  readonly openIssues: number
  readonly competitions: number
}

const votesAndPairs = Effect.fn("votesAndPairs")(function* (
  state: Effect.Effect.Success<ReturnType<typeof readRoundState>>,
  head: { readonly number: number; readonly hash: string }
) {
  const input = yield* readPairInput(state, head)
  if (input === undefined) return yield* Effect.dieMessage("the chain has no seed for this round")
  const pairings = computePairs(input)
  const paired = pairings.flatMap(({ issue, pair }) => (pair === null ? [] : [issue]))
  yield* (yield* Contract.Contract).pairVotes(paired, head)
  return { input, pairs: paired.length }
})

/** Builds blocks up to this one. */
const build = ({ dev: { chain } }: SeasonChain, block: number) =>
  Effect.gen(function* () {
    while (chain.head().number < block) yield* Effect.orDie(chain.build)
    return { number: block, hash: `0x${chain.blockAt(block)?.hash}` }
  })

/** The shortest of `runs` runs, in ms. */
const quickest = (runs: number, work: () => unknown): number =>
  Math.min(
    ...Array.from({ length: runs }, () => {
      const before = performance.now()
      work()
      return performance.now() - before
    })
  )

/** `direct` bypasses the counting relay, which takes time itself. */
export const playRounds = (season: Season, direct = false) =>
  Effect.gen(function* () {
    const world = yield* seasonChain(season)
    const relay = yield* counted(world.dev.endpoint)
    const endpoint = direct ? world.dev.endpoint : relay.endpoint
    const services = Layer.mergeAll(Subnet.layer(NETUID), Contract.layer(world.contract)).pipe(Layer.provideMerge(chainLayer([endpoint])))
    const measured = <A, E, R>(work: Effect.Effect<A, E, R>) =>
      Effect.gen(function* () {
        relay.taken()
        relay.bytes()
        const before = performance.now()
        const value = yield* work
        return [value, { requests: relay.taken(), bytes: relay.bytes(), ms: performance.now() - before } satisfies Measured] as const
      })
    const { start, config, validator } = world
    const pairsFrom = start + config.attestBlocks

    // A validator that took part in the previous round, receives every block and decides at it.
    const known = yield* Layer.build(services)
    const running = <A, E>(work: Effect.Effect<A, E, Layer.Layer.Success<typeof services>>) => Effect.provide(work, known)
    const newest = yield* SubscriptionRef.make(0)
    yield* running(
      Effect.flatMap(Chain, ({ finalisedHeads }) => Stream.runForEach(finalisedHeads, ({ number }) => SubscriptionRef.set(newest, number)))
    ).pipe(Effect.forkScoped)
    const heard = (block: number) =>
      newest.changes.pipe(
        Stream.takeUntil((number) => number >= block),
        Stream.runDrain
      )
    const reach = (block: number) => Effect.zipLeft(build(world, block), heard(block))
    yield* heard(start - 1)
    yield* running(
      Effect.gen(function* () {
        const before = yield* (yield* Chain).finalisedHead
        yield* readRoundState(before)
        yield* choresOf(validator, before)
      })
    )

    const first = yield* reach(start)
    const [state, beginning] = yield* measured(
      running(
        Effect.gen(function* () {
          const state = yield* readRoundState(first)
          const subnet = yield* Subnet.Subnet
          yield* subnet.commitments(
            state.start,
            state.metagraph.neurons.map(({ hotkey }) => hotkey)
          )
          return state
        })
      )
    )
    const head = yield* reach(pairsFrom + 5)
    const [decided, ending] = yield* measured(running(votesAndPairs(state, head)))
    const blocks = yield* Effect.forEach([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], (further) =>
      Effect.flatMap(reach(head.number + further), (at) => measured(running(choresOf(validator, at))))
    )

    const started = yield* Layer.build(Layer.fresh(services))
    const now = yield* Effect.flatMap(Chain, ({ finalisedHead }) => finalisedHead).pipe(Effect.provide(started))
    const [, cold] = yield* measured(Effect.flatMap(readRoundState(now), (read) => votesAndPairs(read, now)).pipe(Effect.provide(started)))
    return {
      cold,
      warm: { requests: [...beginning.requests, ...ending.requests], bytes: beginning.bytes + ending.bytes, ms: beginning.ms + ending.ms },
      block: blocks.map(([, one]) => one).reduce((dearest, one) => (one.requests.length > dearest.requests.length ? one : dearest)),
      computationMs: quickest(5, () => {
        computeRatings({ at: state.start.number, competitions: state.competitions, miners: state.metagraph.neurons })
        computePairs(decided.input)
      }),
      pairs: decided.pairs,
      openIssues: state.openIssues.length,
      competitions: state.competitions.length
    } satisfies Rounds
  })
