/**
 * Headers of every answer. Pages of any origin may read the API; browsers must not guess content types or frame answers, and
 * give the page no device and no other window.
 */
import type * as HttpApp from "@effect/platform/HttpApp"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import { Effect } from "effect"
import { Exchange } from "./Exchange.ts"

/** What a browser could let a page use, and this one has no use for. */
const DEVICES = [
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
/** What it uses: a wall keeps the screen on, and addresses are copied. */
const OWN = ["clipboard-write", "fullscreen", "screen-wake-lock"]

const EVERYWHERE = {
  "access-control-allow-origin": "*",
  "access-control-expose-headers": "ETag, Link, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Retry-After, X-Request-Id",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "cross-origin",
  "permissions-policy": `${DEVICES.map((name) => `${name}=()`).join(", ")}, ${OWN.map((name) => `${name}=(self)`).join(", ")}`,
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY"
}

/** The default policy: JSON runs nothing. Our pages replace it by their own. */
const NOTHING_RUNS = "default-src 'none'; frame-ancestors 'none'"

const PREFLIGHT = {
  "access-control-allow-methods": "GET, HEAD, OPTIONS",
  "access-control-allow-headers": "*",
  "access-control-max-age": "86400"
}

/** Seconds after which a 503 is worth retrying. */
const RETRY_AFTER = "5"

export const withHeaders = <E, R>(app: HttpApp.Default<E, R>) =>
  Effect.gen(function* () {
    const [{ method }, { id }, response] = yield* Effect.all([HttpServerRequest.HttpServerRequest, Exchange, app])
    return HttpServerResponse.setHeaders(response, {
      "content-security-policy": NOTHING_RUNS,
      ...EVERYWHERE,
      ...(method === "OPTIONS" ? PREFLIGHT : {}),
      ...(response.status === 503 ? { "retry-after": RETRY_AFTER } : {}),
      ...response.headers,
      "x-request-id": id
    })
  })
