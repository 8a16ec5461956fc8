/** The tokens of one client, shared by its concurrent requests. */
import { Clock, Duration, Effect, Option, Ref } from "effect"
import { set } from "../../machine/telemetry/metrics.ts"
import type { GitHubSettings } from "../settings.ts"
import { type LimitKind, NoAnswer } from "./answers.ts"
import { make as makeRefusedTokens, RefusedTokens } from "./RefusedTokens.ts"
import * as Tokens from "./tokens.ts"

/** The first rest of a token that GitHub does not know, in pauses between tries: two seconds by default. */
export const REFUSED_PAUSES = 5

export interface TokenUse {
  readonly resource: Tokens.Resource
  /** The share of each limit, from 0 to 1, to leave to other requests. */
  readonly reserve: number | undefined
  /** Whether the request may wait for a limit. */
  readonly waits: boolean
  /** The token to take out of turn if it is free. */
  readonly preferred: number | undefined
  /** The owner of the requested repository, in lower case; undefined where the request names none. */
  readonly owner: string | undefined
  /** The tokens that got no answer to this question. */
  readonly tried: ReadonlySet<number>
}

const limitReached = ({ reserve, waits }: TokenUse, until: number, now: number) =>
  new NoAnswer({
    why: `the rate limit is used up${reserve === undefined ? "" : ", except for the share kept for others,"} until ${new Date(until).toISOString()}`,
    wait: until - now,
    again: waits,
    limited: true
  })

const unknownForNow = (until: number, now: number, again: boolean) =>
  new NoAnswer({ why: "GitHub does not know a token", status: 401, wait: until - now, again, ill: true })

const unknownTokens = (source: string) =>
  new NoAnswer({
    why: `GitHub does not know the token: set ${source} to a valid one`,
    status: 401,
    wait: 0,
    again: false,
    forbidden: true,
    ill: true
  })

/** Keeps in `RefusedTokens` what GitHub refuses: in the process's, or without one in its own. */
export const make = Effect.fn("TokenPool.make")(function* ({ pause, tokens: configured }: Pick<GitHubSettings, "pause" | "tokens">) {
  const tokens = yield* Ref.make(Tokens.make(configured))
  const { byOwners, forgetOwner, note, noteOwner, source } = yield* Effect.flatMap(
    Effect.serviceOption(RefusedTokens),
    Option.match({ onNone: () => makeRefusedTokens(false), onSome: Effect.succeed })
  )
  const chooser = (use: TokenUse) =>
    Effect.map(Effect.all([byOwners, Clock.currentTimeMillis]), ([refusals, now]) => {
      const refused = new Set(refusals.flatMap(({ owner, slot }) => (owner === use.owner ? [slot] : [])))
      const { resource, reserve, preferred, tried } = use
      return { now, from: (all: Tokens.Tokens) => Tokens.choose(all, resource, now, reserve, preferred, { tried, refused }) }
    })
  return {
    /** The token for a request, by its place in the configuration. */
    choose: (use: TokenUse) =>
      Effect.gen(function* () {
        const { now, from } = yield* chooser(use)
        const [choice, all] = yield* Ref.modify(tokens, (before) => {
          const chosen = from(before)
          const after = chosen._tag === "Use" ? Tokens.tokenUsed(before, chosen.slot) : before
          return [[chosen, after] as const, after]
        })
        switch (choice._tag) {
          case "Use":
            return { slot: choice.slot, token: all.slots[choice.slot]?.token }
          case "Rest":
            return yield* choice.isRefused ? unknownForNow(choice.until, now, use.waits) : limitReached(use, choice.until, now)
          case "AllRefused":
            return yield* unknownTokens(source)
          case "AllTried":
            return yield* new NoAnswer({ why: "no token has an answer", wait: 0, again: false, forbidden: true })
        }
      }),
    /** Whether an untried token is left: one that may be used now, or one that rests. */
    another: (use: TokenUse) =>
      Effect.gen(function* () {
        const { from } = yield* chooser(use)
        const { _tag } = from(yield* Ref.get(tokens))
        return _tag === "Use" || _tag === "Rest" ? _tag : undefined
      }),
    noteOwner,
    forgetOwner,
    noteLimit: (slot: number, resource: Tokens.Resource, status: Tokens.RateLimitStatus) =>
      Effect.zipRight(
        Ref.update(tokens, (all) => Tokens.noteLimit(all, slot, resource, status)),
        set("gittensor_github_rate_limit_remaining", status.remaining, { token: String(slot), resource })
      ),
    /**
     * Rests a token that met a limit. `until`: milliseconds since 1970, undefined where GitHub names no time. Returns when the rest ends, and the
     * milliseconds until any token may be used.
     */
    rest: (slot: number, resource: Tokens.Resource, kind: LimitKind, until: number | undefined) =>
      Effect.gen(function* () {
        const now = yield* Clock.currentTimeMillis
        const whole = kind === "secondary" ? "all" : resource
        const all = yield* Ref.updateAndGet(tokens, (before) =>
          until === undefined ? Tokens.restUnnamed(before, slot, whole, now) : Tokens.rest(before, slot, whole, until)
        )
        const next = Tokens.choose(all, resource, now)
        return { until: all.slots[slot]?.freeAt[resource] ?? now, wait: next._tag === "Rest" ? next.until - now : 0 }
      }),
    /** GitHub did not know the token. Answers the milliseconds until any token may be used. */
    refuse: (slot: number, resource: Tokens.Resource) =>
      Effect.gen(function* () {
        const now = yield* Clock.currentTimeMillis
        const all = yield* Ref.updateAndGet(tokens, (before) => Tokens.refuse(before, slot, now, REFUSED_PAUSES * Duration.toMillis(pause)))
        const refused = all.slots[slot]
        if (refused !== undefined && Tokens.isUnknown(refused)) yield* note(slot, true)
        const next = Tokens.choose(all, resource, now)
        return next._tag === "Rest" ? next.until - now : 0
      }),
    /** GitHub knows the token, whatever it answered. */
    accept: (slot: number) =>
      Effect.zipRight(
        Ref.update(tokens, (all) => Tokens.tokenAnswered(all, slot)),
        note(slot, false)
      )
  }
})

export type TokenPool = Effect.Effect.Success<ReturnType<typeof make>>
