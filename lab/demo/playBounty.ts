/** Plays one bounty from registration to payment, driven by the contract's events. */
import { Clock, Deferred, Duration, Effect, Fiber, Option, Ref, Schedule, Schema, Stream } from "effect"
import type { ContractEvent } from "../../src/contract-client/generated.ts"
import type { IssueRef } from "../../src/domain/IssueRef.ts"
import * as Dendrite from "../../src/layers/chain/axon/Dendrite.ts"
import { Contract } from "../../src/layers/chain/contract/Contract.ts"
import { type BlockReference, Chain } from "../../src/layers/chain/node/Chain.ts"
import { resultOf } from "../../src/layers/machine/effects/resultOf.ts"
import { alpha } from "../../src/layers/machine/terminal/output.ts"
import { enrol } from "../../src/roles/miner/enrol.ts"
import { checkIssue, registerIssue } from "../../src/roles/owner/registerIssue.ts"
import { DemoNetwork } from "./DemoNetwork.ts"
import { type BlockOfEvents, Feed, firstOf } from "./feed.ts"
import { ensureCollateral, keyOf, type Miner } from "./miners.ts"
import { Narrator } from "./Narrator.ts"
import { lineFor, type Names } from "./narration.ts"
import { BOUNTY, OWNER_URI, VALIDATORS } from "./settings.ts"

/** A paid bounty in the summary. */
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

export class BountyFailed extends Schema.TaggedError<BountyFailed>()("BountyFailed", {
  issue: Schema.String,
  reason: Schema.String,
  /** Whether this machine was too slow for the match, and another bounty may be played instead: nothing is wrong. */
  isLate: Schema.optionalWith(Schema.Boolean, { default: () => false })
}) {
  override get message() {
    return `the bounty for ${this.issue} failed: ${this.reason}`
  }
}

export interface Solution {
  readonly pullRequest: number
  readonly author: Miner
}

/** The miners of a bounty, and how its solution gets to GitHub. */
export interface BountyPlan {
  readonly reference: IssueRef
  /** The miners that enrol. */
  readonly miners: ReadonlyArray<Miner>
  /** Opens and merges the solution once both competitors are known, not before `from` (ms). */
  readonly solve: (competitors: readonly [Miner, Miner], from: number) => Effect.Effect<Solution, BountyFailed>
  /** Called when the bounty failed, so that bounties that share its merge stop waiting for it. */
  readonly abandon: Effect.Effect<void>
  /** Whether its miners may play the issue's next match when this machine was too slow for one. */
  readonly playsAgain: boolean
  /** After so long without a payment the contract is asked how the bounty stands, and its answer is told. */
  readonly patience: Duration.Duration
}

export interface BountyResult {
  readonly paid: PaidBounty
  /** Whether the contract paid another miner than the solver, or for another pull request. */
  readonly wrong: boolean
}

/** The bounty's progress so far. */
interface Progress {
  readonly competition?: number
  readonly competitors?: readonly [Miner, Miner]
  readonly startedAt?: number
  /** The challenge period in blocks. */
  readonly standing?: number
  /** The last block in which a merge still wins. */
  readonly deadline?: number
  readonly solving?: Fiber.Fiber<unknown>
  readonly solution?: Solution
  /** The newest block when it was merged. */
  readonly mergedAt?: number
  /** The pull request that solved the issue, according to the contract. */
  readonly wonWith?: number
  /** The wait that the progress bar shows, in blocks. */
  readonly wait?: { readonly label: string; readonly from: number; readonly until: number }
}

const namesFor = (plan: BountyPlan) =>
  Effect.gen(function* () {
    const validators = new Map<string, string>()
    for (const { name, uri } of VALIDATORS) validators.set((yield* keyOf(uri)).address, name)
    return {
      validator: (hotkey) => validators.get(hotkey) ?? hotkey,
      miner: (hotkey) => plan.miners.find((miner) => miner.hotkey.address === hotkey)?.login ?? hotkey
    } satisfies Names
  })

/** The owner registers the issue. */
const register = (plan: BountyPlan) =>
  Effect.gen(function* () {
    const narrator = yield* Narrator
    const found = yield* checkIssue(plan.reference, BOUNTY, {
      withoutConsent: Option.some("it is played"),
      yesAlthough: true,
      refusals: []
    })
    yield* narrator.step({ actor: "GitHub", text: `${found.ref} is open: "${found.title}"`, isStory: true })
    const { issue, inclusion } = yield* registerIssue(yield* keyOf(OWNER_URI), found, BOUNTY)
    yield* narrator.step({
      actor: "owner",
      text: `registers ${found.ref} as issue ${issue} with a bounty of ${alpha(BOUNTY)}`,
      at: inclusion
    })
    return { issue, ref: found.ref }
  })

