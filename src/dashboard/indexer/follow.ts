/** Follows the finalised head. */
import { Duration, Effect, Queue, Schedule, Stream } from "effect"
import { isTemporary } from "../../domain/causes.ts"
import { type BlockReference, Chain } from "../../layers/chain/node/Chain.ts"
import * as RareLines from "../../layers/machine/effects/rareLines.ts"
import { retried } from "../../layers/machine/effects/retried.ts"
import { IndexMonitor } from "./health.ts"
import { indexAlone } from "./lock.ts"
import { forgetAll, makePass, type Pass, type PassOptions } from "./pass.ts"
import type { Refresh } from "./refreshing.ts"

export interface FollowOptions extends PassOptions {
  /** Whether to empty the index first. Then another process that indexes is not waited for: its end would empty what it wrote. */
  readonly fromGenesis: boolean
  readonly refresh: Refresh
  /** Interval of GitHub requests about a running competition. */
  readonly githubEvery: Duration.Duration
  /** Runs after every pass that stored blocks. */
  readonly onPass: (pass: Pass) => Effect.Effect<void>
  /** Runs while this process holds the index's lock. */
  readonly beside?: Effect.Effect<void>
}

/** Maximum pause between two refreshes from GitHub. */
const GITHUB_EVERY = Duration.seconds(30)
/** Interval of checks for epochs to audit. Most find none. */
const CONSENSUS_EVERY = Duration.seconds(3)
/** Missed epochs audited per check. */
const MISSED_AT_ONCE = 4
/** Maximum interval of requests to validators' axons about pull requests. */
const QUALITY_EVERY = Duration.seconds(15)
/** Interval of checks whether suggestions are due, and pause after a check without result. */
const SUGGESTIONS_EVERY = Duration.minutes(30)
/** Interval of checks for repositories that are due. */
const BURDENS_EVERY = Duration.minutes(5)

/**
 * Runs a pass for each finalised head as it arrives, until a permanent error. A lost database connection also loses the lock, so a retry first takes the lock
 * again.
 */
export const follow = Effect.fn("indexer.follow")(function* ({
  refresh,
  githubEvery,
  onPass,
  beside = Effect.void,
  fromGenesis,
  ...options
}: FollowOptions) {
  let empties = fromGenesis
  const lines = yield* RareLines.make("1 hour")
  const monitor = yield* IndexMonitor
  const trying = retried((error) => {
    const { _tag, message } = error
    const said = _tag === "AlreadyIndexing" ? `${message}: waiting until it ends` : `indexing failed and is tried again: ${message}`
    return Effect.zipRight(lines.warn("indexing", said), monitor.retrying(error))
  })
  const once = Effect.gen(function* () {
    const held = yield* indexAlone
    if (empties) yield* forgetAll
    empties = false
    const chain = yield* Chain
    const pass = yield* makePass
    // Of the blocks stored during a refresh, the next one reads only the newest.
    const stored = yield* Queue.sliding<BlockReference>(1)
    yield* stored.take.pipe(Effect.flatMap(refresh.head), Effect.forever, Effect.forkScoped)
    yield* refresh.gitHub.pipe(
      Effect.delay(Duration.min(GITHUB_EVERY, Duration.times(githubEvery, 0.5))),
      Effect.forever,
      Effect.forkScoped
    )
    yield* refresh.consensus(MISSED_AT_ONCE).pipe(Effect.delay(CONSENSUS_EVERY), Effect.forever, Effect.forkScoped)
    yield* refresh.quality.pipe(Effect.delay(Duration.min(QUALITY_EVERY, githubEvery)), Effect.forever, Effect.forkScoped)
    yield* refresh.suggestions.pipe(Effect.repeat(Schedule.spaced(SUGGESTIONS_EVERY)), Effect.forkScoped)
    yield* refresh.burdens.pipe(Effect.repeat(Schedule.spaced(BURDENS_EVERY)), Effect.forkScoped)
    yield* Effect.forkScoped(beside)
    const step = (head: BlockReference) =>
      Effect.gen(function* () {
        const done = yield* pass(head, options)
        yield* monitor.passed(done)
        yield* lines.over("indexing works again")
        if (done.blocks > 0) yield* onPass(done)
        if (done.at !== undefined) yield* stored.offer(done.at)
      }).pipe((pass) => trying(pass, ({ _tag }) => _tag === "ChainUnavailable"))
    // Of the heads that arrive during a pass, only the newest is kept.
    yield* chain.finalisedHeads.pipe(
      Stream.tap(monitor.headSeen),
      Stream.buffer({ capacity: 1, strategy: "sliding" }),
      Stream.runForEach(step),
      Effect.raceFirst(held)
    )
  }).pipe(Effect.scoped)

  return yield* trying(once, (error) => isTemporary(error) && !(empties && error._tag === "AlreadyIndexing"))
})
