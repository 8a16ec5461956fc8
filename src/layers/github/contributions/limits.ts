/** Limits requests about contributions: how many run at once and per minute, and a pause after repeated failures. */
import { Clock, Effect, RateLimiter, Ref } from "effect"
import { isTakenBack, type Question, type Transport } from "../client/transport.ts"
import { GitHubUnavailable } from "../errors.ts"
import type { GitHubSettings } from "../settings.ts"

/** The share of each rate limit that is left for verdicts, unless the settings say otherwise. */
const RESERVED_SHARE = 0.2

/** Points a minute for each token. GitHub's secondary limit is 900; other uses of the token must fit in too. */
const PER_MINUTE = 720

/** Concurrent requests for each token. GitHub allows 100 (the same page). */
const AT_ONCE = 6

/** After this many consecutive failures, every request fails at once for `PAUSE` milliseconds, so that the round ends instead of waiting. */
const FAILURES = 12
const PAUSE = 30_000

export interface Cost {
  /** Requests, answered or not. A retried request counts once. */
  readonly questions: number
  /** Points of GraphQL's rate limit. */
  readonly points: number
}

export const make = Effect.fn("ContributionLimits.make")(function* (transport: Transport, settings: GitHubSettings) {
  const cost = yield* Ref.make<Cost>({ questions: 0, points: 0 })
  const health = yield* Ref.make({ failures: 0, pausedUntil: 0 })
  const tokens = Math.max(1, settings.tokens.length)
  const limiter = yield* RateLimiter.make({ limit: PER_MINUTE * tokens, interval: "1 minute", algorithm: "token-bucket" })
  const places = yield* Effect.makeSemaphore(AT_ONCE * tokens)

  const failed = Effect.flatMap(Clock.currentTimeMillis, (at) =>
    Ref.update(health, ({ failures }) => ({ failures: failures + 1, pausedUntil: failures + 1 >= FAILURES ? at + PAUSE : 0 }))
  )

  /** Sends a request within all limits. */
  const ask = (question: Question) =>
    Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis
      if ((yield* Ref.get(health)).pausedUntil > now)
        return yield* new GitHubUnavailable({ operation: question.operation, why: `${FAILURES} questions in a row had no answer` })
      yield* Ref.update(cost, (before) => ({ ...before, questions: before.questions + 1 }))
      return yield* limiter(transport.ask({ ...question, reserve: settings.reserve ?? RESERVED_SHARE, insists: true })).pipe(
        Effect.tap(() => Ref.set(health, { failures: 0, pausedUntil: 0 })),
        // A rate limit is no failure of GitHub's, and a request that waits for one sends nothing.
        Effect.tapError((error) =>
          error.limited === true || question.mayFailAlone === true || isTakenBack(question, error) ? Effect.void : failed
        )
      )
    }).pipe(places.withPermits(1))

  /** Adds a GraphQL answer's points. */
  const countPoints = (answer: { readonly rateLimit: { readonly cost: number } | null }) =>
    Ref.update(cost, (before) => ({ ...before, points: before.points + (answer.rateLimit?.cost ?? 0) }))

  return { ask, countPoints, cost: Ref.get(cost), concurrency: AT_ONCE * tokens }
})
