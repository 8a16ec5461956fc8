/**
 * GitHub's rate limits as documented: a primary limit per hour for each caller and resource, and a secondary limit of points per minute. They use the
 * machine's clock, not the stand-in's, because clients compare the reset with their own clock.
 */
import { HashMap, Option } from "effect"

export type Resource = "core" | "graphql"

export interface RateLimitSettings {
  /** REST requests per hour with a token. */
  readonly core: number
  /** REST requests per hour without a token. */
  readonly anonymous: number
  /** GraphQL points per hour. */
  readonly graphql: number
  /** REST and GraphQL points per minute: the secondary limit. */
  readonly pointsPerMinute: number
  /** The secondary limit of requests that write content, per minute and per hour. */
  readonly contentPerMinute: number
  readonly contentPerHour: number
}

export const GITHUB_LIMITS: RateLimitSettings = {
  core: 5000,
  anonymous: 60,
  graphql: 5000,
  pointsPerMinute: 900,
  contentPerMinute: 80,
  contentPerHour: 500
}

const HOUR = 3_600_000
const MINUTE = 60_000

interface Window {
  readonly used: number
  readonly endsAt: number
}

export interface RateLimitUsage {
  readonly settings: RateLimitSettings
  /** The current window of each caller and resource. */
  readonly windows: HashMap.HashMap<string, Window>
}

export const make = (settings: RateLimitSettings): RateLimitUsage => ({ settings, windows: HashMap.empty() })

/** Null: callers without a token, which share one limit. */
export type Caller = number | null

const keyOf = (caller: Caller, what: string) => `${caller ?? "anonymous"} ${what}`

const windowOf = (limits: RateLimitUsage, key: string, now: number, length: number): Window =>
  Option.getOrElse(
    Option.filter(HashMap.get(limits.windows, key), (window) => window.endsAt > now),
    () => ({ used: 0, endsAt: now + length })
  )

export interface RateLimitStatus {
  readonly resource: Resource
  readonly limit: number
  readonly used: number
  readonly remaining: number
  /** Milliseconds since 1970. */
  readonly resetAt: number
  /** Milliseconds until the secondary limit ends; undefined if it is not exceeded. */
  readonly secondaryWait: number | undefined
}

export const statusOf = (limits: RateLimitUsage, caller: Caller, resource: Resource, now: number): RateLimitStatus => {
  const limit = resource === "graphql" ? limits.settings.graphql : caller === null ? limits.settings.anonymous : limits.settings.core
  const window = windowOf(limits, keyOf(caller, resource), now, HOUR)
  const minute = windowOf(limits, keyOf(caller, "minute"), now, MINUTE)
  const used = Math.min(window.used, limit)
  return {
    resource,
    limit,
    used,
    remaining: limit - used,
    resetAt: window.endsAt,
    secondaryWait: minute.used >= limits.settings.pointsPerMinute ? minute.endsAt - now : undefined
  }
}

/** The windows of the limit on written content. */
const CONTENT = [
  { name: "content a minute", length: MINUTE, most: ({ contentPerMinute }: RateLimitSettings) => contentPerMinute },
  { name: "content an hour", length: HOUR, most: ({ contentPerHour }: RateLimitSettings) => contentPerHour }
] as const

/** Milliseconds until a caller may write content again; undefined: now. */
export const contentWait = (limits: RateLimitUsage, caller: Caller, now: number): number | undefined => {
  const waits = CONTENT.flatMap(({ name, length, most }) => {
    const window = windowOf(limits, keyOf(caller, name), now, length)
    return window.used >= most(limits.settings) ? [window.endsAt - now] : []
  })
  return waits.length === 0 ? undefined : Math.max(...waits)
}

/** Counts one request that wrote content. */
export const spendContent = (limits: RateLimitUsage, caller: Caller, now: number): RateLimitUsage => ({
  ...limits,
  windows: CONTENT.reduce((windows, { name, length }) => {
    const window = windowOf(limits, keyOf(caller, name), now, length)
    return HashMap.set(windows, keyOf(caller, name), { ...window, used: window.used + 1 })
  }, limits.windows)
})

/** Counts one request: its cost against the hourly limit, and its points (1 to read, 5 to write) against the secondary limit. */
export const spend = (
  limits: RateLimitUsage,
  caller: Caller,
  resource: Resource,
  { cost, points }: { readonly cost: number; readonly points: number },
  now: number
): RateLimitUsage => {
  const window = windowOf(limits, keyOf(caller, resource), now, HOUR)
  const minute = windowOf(limits, keyOf(caller, "minute"), now, MINUTE)
  return {
    ...limits,
    windows: limits.windows.pipe(
      HashMap.set(keyOf(caller, resource), { ...window, used: window.used + cost }),
      HashMap.set(keyOf(caller, "minute"), { ...minute, used: minute.used + points })
    )
  }
}

/** Leaves a caller `remaining` requests until `resetAt`. */
export const setRemaining = (
  limits: RateLimitUsage,
  caller: Caller,
  resource: Resource,
  remaining: number,
  resetAt: number,
  now: number
): RateLimitUsage => {
  const { limit } = statusOf(limits, caller, resource, now)
  const window: Window = { used: Math.max(0, limit - remaining), endsAt: resetAt }
  return { ...limits, windows: HashMap.set(limits.windows, keyOf(caller, resource), window) }
}

export const headers = (status: RateLimitStatus): Readonly<Record<string, string>> => ({
  "x-ratelimit-limit": String(status.limit),
  "x-ratelimit-remaining": String(status.remaining),
  "x-ratelimit-used": String(status.used),
  "x-ratelimit-reset": String(Math.ceil(status.resetAt / 1000)),
  "x-ratelimit-resource": status.resource
})
