/**
 * Asks a mirror for its copy of the roster. Mirrors are named by the operator but are not trusted: what they send is limited in size and time, and is
 * text until its hash is known.
 */
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as HttpClient from "@effect/platform/HttpClient"
import type * as HttpClientError from "@effect/platform/HttpClientError"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import { Duration, Effect, Layer, Schema, Stream } from "effect"
import { isMirror, shownMirror } from "./mirrorAddress.ts"

/** A roster of a thousand repositories has less than a tenth of this. In bytes. */
const MAX_BYTES = 4 * 1_048_576
const MAX_REDIRECTS = 3
/** For the whole answer: four megabytes at 2 Mbit/s. */
const TIME_LIMIT = Duration.seconds(20)

/** Why a mirror gave nothing to look at. */
const FAILURES = ["unreachable", "too-slow", "refused", "too-large", "not-text"] as const
export type MirrorFailure = (typeof FAILURES)[number]

export class MirrorFailed extends Schema.TaggedError<MirrorFailed>()("MirrorFailed", {
  failure: Schema.Literal(...FAILURES),
  detail: Schema.String
}) {
  override get message() {
    return this.detail
  }
}

const failed = (failure: MirrorFailure, detail: string) => new MirrorFailed({ failure, detail })

const reasonOf = (error: HttpClientError.HttpClientError): MirrorFailed => {
  if (error._tag === "ResponseError") return failed("unreachable", "its answer broke off")
  const cause = error.cause instanceof Error ? error.cause.message.split("\n", 1)[0] : undefined
  return failed("unreachable", cause === undefined ? "it cannot be reached" : `it cannot be reached: ${cause}`)
}

/** Neither the library's nor the runtime's own handling: redirects are counted here, and a small compressed answer may be gigabytes long. */
const requestInit = { redirect: "manual", decompress: false } satisfies RequestInit & { readonly decompress: boolean }

export const httpLayer: Layer.Layer<HttpClient.HttpClient> = Layer.provide(
  FetchHttpClient.layer,
  Layer.succeed(FetchHttpClient.RequestInit, requestInit)
)

const decodeUtf8 = (bytes: Uint8Array) =>
  Effect.try({
    try: () => new TextDecoder("utf-8", { fatal: true }).decode(bytes),
    catch: () => failed("not-text", "it sent something that is not a text")
  })

/** The bytes of a stream, as long as they are few enough. */
const limited = <E>(stream: Stream.Stream<Uint8Array, E>) =>
  stream.pipe(
    Stream.mapAccumEffect(0, (length, chunk) =>
      length + chunk.length > MAX_BYTES
        ? Effect.fail(failed("too-large", `it sent more than ${MAX_BYTES / 1_048_576} MB`))
        : Effect.succeed([length + chunk.length, chunk] as const)
    ),
    Stream.runCollect,
    Effect.map((chunks) => Buffer.concat([...chunks]))
  )

/** Where a redirect leads: to any host, but neither out of the web nor from https to http. */
const redirectedTo = (location: string, from: string): string | undefined => {
  const to = URL.parse(location, from)?.href
  return to !== undefined && isMirror(to) && (to.startsWith("https:") || !from.startsWith("https:")) ? to : undefined
}

/** The library's own following of redirects throws for an address that is none. */
const answerAt = (url: string, redirects = 0): Effect.Effect<HttpClientResponse.HttpClientResponse, MirrorFailed, HttpClient.HttpClient> =>
  Effect.gen(function* () {
    const client = yield* HttpClient.HttpClient
    const request = HttpClientRequest.get(url).pipe(HttpClientRequest.setHeader("accept-encoding", "identity"))
    const answer = yield* client.execute(request).pipe(Effect.mapError(reasonOf))
    const { location } = answer.headers
    if (answer.status < 300 || answer.status >= 400 || location === undefined) return answer
    if (redirects === MAX_REDIRECTS) return yield* failed("refused", `it redirects more than ${MAX_REDIRECTS} times`)
    const to = redirectedTo(location, url)
    return yield* to === undefined ? failed("refused", "it redirects to an address that no mirror may have") : answerAt(to, redirects + 1)
  })

/** The text that a mirror serves, within the limits, and nothing known about it. */
export const fetchFromMirror = Effect.fn("fetchFromMirror")(
  function* (url: string) {
    const answer = yield* answerAt(url)
    if (answer.status !== 200) return yield* failed("refused", `it answers with status ${answer.status}`)
    const bytes = yield* limited(Stream.mapError(answer.stream, reasonOf))
    return yield* decodeUtf8(bytes)
  },
  (fetched, url) =>
    fetched.pipe(
      Effect.timeoutFail({
        duration: TIME_LIMIT,
        onTimeout: () => failed("too-slow", `it did not send everything within ${Duration.toSeconds(TIME_LIMIT)} s`)
      }),
      Effect.annotateSpans({ mirror: shownMirror(url) })
    )
)
