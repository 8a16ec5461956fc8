/**
 * Picks the token of the next request. Each token has separate limits for REST and GraphQL. A token whose limit is used up rests until the limit's
 * reset, one that GitHub did not know for a moment.
 */
import type { Redacted } from "effect"

export type Resource = "core" | "graphql"

/** One limit of one token, by GitHub's last answer. `resetAt`: milliseconds since 1970. */
export interface RateLimitStatus {
  readonly limit: number
  readonly remaining: number
  readonly resetAt: number
}

/** One token, by its place in the configuration. Times are milliseconds since 1970. */
export interface Slot {
  /** undefined: requests without a token. */
  readonly token: Redacted.Redacted | undefined
  /** GitHub did not know the token; it rests until then. */
  readonly refusedUntil: number
  /** How often in a row GitHub did not know it. */
  readonly refusals: number
  /** When it may be used again. */
  readonly freeAt: Readonly<Record<Resource, number>>
  /** Consecutive rests whose end GitHub did not name. */
  readonly unnamedRests: number
  /** Empty before the first answer. */
  readonly limits: Readonly<Partial<Record<Resource, RateLimitStatus>>>
}

export interface Tokens {
  readonly slots: ReadonlyArray<Slot>
  /** The last used slot. */
  readonly last: number
}

export const make = (tokens: ReadonlyArray<Redacted.Redacted>): Tokens => ({
  slots: (tokens.length === 0 ? [undefined] : tokens).map((token) => ({
    token,
    refusedUntil: 0,
    refusals: 0,
    freeAt: { core: 0, graphql: 0 },
    unnamedRests: 0,
    limits: {}
  })),
  last: -1
})

export type Choice =
  | { readonly _tag: "Use"; readonly slot: number }
  /** All rest. `until`: when the first is free, in milliseconds since 1970; `isRefused`: it rests because GitHub did not know it a moment ago. */
  | { readonly _tag: "Rest"; readonly until: number; readonly isRefused: boolean }
  | { readonly _tag: "AllRefused" }
  /** Every token that GitHub knows was tried. */
  | { readonly _tag: "AllTried" }

/**
 * Tokens unfit for a question. `tried`: it was already sent with them. `refused`: the owner refuses them; they are used only where no other is left.
 */
export interface UnfitTokens {
  readonly tried: ReadonlySet<number>
  readonly refused: ReadonlySet<number>
}
const NONE_UNFIT: UnfitTokens = { tried: new Set(), refused: new Set() }

/**
 * After as many refusals in a row GitHub does not know a token. Fewer are a bad moment of GitHub's, which answers 401 "Bad credentials" to good tokens now and then:
 * github.com/octokit/octokit.net/issues/2786, github.com/taskcluster/taskcluster/pull/2731, github.com/MeltanoLabs/tap-github/pull/90.
 */
export const UNKNOWN_AFTER = 5

/** The longest rest of a refused token, in milliseconds. After several wrong tokens in a short time GitHub refuses right ones too, so none is asked with at once. */
const LONGEST_REFUSAL = 60_000

export const isUnknown = ({ refusals }: Slot): boolean => refusals >= UNKNOWN_AFTER

/** When a slot may be used without touching the reserve of its limit, in milliseconds since 1970. */
const freeOutsideReserve = ({ freeAt, limits }: Slot, resource: Resource, reserve: number, now: number): number => {
  const known = limits[resource]
  const isSpent = known !== undefined && known.resetAt > now && known.remaining <= Math.ceil(known.limit * reserve)
  return isSpent ? Math.max(freeAt[resource], known.resetAt) : freeAt[resource]
}

/**
 * The next free slot, round robin. `reserve`: the share of each limit, from 0 to 1, to leave to more important requests. `preferred`: a slot to take
 * out of turn if it is free.
 */
