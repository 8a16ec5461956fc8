/** Common steps in a world: from a registered issue to a winner. */
import { Effect, Either } from "effect"
import { bitmapOfUids } from "../../../src/contract-client/bitmap.ts"
import type { MessageArguments, OutcomeChoice } from "../../../src/contract-client/generated.ts"
import { waitOf } from "../../../src/contract-client/standing.ts"
import type { ChangeMessage } from "../../../src/roles/owner/changes.ts"
import { miner, OWNER, STRANGER, VALIDATORS } from "./accounts.ts"
import { ATTEST, BOUNTY, ROUND } from "./settings.ts"
import type { World } from "./World.ts"

/** Ends the contract's day for stake notes, as soon as possible. */
export const turned = (world: World) =>
  Effect.gen(function* () {
    const [{ day }, { turnedAt }] = [yield* world.read("config", {}), yield* world.read("validators", {})]
    if ((yield* world.block) < turnedAt + day) yield* world.toBlock(turnedAt + day)
    return yield* world.ok(STRANGER, "noteWeights", {})
  })

/** Gives the validators' votes the weight of their present stake, however much it has grown. Takes up to two days of the contract. */
export const weighed = (world: World) => Effect.repeatN(turned(world), 1)

/** Harvests as a stranger as soon as free money turns: aged money is recycled, and fresh money becomes aged. Returns the sent harvest. */
export const moneyTurned = (world: World) =>
  Effect.gen(function* () {
    const [{ recycleAfter }, { agedAt }] = [yield* world.read("config", {}), yield* world.read("treasury", {})]
    if ((yield* world.block) < agedAt + recycleAfter) yield* world.toBlock(agedAt + recycleAfter)
    return yield* world.ok(STRANGER, "harvest", {})
  })

/** Lets free money turn until all of it is recycled. */
export const allRecycled = (world: World) =>
  Effect.gen(function* () {
    for (let free = 1n; free > 0n; ) {
      yield* moneyTurned(world)
      const { aged, fresh } = yield* world.read("treasury", {})
      free = aged + fresh
    }
  })

/**
 * Announces a change as the owner, and applies it as a stranger as soon as possible. Returns the sent `apply`, or the announcement if it applied at
 * once.
 */
export const changed = <Name extends ChangeMessage>(world: World, name: Name, args: MessageArguments<Name>) =>
  Effect.gen(function* () {
    const sent = yield* world.ok(OWNER, name, args)
    const { events } = sent
    if (events.some((event) => event._tag === "ChangeApplied")) return sent
    const announced = events.find((event) => event._tag === "ChangeAnnounced")
    if (announced === undefined) throw new Error(`${name} announced nothing`)
    const { appliesFrom, change } = announced
    if ((yield* world.block) < appliesFrom) yield* world.toBlock(appliesFrom)
    return yield* world.ok(STRANGER, "apply", { change })
  })

/** Validators veto a change, and a stranger drops it for good. Returns the sent `drop`. */
export const vetoed = (world: World, change: number, voters: ReadonlyArray<string>) =>
  Effect.zipRight(
    Effect.forEach(voters, (voter) => world.ok(voter, "veto", { change })),
    world.ok(STRANGER, "drop", { change })
  )

/** The next round, which has no messages yet. */
export const nextRound = (world: World) => Effect.map(world.block, (block) => Math.floor(block / ROUND) + 1)

/** Registers an issue and fills its bounty. */
export const openIssue = (world: World, number: number) =>
  Effect.gen(function* () {
    const { answer } = yield* world.ok(OWNER, "registerIssue", { repository: "acme/widgets", number, bounty: BOUNTY })
    yield* world.feed(BOUNTY)
    yield* world.ok(STRANGER, "harvest", {})
    return Either.getOrThrow(answer)
  })

/** All three validators attest these UIDs in the next round. Returns that round once pairs can be voted on. */
export const attested = (world: World, issue: number, uids: ReadonlyArray<number>) =>
  Effect.gen(function* () {
    const round = yield* nextRound(world)
    yield* world.toBlock(round * ROUND)
    for (const validator of VALIDATORS) {
      yield* world.ok(validator, "attestEnrolled", { issue, round, enrolled: bitmapOfUids(uids), skipped: bitmapOfUids([9]) })
    }
    yield* world.toBlock(round * ROUND + ATTEST)
    return round
  })

/** Starts a competition between two miners, and returns its id. */
export const started = (world: World, issue: number, [a, b]: readonly [number, number]) =>
  Effect.gen(function* () {
    const round = yield* attested(world, issue, [a, b])
    const vote = { issue, round, a: yield* miner(a), b: yield* miner(b) }
    yield* world.ok("//Validator1", "votePair", vote)
    yield* world.ok("//Validator2", "votePair", vote)
    return (yield* world.stored("counts", {})).competitions
  })

export const solved = (uid: number): Effect.Effect<OutcomeChoice> =>
  Effect.map(miner(uid), ({ hotkey }) => ({ _tag: "Solved", hotkey, pullRequest: 57 }))

/** Casts the same vote as validators 1 and 2, which are a quorum. */
export const decide = (world: World, issue: number, choice: OutcomeChoice) =>
  Effect.gen(function* () {
    yield* world.ok("//Validator1", "voteOutcome", { issue, choice })
    return yield* world.ok("//Validator2", "voteOutcome", { issue, choice })
  })

/** Settles an issue as a stranger, as soon as all agreeing votes are old enough. Returns the sent `settle`. */
export const settled = (world: World, issue: number) =>
  Effect.gen(function* () {
    const found = yield* world.stored("issue", { id: issue })
    const running = found?.competition == null ? null : yield* world.stored("competition", { id: found.competition })
    const wait = waitOf(running, yield* world.read("config", {}))
    const from = Math.max(0, ...(yield* world.stored("ballotOutcome", { issue })).map(({ since }) => since + wait))
    if ((yield* world.block) < from) yield* world.toBlock(from)
    return yield* world.ok(STRANGER, "settle", { issue })
  })

/** Ends an issue or its competition: validators 1 and 2 vote, and their choice is settled after the challenge period. Returns the sent `settle`. */
export const end = (world: World, issue: number, choice: OutcomeChoice) =>
  Effect.andThen(decide(world, issue, choice), settled(world, issue))

/** Makes a miner win a running competition. Returns the sent `settle`. */
export const won = (world: World, competition: number, uid: number) =>
  Effect.gen(function* () {
    const running = yield* world.stored("competition", { id: competition })
    if (running === null) throw new Error(`no match ${competition}`)
    if ((yield* world.block) < running.submissionsFrom) yield* world.toBlock(running.submissionsFrom)
    return yield* end(world, running.issue, yield* solved(uid))
  })
