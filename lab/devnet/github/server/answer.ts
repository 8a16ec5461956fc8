/** Answers one request: faults, token, rate limits, the operation itself, and the ETag. */
import { HttpServerRequest, HttpServerResponse } from "@effect/platform"
import { Clock, Effect, HashMap, Ref, Schema } from "effect"
import { behaviours } from "../../behaviours.ts"
import { type Engine, EngineTag, view } from "../Engine.ts"
import { ApiVersion, apiVersionOf, unservedVersion } from "../rest/ApiVersion.ts"
import { Caller } from "../rest/Caller.ts"
import { problem } from "../rest/request.ts"
import { routes } from "../rest/routes.ts"
import type * as State from "../state/State.ts"
import * as Faults from "./faults.ts"
import { isGit, serveGit } from "./git.ts"
import { ownerOfPath, refusalAnswer, refusalOf } from "./ownerRefusals.ts"
import * as Limits from "./rateLimits.ts"
import { tooMuchAnswer } from "./tooMuch.ts"

/** The token of an account. It stays the same when the account is renamed. */
export const tokenOf = (accountId: number): string => `gho_standin${String(accountId).padStart(12, "0")}`

/** The account of a request's token; null without a token, undefined for an unknown one. */
const callerOf = (authorization: string | undefined, state: State.State): Limits.Caller | undefined => {
  if (authorization === undefined) return null
  const id = Number(/^(?:bearer|token) gho_standin(\d{12})$/i.exec(authorization)?.[1])
  return HashMap.has(state.accounts, id) ? id : undefined
}

const Query = Schema.Struct({
  query: Schema.String,
  variables: Schema.optional(Schema.NullOr(Schema.Record({ key: Schema.String, value: Schema.Unknown }))),
  operationName: Schema.optional(Schema.NullOr(Schema.String))
})

const graphql = (engine: Engine, caller: Limits.Caller, rateLimit: Limits.RateLimitStatus) =>
  Effect.gen(function* () {
    if (caller === null) return { response: problem(401, "This endpoint requires you to be authenticated."), cost: 1 }
    const request = yield* HttpServerRequest.schemaBodyJson(Query)
    const shown = yield* Effect.provideService(view(engine), Caller, caller)
    const pages = yield* Ref.get(engine.pages)
    const refusals = yield* Ref.get(engine.refusals)
    const refusal = (of: State.Repository) => refusalOf(refusals, of.ownerId, caller)
    const { answerQuery: answer } = yield* Effect.promise(() => import("../graphql/query.ts"))
    const { weightOf } = yield* Effect.promise(() => import("../graphql/cost.ts"))
    const { query, variables, operationName } = request
    const { points: cost, objects } = weightOf(query, variables ?? {})
    if (pages.heaviest !== undefined && objects > pages.heaviest.objects) return { response: tooMuchAnswer(pages.heaviest.refusedBy), cost }
    const body = yield* Effect.promise(() =>
      answer(
        { view: shown, rateLimit, pages, cost, refusal },
        { query, variables: variables ?? undefined, operationName: operationName ?? undefined }
      )
    )
    return { response: HttpServerResponse.unsafeJson(body, { contentType: "application/json; charset=utf-8" }), cost }
  }).pipe(Effect.catchAll(() => Effect.succeed({ response: problem(400, "Problems parsing JSON"), cost: 1 })))

const LIMIT_HELP = "https://docs.github.com/rest/overview/rate-limits-for-the-rest-api"

const limited = (rateLimit: Limits.RateLimitStatus, contentWait: number | undefined): HttpServerResponse.HttpServerResponse | undefined => {
  const headers = Limits.headers(rateLimit)
  if (contentWait !== undefined) {
    const message =
      "You have exceeded a secondary rate limit and have been temporarily blocked from content creation. Please retry your request again later."
    return problem(403, message, { ...headers, "retry-after": String(Math.ceil(contentWait / 1000)) })
  }
  if (rateLimit.secondaryWait !== undefined) {
    const message = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
    return problem(403, message, { ...headers, "retry-after": String(Math.ceil(rateLimit.secondaryWait / 1000)) })
  }
  if (rateLimit.remaining > 0) return undefined
  return rateLimit.resource === "graphql"
    ? HttpServerResponse.unsafeJson({ errors: [{ type: "RATE_LIMITED", message: "API rate limit exceeded." }] }, { headers })
    : HttpServerResponse.unsafeJson({ message: "API rate limit exceeded.", documentation_url: LIMIT_HELP }, { status: 403, headers })
}

/** Headers of every answer. */
const COMMON_HEADERS = {
  server: "github.com",
  vary: "Accept, Authorization, Cookie, X-GitHub-OTP, Accept-Encoding, X-Requested-With",
  "x-github-media-type": "github.v3; format=json",
  "access-control-allow-origin": "*",
  "access-control-expose-headers":
    "ETag, Link, Location, Retry-After, X-GitHub-OTP, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Used, X-RateLimit-Resource, X-RateLimit-Reset, X-OAuth-Scopes, X-Accepted-OAuth-Scopes, X-Poll-Interval, X-GitHub-Media-Type, X-GitHub-SSO, X-GitHub-Request-Id, Deprecation, Sunset, Warning",
  "x-frame-options": "deny",
  "x-content-type-options": "nosniff",
  "x-xss-protection": "0",
  "referrer-policy": "origin-when-cross-origin, strict-origin-when-cross-origin",
  "content-security-policy": "default-src 'none'"
}

