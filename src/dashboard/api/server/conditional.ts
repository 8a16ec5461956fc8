/** Caching and compression: ETags with 304 answers, Cache-Control, and compression by Accept-Encoding. */
import type * as HttpApp from "@effect/platform/HttpApp"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import { Effect } from "effect"
import { count, countMany } from "../../../layers/machine/telemetry/metrics.ts"
import { ANSWERED_AT } from "../definition/pages.ts"
import { chooseEncoding, compress, compressBest, isCompressible, WORTH_COMPRESSING } from "./contentEncoding.ts"
import { Exchange } from "./Exchange.ts"
import { PAGE_FILE } from "./page.ts"

type Response = HttpServerResponse.HttpServerResponse

/** The bytes of a complete answer; undefined for a stream. */
const bytesOf = ({ body }: Response): Uint8Array | undefined => (body._tag === "Uint8Array" ? body.body : undefined)

/** Memoises computations on answers that are always the same object, such as the OpenAPI description. */
const remembered = <A>(make: (bytes: Uint8Array) => A) => {
  const made = new WeakMap<Uint8Array, A>()
  return (bytes: Uint8Array): A => {
    const found = made.get(bytes) ?? make(bytes)
    made.set(bytes, found)
    return found
  }
}

/** A weak ETag, because all encodings of the same content share it. */
const etagOf = remembered((bytes) => `W/"${Buffer.from(Bun.SHA256.hash(bytes).buffer).subarray(0, 16).toString("base64url")}"`)

const compressedBy = {
  zstd: remembered((bytes) => compress("zstd", bytes)),
  br: remembered((bytes) => compress("br", bytes)),
  gzip: remembered((bytes) => compress("gzip", bytes))
}

/** The best form of a file, once it is made: whoever asks before gets a quick one. */
const bestOf = remembered((bytes) => {
  const best: { form: Uint8Array | undefined } = { form: undefined }
  void compressBest(bytes).then((form) => {
    best.form = form
  })
  return best
})

/** Weak comparison, as RFC 9110 (13.1.2) requires for If-None-Match. Unlike the package `fresh`, it also answers a reload (Cache-Control: no-cache) with 304. */
const opaque = (tag: string) => tag.trim().replace(/^W\//, "")
const matches = (ifNoneMatch: string | undefined, etag: string): boolean =>
  ifNoneMatch !== undefined && (ifNoneMatch.trim() === "*" || ifNoneMatch.split(",").some((tag) => opaque(tag) === opaque(etag)))

/** Caches must revalidate every time; with the ETag this is cheap. */
const REVALIDATED = "public, no-cache"

/** Endpoints whose answers must not be stored. Errors must not be stored either. */
const NEVER_STORED: ReadonlySet<string> = new Set(["health", "ready", "stream"])

const ENCODING = "accept-encoding"

/** The `Vary` of an answer: its own, plus Accept-Encoding. */
const varyOf = ({ headers: { vary } }: Response): string =>
  vary === undefined || vary === ENCODING ? ENCODING : vary.endsWith(ENCODING) ? vary : `${vary}, ${ENCODING}`

/** Adds an ETag and Cache-Control to an answer that may be stored. */
const validated = (response: Response) =>
  Effect.map(Exchange, ({ route }) => {
    const bytes = bytesOf(response)
    if (response.status !== 200 || route === undefined || NEVER_STORED.has(route.name))
      return HttpServerResponse.setHeader(response, "cache-control", "no-store")
    if (bytes === undefined) return response
    return HttpServerResponse.setHeaders(response, {
      etag: etagOf(bytes),
      "cache-control": response.headers["cache-control"] ?? REVALIDATED,
      vary: varyOf(response)
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
    const varying = HttpServerResponse.setHeader(response, "vary", varyOf(response))
    const { route } = yield* Exchange
    const isFile = route?.name === PAGE_FILE
    const encoding = chooseEncoding(request.headers["accept-encoding"], isFile ? "file" : "answer")
    if (encoding === undefined || bytes === undefined || bytes.length < WORTH_COMPRESSING) return varying
    const best = isFile && encoding === "br" ? bestOf(bytes).form : undefined
    const encoded = best ?? (yield* Effect.promise(() => compressedBy[encoding](bytes)))
    yield* countMany("gittensor_api_compressed_bytes_total", encoded.length, { encoding })
    return withBody(varying, encoded, { "content-encoding": encoding })
  })

/** Adds ETag and Cache-Control to answers, and compresses them according to Accept-Encoding. */
export const withEtagAndCompression = <E, R>(app: HttpApp.Default<E, R>) =>
  Effect.gen(function* () {
    const request = yield* HttpServerRequest.HttpServerRequest
    return yield* compressed(request, yield* Effect.flatMap(app, validated))
  })

/** The headers of a 304. A browser applies them to its cached page, which would not run without its own policy. */
const OF_NOT_MODIFIED: ReadonlySet<string> = new Set(["etag", "cache-control", "vary", "content-security-policy", ANSWERED_AT])

/** Answers 304 without a body if the client's If-None-Match has the answer's ETag. */
export const withNotModified = <E, R>(app: HttpApp.Default<E, R>) =>
  Effect.gen(function* () {
    const { headers } = yield* HttpServerRequest.HttpServerRequest
    const response = yield* app
    const { etag } = response.headers
    if (etag === undefined || !matches(headers["if-none-match"], etag)) return response
    yield* count("gittensor_api_not_modified_total")
    const kept = Object.fromEntries(Object.entries(response.headers).filter(([name]) => OF_NOT_MODIFIED.has(name)))
    return HttpServerResponse.empty({ status: 304, headers: kept })
  })
