/** Steps that many tests take in a world: from a registered issue to a winner. */
import { Effect, Either } from "effect"
import { bitmapOfUids } from "../../../src/contract-client/bitmap.ts"
import type { MessageArguments, OutcomeChoice } from "../../../src/contract-client/generated.ts"
import type { ChangeMessage } from "../../../src/roles/owner/changes.ts"
import { miner, OWNER, STRANGER, VALIDATORS } from "./accounts.ts"
import { ATTEST, BOUNTY, ROUND } from "./settings.ts"
import type { World } from "./World.ts"

/** Announces a change as the owner, and lets a stranger apply it as soon as it may be. Returns what was sent to apply it. */
export const changed = <Name extends ChangeMessage>(world: World, name: Name, args: MessageArguments<Name>) =>
  Effect.gen(function* () {
    const { events } = yield* world.ok(OWNER, name, args)
    const announced = events.find((event) => event._tag === "ChangeAnnounced")
    if (announced === undefined) throw new Error(`${name} announced nothing`)
    const { appliesFrom, change } = announced
    if ((yield* world.block) < appliesFrom) yield* world.toBlock(appliesFrom)
    return yield* world.ok(STRANGER, "apply", { change })
  })

/** The next round, in which nothing has happened yet. */
export const nextRound = (world: World) => Effect.map(world.block, (block) => Math.floor(block / ROUND) + 1)

/** Registers an issue and fills its bounty. */
export const openIssue = (world: World, number: number) =>
  Effect.gen(function* () {
    const { answer } = yield* world.ok(OWNER, "registerIssue", { repository: "acme/widgets", number, bounty: BOUNTY })
    yield* world.feed(BOUNTY)
    yield* world.ok(STRANGER, "harvest", {})
    return Either.getOrThrow(answer)
  })

/** Lets all three validators attest these UIDs in the next round. Returns that round, in which pairs can now be voted on. */
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

/** Starts a competition of two miners and returns its id. */
export const started = (world: World, issue: number, [a, b]: readonly [number, number]) =>
  Effect.gen(function* () {
    const round = yield* attested(world, issue, [a, b])
    const vote = { issue, round, a: yield* miner(a), b: yield* miner(b) }
    yield* world.ok("//Validator1", "votePair", vote)
    yield* world.ok("//Validator2", "votePair", vote)
    return (yield* world.read("counts", {})).competitions
  })

export const solved = (uid: number): Effect.Effect<OutcomeChoice> =>
  Effect.map(miner(uid), ({ hotkey }) => ({ _tag: "Solved", hotkey, pullRequest: 57 }))

/** Casts the same vote as validators 1 and 2, which are a quorum. */
export const decide = (world: World, issue: number, choice: OutcomeChoice) =>
  Effect.gen(function* () {
    yield* world.ok("//Validator1", "voteOutcome", { issue, choice })
    return yield* world.ok("//Validator2", "voteOutcome", { issue, choice })
  })

/** Decides what cannot be undone, as validators 1 and 2, and lets a stranger carry it out as soon as that is possible. Returns what was sent to do so. */
export const end = (world: World, issue: number, choice: OutcomeChoice) =>
  Effect.gen(function* () {
    yield* decide(world, issue, choice)
    const from = (yield* world.read("issue", { id: issue }))?.waiting?.from
    if (from === undefined) throw new Error(`nothing waits on issue ${issue}`)
    yield* world.toBlock(from)
    return yield* world.ok(STRANGER, "finish", { issue })
  })

/** Makes a miner win a competition that has just started. */
export const won = (world: World, competition: number, uid: number) =>
  Effect.gen(function* () {
    const running = yield* world.read("competition", { id: competition })
    if (running === null) throw new Error(`no match ${competition}`)
    if ((yield* world.block) < running.submissionsFrom) yield* world.toBlock(running.submissionsFrom)
    yield* decide(world, running.issue, yield* solved(uid))
  })
