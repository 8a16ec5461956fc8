/**
 * Refreshes data outside of blocks: the subnet's current state, contribution scores, audits of epochs, validators' findings, and data from GitHub. A failed
 * refresh never fails a pass.
 */
import { type Duration, Effect, Option, Ref } from "effect"
import type { OtherPools } from "../../consensus/audit/chainEpochStates.ts"
import type { BlockReference } from "../../layers/chain/node/Chain.ts"
import * as RareLines from "../../layers/machine/effects/rareLines.ts"
import { warnOfFailure } from "../../layers/machine/effects/warnOfFailure.ts"
import { explained } from "../../layers/storage/database/Database.ts"
import { woundUpAt } from "./apply/load.ts"
import { cursor, indexedFrom } from "./cursor.ts"
import { refreshReviewBurdens } from "./refresh/burdens.ts"
import { makeConsensusRefresh } from "./refresh/consensus/consensus.ts"
import { refreshGitHub } from "./refresh/gitHub.ts"
import { refreshHead } from "./refresh/head.ts"
import { refreshQuality } from "./refresh/quality.ts"
import { refreshScores } from "./refresh/scores.ts"
import { refreshSuggestions, type Suggested, untilNextLook } from "./refresh/suggestions.ts"

/** Blocks between two reads of the subnet's state, which take a few requests each. */
const BLOCKS_BETWEEN = 25

export interface Refresh {
  /** Refreshes the subnet's state at an indexed block. Most calls are skipped. */
  readonly head: (at: BlockReference) => Effect.Effect<void>
  /** Refreshes from GitHub, within its rate limit. */
  readonly gitHub: Effect.Effect<void>
  /** Audits epochs that are settled or due at the newest indexed block, and up to `missed` missed ones. Returns how many; usually none. */
  readonly consensus: (missed: number) => Effect.Effect<number>
  /** Reads validators' findings about competitors' pull requests. */
  readonly quality: Effect.Effect<void>
  /** Surveys issues that could get a bounty, if the operator enabled it: waits until a survey is due. */
  readonly suggestions: Effect.Effect<void>
  /** Reads the review burden of the repositories that are due. */
  readonly burdens: Effect.Effect<void>
}

interface Failure {
  readonly _tag: string
  readonly message: string
}

/** Logs that a refresh fails, and that it works again, at most once an hour. */
const refreshingIn =
  (lines: RareLines.RareLines) =>
  (what: string) =>
  <A, E, R>(refresh: Effect.Effect<A, E, R>): Effect.Effect<Option.Option<A>, never, R> => {
    const trouble = `${what} could not be refreshed and will be tried again`
    return refresh.pipe(
      Effect.tap(lines.over(`${what} could be refreshed again`, trouble)),
      Effect.asSome,
      Effect.catchAllCause((cause) => Effect.as(warnOfFailure(trouble, lines)(cause), Option.none<A>()))
    )
  }

type ConsensusServices<E extends Failure, R> = Effect.Effect.Context<
  ReturnType<Effect.Effect.Success<ReturnType<typeof makeConsensusRefresh<E, R>>>>
>

export interface RefreshSettings {
  /** Interval of GitHub requests about a running competition. */
  readonly gitHubEvery: Duration.Duration
  /** Surveys issues that could get a bounty; none: not enabled. */
  readonly suggested: Option.Option<Effect.Effect<Suggested, Failure>>
  /** Names of the roster's repositories; empty without a roster. */
  readonly repositories: Effect.Effect<ReadonlyArray<string>, Failure>
}

/** All refreshes as effects that cannot fail. */
export const makeRefresh = Effect.fn("makeRefresh")(function* <E extends Failure, R>(
  otherPools: OtherPools<E, R>,
  { gitHubEvery, repositories, suggested }: RefreshSettings
) {
  const lines = yield* RareLines.make("1 hour")
  const refreshing = refreshingIn(lines)
  const seen = yield* Ref.make(Number.NEGATIVE_INFINITY)
  const looked = new Set<number>()
  const headContext = yield* Effect.context<Effect.Effect.Context<ReturnType<typeof refreshHead>>>()
  const scoresContext = yield* Effect.context<Effect.Effect.Context<ReturnType<typeof refreshScores>>>()
  const consensusContext = yield* Effect.context<ConsensusServices<E, R>>()
  const refreshConsensus = yield* makeConsensusRefresh(otherPools)
  const gitHubContext = yield* Effect.context<Effect.Effect.Context<ReturnType<typeof refreshGitHub>>>()
  const suggestionsContext = yield* Effect.context<Effect.Effect.Context<typeof untilNextLook>>()
  const burdensContext = yield* Effect.context<Effect.Effect.Context<ReturnType<typeof refreshReviewBurdens>>>()
  const qualityContext = yield* Effect.context<Effect.Effect.Context<ReturnType<typeof refreshQuality>>>()
  return {
    head: (at) =>
      Effect.gen(function* () {
        if (at.number < (yield* Ref.get(seen)) + BLOCKS_BETWEEN) return
        yield* refreshHead(at).pipe(Effect.provide(headContext))
        yield* Ref.set(seen, at.number)
        // After the head, because scores refer to its miners.
        yield* refreshScores(at, looked).pipe(Effect.provide(scoresContext), refreshing("the score archive"))
      }).pipe(refreshing("the subnet's state"), Effect.asVoid),
    consensus: (missed) =>
      Effect.gen(function* () {
        const [newest, first, end] = yield* Effect.all([explained(cursor), explained(indexedFrom), explained(woundUpAt)])
        if (Option.isNone(newest) || Option.isNone(first) || Option.isSome(end)) return 0
        return yield* refreshConsensus(newest.value, first.value, missed)
      }).pipe(Effect.provide(consensusContext), refreshing("the audits of epochs"), Effect.map(Option.getOrElse(() => 0))),
    suggestions: Option.match(suggested, {
      onNone: () => Effect.void,
      onSome: (look) =>
        Effect.flatMap(untilNextLook, (due) => Effect.delay(refreshSuggestions(look), due)).pipe(
          Effect.provide(suggestionsContext),
          refreshing("what could get a bounty"),
          Effect.asVoid
        )
    }),
    burdens: Effect.flatMap(repositories, refreshReviewBurdens).pipe(
      Effect.provide(burdensContext),
      refreshing("what pull requests ask of maintainers"),
      Effect.asVoid
    ),
    quality: refreshQuality().pipe(Effect.provide(qualityContext), refreshing("what validators say about pull requests"), Effect.asVoid),
    gitHub: refreshGitHub({ every: gitHubEvery, lines }).pipe(
      Effect.provide(gitHubContext),
      refreshing("the data from GitHub"),
      Effect.asVoid
    )
  } satisfies Refresh
})
