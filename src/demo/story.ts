/** One bounty, from registration to payment, driven by what the contract emits. */
import { Clock, Deferred, Duration, Effect, Fiber, Option, Ref, Schema, Stream } from "effect"
import { bitmapBytes } from "../contract-client/bitmap.ts"
import type { Competition, ContractEvent } from "../contract-client/generated.ts"
import type { IssueRef } from "../domain/IssueRef.ts"
import { toUids } from "../domain/UidBitmap.ts"
import * as Dendrite from "../layers/axon/Dendrite.ts"
import { type BlockReference, Chain } from "../layers/chain/Chain.ts"
import { enrol } from "../miner/enrol.ts"
import { checkIssue, registerIssue } from "../owner/registerIssue.ts"
import { alpha } from "../terminal/output.ts"
import { type BlockOfEvents, Feed, firstOf } from "./feed.ts"
import { keyOf, type Miner } from "./miners.ts"
import { Narrator } from "./Narrator.ts"
import { BOUNTY, OWNER_URI, VALIDATORS } from "./settings.ts"

/** What a paid bounty comes to, as the summary has it. */
export interface PaidBounty {
  readonly issue: number
  readonly repository: string
  readonly number: number
  readonly competitors: readonly [string, string]
  readonly winner: string
  readonly pullRequest: number
  readonly bountyRao: bigint
  readonly startedAt: number
  readonly paidAt: number
}

/** The story of one bounty did not end in its payment. */
export class StoryFailed extends Schema.TaggedError<StoryFailed>()("StoryFailed", { issue: Schema.String, reason: Schema.String }) {
  override get message() {
    return `the story of ${this.issue} failed: ${this.reason}`
  }
}

export interface Solution {
  readonly pullRequest: number
  readonly author: Miner
}

/** Who wins, and how the solution comes to GitHub. */
export interface Plot {
  readonly reference: IssueRef
  /** Those who enrol. */
  readonly miners: ReadonlyArray<Miner>
  /** Opens and merges the solution once both competitors are known, not before the time `from` (ms); answers its number and its author. */
  readonly solve: (competitors: readonly [Miner, Miner], from: number) => Effect.Effect<Solution, StoryFailed>
  /** Told when the story failed: nobody waits for it any more. */
  readonly abandon: Effect.Effect<void>
  /** How long the story may take. */
  readonly patience: Duration.Duration
}

export interface Ending {
  readonly paid: PaidBounty
  /** Whether the contract paid somebody else than the one who solved it, or for another pull request. */
  readonly wrong: boolean
}

const validatorName = (address: string, names: ReadonlyMap<string, string>) => names.get(address) ?? address

const choiceText = (event: Extract<ContractEvent, { _tag: "OutcomeVoted" }>, nameOf: (hotkey: string) => string) =>
  event.choice._tag === "Solved"
    ? `solved by ${nameOf(event.choice.hotkey)} with pull request ${event.choice.pullRequest}`
    : `cancelled: ${event.choice.reason._tag}`

const percent = (weight: bigint, total: bigint) => (total === 0n ? "0 %" : `${(weight * 100n) / total} %`)

