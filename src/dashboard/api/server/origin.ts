/** The server's public scheme and host. */
import type * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import { Option } from "effect"
import type { TrustedProxies } from "./clientAddress.ts"

/** A host name or IP address with an optional port. Any other Host header is ignored. */
const HOST = /^(?:[a-z0-9](?:[a-z0-9.-]{0,252})|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i

/** `Vary` of an answer with absolute URLs: a cache must not serve one client's host to others. */
export const ORIGIN_HEADERS = "host, x-forwarded-host, x-forwarded-proto"

/** The last value of a header to which each proxy appends one. */
const last = (header: string | undefined) => header?.split(",").at(-1)?.trim()

/** Scheme and host of a request, such as https://gittensor.example. Forwarded headers count only from a trusted proxy. `configured` (--public-url) replaces both. */
export const originOf = (
  { headers, remoteAddress }: HttpServerRequest.HttpServerRequest,
  trusted: TrustedProxies,
  configured?: string
): string => {
  if (configured !== undefined) return configured
  const isProxied = trusted.includes(Option.getOrElse(remoteAddress, () => ""))
  const scheme = isProxied && last(headers["x-forwarded-proto"]) === "https" ? "https" : "http"
  const host = (isProxied ? last(headers["x-forwarded-host"]) : undefined) ?? headers.host ?? ""
  return HOST.test(host) ? `${scheme}://${host.toLowerCase()}` : "http://localhost"
}
