/** Requests to receivers: what is refused before a connection, where a connection goes, and which parts of an answer count. */
import { createServer } from "node:net"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect } from "effect"
import * as Sender from "../../../src/dashboard/webhooks/WebhookSender.ts"
import { certificate, opensslIsMissing, receiver } from "../../support/webhooks/receiver.ts"

const post = (url: string, options: Partial<Sender.SenderOptions> = {}) =>
  Sender.post({ url: new URL(url), headers: { "webhook-id": "msg_1" }, body: "{}" }, { toPrivateHosts: false, ...options })

const failing = (...given: Parameters<typeof post>) => Effect.map(Effect.flip(post(...given)), ({ message }) => message)

describe("a webhook", () => {
  it.scopedLive("is posted once, as JSON with its headers", () =>
    Effect.gen(function* () {
      const { received, url } = yield* receiver(() => new Response("thanks", { status: 202 }))
      assert.strictEqual(yield* post(`${url}/hook?to=me`, { toPrivateHosts: true }), 202)
      const headers = received[0]?.headers ?? {}
      assert.deepStrictEqual([received.length, received[0]?.path, received[0]?.body], [1, "/hook", "{}"])
      assert.deepInclude(headers, { "content-type": "application/json", "webhook-id": "msg_1", "content-length": "2" })
      assert.match(String(headers["user-agent"]), /^gittensor\//)
    })
  )

  it.scopedLive("reaches no private address, by whichever name", () =>
    Effect.gen(function* () {
      const { received, port } = yield* receiver()
      const at = (...addresses: ReadonlyArray<string>) => ({ resolve: async () => addresses })
      const refused: ReadonlyArray<readonly [Parameters<typeof post>, RegExp]> = [
        [[`https://127.0.0.1:${port}/`], /^127\.0\.0\.1 is at 127\.0\.0\.1, which is not a public address$/],
        [[`https://[::ffff:127.0.0.1]:${port}/`], /not a public address/],
        [[`https://localhost:${port}/`], /not a public address/],
        [[`https://hook.example:${port}/`, at("127.0.0.1")], /^hook\.example is at 127\.0\.0\.1, which is not a public address$/],
        [[`https://hook.example:${port}/`, at("1.1.1.1", "127.0.0.1")], /is at 127\.0\.0\.1/],
        [[`https://hook.example:${port}/`, at("2606:4700::1111", "::1")], /is at ::1/],
        [[`https://hook.example:${port}/`, at()], /has no address/],
        [[`http://hook.example:${port}/`, at("1.1.1.1")], /does not begin with https/]
      ]
      for (const [given, says] of refused) assert.match(yield* failing(...given), says)
      assert.deepStrictEqual(received, [])
    })
  )

  it.scopedLive.skipIf(opensslIsMissing)(
    "goes to the address that was checked, with the name's certificate, whatever the name says later",
    () =>
      Effect.gen(function* () {
        const tls = yield* certificate
        const { received, port } = yield* receiver(() => new Response(), tls)
        let asked = 0
        // An attacker's name server, whose first answer passes the check.
        const resolve = async () => (asked++ === 0 ? ["127.0.0.1"] : ["192.0.2.1"])
        const options = { toPrivateHosts: true, authority: tls.cert }
        assert.strictEqual(yield* post(`https://hook.example:${port}/`, { ...options, resolve }), 200)
        assert.strictEqual(asked, 1, "the name is resolved once")
        assert.strictEqual(received[0]?.headers.host, `hook.example:${port}`)
        const here = { resolve: async () => ["127.0.0.1"] }
        assert.match(yield* failing(`https://other.example:${port}/`, { ...options, ...here }), /other\.example/)
        assert.match(yield* failing(`https://hook.example:${port}/`, { toPrivateHosts: true, ...here }), /self.signed/i)
        assert.lengthOf(received, 1)
      })
  )

  it.scopedLive("follows no redirect", () =>
    Effect.gen(function* () {
      const { received, url } = yield* receiver((path) => (path === "/" ? Response.redirect("/secret", 307) : new Response()))
      assert.strictEqual(yield* post(url, { toPrivateHosts: true }), 307)
      assert.deepStrictEqual(
        received.map(({ path }) => path),
        ["/"]
      )
    })
  )

  it.scopedLive("does not wait for an endless answer, nor for one that never begins", () =>
    Effect.gen(function* () {
      const endless = yield* receiver(
        () => new Response(new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(65_536)) }))
      )
      assert.strictEqual(yield* post(endless.url, { toPrivateHosts: true }), 200)
      const silent = yield* Effect.acquireRelease(
        Effect.async<{ readonly port: number; readonly close: () => void }>((resume) => {
          const server = createServer(() => {})
          server.listen(0, "127.0.0.1", () => {
            const address = server.address()
            resume(Effect.succeed({ port: typeof address === "object" ? (address?.port ?? 0) : 0, close: () => server.close() }))
          })
        }),
        ({ close }) => Effect.sync(close)
      )
      const options = { toPrivateHosts: true, timeout: Duration.millis(300) }
      assert.match(yield* failing(`http://127.0.0.1:${silent.port}/`, options), /^no answer within 300ms$/)
      assert.match(yield* failing("https://hook.example/", { ...options, resolve: () => new Promise(() => {}) }), /^no answer within/)
    })
  )

  it.scopedLive("says why a receiver can't be reached", () =>
    Effect.gen(function* () {
      const { port } = yield* Effect.scoped(receiver())
      assert.match(yield* failing(`http://127.0.0.1:${port}/T0KEN`, { toPrivateHosts: true }), /^(?!.*T0KEN).*(refused|connect|Unable)/i)
      const unknown = { resolve: () => Promise.reject(new Error("ENOTFOUND")) }
      assert.match(yield* failing("https://hook.example/", unknown), /^the name hook\.example can't be resolved \(ENOTFOUND\)$/)
    })
  )
})
