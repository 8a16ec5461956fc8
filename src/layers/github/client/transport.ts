/**
 * Sends requests to GitHub through Octokit, with a time limit, rotating tokens, cached ETags, and retries. It waits as long as GitHub's headers ask,
 * unless that exceeds the patience.
 */
import type { Octokit } from "@octokit/rest"
import type { RequestParameters } from "@octokit/types"
import { Clock, Duration, Effect, Either, Predicate, Redacted, Ref, Schedule } from "effect"
import { messageOf } from "../../../domain/messageOf.ts"
import { elapsedMillis } from "../../machine/effects/elapsed.ts"
import { count, observe } from "../../machine/telemetry/metrics.ts"
import { GitHubUnavailable } from "../errors.ts"
import { apiVersionHeader, type GitHubSettings } from "../settings.ts"
import {
  type Answer,
  answerIn,
  boundedFetch,
  gitHubAnswers,
  type LimitKind,
  limitedUntil,
  limitIn,
  messageIn,
  NoAnswer,
  rateLimitStatusIn,
  textHeaders
} from "./answers.ts"
import * as TokenPool from "./TokenPool.ts"
import type { Resource } from "./tokens.ts"

/** The newest answers, which are kept in any case. */
const CACHED = 1_000

/**
 * Caches GitHub's answers with their ETags. A conditional request costs nothing of the rate limit
 * (docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api). Keys answers by token and URL, because an ETag is valid only for
 * the token that received it. `unused`: how long an answer beyond the newest 1,000 is kept after its last use.
 */
export const makeAnswerCache = (unused: Duration.Duration) =>
  Effect.sync(() => {
    const known = new Map<string, { readonly etag: string; readonly answer: Answer; readonly usedAt: number }>()
    const keep = (key: string, etag: string, answer: Answer) =>
      Effect.map(elapsedMillis, (now) => {
        known.delete(key)
        known.set(key, { etag, answer, usedAt: now })
        for (const [oldest, { usedAt }] of known) {
          if (known.size <= CACHED || now - usedAt < Duration.toMillis(unused)) break
          known.delete(oldest)
        }
      })
    return { known, keep }
  })

export interface Question {
  /** A description for people, used in errors, spans and logs. */
  readonly operation: string
  /** An Octokit route: `GET /repos/{owner}/{repo}`. */
  readonly route: string
  readonly parameters?: Readonly<Record<string, unknown>>
  /** Return a redirect instead of following it. */
  readonly keepRedirect?: boolean
  /** The longest answer, in bytes. A longer one becomes status 413. Default: that of `gitHubAnswers`. */
  readonly maxBytes?: number
  /**
   * The share of each token's limit, from 0 to 1, that this request leaves to others. Such a request does not wait for a limit: it ends as
   * `limited`.
   */
  readonly reserve?: number
  /** With `reserve`: retry as often as other requests, and wait for a limit within the patience. */
  readonly insists?: boolean
  /** Not idempotent: a request without an answer may have taken effect. Retry only where GitHub refused to process it. */
  readonly isSentOnce?: boolean
  /** Reduces the data of an answer with status 200 to what is needed, before it is returned and cached. */
  readonly slim?: (data: unknown) => unknown
  /** GitHub may fail at this for ever, because strangers decide how much work it is. Such a failure says nothing about GitHub's health. */
  readonly mayFailAlone?: boolean
  /** The caller has a smaller form of this query. If GitHub says that the query is too much, do not retry. */
  readonly isShrinkable?: boolean
  /** Whether an answer with status 200 says that the thing is missing. Another token may see it. */
  readonly isAbsence?: (data: unknown) => boolean
  /** Finds a failure in the data of an answer with status 200, as GraphQL reports failures. */
  readonly reject?: (data: unknown) => Rejection | undefined
}

/** `forbidden`: GitHub withholds the thing from this token, which is no fault of GitHub's. */
export type Rejection =
  | { readonly _tag: "Again"; readonly why: string; readonly forbidden?: boolean }
  | { readonly _tag: "RateLimited"; readonly kind: LimitKind }
  /** The query exceeds GitHub's limits. `isCertain`: a passing fault of GitHub's is ruled out. */
  | { readonly _tag: "TooMuch"; readonly why: string; readonly isCertain: boolean }

export const GRAPHQL = "POST /graphql"

const ATTEMPTS = 5
/** Tries of a request that leaves a reserve to others. */
const FEW_TRIES = 2

const isPatient = ({ reserve, insists }: Question): boolean => reserve === undefined || insists === true