/** All validators may be down at once, when each was killed. A miner retries while they restart. */
const UNTIL_VALIDATORS_ARE_BACK = Schedule.spaced("1 second").pipe(Schedule.upTo("1 minute"))

const enrolAll = (plan: BountyPlan, issue: number) =>
  Effect.forEach(
    plan.miners,
    (miner) =>
      Effect.gen(function* () {
        const { deliveries, validUntil } = yield* enrol(miner.hotkey, issue, "enrol").pipe(
          Effect.retry({ while: ({ _tag }) => _tag === "NoValidatorReachable", schedule: UNTIL_VALIDATORS_ARE_BACK })
        )
        const accepted = deliveries.filter((delivery) => delivery.accepted).length
        const text = `${miner.login} enrols for issue ${issue} with ${accepted} validators, valid until block ${validUntil}`
        yield* (yield* Narrator).step({ actor: "miner", text })
      }),
    { concurrency: 4, discard: true }
  ).pipe(Effect.provide(Dendrite.layer))

/** A merge so shortly before the deadline is late: it is dated a second ahead, and a busy machine notices it late. */
const LATE_BLOCKS = 20

/** Waits until the block `from` is final, then solves the issue a second later, because GitHub's timestamps are in whole seconds. */
const solveFrom = (plan: BountyPlan, competitors: readonly [Miner, Miner], from: number) =>
  Effect.gen(function* () {
    const [chain, feed] = yield* Effect.all([Chain, Feed])
    const blocks = yield* feed.subscribe
    const head = yield* feed.head
    const opened: BlockReference | undefined =
      head.number >= from
        ? { number: from, hash: yield* chain.hashOf(from) }
        : Option.getOrUndefined(yield* firstOf(blocks, ({ block }) => (block.number >= from ? block : undefined)))
    const time = opened === undefined ? yield* Clock.currentTimeMillis : yield* chain.timeAt(opened.hash)
    return yield* plan.solve(competitors, Math.ceil(time / 1000) * 1000 + 1000)
  }).pipe(Effect.scoped)

