/** A history of the contract on the dev chain: bounties from registration to payment, one after another, with quiet blocks in between. */
import { Effect, type Scope } from "effect"
import { bitmapOfUids } from "../../../src/contract-client/bitmap.ts"
import { miner, OWNER, STRANGER, VALIDATORS } from "../contract/accounts.ts"
import { world } from "../contract/newWorld.ts"
import { ATTEST, BOUNTY, ROUND } from "../contract/settings.ts"
import { end, nextRound, won } from "../contract/steps.ts"
import { NETUID } from "../contract/subnet.ts"
import type { World } from "../contract/World.ts"

/** Blocks per bounty. At this length a tenth of the blocks hold a call of the contract. */
export const CYCLE = 100

/** One issue from registration to payment or cancellation, in `cycle` blocks. */
const bounty = (of: World, id: number, cycle: number) =>
  Effect.gen(function* () {
    const until = (yield* of.block) + cycle
    yield* of.ok(OWNER, "registerIssue", { repository: "acme/widgets", number: id, bounty: BOUNTY })
    yield* of.feed(BOUNTY)
    yield* of.ok(STRANGER, "harvest", {})
    const round = yield* nextRound(of)
    yield* of.toBlock(round * ROUND)
    const [a, b] = [5 + (id % 7), 5 + ((id + 1 + (id % 3)) % 7)]
    for (const validator of VALIDATORS)
      yield* of.ok(validator, "attestEnrolled", { issue: id, round, enrolled: bitmapOfUids([a, b, 12]), skipped: bitmapOfUids([9]) })
    yield* of.toBlock(round * ROUND + ATTEST)
    const vote = { issue: id, round, a: yield* miner(a), b: yield* miner(b) }
    yield* of.ok("//Validator1", "votePair", vote)
    yield* of.ok("//Validator2", "votePair", vote)
    const competition = (yield* of.stored("counts", {})).competitions
    const running = yield* of.stored("competition", { id: competition })
    if (running === null) throw new Error(`no match ${competition}`)
    if (id % 5 === 4) {
      yield* of.toBlock(running.outcomeUntil + 3 * running.challengePeriod + 1)
      yield* of.ok(STRANGER, "expire", { competition })
      yield* end(of, id, { _tag: "Cancelled", reason: { _tag: "NotPlanned" } })
    } else {
      yield* won(of, competition, a)
      yield* of.ok(STRANGER, "payout", { issue: id })
    }
    const now = yield* of.block
    if (now < until) yield* of.toBlock(until)
  })

/** Plays the bounties from one number to another, in `cycle` blocks each. */
export const bounties = (of: World, from: number, to: number, cycle = CYCLE): Effect.Effect<void, Error> =>
  Effect.gen(function* () {
    for (let id = from; id <= to; id++) yield* bounty(of, id, cycle)
  })

/** A chain whose history holds this many bounties. `tempo`: blocks per epoch, if other than usual. */
export const history = (count: number, cycle = CYCLE, tempo?: number): Effect.Effect<World, Error, Scope.Scope> =>
  Effect.gen(function* () {
    const of = yield* world()
    if (tempo !== undefined) yield* of.sudo("adminUtils", "sudoSetTempo", NETUID, tempo)
    yield* bounties(of, 1, count, cycle)
    return of
  })