const countRequest = (outcome: string) => count("gittensor_github_requests_total", { outcome })

/** Imports Octokit on first use: it takes 40 ms, which a command without GitHub saves. */
const octokitLoader = (baseUrl: string) => {
  const quiet = () => {}
  const load = async () => {
    const { Octokit } = await import("@octokit/rest")
    return new Octokit({ baseUrl, userAgent: "gittensor", log: { debug: quiet, info: quiet, warn: quiet, error: quiet } })
  }
  // A promise, because a cached effect would keep its first caller's interruption for every caller.
  let loading: Promise<Octokit> | undefined
  return Effect.promise(() => {
    loading ??= load()
    return loading
  })
}

/** Returns an answer that says something about the question; fails with NoAnswer for every other one. */
const usableAnswer = (tokens: TokenPool.TokenPool, question: Question, resource: Resource, slot: number, answer: Answer) =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const { status, headers, data } = answer
    const known = rateLimitStatusIn(headers)
    if (known !== undefined) yield* tokens.noteLimit(slot, resource, known)
    const rejection = status === 200 ? question.reject?.(data) : undefined
    const limit = rejection?._tag === "RateLimited" ? rejection.kind : limitIn(answer)
    yield* countRequest(limit === undefined ? String(status) : "limited")
    if (limit !== undefined) {
      yield* count("gittensor_github_limits_total", { kind: limit })
      const { until, wait } = yield* tokens.rest(slot, resource, limit, limitedUntil(headers, now, limit))
      const why = `the ${limit === "secondary" ? "secondary " : ""}rate limit is used up until ${new Date(until).toISOString()}`
      // A wait of zero means that another token is free; it is used at once.
      return yield* new NoAnswer({ why, status, wait, again: isPatient(question) || wait === 0, limited: true })
    }
    if (headers["x-ratelimit-remaining"] === "0") yield* tokens.rest(slot, resource, "primary", limitedUntil(headers, now, "primary"))
    if (status === 401) {
      const wait = yield* tokens.refuse(slot, resource)
      return yield* new NoAnswer({ why: "GitHub does not know a token", status, wait, again: isPatient(question) || wait === 0, ill: true })
    }
    if (status < 500) yield* tokens.accept(slot)
    const isShrinkable = question.isShrinkable === true
    // GitHub ends a query after ten seconds, by one of these: docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api.
    if (resource === "graphql" && (status === 502 || status === 504))
      return yield* new NoAnswer({ why: messageIn(data) || "it failed", status, wait: 0, again: !isShrinkable, tooMuch: true, ill: true })
    if (status >= 500) return yield* new NoAnswer({ why: messageIn(data) || "it failed", status, wait: 0, again: true, ill: true })
    // GitHub did not understand the request, for example because it no longer serves our version of its API. So the answer says nothing about the
    // question.
    if (status === 400) return yield* new NoAnswer({ why: messageIn(data) || "bad request", status, wait: 0, again: false, ill: true })
    if (status === 403 || status === 451)
      return yield* new NoAnswer({ why: messageIn(data) || "forbidden", status, wait: 0, again: false, forbidden: true })
    if (/json/.test(headers["content-type"] ?? "") && typeof data === "string" && status !== 304)
      return yield* new NoAnswer({ why: "its answer was cut short", status, wait: 0, again: true, ill: true })
    if (rejection?._tag === "TooMuch") {
      const { why, isCertain } = rejection
      return yield* new NoAnswer({ why, status, wait: 0, again: !isCertain && !isShrinkable, tooMuch: true, ill: !isCertain })
    }
    if (rejection?._tag === "Again") {
      const { why, forbidden = false } = rejection
      return yield* new NoAnswer({ why, status, wait: 0, again: !forbidden, forbidden, ill: !forbidden })
    }
    return answer
  })

/** The owner of the requested repository, in lower case; undefined where the question names none. */
const ownerOf = ({ parameters: { owner, organization, variables } = {} }: Question): string | undefined => {
  const named = owner ?? organization ?? (Predicate.hasProperty(variables, "owner") ? variables.owner : undefined)
  return typeof named === "string" ? named.toLowerCase() : undefined
}

/** Whether an answer says that a thing is missing which another token may see. (A 404 for an organization's member is a plain answer.) */
const isAbsence = ({ isAbsence: finds, route }: Question, { status, data }: Answer): boolean =>
  status === 404 ? route.startsWith("GET /repos/") : status === 200 && finds?.(data) === true

