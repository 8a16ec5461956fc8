/** What a client has already is not sent again, and what is sent is compressed where that is worth it. */
import type * as HttpApp from "@effect/platform/HttpApp"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import { Effect } from "effect"
import { count, countMany } from "../../telemetry/metrics.ts"
import { chooseEncoding, compress, isCompressible, WORTH_COMPRESSING } from "./contentEncoding.ts"
import { Exchange } from "./Exchange.ts"

type Response = HttpServerResponse.HttpServerResponse

/** The bytes of an answer that is there as a whole. */
const bytesOf = ({ body }: Response): Uint8Array | undefined => (body._tag === "Uint8Array" ? body.body : undefined)

/** What was made of an answer that stays the same object: the description and its page. */
const remembered = <A>(make: (bytes: Uint8Array) => A) => {
  const made = new WeakMap<Uint8Array, A>()
  return (bytes: Uint8Array): A => {
    const found = made.get(bytes) ?? make(bytes)
    made.set(bytes, found)
    return found
  }
}

/** Weak: the same for every encoding of the same content. */
export const etagOf = remembered((bytes) => `W/"${Buffer.from(Bun.SHA256.hash(bytes).buffer).subarray(0, 16).toString("base64url")}"`)

const compressedBy = {
  br: remembered((bytes) => compress("br", bytes)),
  gzip: remembered((bytes) => compress("gzip", bytes))
}

/** If-None-Match compares weakly (RFC 9110, 13.1.2). */
const opaque = (tag: string) => tag.trim().replace(/^W\//, "")
const matches = (ifNoneMatch: string | undefined, etag: string): boolean =>
  ifNoneMatch !== undefined && (ifNoneMatch.trim() === "*" || ifNoneMatch.split(",").some((tag) => opaque(tag) === opaque(etag)))

/** Always to be asked again whether it is still so; the ETag makes the answer short. */
const REVALIDATED = "public, no-cache"

/** How the server is at this moment is nobody's to keep, nor is an error. */
const MOMENTARY: ReadonlySet<string> = new Set(["health", "ready", "metrics", "stream"])

/** 200 gets an ETag; who names it gets 304 without the body. */
const conditional = (request: HttpServerRequest.HttpServerRequest, response: Response) =>
  Effect.gen(function* () {
    const bytes = bytesOf(response)
    const { route } = yield* Exchange
    if (response.status !== 200 || route === undefined || MOMENTARY.has(route.name))
      return HttpServerResponse.setHeader(response, "cache-control", "no-store")
    if (bytes === undefined) return response
    const etag = etagOf(bytes)
    const headers = { etag, "cache-control": response.headers["cache-control"] ?? REVALIDATED, vary: "accept-encoding" }
    if (!matches(request.headers["if-none-match"], etag)) return HttpServerResponse.setHeaders(response, headers)
    yield* count("gittensor_api_not_modified_total")
    // A browser takes over the headers of a 304: without the page's own policy it would not run what it has.
    const policy = response.headers["content-security-policy"]
    return HttpServerResponse.empty({
      status: 304,
      headers: policy === undefined ? headers : { ...headers, "content-security-policy": policy }
    })
  })

const withBody = (response: Response, bytes: Uint8Array, headers: Readonly<Record<string, string>>) =>
  HttpServerResponse.uint8Array(bytes, {
    status: response.status,
    headers: { ...response.headers, ...headers, "content-length": bytes.length.toString() },
    contentType: response.headers["content-type"] ?? "application/octet-stream"
  })

const compressed = (request: HttpServerRequest.HttpServerRequest, response: Response) =>
  Effect.gen(function* () {
    const bytes = bytesOf(response)
    if (!isCompressible(response.headers["content-type"]) || response.headers["content-encoding"] !== undefined) return response
    const varying = HttpServerResponse.setHeader(response, "vary", "accept-encoding")
    const encoding = chooseEncoding(request.headers["accept-encoding"])
    if (encoding === undefined || bytes === undefined || bytes.length < WORTH_COMPRESSING) return varying
    const small = yield* Effect.promise(() => compressedBy[encoding](bytes))
    yield* countMany("gittensor_api_compressed_bytes_total", small.length, { encoding })
    return withBody(varying, small, { "content-encoding": encoding })
  })

/** ETag, If-None-Match, Cache-Control, and compression as Accept-Encoding wants it. */
export const economical = <E, R>(app: HttpApp.Default<E, R>) =>
  Effect.gen(function* () {
    const request = yield* HttpServerRequest.HttpServerRequest
    return yield* compressed(request, yield* conditional(request, yield* app))
  })
