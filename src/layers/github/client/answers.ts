/** HTTP answers of GitHub, and what their headers say about rate limits. */
import { Data, Duration, Effect, Either, Predicate } from "effect"
import { MAX_NESTING } from "../../../domain/nesting.ts"
import { strangersBytes } from "../../../domain/strangersBytes.ts"
import { type AnswerLimits, answerTo } from "../../http/boundedAnswer.ts"
import type { RateLimitStatus } from "./tokens.ts"

export const gitHubAnswers = strangersBytes({
  what: "GitHub's answers",
  writtenBy: "GitHub, and in texts anybody with an account there",
  readIn: "this process",
  limits: { bytes: 33_554_432, time: Duration.seconds(15), redirects: 3, gzip: true, nesting: MAX_NESTING },
  test: "test/http/strangers/servers.test.ts"
})

/** How Octokit calls a fetch. */
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

export const isRateLimit = ({ status, headers, data }: Answer): boolean =>
  status === 429 ||
  (status === 403 &&
    (headers["retry-after"] !== undefined || headers["x-ratelimit-remaining"] === "0" || /rate limit|abuse/i.test(messageIn(data))))

/** GitHub's advice where a secondary limit names no time, in milliseconds. */
const UNNAMED_WAIT = 60_000

/** Milliseconds since 1970 until which GitHub wants no more requests. */
export const limitedUntil = (headers: Readonly<Record<string, string>>, now: number): number => {
  const after = Number(headers["retry-after"])
  if (Number.isFinite(after)) return now + after * 1000
  const reset = Number(headers["x-ratelimit-reset"])
  return headers["x-ratelimit-remaining"] === "0" && Number.isFinite(reset) ? Math.max(now, reset * 1000) : now + UNNAMED_WAIT
}

/**
 * What Octokit sends by: a fetch whose answers are within the limits. A longer answer becomes status 413, which is an answer too: others' texts must not fill
 * our memory, and asking again would not help.
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
