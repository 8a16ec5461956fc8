/** `gittensor demo`: starts the network, plays bounties and sums up. */
import { Array as Arrays, Chunk, Clock, Effect, Option, Random, Ref, Stream } from "effect"
import { Contract } from "../../src/layers/chain/contract/Contract.ts"
import { Chain } from "../../src/layers/chain/node/Chain.ts"
import { resultOf } from "../../src/layers/machine/effects/resultOf.ts"
import { alpha } from "../../src/layers/machine/terminal/output.ts"
import { ratingsAt } from "../../src/scoring/issue_competitions/roundState.ts"
import { decode, load, placeOf } from "../devnet/github/facts/GitHubFacts.ts"
import { type MatchPlan, planMatches } from "../devnet/github/facts/matchPlan.ts"
import { solvedIssues } from "../devnet/github/facts/solvedIssues.ts"
import { inventedBounties, realBounties } from "./bountyPlans.ts"
import * as DemoNetworkLayer from "./DemoNetwork.ts"
import { DemoNetwork } from "./DemoNetwork.ts"
import { Narrator } from "./Narrator.ts"
import type { Pace } from "./pace.ts"
import { isWatched } from "./pace.ts"
import { BountyFailed, type BountyPlan, type BountyResult, type PaidBounty, playBounty } from "./playBounty.ts"
import { firstFiles } from "./repositories.ts"
import { rosterOf } from "./roster.ts"
import type { DemoWeightMode } from "./settings.ts"

export interface DemoOptions {
  /** A file of facts. Without one, the shipped facts are used and solutions are invented. */
  readonly githubData: Option.Option<string>
  readonly exitAfter: Option.Option<number>
  /** How often to kill a validator at a random time. The demo does not end before the last kill. */
  readonly killValidators: number
  /** Whether to serve a live page. */
  readonly page: boolean
  readonly pace: Pace
  readonly weightMode: DemoWeightMode
}

export interface Summary {
  readonly paid: number
  readonly wrong: number
  readonly blocks: number
  readonly seconds: number
  readonly bounties: ReadonlyArray<PaidBounty>
  readonly failed: number
  /** Why there are fewer bounties than requested; null if there are not. */
  readonly shortfall: string | null
  /** How many epochs ended with all validators' weights following from their reports; null if they set weights by their own scores. */
  readonly agreedEpochs: number | null
}

/** Read as bytes, because facts embedded in the executable are not on a file system. */
const shippedFacts = decode(
  "the shipped facts",
  Stream.fromEffect(Effect.promise(async () => Bun.file((await import("./facts.jsonl", { with: { type: "file" } })).default).bytes()))
).pipe(Stream.runCollect, Effect.map(Chunk.toReadonlyArray))

/** How many bounties with real data run at the same time. Bounties that share a miner run one after another. */
const SIDE_BY_SIDE = 6

/** So many bounties may fail only because the machine was too slow. */
const MOST_LATE = 10

/** How many lanes of bounties run in parallel in a watched demo. */
const WATCHED_LANES = 2

const ratingText = (milliPoints: number, provisional: boolean) => `${(milliPoints / 1000).toFixed(1)}${provisional ? "?" : ""}`

const ratingsAfter = (bounty: BountyPlan, { paid }: BountyResult) =>
  Effect.gen(function* () {
    const narrator = yield* Narrator
    const { ratings } = yield* ratingsAt(yield* (yield* Chain).finalisedHead)
    const texts = bounty.miners
      .filter(({ login }) => paid.competitors.includes(login))
      .map(({ login, hotkey }) => {
        const rating = ratings.get(hotkey.address)
        return `${login} ${rating === undefined ? "unrated" : ratingText(rating.rating, rating.provisional)}`
      })
    yield* narrator.step({ actor: "ratings", text: texts.join(", "), isStory: true })
  })

/** Checks against the contract's books that each bounty was paid exactly once. */
const checkBooks = (results: ReadonlyArray<BountyResult>) =>
  Effect.gen(function* () {
    const { paid } = yield* (yield* Contract).read("treasury", {})
    const expected = results.reduce((sum, result) => sum + result.paid.bountyRao, 0n)
    if (paid !== expected)
      return yield* new BountyFailed({
        issue: "all issues",
        reason: `the contract paid ${alpha(paid)}, but its bounties add up to ${alpha(expected)}`
      })
  })

const killAtRandom = (times: number) =>
  Effect.gen(function* () {
    const { killValidator, ready } = yield* DemoNetwork
    yield* ready
    const kills = yield* Effect.replicateEffect(
      Effect.gen(function* () {
        yield* Effect.sleep(`${yield* Random.nextIntBetween(1000, 4000)} millis`)
        return yield* Effect.fork(killValidator(yield* Random.nextIntBetween(0, 3)))
      }),
      times
    )
    yield* Effect.forEach(kills, resultOf, { discard: true })
  })

/** Plays groups of bounties: side by side when they share no miner, otherwise one after another. */
const sideBySide = (
  groups: ReadonlyArray<ReadonlyArray<BountyPlan>>,
  playOne: (bounty: BountyPlan) => Effect.Effect<void, never, DemoNetworkLayer.DemoServices | Narrator>
) =>
  Effect.gen(function* () {
    const turns = new Map<string, Effect.Semaphore>()
    for (const { hotkey } of groups.flat().flatMap(({ miners }) => miners))
      if (!turns.has(hotkey.address)) turns.set(hotkey.address, yield* Effect.makeSemaphore(1))
    const alone = (group: ReadonlyArray<BountyPlan>) => {
      // Always acquired in the same order, so that groups cannot deadlock.
      const miners = [...new Set(group.flatMap((bounty) => bounty.miners.map(({ hotkey }) => hotkey.address)))].toSorted()
      const bounties = Effect.forEach(group, playOne, { concurrency: "unbounded", discard: true })
      return miners.reduceRight((effect, miner) => turns.get(miner)?.withPermits(1)(effect) ?? effect, bounties)
    }
    yield* Effect.forEach(groups, alone, { concurrency: SIDE_BY_SIDE, discard: true })
  })

