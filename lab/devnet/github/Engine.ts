/** The mutable state of a running stand-in: the GitHub state, its clock, rate limit usage, pending faults and request counts. */
import { Clock, Context, Effect, Either, Ref, Schema } from "effect"
import { ApiVersion } from "./rest/ApiVersion.ts"
import { Caller } from "./rest/Caller.ts"
import type { Fault } from "./server/faults.ts"
import { type Folders, folders } from "./server/gitFolders.ts"
import type { OwnerRefusals } from "./server/ownerRefusals.ts"
import * as Limits from "./server/rateLimits.ts"
import { TooMuchForm } from "./server/tooMuch.ts"
import type * as State from "./state/State.ts"
import type { Refused, Step } from "./state/Step.ts"
import type { View } from "./View.ts"

export interface RequestCounts {
  /** Requests answered, including faults and 304s. */
  readonly requests: number
  /** The share of `requests` that came from git, which has no limit. */
  readonly git: number
  /** Requests answered with 304. */
  readonly notModified: number
  /** Requests that a fault was applied to. */
  readonly faults: number
}

/**
 * How GraphQL returns lists: at most `most` entries a page; `reversed` returns linked items in reverse order. `heaviest`: the most objects that a
 * query may return, and the form of the refusal of a larger query.
 */
export const Pages = Schema.Struct({
  most: Schema.Int.pipe(Schema.between(1, 100)),
  reversed: Schema.Boolean,
  /** REST's links have page numbers instead of cursors, as on old servers: pages shift when the list changes between requests. */
  numbered: Schema.optional(Schema.Boolean),
  /** How many entries of a repository's issues are reachable by page numbers. Default: GitHub's 10,000. */
  reach: Schema.optional(Schema.Int),
  heaviest: Schema.optional(Schema.Struct({ objects: Schema.Int, refusedBy: TooMuchForm }))
})
export interface Pages extends Schema.Schema.Type<typeof Pages> {}

export interface Engine {
  readonly base: string
  readonly state: Ref.Ref<State.State>
  /** Milliseconds since 1970: the timestamp of events without one of their own. */
  readonly now: Effect.Effect<number>
  readonly setClock: (setting: ClockSetting) => Effect.Effect<void>
  readonly limits: Ref.Ref<Limits.RateLimitUsage>
  readonly faults: Ref.Ref<ReadonlyArray<Fault>>
  readonly counts: Ref.Ref<RequestCounts>
  /** The program's requests for which the stand-in has no route. */
  readonly unserved: Ref.Ref<ReadonlyArray<string>>
  readonly pages: Ref.Ref<Pages>
  readonly refusals: Ref.Ref<OwnerRefusals>
  /** The repositories on disk, which git reads. */
  readonly folders: Folders
}

export class EngineTag extends Context.Tag("gittensor/GitHubStandIn/Engine")<EngineTag, Engine>() {}

/** `Real`: the machine's clock plus an offset. `Fixed`: a stopped clock. Both in milliseconds. */
export type ClockSetting = { readonly _tag: "Real"; readonly offset: number } | { readonly _tag: "Fixed"; readonly at: number }

export const make = Effect.fn("GitHubStandIn.engine")(function* (options: {
  readonly base: string
  readonly state: State.State
  readonly clock: ClockSetting
  readonly limits: Limits.RateLimitSettings
}) {
  const clock = yield* Ref.make(options.clock)
  const engine: Engine = {
    base: options.base,
    state: yield* Ref.make(options.state),
    now: Effect.flatMap(Ref.get(clock), (setting) =>
      setting._tag === "Fixed" ? Effect.succeed(setting.at) : Effect.map(Clock.currentTimeMillis, (real) => real + setting.offset)
    ),
    setClock: (setting) => Ref.set(clock, setting),
    limits: yield* Ref.make(Limits.make(options.limits)),
    faults: yield* Ref.make<ReadonlyArray<Fault>>([]),
    counts: yield* Ref.make<RequestCounts>({ requests: 0, git: 0, notModified: 0, faults: 0 }),
    unserved: yield* Ref.make<ReadonlyArray<string>>([]),
    pages: yield* Ref.make<Pages>({ most: 100, reversed: false }),
    refusals: yield* Ref.make<OwnerRefusals>([]),
    folders: yield* folders
  }
  return engine
})

/** Applies one step. A refused step changes nothing. */
export const applyStep = <A>(engine: Engine, take: (state: State.State, now: number) => Step<A>): Effect.Effect<A, Refused> =>
  Effect.flatMap(engine.now, (now) =>
    Effect.flatten(
      Ref.modify(engine.state, (state): readonly [Either.Either<A, Refused>, State.State] => {
        const taken = take(state, now)
        return [Either.map(taken, ([, value]) => value), Either.match(taken, { onLeft: () => state, onRight: ([next]) => next })]
      })
    )
  )

export const view = (engine: Engine): Effect.Effect<View> =>
  Effect.map(Effect.all([Ref.get(engine.state), ApiVersion, Caller]), ([state, version, caller]) => ({
    state,
    base: engine.base,
    version,
    caller
  }))
