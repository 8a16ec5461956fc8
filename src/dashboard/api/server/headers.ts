/**
 * Headers of every response. Pages of any origin may read the API. Browsers must not sniff content types or frame responses, and grant the page no devices
 * and no access to other windows.
 */
import type * as HttpApp from "@effect/platform/HttpApp"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import { Effect } from "effect"
import { Exchange } from "./Exchange.ts"

/** Browser features that the page does not use. */
const UNUSED_FEATURES = [
  "accelerometer",
  "autoplay",
  "camera",
  "display-capture",
  "geolocation",
  "gyroscope",
  "hid",
  "magnetometer",
  "microphone",
  "midi",
  "payment",
  "serial",
  "usb"
]
/** The browser feature that the page uses: it copies addresses and commands. */
const USED_FEATURES = ["clipboard-write"]

const COMMON_HEADERS = {
  "access-control-allow-origin": "*",
  "access-control-expose-headers":
    "ETag, Gittensor-Block, Link, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Retry-After, X-Request-Id",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "cross-origin",
  "permissions-policy": `${UNUSED_FEATURES.map((name) => `${name}=()`).join(", ")}, ${USED_FEATURES.map((name) => `${name}=(self)`).join(", ")}`,
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY"
}

/** The default policy, because JSON executes nothing. The pages replace it by their own. */
const NOTHING_RUNS = "default-src 'none'; frame-ancestors 'none'"

const PREFLIGHT = {
  "access-control-allow-methods": "GET, HEAD, OPTIONS",
  "access-control-allow-headers": "*",
  "access-control-max-age": "86400"
}

/** Seconds until a retry after 503. */
const RETRY_AFTER = "5"

export const withHeaders = <E, R>(app: HttpApp.Default<E, R>) =>
  Effect.gen(function* () {
    const [{ method }, { id }, response] = yield* Effect.all([HttpServerRequest.HttpServerRequest, Exchange, app])
    return HttpServerResponse.setHeaders(response, {
      "content-security-policy": NOTHING_RUNS,
      ...COMMON_HEADERS,
      ...(method === "OPTIONS" ? PREFLIGHT : {}),
      ...(response.status === 503 ? { "retry-after": RETRY_AFTER } : {}),
      ...response.headers,
      "x-request-id": id
    })
  })