export const tell = Effect.fn("demo.story")(function* (plot: Plot) {
  const [chain, feed, narrator] = yield* Effect.all([Chain, Feed, Narrator])
  const owner = yield* keyOf(OWNER_URI)
  const validators = new Map<string, string>()
  for (const { name, uri } of VALIDATORS) validators.set((yield* keyOf(uri)).address, name)
  const loginOf = (hotkey: string) => plot.miners.find((miner) => miner.hotkey.address === hotkey)?.login ?? hotkey
  const failed = (reason: string) => new StoryFailed({ issue: plot.reference.toString(), reason })
  const phase = yield* Ref.make<{ label: string; from: number; until: number } | undefined>(undefined)
  const enter = (label: string, from: number, until: number) => Ref.set(phase, { label, from, until })

  const blocks = yield* feed.subscribe
  const found = yield* checkIssue(plot.reference, BOUNTY)
  yield* narrator.step({ actor: "GitHub", text: `${found.ref} is open: "${found.title}"` })
  const { issue, inclusion } = yield* registerIssue(owner, found.ref, BOUNTY)
  yield* narrator.step({
    actor: "owner",
    text: `registers ${found.ref} as issue ${issue} with a bounty of ${alpha(BOUNTY)}`,
    at: inclusion
  })

  yield* Effect.forEach(
    plot.miners,
    (miner) =>
      enrol(miner.hotkey, issue, "enrol").pipe(
        Effect.flatMap(({ deliveries, validUntil }) =>
          narrator.step({
            actor: "miner",
            text: `${miner.login} enrols for issue ${issue} with ${deliveries.filter(({ accepted }) => accepted).length} validators until block ${validUntil}`
          })
        )
      ),
    { concurrency: 4, discard: true }
  ).pipe(Effect.provide(Dendrite.layer))

  const ending = yield* Deferred.make<Ending, StoryFailed>()
  const started = yield* Ref.make<Competition | undefined>(undefined)
  const solved = yield* Ref.make<Option.Option<Solution>>(Option.none())
  /** What the contract says solved the issue. */
  const won = yield* Ref.make<number | undefined>(undefined)
  const competitors = yield* Ref.make<readonly [Miner, Miner] | undefined>(undefined)

  /** Waits until the block `from` is final, then lets the solution happen, a second later: GitHub's times have whole seconds. */
  const solveAfter = (pair: readonly [Miner, Miner], from: number) =>
    Effect.gen(function* () {
      const mine = yield* feed.subscribe
      const current = yield* feed.head
      const opened: BlockReference | undefined =
        current.number >= from
          ? { number: from, hash: yield* chain.hashOf(from) }
          : Option.getOrUndefined(yield* firstOf(mine, ({ block }) => (block.number >= from ? block : undefined)))
      const time = opened === undefined ? yield* Clock.currentTimeMillis : yield* chain.timeAt(opened.hash)
      const done = yield* plot.solve(pair, Math.ceil(time / 1000) * 1000 + 1000)
      yield* narrator.step({
        actor: "GitHub",
        text: `pull request ${done.pullRequest} of ${done.author.login} is opened and merged: it closes ${found.ref}`
      })
      yield* Ref.set(solved, Option.some(done))
    }).pipe(
      Effect.scoped,
      Effect.catchAll((error) => Deferred.fail(ending, error._tag === "StoryFailed" ? error : failed(error.message)))
    )

  const solving = yield* Ref.make<Option.Option<Fiber.RuntimeFiber<unknown>>>(Option.none())

  const on = (event: ContractEvent, at: BlockReference) =>
    Effect.gen(function* () {
      const step = (actor: string, text: string) => narrator.step({ actor, text, at })
      if (!("issue" in event) || event.issue !== issue) return
      switch (event._tag) {
        case "BountyFunded":
          return yield* step(
            "contract",
            `harvest fills issue ${issue} with ${alpha(event.amount)}: ${percent(event.funded, event.bounty)} of the bounty`
          )
        case "EnrolmentAttested":
          return yield* step(
            validatorName(event.validator, validators),
            `attests ${toUids(bitmapBytes(event.enrolled)).length} miners for issue ${issue} in round ${event.round}`
          )
        case "PairVoted":
          return yield* step(
            validatorName(event.validator, validators),
            `votes for ${loginOf(event.a.hotkey)} against ${loginOf(event.b.hotkey)}: ${percent(event.weight, event.totalWeight)} of the stake`
          )
        case "CompetitionStarted": {
          const pair = [event.a, event.b].map(({ hotkey }) => plot.miners.find((miner) => miner.hotkey.address === hotkey))
          const [a, b] = pair
          if (a === undefined || b === undefined) return yield* Deferred.fail(ending, failed("two others were matched"))
          yield* Ref.set(competitors, [a, b] as const)
          yield* Ref.set(started, { ...event, id: event.competition, startedAt: at.number, status: { _tag: "Running" } })
          yield* step(
            "contract",
            `competition ${event.competition} on issue ${issue}: ${a.login} against ${b.login}, pull requests from block ${event.submissionsFrom}`
          )
          yield* enter("submission window", at.number, event.submissionsFrom)
          const fiber = yield* Effect.fork(solveAfter([a, b], event.submissionsFrom))
          return yield* Ref.set(solving, Option.some(fiber))
        }
        case "OutcomeVoted":
          return yield* step(
            validatorName(event.validator, validators),
            `votes issue ${issue} ${choiceText(event, loginOf)}: ${percent(event.weight, event.totalWeight)} of the stake`
          )
        case "CompetitionWon":
          yield* Ref.set(won, event.pullRequest)
          yield* enter("challenge period", at.number, event.payableAt)
          return yield* step("contract", `${loginOf(event.hotkey)} wins issue ${issue}; payable from block ${event.payableAt}`)
        case "IssueCancelled":
          return yield* Deferred.fail(ending, failed(`it was cancelled: ${event.reason._tag}`))
        case "CompetitionExpired":
          return yield* Deferred.fail(ending, failed("its competition expired"))
        case "BountyPaid": {
          const winner = loginOf(event.hotkey)
          yield* step("contract", `pays ${alpha(event.amount)} for issue ${issue} to ${winner}`)
          const [pair, competition, solution, pullRequest] = yield* Effect.all([
            Ref.get(competitors),
            Ref.get(started),
            Ref.get(solved),
            Ref.get(won)
          ])
          if (pair === undefined || competition === undefined || pullRequest === undefined || Option.isNone(solution))
            return yield* Deferred.fail(ending, failed("it was paid before it was solved"))
          return yield* Deferred.succeed(ending, {
            paid: {
              issue,
              repository: plot.reference.repository,
              number: plot.reference.number,
              competitors: [pair[0].login, pair[1].login],
              winner,
              pullRequest,
              bountyRao: event.amount,
              startedAt: competition.startedAt,
              paidAt: at.number
            },
            wrong: event.hotkey !== solution.value.author.hotkey.address || pullRequest !== solution.value.pullRequest
          })
        }
      }
    })

  const follow = blocks.pipe(
    Stream.runForEach(({ block, events }: BlockOfEvents) =>
      Effect.forEach(events, (event) => on(event, block), { discard: true }).pipe(
        Effect.zipRight(Ref.get(phase)),
        Effect.flatMap((current) =>
          current === undefined ? Effect.void : narrator.progress(current.label, current.from, block.number, current.until)
        )
      )
    )
  )
  const listening = yield* Effect.fork(follow)
  return yield* Deferred.await(ending).pipe(
    Effect.timeoutFail({
      duration: plot.patience,
      onTimeout: () => failed(`it was not paid within ${Duration.format(plot.patience)}`)
    }),
    Effect.ensuring(
      Effect.all([
        Fiber.interrupt(listening),
        Ref.get(solving).pipe(Effect.flatMap(Option.match({ onNone: () => Effect.void, onSome: (fiber) => Fiber.interrupt(fiber) })))
      ])
    )
  )
}, Effect.scoped)
