/** Rejects invalid requests before any work is done for them. */
import type * as HttpApp from "@effect/platform/HttpApp"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import { Effect } from "effect"
import { BadRequest, MethodNotAllowed, NotFound, PayloadTooLarge, UriTooLong } from "../definition/errors.ts"
import { type Details, Exchange } from "./Exchange.ts"
import { problem } from "./problem.ts"

/** Maximum length of a URL: more than twice the longest valid one. */
const LONGEST_URL = 4_096

const ALLOWED_METHODS = "GET, HEAD, OPTIONS"

/** False for invalid percent encoding, invalid UTF-8, and NUL, which Postgres rejects in text. */
const isReadable = (url: string): boolean => {
  try {
    return !decodeURIComponent(url.replaceAll("+", " ")).includes("\0")
  } catch {
    return false
  }
}

const nothingAt = (path: string) =>
  new NotFound({ message: `there is nothing at ${path.slice(0, 100)}: see /docs or /openapi.json for all addresses`, details: [] })

/** The view that a browser gets in place of the JSON error, if any. */
type ViewInstead = (
  request: HttpServerRequest.HttpServerRequest,
  path: string,
  status: 400 | 404 | 414
) => HttpServerResponse.HttpServerResponse | undefined

const refusalOf = (request: HttpServerRequest.HttpServerRequest, { path, route }: Details, viewInstead: ViewInstead) => {
  const { method, url, headers } = request
  if (url.length > LONGEST_URL)
    return (
      viewInstead(request, path, 414) ??
      problem(new UriTooLong({ message: `the address is longer than ${LONGEST_URL} characters`, details: [] }))
    )
  if (!isReadable(url))
    return (
      viewInstead(request, path, 400) ??
      problem(
        new BadRequest({
          message: "the address cannot be decoded",
          details: [{ at: "address", message: "it contains an invalid percent encoding, invalid UTF-8 or a zero byte" }]
        })
      )
    )
  if (route === undefined) return viewInstead(request, path, 404) ?? problem(nothingAt(path))
  if (method === "OPTIONS") return HttpServerResponse.empty({ status: 204, headers: { allow: ALLOWED_METHODS } })
  if (method !== "GET" && method !== "HEAD")
    return problem(new MethodNotAllowed({ message: `${method.slice(0, 20)} is not allowed: this API is read-only`, details: [] }), {
      allow: ALLOWED_METHODS
    })
  if (Number(headers["content-length"] ?? 0) > 0 || headers["transfer-encoding"] !== undefined)
    return problem(new PayloadTooLarge({ message: "a GET request must have no body", details: [] }), { connection: "close" })
  return undefined
}

/** Answers OPTIONS, and rejects everything except a valid GET or HEAD of a known path. */
export const withRefusals =
  (viewInstead: ViewInstead) =>
  <E, R>(app: HttpApp.Default<E, R>) =>
    Effect.gen(function* () {
      const [request, exchange] = yield* Effect.all([HttpServerRequest.HttpServerRequest, Exchange])
      return refusalOf(request, exchange, viewInstead) ?? (yield* app)
    })