/** Follows the issue's events until its bounty is paid. */
const follow = (
  plan: BountyPlan,
  { issue, ref }: { readonly issue: number; readonly ref: IssueRef },
  blocks: Stream.Stream<BlockOfEvents>
) =>
  Effect.gen(function* () {
    const [narrator, names, scope] = yield* Effect.all([Narrator, namesFor(plan), Effect.scope])
    const failed = (reason: string, isLate = false) => new BountyFailed({ issue: plan.reference.toString(), reason, isLate })
    const result = yield* Deferred.make<BountyResult, BountyFailed>()
    const progress = yield* Ref.make<Progress>({})
    const note = (more: Progress) => Ref.update(progress, (before) => ({ ...before, ...more }))

    const solve = (competitors: readonly [Miner, Miner], from: number) =>
      Effect.gen(function* () {
        const solution = yield* solveFrom(plan, competitors, from)
        const text = `merges pull request ${solution.pullRequest} by ${solution.author.login}, which closes ${ref}`
        yield* narrator.step({ actor: "GitHub", text, isStory: true })
        yield* note({ solution, mergedAt: (yield* (yield* Chain).finalisedHead).number })
      }).pipe(Effect.catchAll((error) => Deferred.fail(result, error._tag === "BountyFailed" ? error : failed(error.message))))

    const onStarted = (event: Extract<ContractEvent, { readonly _tag: "CompetitionStarted" }>, at: BlockReference) =>
      Effect.gen(function* () {
        const [a, b] = [event.a, event.b].map(({ hotkey }) => plan.miners.find((miner) => miner.hotkey.address === hotkey))
        if (a === undefined || b === undefined) return yield* Deferred.fail(result, failed("two other miners were matched"))
        const wait = { label: "no pull requests yet", from: at.number, until: event.submissionsFrom }
        const { competition, deadline, challengePeriod: standing } = event
        yield* note({ competition, competitors: [a, b], startedAt: at.number, standing, deadline, wait })
        yield* note({ solving: yield* Effect.forkIn(solve([a, b], event.submissionsFrom), scope) })
      })

    /** The match ended without a winner. If nothing was merged in time, the machine was too slow, and the story goes on. */
    const onEnded = Effect.gen(function* () {
      const { solving, mergedAt, deadline = 0 } = yield* Ref.get(progress)
      if (mergedAt !== undefined && mergedAt <= deadline - LATE_BLOCKS)
        return yield* Deferred.fail(result, failed("its match ended unsolved, although it was solved"))
      if (!plan.playsAgain || mergedAt !== undefined)
        return yield* Deferred.fail(
          result,
          failed("this machine was too slow to merge its solution before its match ended", plan.playsAgain)
        )
      if (solving !== undefined) yield* Fiber.interrupt(solving)
      yield* Ref.set(progress, {})
      const text = `this machine was too slow to solve ${ref} before its match ended: its miners enrol for the next one`
      yield* narrator.step({ actor: "demo", text, isStory: true })
      yield* Effect.forEach(plan.miners, (miner) => ensureCollateral(miner, BOUNTY), { concurrency: "unbounded", discard: true }).pipe(
        Effect.zipRight(enrolAll(plan, issue)),
        Effect.catchAll((error) => Deferred.fail(result, failed(error.message))),
        Effect.forkIn(scope)
      )
    })

    const onPaid = (event: Extract<ContractEvent, { readonly _tag: "BountyPaid" }>, at: BlockReference) =>
      Effect.gen(function* () {
        const { competitors, startedAt, solution, wonWith } = yield* Ref.get(progress)
        if (competitors === undefined || startedAt === undefined || wonWith === undefined || solution === undefined)
          return yield* Deferred.fail(result, failed("it was paid before it was solved"))
        return yield* Deferred.succeed(result, {
          paid: {
            issue,
            repository: plan.reference.repository,
            number: plan.reference.number,
            competitors: [competitors[0].login, competitors[1].login],
            winner: names.miner(event.hotkey),
            pullRequest: wonWith,
            bountyRao: event.amount,
            startedAt,
            paidAt: at.number
          },
          wrong: event.hotkey !== solution.author.hotkey.address || wonWith !== solution.pullRequest
        })
      })

    const on = (event: ContractEvent, at: BlockReference) =>
      Effect.gen(function* () {
        const { competition } = yield* Ref.get(progress)
        if ("issue" in event ? event.issue !== issue : event._tag !== "CollateralSlashed" || event.competition !== competition) return
        const line = lineFor(event, names)
        if (line !== undefined) yield* narrator.step({ ...line, at })
        switch (event._tag) {
          case "CompetitionStarted":
            return yield* onStarted(event, at)
          case "OutcomeVoted": {
            const { standing = 0 } = yield* Ref.get(progress)
            return yield* note({ wait: { label: "votes stand", from: event.since, until: event.since + standing } })
          }
          case "CompetitionWon":
            return yield* note({ wonWith: event.pullRequest })
          case "IssueCancelled":
            return yield* Deferred.fail(result, failed(`it was cancelled: ${event.reason._tag}`))
          case "CompetitionExpired":
          case "CompetitionUnsolved":
            return yield* onEnded
          case "BountyPaid":
            return yield* onPaid(event, at)
        }
      })

    const reader = yield* blocks.pipe(
      Stream.runForEach(({ block, events }) =>
        Effect.gen(function* () {
          yield* Effect.forEach(events, (event) => on(event, block), { discard: true })
          const { wait } = yield* Ref.get(progress)
          if (wait !== undefined) yield* narrator.progress(wait.label, wait.from, block.number, wait.until)
        })
      ),
      Effect.forkScoped
    )
    // A busy machine makes no bounty fail: the contract's events decide.
    yield* Effect.gen(function* () {
      const status = (yield* (yield* Contract).stored("issue", { id: issue }))?.status._tag ?? "unknown"
      const waited = Duration.format(plan.patience)
      yield* narrator.step({ actor: "demo", text: `${ref} was not paid in ${waited}: by the contract it is ${status}`, isStory: true })
    }).pipe(Effect.ignoreLogged, Effect.delay(plan.patience), Effect.forever, Effect.forkScoped)
    return yield* Effect.raceFirst(Deferred.await(result), Effect.zipRight(resultOf(reader), Effect.never))
  })

export const playBounty = Effect.fn("demo.bounty")(function* (plan: BountyPlan) {
  // Subscribed before the registration, so that no event of the issue is missed.
  const blocks = yield* (yield* Feed).subscribe
  const registered = yield* register(plan)
  yield* Effect.flatMap(DemoNetwork, ({ issueRegistered, ready }) => Effect.zipRight(issueRegistered, ready))
  yield* Effect.forEach(plan.miners, (miner) => ensureCollateral(miner, BOUNTY), { concurrency: "unbounded", discard: true })
  yield* enrolAll(plan, registered.issue)
  return yield* follow(plan, registered, blocks)
}, Effect.scoped)