export const choose = (tokens: Tokens, resource: Resource, now: number, reserve = 0, preferred?: number, unfit = NONE_UNFIT): Choice => {
  const count = tokens.slots.length
  const inTurn = Array.from({ length: count }, (_, step) => (tokens.last + 1 + step) % count)
  const known = inTurn.flatMap((slot) => {
    const one = tokens.slots[slot]
    if (one === undefined || (one.refusedUntil > now && isUnknown(one))) return []
    const freeAt = reserve > 0 ? freeOutsideReserve(one, resource, reserve, now) : one.freeAt[resource]
    return [{ slot, freeAt: Math.max(freeAt, one.refusedUntil), isRefused: one.refusedUntil > freeAt }]
  })
  if (known.length === 0) return { _tag: "AllRefused" }
  const untried = known.filter(({ slot }) => !unfit.tried.has(slot))
  if (untried.length === 0) return { _tag: "AllTried" }
  const permitted = untried.filter(({ slot }) => !unfit.refused.has(slot))
  const usable = permitted.length === 0 ? untried : permitted
  const free = usable.find(({ slot, freeAt }) => slot === preferred && freeAt <= now) ?? usable.find(({ freeAt }) => freeAt <= now)
  if (free !== undefined) return { _tag: "Use", slot: free.slot }
  const { freeAt, isRefused } = usable.reduce((first, one) => (one.freeAt < first.freeAt ? one : first))
  return { _tag: "Rest", until: freeAt, isRefused }
}

const change = (tokens: Tokens, slot: number, with_: (slot: Slot) => Slot): Tokens => ({
  ...tokens,
  slots: tokens.slots.map((known, index) => (index === slot ? with_(known) : known))
})

export const tokenUsed = (tokens: Tokens, slot: number): Tokens => ({ ...tokens, last: slot })
/**
 * GitHub did not know a token: it rests for `pause` milliseconds, and twice as long each further time, up to a minute. Of requests that were under way together only
 * the first one counts.
 */
export const refuse = (tokens: Tokens, slot: number, now: number, pause: number): Tokens =>
  change(tokens, slot, (known) =>
    known.refusedUntil > now
      ? known
      : { ...known, refusals: known.refusals + 1, refusedUntil: now + Math.min(LONGEST_REFUSAL, pause * 2 ** known.refusals) }
  )

/** Rests a token at least until then, in milliseconds since 1970: for one resource, or for both. */
export const rest = (tokens: Tokens, slot: number, resource: Resource | "all", until: number): Tokens =>
  change(tokens, slot, (known) => {
    const freeAt = (one: Resource) => (resource === "all" || resource === one ? Math.max(known.freeAt[one], until) : known.freeAt[one])
    return { ...known, freeAt: { core: freeAt("core"), graphql: freeAt("graphql") } }
  })

/**
 * The rest where a limit names no time: a minute, doubled each further time, as
 * https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api advises. In milliseconds.
 */
const UNNAMED_REST = 60_000
const LONGEST_UNNAMED_REST = 900_000

/** Rests a token where GitHub named no time. Of concurrent requests only the first makes the next rest longer. */
export const restUnnamed = (tokens: Tokens, slot: number, resource: Resource | "all", now: number): Tokens => {
  const known = tokens.slots[slot]
  if (known === undefined || known.freeAt[resource === "all" ? "core" : resource] > now) return tokens
  const until = now + Math.min(LONGEST_UNNAMED_REST, UNNAMED_REST * 2 ** known.unnamedRests)
  return change(rest(tokens, slot, resource, until), slot, (rested) => ({ ...rested, unnamedRests: known.unnamedRests + 1 }))
}
export const tokenAnswered = (tokens: Tokens, slot: number): Tokens =>
  change(tokens, slot, (known) => ({ ...known, unnamedRests: 0, refusals: 0, refusedUntil: 0 }))
export const noteLimit = (tokens: Tokens, slot: number, resource: Resource, status: RateLimitStatus): Tokens =>
  change(tokens, slot, (known) => ({ ...known, limits: { ...known.limits, [resource]: status } }))