/** The most issues that one pull request solves: all of their competitions must run at once. */
const mostAtOnce = (plan: Option.Option<MatchPlan>): number =>
  Option.match(plan, {
    onNone: () => 1,
    onSome: ({ matches }) =>
      Object.values(Arrays.groupBy(matches, ({ pullRequest }) => placeOf(pullRequest))).reduce(
        (most, group) => Math.max(most, group.length),
        1
      )
  })

/** Runs until `exitAfter` bounties are paid, every bounty in the file of facts is paid, or it is interrupted. */
export const run = Effect.fn("demo.run")(function* (options: DemoOptions) {
  const narrator = yield* Narrator
  const startedAt = yield* Clock.currentTimeMillis
  const facts = yield* Option.match(options.githubData, { onNone: () => shippedFacts, onSome: load })
  const wanted = Option.getOrElse(options.exitAfter, () => Number.POSITIVE_INFINITY)
  const plan = Option.map(options.githubData, () => planMatches(facts, wanted))
  yield* narrator.note("setting the stage: a chain, a contract, miners and validators. On an idle machine that takes ten seconds")
  const shortfall = Option.getOrUndefined(plan)?.shortfall
  if (shortfall !== undefined) yield* narrator.note(shortfall)

  const results = yield* Ref.make<ReadonlyArray<BountyResult>>([])
  const [failures, lates] = yield* Effect.all([Ref.make(0), Ref.make(0)])
  const play = (bounty: BountyPlan) =>
    playBounty(bounty).pipe(
      Effect.tap((result) => Ref.update(results, (all) => [...all, result])),
      Effect.tap((result) => ratingsAfter(bounty, result)),
      Effect.mapError((error) =>
        error._tag === "BountyFailed" ? error : new BountyFailed({ issue: bounty.reference.toString(), reason: error.message })
      ),
      Effect.tapError(() => bounty.abandon),
      Effect.catchAll((error) =>
        Effect.gen(function* () {
          const isExcused = error.isLate && (yield* Ref.updateAndGet(lates, (count) => count + 1)) < MOST_LATE
          if (!isExcused) yield* Ref.update(failures, (count) => count + 1)
          yield* narrator.step({ actor: "demo", text: error.message, isStory: true })
        })
      ),
      Effect.asVoid
    )

  const summary = (blocks: number, agreedEpochs: number | null) =>
    Effect.gen(function* () {
      const all = yield* Ref.get(results)
      return {
        paid: all.length,
        wrong: all.filter(({ wrong }) => wrong).length,
        blocks,
        seconds: Math.round(((yield* Clock.currentTimeMillis) - startedAt) / 100) / 10,
        bounties: all.map(({ paid }) => paid).toSorted((a, b) => a.issue - b.issue),
        failed: yield* Ref.get(failures),
        shortfall: shortfall ?? null,
        agreedEpochs
      } satisfies Summary
    })

  const bounties = Effect.gen(function* () {
    const kills = yield* Effect.forkScoped(killAtRandom(options.killValidators))
    if (Option.isSome(plan)) {
      yield* sideBySide(yield* realBounties(plan.value.matches), play)
    } else {
      const goOn = Effect.all([Ref.get(results), Ref.get(failures)]).pipe(Effect.map(([all, failed]) => all.length < wanted && failed < 3))
      const lanes = isWatched(options.pace) && Option.isNone(options.exitAfter) ? WATCHED_LANES : 1
      const playLane = (place: number) =>
        Effect.gen(function* () {
          const next = yield* inventedBounties(facts, options.pace, { place, of: lanes })
          // The other lanes begin when the first bounty is paid, so that nothing delays it.
          if (place > 0)
            yield* Effect.repeat(Effect.sleep("1 second"), { until: () => Effect.map(Ref.get(results), (all) => all.length > 0) })
          yield* next.pipe(Effect.flatMap(play), Effect.repeat({ while: () => goOn }))
        })
      yield* Effect.forEach(
        Array.from({ length: lanes }, (_, place) => place),
        playLane,
        { concurrency: "unbounded", discard: true }
      )
    }
    yield* resultOf(kills)
    yield* checkBooks(yield* Ref.get(results))
    const { agreedEpochs } = yield* DemoNetwork
    return yield* summary((yield* (yield* Chain).finalisedHead).number, yield* agreedEpochs)
  })

  if (Option.isSome(plan) && plan.value.matches.length === 0) return yield* summary(0, null)
  const scored = Option.match(plan, { onNone: () => solvedIssues(facts), onSome: ({ matches }) => matches })
  const roster = rosterOf(scored.map(({ repository }) => repository))
  return yield* bounties.pipe(
    Effect.raceFirst(Effect.flatMap(DemoNetwork, ({ broken }) => broken)),
    Effect.scoped,
    Effect.provide(
      DemoNetworkLayer.layer({
        facts,
        held: "all",
        maxCompetitionsPerMiner: mostAtOnce(plan),
        page: options.page,
        // Recorded facts name files, but have no contents.
        files: Option.isNone(plan) ? firstFiles : undefined,
        weightMode: options.weightMode,
        roster,
        pace: options.pace
      })
    )
  )
})
