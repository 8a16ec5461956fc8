/**
 * One question to GitHub and its answer: through Octokit, with a time limit, tokens in turn, ETags, and repetitions for as long as the
 * answer is none. What GitHub's headers say of waiting is obeyed; a wait beyond the patience ends the question.
 */
import type { Octokit } from "@octokit/rest"
import type { RequestParameters } from "@octokit/types"
import { Clock, Data, Duration, Effect, Option, Redacted, Ref, Schedule } from "effect"
import { count, observe, set } from "../../../telemetry/metrics.ts"
import { GitHubUnavailable } from "../errors.ts"
import type { GitHubSettings } from "../settings.ts"
import * as Tokens from "./tokens.ts"

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly data: unknown
}

export interface Question {
  /** What a person calls it, for errors, spans and logs. */
  readonly operation: string
  /** As Octokit writes routes: `GET /repos/{owner}/{repo}`. */
  readonly route: string
  readonly parameters?: Readonly<Record<string, unknown>>
  /** Answer a redirect with itself instead of following it. */
  readonly keepRedirect?: boolean
  /** Bytes of an answer that are read at most; a longer one is answered with status 413 in its place. Default 32 MiB. */
  readonly maxBytes?: number
  /**
   * The share of each token's limit, from 0 to 1, that is left to others: a question of little weight. It never waits for a limit, and ends as
   * `limited` instead.
   */
  readonly reserve?: number
  /** It leaves the reserve to others, and yet has weight: it is tried as often as others, and waits for a limit within the patience. */
  readonly insists?: boolean
  /** What is kept of an answer of status 200, and given for it: others' texts need not fill this machine's memory for an ETag. */
  readonly slim?: (data: unknown) => unknown
  /** Says why an answer of status 200 is none, as GraphQL may have it. */
  readonly reject?: (data: unknown) => Rejection | undefined
}

export type Rejection = { readonly _tag: "Again"; readonly why: string } | { readonly _tag: "RateLimited" }

/** A try that brought no answer. */
class NoAnswer extends Data.TaggedError("NoAnswer")<{
  readonly why: string
  readonly status?: number
  /** Milliseconds to wait at least. */
  readonly wait: number
  readonly again: boolean
  readonly forbidden?: boolean
  readonly limited?: boolean
}> {}

const countRequest = (outcome: string) => count("gittensor_github_requests_total", { outcome })

/** What GitHub's headers say of a token's limit. */
const standingIn = (headers: Readonly<Record<string, string>>): Tokens.Standing | undefined => {
  const [limit = Number.NaN, remaining = Number.NaN, reset = Number.NaN] = ["limit", "remaining", "reset"].map((name) =>
    Number(headers[`x-ratelimit-${name}`] ?? Number.NaN)
  )
  return Number.isFinite(limit + remaining + reset) ? { limit, remaining, resetAt: reset * 1000 } : undefined
}

const TRIES = 5
/** Of a question of little weight. */
const FEW_TRIES = 2
const MAX_BYTES = 33_554_432
const CACHED = 1_000
/** GitHub's advice where a secondary limit names no time. */
const UNNAMED_WAIT = 60_000

/** A token that GitHub does not know is tried again after this: it may have been GitHub's own bad moment. */
const REFUSED_WAIT = 600_000

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null

/** A fetch that reads no more than so many bytes: what somebody else wrote must not fill this machine's memory. */
const bounded =
  (maxBytes: number) =>
  async (...request: Parameters<typeof fetch>): Promise<Response> => {
    const response = await fetch(...request)
    const chunks: Array<Uint8Array> = []
    let length = 0
    for await (const chunk of response.body ?? []) {
      length += chunk.length
      if (length > maxBytes) {
        const message = `its answer is longer than ${maxBytes} bytes`
        return Response.json({ message }, { status: 413, headers: { "content-type": "application/json" } })
      }
      chunks.push(chunk)
    }
    const { status, statusText, headers } = response
    return new Response(chunks.length === 0 ? null : Buffer.concat(chunks), { status, statusText, headers })
  }

/** Octokit throws for 304 and for 400 and above: those are answers. What has no response is none. */
const answerIn = (cause: unknown): Answer | undefined => {
  if (!isRecord(cause) || !isRecord(cause.response)) return undefined
  const { status, headers, data } = cause.response
  return typeof status === "number" && isRecord(headers) ? { status, headers: textual(headers), data } : undefined
}

const textual = (headers: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name.toLowerCase(), String(value)]])))

/** GitHub's own words of why not. */
export const saidIn = (data: unknown): string => (isRecord(data) && typeof data.message === "string" ? data.message : "")

const isRateLimit = ({ status, headers, data }: Answer): boolean =>
  status === 429 ||
  (status === 403 &&
    (headers["retry-after"] !== undefined || headers["x-ratelimit-remaining"] === "0" || /rate limit|abuse/i.test(saidIn(data))))

