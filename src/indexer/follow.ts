/** Staying with the finalised head. */
import { Duration, Effect, Ref, Schedule, Stream } from "effect"
import { type BlockReference, Chain } from "../layers/chain/Chain.ts"
import { Vitals } from "./health.ts"
import { indexAlone } from "./lock.ts"
import { makePass, type Pass, type PassOptions } from "./pass.ts"
import type { Refresh } from "./refreshing.ts"

export interface FollowOptions extends PassOptions {
  readonly refresh: Refresh
  /** Told of every pass that stored something. */
  readonly onPass: (pass: Pass) => Effect.Effect<void>
}

/** The pause between two looks at GitHub. */
const GITHUB_EVERY = Duration.seconds(30)
const SOON = Schedule.exponential("1 second", 2).pipe(Schedule.union(Schedule.spaced("30 seconds")), Schedule.jittered)

/** What passes by itself, once the database was there. Another process that holds the lock is this one's old connection, or takes over. */
const PASSING = new Set(["ChainUnavailable", "DatabaseUnavailable", "AlreadyIndexing"])
const passes = ({ _tag }: { readonly _tag: string }): boolean => PASSING.has(_tag)

/** Says what went wrong and that it is tried again. */
const tellRetry = (error: { readonly _tag: string; readonly message: string }) =>
  Effect.zipRight(
    Effect.logWarning("the index waits and tries again", error.message),
    Effect.flatMap(Vitals, (vitals) => vitals.waits(error))
  )

/**
 * Passes to each finalised head as it comes, until something goes wrong that does not pass. A lost connection to the database takes the lock along, so that all
 * begins again with the lock.
 */
export const follow = Effect.fn("indexer.follow")(function* ({ refresh, onPass, ...options }: FollowOptions) {
  const hasBegun = yield* Ref.make(false)
  const once = Effect.gen(function* () {
    yield* indexAlone
    yield* Ref.set(hasBegun, true)
    const chain = yield* Chain
    const vitals = yield* Vitals
    const pass = yield* makePass
    yield* refresh.gitHub.pipe(Effect.delay(GITHUB_EVERY), Effect.forever, Effect.forkScoped)
    const step = (head: BlockReference) =>
      Effect.gen(function* () {
        const done = yield* pass(head, options)
        yield* vitals.passed(done)
        if (done.blocks > 0) yield* onPass(done)
        if (done.at !== undefined) yield* refresh.head(done.at)
      }).pipe(
        Effect.tapError((error) => (error._tag === "ChainUnavailable" ? tellRetry(error) : Effect.void)),
        Effect.retry({ while: ({ _tag }) => _tag === "ChainUnavailable", schedule: SOON })
      )
    // While one pass runs only the newest of the heads that come is kept.
    yield* chain.finalisedHeads.pipe(
      Stream.tap(vitals.headSeen),
      Stream.buffer({ capacity: 1, strategy: "sliding" }),
      Stream.runForEach(step)
    )
  }).pipe(Effect.scoped)

  return yield* once.pipe(
    Effect.tapError((error) => Effect.flatMap(Ref.get(hasBegun), (begun) => (begun && passes(error) ? tellRetry(error) : Effect.void))),
    Effect.retry({ while: (error) => Effect.map(Ref.get(hasBegun), (begun) => begun && passes(error)), schedule: SOON })
  )
})
