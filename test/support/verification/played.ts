/** Two matches played on a dev chain with the real contract by the rules, and what a page would claim of the second. */
import { Context, Effect, Layer } from "effect"
import { bitmapOfUids } from "../../../src/contract-client/bitmap.ts"
import type { AccountAddress } from "../../../src/domain/Account.ts"
import type { Competitor } from "../../../src/domain/Competition.ts"
import { Contract } from "../../../src/layers/chain/contract/Contract.ts"
import { Chain } from "../../../src/layers/chain/node/Chain.ts"
import { pairsOfRound } from "../../../src/scoring/issue_competitions/pairsOfRound.ts"
import { ratingsAt, readRoundState } from "../../../src/scoring/issue_competitions/roundState.ts"
import type { Claims } from "../../../src/verification/claims.ts"
import { account, miner, STRANGER, VALIDATORS } from "../contract/accounts.ts"
import { world } from "../contract/newWorld.ts"
import { ATTEST, ROUND } from "../contract/settings.ts"
import { end, nextRound, openIssue, won } from "../contract/steps.ts"
import { NETUID } from "../contract/subnet.ts"
import { submit } from "../contract/transactions.ts"
import type { World } from "../contract/World.ts"
import { relay } from "../devnet/relay.ts"
import { on } from "../indexer/chain.ts"

/** The subnet's owner, three validators and the treasury come before. */
const MINERS = [5, 6, 7, 8] as const

const registered = (world: World) =>
  Effect.forEach(MINERS, (uid) =>
    Effect.gen(function* () {
      yield* world.give(`//Miner${uid}//cold`)
      yield* submit(world.api, `//Miner${uid}//cold`, "subtensorModule", "burnedRegister", NETUID, yield* account(`//Miner${uid}`))
    })
  )

export const blockAt = (number: number) => Effect.flatMap(Chain, (chain) => Effect.map(chain.hashOf(number), (hash) => ({ number, hash })))
const newest = (world: World) => Effect.flatMap(world.block, blockAt)

/** Validators attest all miners for an issue, and vote for the pair that they compute. Returns the match's id and the pair. */
const paired = (world: World, issue: number) =>
  Effect.gen(function* () {
    const round = yield* nextRound(world)
    yield* world.toBlock(round * ROUND)
    for (const validator of VALIDATORS)
      yield* world.ok(validator, "attestEnrolled", { issue, round, enrolled: bitmapOfUids(MINERS), skipped: bitmapOfUids([]) })
    yield* world.toBlock(round * ROUND + ATTEST)
    const head = yield* newest(world)
    const pairings = yield* pairsOfRound(yield* readRoundState(head), head)
    const pair = pairings?.find((pairing) => pairing.issue === issue)?.pair
    if (pair == null) return yield* Effect.dieMessage("no pair")
    const [a, b] = pair
    for (const validator of ["//Validator1", "//Validator2"]) yield* world.ok(validator, "votePair", { issue, round, a, b })
    const match = (yield* world.stored("counts", {})).competitions
    const started = yield* world.stored("competition", { id: match })
    if (started === null) return yield* Effect.dieMessage("no match")
    // The contract has its own order.
    return { match, a: started.a, b: started.b, round }
  })

const sideOf = (side: Competitor, before: number, after: number) => ({ ...side, rating: before, ratingAfter: after })

/** Ends a match by a vote. */
const ended = (world: World, { match, a }: { readonly match: number; readonly a: Competitor }, isWon: boolean, issue: number) =>
  Effect.gen(function* () {
    if (isWon) return yield* won(world, match, a.uid)
    yield* world.toBlock(((yield* world.stored("competition", { id: match }))?.deadline ?? 0) + 1)
    return yield* end(world, issue, { _tag: "Unsolved", slashA: true, slashB: false })
  })

/** Plays a match until it is over, won by its first competitor and paid or unsolved, and says about it what is true, as the other reader sees it. */
const play = (world: World, number: number, isWon: boolean) =>
  Effect.gen(function* () {
    const contract = yield* Contract
    const issue = yield* openIssue(world, number)
    const pair = yield* paired(world, issue)
    const { a, b, match, round } = pair
    yield* ended(world, pair, isWon, issue)
    const settled = yield* world.block
    const [before, at] = [yield* blockAt(settled - 1), yield* blockAt(settled)]
    if (isWon) yield* world.ok(STRANGER, "payout", { issue })
    const paidAt = yield* world.block
    const competition = yield* contract.stored("competition", { id: match }, at)
    const votes = (yield* contract.outcomeVotes([issue], before)).get(issue) ?? []
    const { total, validators } = yield* contract.read("validators", {}, at)
    const weights = new Map<AccountAddress, bigint>(validators.map(({ hotkey, weight }) => [hotkey, weight]))
    const [start, after] = [yield* ratingsAt(yield* blockAt(round * ROUND)), yield* ratingsAt(at)]
    const rated = (side: Competitor) =>
      sideOf(side, start.ratings.get(side.hotkey)?.rating ?? 0, after.ratings.get(side.hotkey)?.rating ?? 0)
    const amount = (yield* world.stored("issue", { id: issue }))?.funded ?? 0n
    return {
      match,
      issue,
      startedAt: competition?.startedAt ?? 0,
      a: rated(a),
      b: rated(b),
      end: isWon
        ? { status: "Won", at: settled, winner: "a", pullRequest: 57 }
        : { status: "Unsolved", at: settled, slashA: true, slashB: false },
      votes: votes.map(({ since, validator }) => ({ validator, since, weight: weights.get(validator) ?? 0n, passed: true })),
      totalWeight: total,
      payment: isWon ? { at: paidAt, amount, coldkey: a.coldkey } : null
    } satisfies Claims
  })

/** Claims about three matches, of which the first two are won and paid, so that some are rated before others. */
export const played = (world: World) =>
  Effect.gen(function* () {
    yield* registered(world)
    const [first, second] = [yield* play(world, 1, true), yield* play(world, 2, true)]
    const unsolved = yield* play(world, 3, false)
    return { first, second, unsolved, genesis: (yield* blockAt(0)).hash }
  })

/** A miner that has no part in a match. */
export const outsider = ({ a, b }: Claims) => miner(MINERS.find((uid) => uid !== a.uid && uid !== b.uid) ?? 0)

/** The claims, the chain's genesis and the dev chain that the matches were played on. */
export class Played extends Context.Tag("test/verification/Played")<
  Played,
  Effect.Effect.Success<ReturnType<typeof played>> & {
    readonly world: World
    /** Another node's address for the same chain. */
    readonly mirror: string
  }
>() {}

export const playedLayer = Layer.unwrapScoped(
  Effect.gen(function* () {
    const made = yield* world({}, { retention: 2_000 })
    const mirror = yield* relay(made.endpoint, {})
    const found = Effect.map(played(made), (all) => Played.of({ ...all, world: made, mirror }))
    return Layer.provideMerge(Layer.effect(Played, Effect.orDie(found)), on(made))
  })
)
