import { Duration, Effect, Fiber, Queue, Ref, Schedule, type Scope } from "effect"
import type { Chain } from "./Chain.ts"
import { giveWay } from "./eventLoop.ts"

/** When blocks are built: after each transaction, only on request, or at an interval. */
export type BlockTime = "instant" | "manual" | Duration.Duration

const shortest = Duration.millis(20)

/** Parses `instant`, `manual`, `500ms`, `12s` or `1m`; undefined for anything else, and for intervals below 20 ms. */
export const parseBlockTime = (text: string): BlockTime | undefined => {
  if (text === "instant" || text === "manual") return text
  const match = /^(\d{1,9})\s*(ms|s|m)$/.exec(text)
  if (match === null) return undefined
  const amount = Number(match[1])
  const duration = match[2] === "ms" ? Duration.millis(amount) : match[2] === "s" ? Duration.seconds(amount) : Duration.minutes(amount)
  return Duration.lessThan(duration, shortest) ? undefined : duration
}

/** Builds blocks in one mode at a time. */
export interface BlockProducer {
  readonly setMode: (mode: BlockTime) => Effect.Effect<void>
}

const build = (chain: Chain) =>
  chain.build.pipe(
    Effect.tapErrorCause((cause) => Effect.logError("no block could be built", cause)),
    Effect.option
  )

/** One block per transaction; transactions that arrive during a build share the next block. */
const instant = (chain: Chain): Effect.Effect<never> =>
  Effect.scoped(
    Effect.gen(function* () {
      const wake = yield* Queue.sliding<void>(1)
      yield* Effect.acquireRelease(
        Effect.sync(() => chain.onTransaction(() => wake.unsafeOffer(undefined))),
        (stop) => Effect.sync(stop)
      )
      if (chain.pool.candidates().length > 0) wake.unsafeOffer(undefined)
      return yield* Effect.forever(
        Effect.gen(function* () {
          yield* wake.take
          // Reads messages that have already arrived on the sockets, so that their transactions go into the same block.
          yield* giveWay
          const before = chain.pool.candidates().length
          if (before === 0) return
          yield* build(chain)
          // The rest goes into the next block, as long as each block includes something.
          const left = chain.pool.candidates().length
          if (left > 0 && left < before) wake.unsafeOffer(undefined)
        })
      )
    })
  )

/** A block at each tick. Schedule.fixed skips a tick while a build is still running. */
const produceAtInterval = (chain: Chain, every: Duration.Duration): Effect.Effect<void> =>
  Effect.asVoid(Effect.repeat(build(chain), Schedule.fixed(every))).pipe(Effect.delay(every))

const producing = (chain: Chain, mode: BlockTime): Effect.Effect<void> =>
  mode === "manual" ? Effect.void : mode === "instant" ? instant(chain) : produceAtInterval(chain, mode)

export const make = (chain: Chain, mode: BlockTime): Effect.Effect<BlockProducer, never, Scope.Scope> =>
  Effect.gen(function* () {
    const scope = yield* Effect.scope
    const running = yield* Ref.make(yield* Effect.forkIn(producing(chain, mode), scope))
    return {
      setMode: (next) =>
        Effect.gen(function* () {
          yield* Fiber.interrupt(yield* Ref.get(running))
          yield* Ref.set(running, yield* Effect.forkIn(producing(chain, next), scope))
        })
    }
  })
