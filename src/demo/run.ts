/** `gittensor demo`: the world, the stories, the summary. */
import { Array as Arrays, Chunk, Clock, Effect, Fiber, Option, Random, Ref, Stream } from "effect"
import { type MatchPlan, planMatches } from "../devnet/github/facts/matchPlan.ts"
import { decode, load, placeOf } from "../domain/GitHubFacts.ts"
import { Chain } from "../layers/chain/Chain.ts"
import { Contract } from "../layers/contract/Contract.ts"
import { ratingsAt } from "../scoring/issue_competitions/roundState.ts"
import { alpha } from "../terminal/output.ts"
import { Narrator } from "./Narrator.ts"
import { invented, real } from "./plots.ts"
import { type Ending, type PaidBounty, type Plot, StoryFailed, tell } from "./story.ts"
import * as WorldLayer from "./World.ts"
import { World } from "./World.ts"

export interface DemoOptions {
  /** A file of facts; none: the shipped ones, with invented solutions. */
  readonly githubData: Option.Option<string>
  readonly exitAfter: Option.Option<number>
  /** So many SIGKILLs for validators, at random moments; it does not end before the last of them. */
  readonly killValidators: number
  /** Whether it is shown on a page as it happens. */
  readonly page: boolean
}

export interface Summary {
  readonly paid: number
  readonly wrong: number
  readonly blocks: number
  readonly seconds: number
  readonly bounties: ReadonlyArray<PaidBounty>
  readonly failed: number
  /** Why there are fewer bounties than asked; null when there are as many. */
  readonly shortfall: string | null
}

/** The facts inside the executable: no file that a file system knows. */
const shippedFacts = decode(
  "the shipped facts",
  Stream.fromEffect(Effect.promise(async () => Bun.file((await import("./facts.jsonl", { with: { type: "file" } })).default).bytes()))
).pipe(Stream.runCollect, Effect.map(Chunk.toReadonlyArray))

/** How many bounties of real data run at the same time; two that share a miner follow each other. */
const SIDE_BY_SIDE = 6

const ratingText = (milliPoints: number, provisional: boolean) => `${(milliPoints / 1000).toFixed(1)}${provisional ? "?" : ""}`

const ratingsAfter = (plot: Plot, { paid }: Ending) =>
  Effect.gen(function* () {
    const narrator = yield* Narrator
    const { ratings } = yield* ratingsAt(yield* (yield* Chain).finalisedHead)
    const texts = plot.miners
      .filter(({ login }) => paid.competitors.includes(login))
      .map(({ login, hotkey }) => {
        const rating = ratings.get(hotkey.address)
        return `${login} ${rating === undefined ? "unrated" : ratingText(rating.rating, rating.provisional)}`
      })
    yield* narrator.step({ actor: "ratings", text: texts.join(", ") })
  })

/** The contract's own books must say that each bounty was paid once. */
const checkBooks = (endings: ReadonlyArray<Ending>) =>
  Effect.gen(function* () {
    const { paid } = yield* (yield* Contract).read("treasury", {})
    const told = endings.reduce((sum, ending) => sum + ending.paid.bountyRao, 0n)
    if (paid !== told)
      return yield* new StoryFailed({ issue: "all issues", reason: `the contract paid ${alpha(paid)}, the stories tell of ${alpha(told)}` })
  })

const killNowAndThen = (times: number) =>
  Effect.gen(function* () {
    const { killValidator } = yield* World
    const kills = yield* Effect.replicateEffect(
      Effect.gen(function* () {
        yield* Effect.sleep(`${yield* Random.nextIntBetween(1000, 4000)} millis`)
        return yield* Effect.fork(killValidator(yield* Random.nextIntBetween(0, 3)))
      }),
      times
    )
    yield* Fiber.joinAll(kills)
  })

