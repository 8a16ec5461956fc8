/** Bounded reading of responses: the effect of each limit, and the runtime's own behaviour. Attacks by hostile servers are in test/http/strangers. */
import { gzipSync } from "node:zlib"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Either, Schema } from "effect"
import { type AnswerLimits, answerTo, HEADER_LIMITS, jsonOf, type Outgoing } from "../../../src/layers/machine/http/boundedAnswer.ts"
import { serve } from "../../support/serve.ts"
import { type Answering, head, hostileServer, whole } from "../../support/strangers/hostileServer.ts"

const LIMITS: AnswerLimits = { bytes: 1_000, time: Duration.minutes(1) }

const answered = (answer: Answering, more: Partial<AnswerLimits> = {}, asked: Partial<Outgoing> = {}) =>
  Effect.flatMap(hostileServer(answer), ({ url }) => Effect.either(answerTo({ url, ...asked }, { ...LIMITS, ...more })))

const failure = (...of: Parameters<typeof answered>) =>
  Effect.map(answered(...of), Either.match({ onLeft: ({ message }): string => message, onRight: ({ status }) => `status ${status}` }))

/** A server that echoes the request, except for redirected paths. */
const echo = (redirects: Readonly<Record<string, string>> = {}) =>
  serve(async (request) => {
    const to = redirects[new URL(request.url).pathname]
    if (to !== undefined) return new Response(null, { status: 302, headers: { location: to } })
    return Response.json({ method: request.method, headers: Object.fromEntries(request.headers), body: await request.text() })
  }).pipe(Effect.map(({ url }) => url))

const Echo = Schema.Struct({
  method: Schema.String,
  headers: Schema.Record({ key: Schema.String, value: Schema.String }),
  body: Schema.String
})
const echoOf = (asked: Outgoing, more: Partial<AnswerLimits> = {}) => Effect.flatMap(answerTo(asked, { ...LIMITS, ...more }), jsonOf(Echo))

describe("an answer", () => {
  it.scoped("is as long as its limit at most, compressed or not", () =>
    Effect.gen(function* () {
      const all = { bytes: 1_000, gzip: true }
      const lengths = (answer: Answering) => Effect.map(Effect.flatten(answered(answer, all)), ({ bytes }) => bytes.length)
      assert.strictEqual(yield* lengths(whole("a".repeat(1_000))), 1_000)
      assert.strictEqual(yield* lengths(whole(gzipSync("a".repeat(1_000)), "content-encoding: gzip")), 1_000)
      assert.strictEqual(yield* lengths(whole(gzipSync("a".repeat(1_000)), "content-encoding:  GZIP ")), 1_000)
      assert.strictEqual(yield* lengths(whole("", "content-encoding: gzip")), 0)
      assert.strictEqual(yield* failure(whole("a".repeat(1_001)), all), "its answer is longer than 1000 bytes")
      assert.strictEqual(
        yield* failure(whole(gzipSync("a".repeat(1_001)), "content-encoding: gzip"), all),
        "its answer is longer than 1000 bytes"
      )
      assert.strictEqual(
        yield* failure(whole("a".repeat(100), "content-encoding: gzip"), all),
        "its answer is not the gzip that it says it is"
      )
      const cut = gzipSync("a".repeat(900)).subarray(0, 20)
      assert.strictEqual(yield* failure(whole(cut, "content-encoding: gzip"), all), "its answer is not the gzip that it says it is")
    })
  )

  it.scoped("is compressed only where that was asked for", () =>
    Effect.gen(function* () {
      const body = gzipSync("a")
      for (const encoding of ["gzip", "zstd", "br", "gzip, gzip"])
        assert.strictEqual(
          yield* failure(whole(body, `content-encoding: ${encoding}`)),
          `its answer is compressed (${encoding}), which nobody asked for`
        )
      assert.strictEqual(yield* failure(whole(body, "content-encoding: identity")), "status 200")
      const url = yield* echo()
      assert.strictEqual((yield* echoOf({ url })).headers["accept-encoding"], "identity")
      assert.strictEqual((yield* echoOf({ url }, { gzip: true })).headers["accept-encoding"], "gzip")
    })
  )

  it.scoped("to a body and headers is whole", () =>
    Effect.gen(function* () {
      const url = yield* echo()
      const asked = { url, method: "POST", headers: { "x-me": "u" }, body: new Uint8Array([97, 98]) }
      const { method, headers, body } = yield* echoOf(asked)
      assert.deepStrictEqual([method, headers["x-me"], body], ["POST", "u", "ab"])
      assert.strictEqual((yield* answerTo({ url, method: "HEAD" }, LIMITS)).bytes.length, 0)
    })
  )

  it.scoped("may come from where a redirect leads, which does not learn who asks", () =>
    Effect.gen(function* () {
      const elsewhere = yield* echo()
      const url = yield* echo({ "/here": "/", "/there": elsewhere, "/twice": "/here" })
      const headers = { authorization: "Bearer secret", cookie: "a=b", accept: "text/html" }
      const seen = (path: string, redirects: number) =>
        Effect.map(echoOf({ url: `${url}${path}`, headers }, { redirects }), (found) => [
          found.headers.authorization,
          found.headers.cookie,
          found.headers.accept
        ])
      assert.deepStrictEqual(yield* seen("/here", 1), ["Bearer secret", "a=b", "text/html"])
      assert.deepStrictEqual(yield* seen("/twice", 2), ["Bearer secret", "a=b", "text/html"])
      assert.deepStrictEqual(yield* seen("/there", 1), [undefined, undefined, "text/html"])
      const refusal = Effect.flip(answerTo({ url: `${url}/twice` }, { ...LIMITS, redirects: 1 }))
      assert.strictEqual((yield* refusal).message, "it redirects more than 1 times")
      assert.strictEqual((yield* answerTo({ url: `${url}/here` }, LIMITS)).status, 302)
      assert.strictEqual((yield* answerTo({ url: `${url}/here`, method: "POST" }, { ...LIMITS, redirects: 1 })).status, 302)
    })
  )

  it.scoped("that is no good says its status where there is one", () =>
    Effect.gen(function* () {
      const status = (answer: Answering) =>
        Effect.map(Effect.flip(Effect.flatten(answered(answer))), ({ failure, status }) => [failure, status])
      const long: Answering = (socket) => void socket.end(`${head("503 Busy", "content-length: 5000")}${"a".repeat(5_000)}`)
      assert.deepStrictEqual(yield* status(long), ["too long", 503])
      assert.deepStrictEqual(yield* status((socket) => void socket.destroy()), ["unreachable", undefined])
    })
  )

  it.scoped("has a header within what the runtime takes, which this program relies on", () =>
    Effect.gen(function* () {
      const { headers, headerBytes } = HEADER_LIMITS
      const fields = (count: number) => Array.from({ length: count - 1 }, (_, index) => `x-${index}: a`)
      assert.strictEqual(yield* failure(whole("{}", ...fields(headers - 1))), "status 200")
      assert.include(yield* failure(whole("{}", ...fields(headers + 1))), "it cannot be reached")
      assert.include(yield* failure(whole("{}", `x: ${"a".repeat(headerBytes)}`)), "it cannot be reached")
    })
  )
})