/** Milliseconds since 1970 until which GitHub wants no more requests. */
const limitedUntil = (headers: Readonly<Record<string, string>>, now: number): number => {
  const after = Number(headers["retry-after"])
  if (Number.isFinite(after)) return now + after * 1000
  const reset = Number(headers["x-ratelimit-reset"])
  return headers["x-ratelimit-remaining"] === "0" && Number.isFinite(reset) ? Math.max(now, reset * 1000) : now + UNNAMED_WAIT
}

export const make = Effect.fn("GitHub.transport")(function* (settings: GitHubSettings) {
  const tokens = yield* Ref.make(Tokens.make(settings.tokens))
  const known = yield* Ref.make<ReadonlyMap<string, { readonly etag: string; readonly answer: Answer }>>(new Map())
  const quiet = () => {}
  // An Enterprise server has REST at /api/v3 and GraphQL at /api/graphql.
  const graphqlBase = settings.url.replace(/\/api\/v3$/, "/api")
  // 40 ms of loading that a command which never asks GitHub need not pay. A promise and no cached effect: what is kept of one whose first asker gave up
  // is the interruption, for all who ask after it.
  let loading: Promise<Octokit> | undefined
  const load = async () => {
    const { Octokit } = await import("@octokit/rest")
    return new Octokit({ baseUrl: settings.url, userAgent: "gittensor", log: { debug: quiet, info: quiet, warn: quiet, error: quiet } })
  }
  const loadOctokit = Effect.promise(() => {
    loading ??= load()
    return loading
  })

  const chooseToken = (resource: Tokens.Resource, { reserve, insists }: Question, preferred: number | undefined) =>
    Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis
      const choice = yield* Ref.modify(tokens, (all) => {
        const chosen = Tokens.choose(all, resource, now, reserve, preferred)
        return [chosen, chosen._tag === "Use" ? Tokens.used(all, chosen.slot) : all]
      })
      if (choice._tag === "Use") return choice.slot
      return yield* choice._tag === "Rest"
        ? new NoAnswer({
            why:
              reserve === undefined
                ? `the rate limit is used up until ${new Date(choice.until).toISOString()}`
                : `the rate limit is used up, but for what is kept for others, until ${new Date(choice.until).toISOString()}`,
            wait: choice.until - now,
            again: reserve === undefined || insists === true,
            limited: true
          })
        : new NoAnswer({
            why: "GitHub does not know the token: set GITTENSOR_GITHUB_TOKEN to a valid one",
            status: 401,
            wait: 0,
            again: false,
            forbidden: true
          })
    })

  /** Told by the token's place in the configuration. */
  const tellLimit = (slot: number, resource: Tokens.Resource, standing: Tokens.Standing) =>
    Effect.zipRight(
      Ref.update(tokens, (all) => Tokens.stand(all, slot, resource, standing)),
      set("gittensor_github_rate_limit_remaining", standing.remaining, { token: String(slot), resource })
    )

  /** Rests a token, and says how long until any may be used. */
  const restToken = (slot: number, resource: Tokens.Resource, until: number) =>
    Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis
      const all = yield* Ref.updateAndGet(tokens, (before) => Tokens.rest(before, slot, resource, until))
      const next = Tokens.choose(all, resource, now)
      return next._tag === "Rest" ? next.until - now : 0
    })

  const judge = (question: Question, resource: Tokens.Resource, slot: number, answer: Answer) =>
    Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis
      const { status, headers, data } = answer
      yield* countRequest(String(status))
      const standing = standingIn(headers)
      if (standing !== undefined) yield* tellLimit(slot, resource, standing)
      const rejection = status === 200 ? question.reject?.(data) : undefined
      if (isRateLimit(answer) || rejection?._tag === "RateLimited") {
        const until = limitedUntil(headers, now)
        const wait = yield* restToken(slot, resource, until)
        const why = `the rate limit is used up until ${new Date(until).toISOString()}`
        // Another token may be free, which is asked at once.
        return yield* new NoAnswer({ why, status, wait, again: isPatient(question) || wait === 0, limited: true })
      }
      if (headers["x-ratelimit-remaining"] === "0") yield* restToken(slot, resource, limitedUntil(headers, now))
      if (status === 401) {
        yield* Ref.update(tokens, (all) => Tokens.refuse(all, slot, now + REFUSED_WAIT))
        return yield* new NoAnswer({ why: "GitHub does not know a token", status, wait: 0, again: true })
      }
      if (status >= 500) return yield* new NoAnswer({ why: saidIn(data) || "it failed", status, wait: 0, again: true })
      if (status === 403 || status === 451)
        return yield* new NoAnswer({ why: saidIn(data) || "forbidden", status, wait: 0, again: false, forbidden: true })
      if (/json/.test(headers["content-type"] ?? "") && typeof data === "string" && status !== 304) {
        return yield* new NoAnswer({ why: "its answer was cut short", status, wait: 0, again: true })
      }
      if (rejection !== undefined) return yield* new NoAnswer({ why: rejection.why, status, wait: 0, again: true })
      return answer
    })

  const tryOnce = (question: Question) =>
    Effect.gen(function* () {
      const octokit = yield* loadOctokit
      const resource = question.route === GRAPHQL ? "graphql" : "core"
      const parameters: RequestParameters = { ...question.parameters, ...(resource === "graphql" ? { baseUrl: graphqlBase } : {}) }
      const { url } = octokit.request.endpoint(question.route, parameters)
      const answers = yield* Ref.get(known)
      // An ETag is its token's own: the token that has one for this asks again.
      const knowing = settings.tokens.findIndex((_, slot) => answers.has(`${slot} ${url}`))
      const slot = yield* chooseToken(resource, question, knowing === -1 ? undefined : knowing)
      const token = (yield* Ref.get(tokens)).slots[slot]?.token
      const key = `${slot} ${url}`
      const before = question.route.startsWith("GET ") ? answers.get(key) : undefined
      const headers = {
        ...(token === undefined ? {} : { authorization: `Bearer ${Redacted.value(token)}` }),
        ...(before === undefined ? {} : { "if-none-match": before.etag })
      }
      const sent = yield* Effect.tryPromise({
        try: (signal) =>
          octokit.request(question.route, {
            ...parameters,
            headers,
            request: {
              signal,
              fetch: bounded(question.maxBytes ?? MAX_BYTES),
              ...(question.keepRedirect === true ? { redirect: "manual" } : {})
            }
          }),
        catch: (cause) =>
          answerIn(cause) ?? new NoAnswer({ why: cause instanceof Error ? cause.message : String(cause), wait: 0, again: true })
      }).pipe(
        Effect.map((response): Answer => ({ status: response.status, headers: textual(response.headers), data: response.data })),
        Effect.catchAll((other) => (other instanceof NoAnswer ? Effect.fail(other) : Effect.succeed(other))),
        Effect.timeoutFail({
          duration: settings.timeout,
          onTimeout: () => new NoAnswer({ why: `nothing for ${Duration.format(settings.timeout)}`, wait: 0, again: true })
        }),
        Effect.tapError(() => countRequest("none")),
        Effect.timed,
        Effect.tap(([took]) => observe("gittensor_github_request_duration_seconds", Duration.toSeconds(took))),
        Effect.map(([, answered]) => answered)
      )
      const answer = yield* judge(question, resource, slot, sent)
      if (answer.status === 304 && before !== undefined) return before.answer
      const etag = answer.headers.etag
      const kept = answer.status === 200 && question.slim !== undefined ? { ...answer, data: question.slim(answer.data) } : answer
      if (answer.status === 200 && etag !== undefined && question.route.startsWith("GET ")) {
        yield* Ref.update(known, (all) => remember(all, key, { etag, answer: kept }, settings.cachedAnswers ?? CACHED))
      }
      return kept
    })

  const repeated = (attempts: number) =>
    Schedule.exponential(settings.pause).pipe(
      Schedule.jittered,
      Schedule.intersect(Schedule.recurs(attempts - 1)),
      Schedule.intersect(Schedule.identity<NoAnswer>()),
      Schedule.modifyDelay(([, failure], delay) => Duration.max(delay, Duration.millis(failure.wait)))
    )

  /** Answers: 200, 201, 301 where redirects are kept, and 4xx that say something of what was asked (404, 410, 422 …). */
  const ask = (question: Question): Effect.Effect<Answer, GitHubUnavailable> =>
    Effect.gen(function* () {
      const deadline = (yield* Clock.currentTimeMillis) + Duration.toMillis(settings.patience)
      return yield* tryOnce(question).pipe(
        Effect.tapError(({ why, status, again }) =>
          Effect.logDebug(`GitHub: no answer to "${question.operation}"`, { why, status, again })
        ),
        Effect.retry({
          schedule: repeated((isPatient(question) ? TRIES : FEW_TRIES) + settings.tokens.length),
          while: (failure) => Effect.map(Clock.currentTimeMillis, (now) => failure.again && now + failure.wait <= deadline)
        })
      )
    }).pipe(
      Effect.mapError(
        ({ why, status, forbidden, limited }) =>
          new GitHubUnavailable({
            operation: question.operation,
            why,
            ...(status === undefined ? {} : { status }),
            ...(forbidden === undefined ? {} : { forbidden }),
            ...(limited === undefined ? {} : { limited })
          })
      ),
      Effect.tapError(() => count("gittensor_github_failures_total", { route: question.route })),
      Effect.withSpan("GitHub.ask", { attributes: { operation: question.operation, route: question.route } })
    )

  return { ask }
})

export type Transport = Effect.Effect.Success<ReturnType<typeof make>>

export const GRAPHQL = "POST /graphql"

const isPatient = ({ reserve, insists }: Question): boolean => reserve === undefined || insists === true

const remember = <A>(all: ReadonlyMap<string, A>, key: string, value: A, most: number): ReadonlyMap<string, A> => {
  const next = new Map(all)
  next.delete(key)
  next.set(key, value)
  if (next.size > most) Option.map(Option.fromIterable(next.keys()), (oldest) => next.delete(oldest))
  return next
}
