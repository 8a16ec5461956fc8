/** What is looked up beside the blocks: the subnet's present state, and what GitHub says of issues and pull requests. None of it can fail a pass. */
import { Cause, Effect, Ref } from "effect"
import type { BlockReference } from "../layers/chain/Chain.ts"
import { refreshGitHub } from "./refresh/gitHub.ts"
import { refreshHead } from "./refresh/head.ts"
import { refreshScores } from "./refresh/scores.ts"

/** While following, the subnet's state is read so often: it takes a few requests. */
const BLOCKS_BETWEEN = 25

export interface Refresh {
  /** The subnet's state at an indexed block; called for each, it looks now and then. */
  readonly head: (at: BlockReference) => Effect.Effect<void>
  /** GitHub, within its rate limit. */
  readonly gitHub: Effect.Effect<void>
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const later = (what: string) => (cause: Cause.Cause<unknown>) =>
  Cause.isInterruptedOnly(cause)
    ? Effect.interrupt
    : Effect.logWarning(`${what} will be looked up again later: ${reasonOf(Cause.squash(cause))}`)

/** Both as services that can't fail. */
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
        // Of miners that the head has told of.
        yield* refreshScores(at, looked).pipe(Effect.provide(scoresContext), Effect.catchAllCause(later("the archive of scores")))
      }).pipe(Effect.catchAllCause(later("the subnet's state"))),
    gitHub: refreshGitHub().pipe(Effect.asVoid, Effect.provide(gitHubContext), Effect.catchAllCause(later("GitHub")))
  } satisfies Refresh
})
