/** The address under which people reach this server. */
import type * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import { Option } from "effect"
import type { TrustedProxies } from "./clientAddress.ts"

/** A host name or an address with an optional port. Anything else in a Host header is not repeated to anybody. */
const HOST = /^(?:[a-z0-9](?:[a-z0-9.-]{0,252})|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i

/** What an answer with absolute addresses depends on, for its `Vary`: a cache in front must not hand one client's host to others. */
export const ORIGIN_HEADERS = "host, x-forwarded-host, x-forwarded-proto"

/** The last value of a header to which each proxy adds one. */
const last = (header: string | undefined) => header?.split(",").at(-1)?.trim()

/**
 * Scheme and host of a request, such as https://gittensor.example. What proxies say counts only from a trusted one. `configured` (--public-url)
 * replaces both.
 */
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
