/** Refreshes what blocks do not contain: the subnet's current state, contribution scores, and data from GitHub. None of it can fail a pass. */
import { Cause, Effect, Ref } from "effect"
import { messageOf } from "../domain/messageOf.ts"
import type { BlockReference } from "../layers/chain/Chain.ts"
import { refreshGitHub } from "./refresh/gitHub.ts"
import { refreshHead } from "./refresh/head.ts"
import { refreshScores } from "./refresh/scores.ts"

/** Blocks between two reads of the subnet's state, which take a few requests each. */
const BLOCKS_BETWEEN = 25

export interface Refresh {
  /** Refreshes the subnet's state at an indexed block. Skips most calls. */
  readonly head: (at: BlockReference) => Effect.Effect<void>
  /** Refreshes from GitHub, within its rate limit. */
  readonly gitHub: Effect.Effect<void>
}

const later = (what: string) => (cause: Cause.Cause<unknown>) =>
  Cause.isInterruptedOnly(cause)
    ? Effect.interrupt
    : Effect.logWarning(`${what} could not be refreshed and will be retried: ${messageOf(Cause.squash(cause))}`)

/** Both refreshes as effects that cannot fail. */
export const makeRefresh = Effect.gen(function* () {
  const seen = yield* Ref.make(Number.NEGATIVE_INFINITY)
  const looked = new Set<number>()
  const headContext = yield* Effect.context<Effect.Effect.Context<ReturnType<typeof refreshHead>>>()
  const scoresContext = yield* Effect.context<Effect.Effect.Context<ReturnType<typeof refreshScores>>>()
  const gitHubContext = yield* Effect.context<Effect.Effect.Context<ReturnType<typeof refreshGitHub>>>()
  return {
    head: (at) =>
      Effect.gen(function* () {
        if (at.number < (yield* Ref.get(seen)) + BLOCKS_BETWEEN) return
        yield* refreshHead(at).pipe(Effect.provide(headContext))
        yield* Ref.set(seen, at.number)
        // After the head, because scores refer to its miners.
        yield* refreshScores(at, looked).pipe(Effect.provide(scoresContext), Effect.catchAllCause(later("the score archive")))
      }).pipe(Effect.catchAllCause(later("the subnet's state"))),
    gitHub: refreshGitHub().pipe(Effect.asVoid, Effect.provide(gitHubContext), Effect.catchAllCause(later("GitHub")))
  } satisfies Refresh
})
