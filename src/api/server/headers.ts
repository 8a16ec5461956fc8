/** Headers that every answer has. Every page may read this API, and no answer is taken for anything else than it is. */
import type * as HttpApp from "@effect/platform/HttpApp"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import { Effect } from "effect"
import { Exchange } from "./Exchange.ts"

const EVERYWHERE = {
  "access-control-allow-origin": "*",
  "access-control-expose-headers": "ETag, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Retry-After, X-Request-Id",
  "cross-origin-resource-policy": "cross-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY"
}

/** JSON runs nothing; a page of ours says itself what it needs. */
const NOTHING_RUNS = "default-src 'none'; frame-ancestors 'none'"

const PREFLIGHT = {
  "access-control-allow-methods": "GET, HEAD, OPTIONS",
  "access-control-allow-headers": "*",
  "access-control-max-age": "86400"
}

/** Seconds after which what cannot be answered now may be. */
const SOON = "5"

export const withHeaders = <E, R>(app: HttpApp.Default<E, R>) =>
  Effect.gen(function* () {
    const [{ method }, { id }, response] = yield* Effect.all([HttpServerRequest.HttpServerRequest, Exchange, app])
    return HttpServerResponse.setHeaders(response, {
      "content-security-policy": NOTHING_RUNS,
      ...EVERYWHERE,
      ...(method === "OPTIONS" ? PREFLIGHT : {}),
      ...(response.status === 503 ? { "retry-after": SOON } : {}),
      ...response.headers,
      "x-request-id": id
    })
  })
