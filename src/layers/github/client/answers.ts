/** Parses GitHub's HTTP answers and their rate limit headers. */
import { Data, Duration, Effect, Either, Predicate } from "effect"
import { MAX_NESTING } from "../../../domain/nesting.ts"
import { strangersBytes } from "../../../domain/strangersBytes.ts"
import { type AnswerLimits, answerTo } from "../../machine/http/boundedAnswer.ts"
import type { RateLimitStatus } from "./tokens.ts"

export const gitHubAnswers = strangersBytes({
  what: "GitHub's answers",
  writtenBy: "GitHub, and in texts anyone with an account there",
  readIn: "this process",
  limits: { bytes: 33_554_432, time: Duration.seconds(15), redirects: 3, gzip: true, nesting: MAX_NESTING },
  test: "test/http/strangers/servers.test.ts"
})

/** The options that Octokit passes to its `fetch`. */
interface OctokitRequest {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly signal?: AbortSignal
}

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly data: unknown
}

/** An attempt that brought no usable answer. */
export class NoAnswer extends Data.TaggedError("NoAnswer")<{
  readonly why: string
  readonly status?: number
  /** The shortest wait before another attempt, in milliseconds. */
  readonly wait: number
  /** Whether another attempt may help. */
  readonly again: boolean
  readonly forbidden?: boolean
  readonly limited?: boolean
  /** As in GitHubUnavailable. */
  readonly tooMuch?: boolean
  /** As in GitHubUnavailable. */
  readonly ill?: boolean
}> {}

export const textHeaders = (headers: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name.toLowerCase(), String(value)]])))

/** Octokit throws for status 304 and for 400 and above; those are answers too. An error without a response is none. */
export const answerIn = (cause: unknown): Answer | undefined => {
  if (!Predicate.isReadonlyRecord(cause) || !Predicate.isReadonlyRecord(cause.response)) return undefined
  const { status, headers, data } = cause.response
  return typeof status === "number" && Predicate.isReadonlyRecord(headers) ? { status, headers: textHeaders(headers), data } : undefined
}

/** GitHub's own `message`, or "". */
export const messageIn = (data: unknown): string =>
  Predicate.isReadonlyRecord(data) && typeof data.message === "string" ? data.message : ""

export const rateLimitStatusIn = (headers: Readonly<Record<string, string>>): RateLimitStatus | undefined => {
  const [limit = Number.NaN, remaining = Number.NaN, reset = Number.NaN] = ["limit", "remaining", "reset"].map((name) =>
    Number(headers[`x-ratelimit-${name}`] ?? Number.NaN)
  )
  return Number.isFinite(limit + remaining + reset) ? { limit, remaining, resetAt: reset * 1000 } : undefined
}

/**
 * The limit that a request met: the hourly limit of a token and a resource (primary), or a secondary limit, by which GitHub bounds bursts and which
 * holds for the whole token.
 */
export type LimitKind = "primary" | "secondary"

/** The limit that GitHub's text names. Until 2021 GitHub called secondary limits abuse detection; old servers still do (docs/world.md). */
export const limitInText = (text: string): LimitKind | undefined =>
  /secondary rate|abuse/i.test(text) ? "secondary" : /rate limit/i.test(text) ? "primary" : undefined

/** The limit that an answer's status, headers and message name. GitHub does not always send the headers. */
export const limitIn = ({ status, headers, data }: Answer): LimitKind | undefined => {
  if (status !== 429 && status !== 403) return undefined
  const told = limitInText(messageIn(data))
  if (told !== undefined) return told
  if (headers["x-ratelimit-remaining"] === "0") return "primary"
  return status === 429 || headers["retry-after"] !== undefined ? "secondary" : undefined
}

/** No rate limit window of GitHub's exceeds an hour. A reset further ahead, or long past, comes from a wrong clock. In milliseconds. */
const LONGEST_WINDOW = 2 * 3_600_000
const LATEST_PAST = 60_000

/**
 * When GitHub accepts requests again, in milliseconds since 1970; undefined where its headers name no time. The primary limit lasts until the reset
 * even where points remain: GitHub also refuses a query that costs more than the remaining points.
 */
export const limitedUntil = (headers: Readonly<Record<string, string>>, now: number, kind: LimitKind): number | undefined => {
  const after = Number(headers["retry-after"] ?? Number.NaN)
  if (Number.isFinite(after)) return now + Math.max(0, after) * 1000
  const reset = Number(headers["x-ratelimit-reset"] ?? Number.NaN) * 1000
  if (!(reset >= now - LATEST_PAST && reset <= now + LONGEST_WINDOW)) return undefined
  return kind === "primary" || headers["x-ratelimit-remaining"] === "0" ? Math.max(now, reset) : undefined
}

/**
 * The `fetch` for Octokit, with limits on answers. A longer answer becomes status 413, which counts as an answer: strangers' texts must not fill our
 * memory, and a retry would not help.
 */
export const boundedFetch =
  (limits: AnswerLimits) =>
  async (url: string, { method = "GET", headers, body, signal }: OctokitRequest): Promise<Response> => {
    const asked = { url, method, ...(headers === undefined ? {} : { headers }), ...(body === undefined ? {} : { body }) }
    const sent = await Effect.runPromise(Effect.either(answerTo(asked, limits)), signal === undefined ? {} : { signal })
    if (Either.isLeft(sent)) {
      const { failure, message } = sent.left
      if (failure === "too long") return Response.json({ message }, { status: 413 })
      throw sent.left
    }
    const { status, headers: all, bytes } = sent.right
    const { "content-encoding": _, ...received } = all
    return new Response(bytes.length === 0 ? null : bytes, { status, headers: received })
  }

/**
 * The query parameters of the next page, from a Link header; undefined: there is no next page. The rest of the URL is dropped, so that no link sends
 * a token to another host.
 */
export const nextPageIn = (link = ""): Readonly<Record<string, string>> | undefined => {
  // Each part after the first begins with a URL, followed by its relation.
  const next = link.split("<").find((one) => one.split(">").at(1)?.includes('rel="next"') === true)
  const url = next === undefined ? null : URL.parse(next.split(">").at(0) ?? "", "https://api.github.com")
  return url === null ? undefined : Object.fromEntries(url.searchParams)
}