/** The tokens that got no answer to a question: GitHub refused them, or found nothing. */
interface TriedTokens {
  readonly slots: ReadonlySet<number>
  readonly refusal: NoAnswer | undefined
}

/** Sends one HTTP request within the time limit. Error statuses are answers too. */
const request = (octokit: Octokit, question: Question, parameters: RequestParameters, timeout: Duration.Duration) =>
  Effect.tryPromise({
    try: (signal) =>
      octokit.request(question.route, {
        ...parameters,
        request: {
          signal,
          fetch: boundedFetch({
            ...gitHubAnswers.limits,
            time: timeout,
            ...(question.maxBytes === undefined ? {} : { bytes: question.maxBytes }),
            ...(question.keepRedirect === true ? { redirects: 0 } : {})
          })
        }
      }),
    catch: (cause) => answerIn(cause) ?? new NoAnswer({ why: messageOf(cause), wait: 0, again: true, ill: true })
  }).pipe(
    Effect.map((response): Answer => ({ status: response.status, headers: textHeaders(response.headers), data: response.data })),
    Effect.catchAll((other) => (other instanceof NoAnswer ? Effect.fail(other) : Effect.succeed(other))),
    Effect.timeoutFail({
      duration: timeout,
      onTimeout: () => new NoAnswer({ why: `nothing for ${Duration.format(timeout)}`, wait: 0, again: true, ill: true })
    }),
    Effect.tapError(() => countRequest("none")),
    Effect.timed,
    Effect.tap(([took]) => observe("gittensor_github_request_duration_seconds", Duration.toSeconds(took))),
    Effect.map(([, answered]) => answered)
  )

/** Whether a question may be retried after this: GitHub did nothing, or the request is idempotent. */
const mayRepeat = ({ isSentOnce }: Question, { limited, status }: NoAnswer): boolean =>
  isSentOnce !== true || limited === true || status === 401

/** Whether the caller sends a smaller form of the question, so that nothing has failed yet. */
export const isTakenBack = ({ isShrinkable }: Question, { tooMuch }: GitHubUnavailable): boolean =>
  isShrinkable === true && tooMuch === true

/** The failure's label in the metrics. A rate limit is not GitHub's fault. */
const causeOf = ({ limited, forbidden, ill }: GitHubUnavailable): string =>
  limited === true ? "limited" : forbidden === true ? "refused" : ill === true ? "ill" : "other"