/** Adds an ETag to a 200; a request that sends it back gets 304 without a body. ETags depend on the token, because tokens see different content. */
const withETag = (response: HttpServerResponse.HttpServerResponse, ifNoneMatch: string | undefined, caller: Limits.Caller) => {
  if (response.status !== 200 || response.body._tag !== "Uint8Array") return response
  const etag = `W/"${Bun.SHA256.hash(Buffer.concat([Buffer.from(`${caller} `), response.body.body]), "hex")}"`
  const headers = { etag, "cache-control": "private, max-age=60, s-maxage=60" }
  return ifNoneMatch?.split(",").some((one) => one.trim() === etag)
    ? HttpServerResponse.empty({ status: 304, headers })
    : HttpServerResponse.setHeaders(response, headers)
}

/** A route that is missing here. With 404 the program would take it for something that GitHub does not show. People's own requests ask for no version. */
const unserved = (engine: Engine, what: string, isProgram: boolean) =>
  Effect.as(
    Effect.when(
      Ref.update(engine.unserved, (all) => [...all, what]),
      () => isProgram
    ),
    problem(501, `The simulated GitHub does not know ${what}`)
  )

const healthy = (engine: Engine) =>
  Effect.gen(function* () {
    const request = yield* HttpServerRequest.HttpServerRequest
    const state = yield* Ref.get(engine.state)
    const caller = callerOf(request.headers.authorization, state)
    if (caller === undefined) return problem(401, "Bad credentials")
    const path = request.url.replace(/\?.*$/s, "")
    const asked = request.headers["x-github-api-version"]
    const version = path === "/graphql" ? apiVersionOf(undefined) : apiVersionOf(asked)
    if (version === undefined) return problem(400, unservedVersion(asked ?? ""))
    const now = yield* Clock.currentTimeMillis
    const resource = path === "/graphql" ? "graphql" : "core"
    const before = Limits.statusOf(yield* Ref.get(engine.limits), caller, resource, now)
    const free = path === "/rate_limit"
    const writes = resource === "core" && (request.method === "POST" || request.method === "PATCH")
    const contentWait = writes ? Limits.contentWait(yield* Ref.get(engine.limits), caller, now) : undefined
    const refusal = free ? undefined : limited(before, contentWait)
    if (refusal !== undefined) return refusal

    const owner = ownerOfPath(path, state)
    const kept = owner === undefined ? undefined : refusalOf(yield* Ref.get(engine.refusals), owner, caller)
    const { response: answered, cost } =
      kept !== undefined
        ? { response: refusalAnswer(kept), cost: 1 }
        : resource === "graphql"
          ? yield* graphql(engine, caller, before)
          : {
              response: withETag(
                yield* routes.pipe(
                  Effect.catchTag("RouteNotFound", () => unserved(engine, `${request.method} ${path}`, asked !== undefined)),
                  Effect.provideService(Caller, caller),
                  Effect.provideService(ApiVersion, version)
                ),
                request.headers["if-none-match"],
                caller
              ),
              cost: 1
            }
    if (!free && answered.status !== 304) {
      const points = request.method === "GET" || resource === "graphql" ? 1 : 5
      yield* Ref.update(engine.limits, (limits) => Limits.spend(limits, caller, resource, { cost, points }, now))
      if (writes) yield* Ref.update(engine.limits, (limits) => Limits.spendContent(limits, caller, now))
    }
    const after = Limits.statusOf(yield* Ref.get(engine.limits), caller, resource, now)
    const selected = resource === "core" ? { "x-github-api-version-selected": version } : {}
    return HttpServerResponse.setHeaders(answered, { ...Limits.headers(after), ...selected })
  }).pipe(Effect.provideService(EngineTag, engine))

/** The X-GitHub-Request-Id of a request, which people quote to GitHub's support. */
const requestId = (count: number): string => {
  const digits = count.toString(16).toUpperCase().padStart(36, "0")
  return [digits.slice(0, 4), digits.slice(4, 8), digits.slice(8, 15), digits.slice(15, 22), digits.slice(-8)].join(":")
}

/** Answers every request except those to control paths. */
export const handle = (engine: Engine) =>
  Effect.gen(function* () {
    const request = yield* HttpServerRequest.HttpServerRequest
    const now = yield* Clock.currentTimeMillis
    const fault = yield* Ref.modify(engine.faults, (faults) => Faults.takeFault(faults, request.url))
    const isGits = isGit(request.url.replace(/\?.*$/s, ""))
    const { requests } = yield* Ref.updateAndGet(engine.counts, (counts) => ({
      ...counts,
      requests: counts.requests + 1,
      git: counts.git + (isGits ? 1 : 0),
      faults: counts.faults + (fault === undefined ? 0 : 1)
    }))
    const asked = isGits ? serveGit(engine) : Effect.map(healthy(engine), HttpServerResponse.setHeaders(COMMON_HEADERS))
    const answered = Effect.map(asked, HttpServerResponse.setHeader("x-github-request-id", requestId(requests)))
    const response = yield* fault === undefined ? answered : Faults.show(fault, answered, now)
    if (response.status === 304) yield* Ref.update(engine.counts, (counts) => ({ ...counts, notModified: counts.notModified + 1 }))
    return response
  })

behaviours({
  what: "A request with the ETag of an earlier response gets 304 without a body and does not count. ETags differ by token.",
  sources: [
    "https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#use-conditional-requests-if-appropriate"
  ],
  test: "test/http/github/contributionFaults.test.ts"
})
