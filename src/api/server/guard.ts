/** What is refused before anything is done for it. */
import type * as HttpApp from "@effect/platform/HttpApp"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import { Effect } from "effect"
import { BadRequest, MethodNotAllowed, NotFound, PayloadTooLarge, UriTooLong } from "../definition/errors.ts"
import { type Details, Exchange } from "./Exchange.ts"
import { problem } from "./problem.ts"

/** No address of this API with all its parameters is half as long. */
export const LONGEST_URL = 4_096

const ALLOWED = "GET, HEAD, OPTIONS"

/** Percent signs that are no encoding, bytes that are no UTF-8, and NUL, which Postgres refuses in any text. */
const isReadable = (url: string): boolean => {
  try {
    return !decodeURIComponent(url.replaceAll("+", " ")).includes("\0")
  } catch {
    return false
  }
}

const nothingAt = (path: string) =>
  new NotFound({ message: `there is nothing at ${path.slice(0, 100)}: /openapi.json lists what is here, /docs shows it`, details: [] })

/** What is shown instead of the error where there is nothing, or nothing that can be read, if anything is. */
type NothingHere = (
  request: HttpServerRequest.HttpServerRequest,
  path: string,
  status: 400 | 404 | 414
) => HttpServerResponse.HttpServerResponse | undefined

const refusalOf = (request: HttpServerRequest.HttpServerRequest, { path, route }: Details, nothingHere: NothingHere) => {
  const { method, url, headers } = request
  if (url.length > LONGEST_URL)
    return (
      nothingHere(request, path, 414) ??
      problem(new UriTooLong({ message: `the address is longer than ${LONGEST_URL} characters`, details: [] }))
    )
  if (!isReadable(url))
    return (
      nothingHere(request, path, 400) ??
      problem(
        new BadRequest({
          message: "the address can't be read",
          details: [{ at: "address", message: "it holds a percent sign that encodes nothing, bytes that are not UTF-8, or a zero byte" }]
        })
      )
    )
  if (route === undefined) return nothingHere(request, path, 404) ?? problem(nothingAt(path))
  if (method === "OPTIONS") return HttpServerResponse.empty({ status: 204, headers: { allow: ALLOWED } })
  if (method !== "GET" && method !== "HEAD")
    return problem(
      new MethodNotAllowed({ message: `${method.slice(0, 20)} is not allowed here: this API can only be read`, details: [] }),
      {
        allow: ALLOWED
      }
    )
  if (Number(headers["content-length"] ?? 0) > 0 || headers["transfer-encoding"] !== undefined)
    return problem(new PayloadTooLarge({ message: "a request to read has no body: leave it out", details: [] }), { connection: "close" })
  return undefined
}

/** Answers OPTIONS, and refuses what is no readable GET or HEAD of a known path. */
export const guarded =
  (nothingHere: NothingHere) =>
  <E, R>(app: HttpApp.Default<E, R>) =>
    Effect.gen(function* () {
      const [request, exchange] = yield* Effect.all([HttpServerRequest.HttpServerRequest, Exchange])
      return refusalOf(request, exchange, nothingHere) ?? (yield* app)
    })