export const make = Effect.fn("GitHub.transport")(function* (settings: GitHubSettings) {
  const tokens = yield* TokenPool.make(settings)
  const cache = yield* makeAnswerCache(settings.answersUnused ?? Duration.zero)
  const loadOctokit = octokitLoader(settings.url)
  // An Enterprise server has REST at /api/v3 and GraphQL at /api/graphql.
  const graphqlBase = settings.url.replace(/\/api\/v3$/, "/api")

  /**
   * If GitHub refuses one token, or finds nothing with it, asks with the other tokens before that counts. Where one token is refused and the others
   * find nothing, the thing is not known to be missing.
   */
  const orOther = (
    question: Question,
    use: TokenPool.TokenUse,
    slot: number,
    judged: Effect.Effect<Answer, NoAnswer>,
    tried: Ref.Ref<TriedTokens>
  ) =>
    Effect.gen(function* () {
      const result = yield* Effect.either(judged)
      const { owner } = use
      const keeps = (from: number, why: string) => (owner === undefined ? Effect.void : tokens.noteOwner({ slot: from, owner, why }))
      const refusal = Either.isLeft(result) && result.left.forbidden === true ? result.left : undefined
      const isMissing = Either.isRight(result) && isAbsence(question, result.right)
      if (refusal === undefined && !isMissing) {
        if (Either.isLeft(result)) return yield* result.left
        const isShownToOthersOnly = (yield* Ref.get(tried)).refusal === undefined
        for (const other of isShownToOthersOnly ? use.tried : [])
          yield* keeps(other, `it does not show ${question.operation.replace(/^\w+ /, "")} to it`)
        if (owner !== undefined) yield* tokens.forgetOwner(slot, owner)
        return result.right
      }
      if (refusal !== undefined) yield* keeps(slot, refusal.why)
      const all = yield* Ref.updateAndGet(tried, (before) => ({
        slots: new Set([...before.slots, slot]),
        refusal: before.refusal ?? refusal
      }))
      const another = yield* tokens.another({ ...use, tried: all.slots })
      if (another === "Use" || (another === "Rest" && all.refusal !== undefined))
        return yield* new NoAnswer({ why: all.refusal?.why ?? "one token does not see it", wait: 0, again: true, forbidden: true })
      return yield* all.refusal ?? result
    })

  const tryOnce = (question: Question, tried: Ref.Ref<TriedTokens>) =>
    Effect.gen(function* () {
      const octokit = yield* loadOctokit
      const resource = question.route === GRAPHQL ? "graphql" : "core"
      const parameters: RequestParameters = { ...question.parameters, ...(resource === "graphql" ? { baseUrl: graphqlBase } : {}) }
      const { url } = octokit.request.endpoint(question.route, parameters)
      // Prefer the token that has an ETag for this URL.
      const withEtag = settings.tokens.findIndex((_, slot) => cache.known.has(`${slot} ${url}`))
      const use: TokenPool.TokenUse = {
        resource,
        reserve: question.reserve,
        waits: isPatient(question),
        preferred: withEtag === -1 ? undefined : withEtag,
        owner: ownerOf(question),
        tried: (yield* Ref.get(tried)).slots
      }
      const { slot, token } = yield* tokens.choose(use)
      const key = `${slot} ${url}`
      const isRead = question.route.startsWith("GET ")
      const before = isRead ? cache.known.get(key) : undefined
      const headers = {
        // GitHub's GraphQL API has no versions.
        ...(resource === "core" ? apiVersionHeader(settings.apiVersion) : {}),
        ...(token === undefined ? {} : { authorization: `Bearer ${Redacted.value(token)}` }),
        ...(before === undefined ? {} : { "if-none-match": before.etag })
      }
      const sent = yield* request(octokit, question, { ...parameters, headers }, settings.timeout)
      const answer = yield* orOther(question, use, slot, usableAnswer(tokens, question, resource, slot, sent), tried)
      if (answer.status === 304 && before !== undefined) {
        yield* cache.keep(key, before.etag, before.answer)
        return before.answer
      }
      const etag = answer.headers.etag
      const slimmed = answer.status === 200 && question.slim !== undefined ? { ...answer, data: question.slim(answer.data) } : answer
      if (answer.status === 200 && etag !== undefined && isRead) yield* cache.keep(key, etag, slimmed)
      return slimmed
    })

  const retries = (attempts: number) =>
    Schedule.exponential(settings.pause).pipe(
      Schedule.jittered,
      Schedule.intersect(Schedule.recurs(attempts - 1)),
      Schedule.intersect(Schedule.identity<NoAnswer>()),
      Schedule.modifyDelay(([, failure], delay) => Duration.max(delay, Duration.millis(failure.wait)))
    )

  /** Returns answers with status 200, 201, 301 (where redirects are kept), or a 4xx that says something about the question (404, 410, 422 …). */
  const ask = (question: Question): Effect.Effect<Answer, GitHubUnavailable> =>
    Effect.gen(function* () {
      const deadline = (yield* Clock.currentTimeMillis) + Duration.toMillis(settings.patience)
      const tried = yield* Ref.make<TriedTokens>({ slots: new Set(), refusal: undefined })
      return yield* tryOnce(question, tried).pipe(
        Effect.tapError(({ why, status, again }) =>
          Effect.logDebug(`GitHub: no answer to "${question.operation}"`, { why, status, again })
        ),
        Effect.retry({
          schedule: retries((isPatient(question) ? ATTEMPTS : FEW_TRIES) + settings.tokens.length),
          while: (failure) =>
            Effect.map(Clock.currentTimeMillis, (now) => failure.again && mayRepeat(question, failure) && now + failure.wait <= deadline)
        })
      )
    }).pipe(
      Effect.mapError(
        ({ why, status, forbidden, limited, tooMuch, ill }) =>
          new GitHubUnavailable({
            operation: question.operation,
            why,
            ...(status === undefined ? {} : { status }),
            ...(forbidden === undefined ? {} : { forbidden }),
            ...(limited === undefined ? {} : { limited }),
            ...(tooMuch === undefined ? {} : { tooMuch }),
            ...(ill === undefined ? {} : { ill })
          })
      ),
      Effect.tapError((error) =>
        isTakenBack(question, error)
          ? count("gittensor_github_smaller_queries_total")
          : count("gittensor_github_failures_total", { route: question.route, cause: causeOf(error) })
      ),
      Effect.withSpan("GitHub.ask", { attributes: { operation: question.operation, route: question.route } })
    )

  return { ask }
})

export type Transport = Effect.Effect.Success<ReturnType<typeof make>>