/** One story after the other, or side by side where they share no miner; each one's end is handed to `onEnding`. */
const sideBySide = (
  groups: ReadonlyArray<ReadonlyArray<Plot>>,
  onEnding: (plot: Plot) => Effect.Effect<void, never, WorldLayer.WorldServices | Narrator>
) =>
  Effect.gen(function* () {
    const turns = new Map<string, Effect.Semaphore>()
    for (const { hotkey } of groups.flat().flatMap(({ miners }) => miners))
      if (!turns.has(hotkey.address)) turns.set(hotkey.address, yield* Effect.makeSemaphore(1))
    const alone = (group: ReadonlyArray<Plot>) => {
      // Taken in one order by everybody, so that nobody waits in a circle.
      const miners = [...new Set(group.flatMap((plot) => plot.miners.map(({ hotkey }) => hotkey.address)))].toSorted()
      const story = Effect.forEach(group, onEnding, { concurrency: "unbounded", discard: true })
      return miners.reduceRight((effect, miner) => turns.get(miner)?.withPermits(1)(effect) ?? effect, story)
    }
    yield* Effect.forEach(groups, alone, { concurrency: SIDE_BY_SIDE, discard: true })
  })

/** The most planned issues that one pull request solves: their competitions must run at the same time. */
const mostAtOnce = (plan: Option.Option<MatchPlan>): number =>
  Option.match(plan, {
    onNone: () => 1,
    onSome: ({ matches }) =>
      Object.values(Arrays.groupBy(matches, ({ pullRequest }) => placeOf(pullRequest))).reduce(
        (most, group) => Math.max(most, group.length),
        1
      )
  })

/** Runs until `exitAfter` bounties are paid, all that the file of facts has are paid, or it is interrupted. */
export const run = Effect.fn("demo.run")(function* (options: DemoOptions) {
  const narrator = yield* Narrator
  const startedAt = yield* Clock.currentTimeMillis
  const facts = yield* Option.match(options.githubData, { onNone: () => shippedFacts, onSome: load })
  const wanted = Option.getOrElse(options.exitAfter, () => Number.POSITIVE_INFINITY)
  const plan = Option.map(options.githubData, () => planMatches(facts, wanted))
  const shortfall = Option.getOrUndefined(plan)?.shortfall
  if (shortfall !== undefined) yield* narrator.note(shortfall)

  const endings = yield* Ref.make<ReadonlyArray<Ending>>([])
  const failures = yield* Ref.make(0)
  const play = (plot: Plot) =>
    tell(plot).pipe(
      Effect.tap((ending) => Ref.update(endings, (all) => [...all, ending])),
      Effect.tap((ending) => ratingsAfter(plot, ending)),
      Effect.mapError((error) =>
        error._tag === "StoryFailed" ? error : new StoryFailed({ issue: plot.reference.toString(), reason: error.message })
      ),
      Effect.tapError(() => plot.abandon),
      Effect.catchAll((error) =>
        Ref.update(failures, (count) => count + 1).pipe(Effect.zipRight(narrator.step({ actor: "demo", text: error.message })))
      ),
      Effect.asVoid
    )

  const summary = (blocks: number) =>
    Effect.gen(function* () {
      const all = yield* Ref.get(endings)
      return {
        paid: all.length,
        wrong: all.filter(({ wrong }) => wrong).length,
        blocks,
        seconds: Math.round(((yield* Clock.currentTimeMillis) - startedAt) / 100) / 10,
        bounties: all.map(({ paid }) => paid).toSorted((a, b) => a.issue - b.issue),
        failed: yield* Ref.get(failures),
        shortfall: shortfall ?? null
      } satisfies Summary
    })

  const stories = Effect.gen(function* () {
    const kills = yield* Effect.forkScoped(killNowAndThen(options.killValidators))
    if (Option.isSome(plan)) {
      yield* sideBySide(yield* real(plan.value.matches), play)
    } else {
      const next = yield* invented(facts)
      const goOn = Effect.all([Ref.get(endings), Ref.get(failures)]).pipe(Effect.map(([all, failed]) => all.length < wanted && failed < 3))
      yield* next.pipe(Effect.flatMap(play), Effect.repeat({ while: () => goOn }))
    }
    yield* Fiber.join(kills)
    yield* checkBooks(yield* Ref.get(endings))
    return yield* summary((yield* (yield* Chain).finalisedHead).number)
  })

  if (Option.isSome(plan) && plan.value.matches.length === 0) return yield* summary(0)
  return yield* stories.pipe(
    Effect.scoped,
    Effect.provide(WorldLayer.layer({ facts, held: "all", maxCompetitionsPerMiner: mostAtOnce(plan), page: options.page }))
  )
})
