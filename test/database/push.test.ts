/** Notifications with the page closed: from a subscription over HTTP to what a push service gets, which the test decrypts by the RFCs. */
import { createDecipheriv, createECDH, createPublicKey, hkdfSync, randomBytes, verify } from "node:crypto"
import { statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Context, Duration, Effect, Layer } from "effect"
import { Exchange } from "../../src/dashboard/api/server/Exchange.ts"
import * as Push from "../../src/dashboard/push/Push.ts"
import * as Subscriptions from "../../src/dashboard/push/Subscriptions.ts"
import type { SenderOptions } from "../../src/dashboard/webhooks/WebhookSender.ts"
import { CAROL, seed } from "../support/api/seed.ts"
import { ask, serve } from "../support/api/serving.ts"
import { eventually } from "../support/cli/support.ts"
import { anyDatabase } from "../support/database/support.ts"
import { folder } from "../support/folder.ts"
import { block, PAID, REGISTERED } from "../support/webhooks/index.ts"
import { certificate, opensslIsMissing, type Received, receiver } from "../support/webhooks/receiver.ts"

const CONTACT = "mailto:owner@gittensor.example"
const none = new Uint8Array()

/** A browser: its keys, and how it reads a message (RFC 8291, section 3.4; RFC 8188, section 2). */
const browser = () => {
  const ecdh = createECDH("prime256v1")
  const [own, auth] = [ecdh.generateKeys(), randomBytes(16)]
  const read = ({ bytes }: Received): { readonly body: string; readonly url: string } => {
    const message = Buffer.from(bytes)
    const [salt, server, sealed] = [message.subarray(0, 16), message.subarray(21, 86), message.subarray(86)]
    const derived = (key: Uint8Array, salt: Uint8Array, info: Buffer, length: number) =>
      Buffer.from(hkdfSync("sha256", key, salt, info, length))
    const shared = derived(ecdh.computeSecret(server), auth, Buffer.concat([Buffer.from("WebPush: info\0"), own, server]), 32)
    const key = derived(shared, salt, Buffer.from("Content-Encoding: aes128gcm\0"), 16)
    const opened = createDecipheriv("aes-128-gcm", key, derived(shared, salt, Buffer.from("Content-Encoding: nonce\0"), 12))
    opened.setAuthTag(sealed.subarray(-16))
    const text = Buffer.concat([opened.update(sealed.subarray(0, -16)), opened.final()])
    return JSON.parse(text.subarray(0, text.lastIndexOf(2)).toString())
  }
  return { keys: { p256dh: own.toString("base64url"), auth: auth.toString("base64url") }, read }
}

/** Checks the server's signature (RFC 8292), and returns its claims. */
const claimsIn = ({ headers }: Received, publicKey: string): unknown => {
  const [, token = "", key] = /^vapid t=([^,]+), k=(.+)$/.exec(headers.authorization ?? "") ?? []
  assert.strictEqual(key, publicKey)
  const point = Buffer.from(publicKey, "base64url")
  const jwk = { kty: "EC", crv: "P-256", x: point.subarray(1, 33).toString("base64url"), y: point.subarray(33).toString("base64url") }
  const [head = "", claims = "", signature = ""] = token.split(".")
  const signed = createPublicKey({ key: jwk, format: "jwk" })
  assert.isTrue(
    verify("sha256", Buffer.from(`${head}.${claims}`), { key: signed, dsaEncoding: "ieee-p1363" }, Buffer.from(signature, "base64url"))
  )
  return JSON.parse(Buffer.from(claims, "base64url").toString())
}

const pushOf = (path: string, sender: SenderOptions, most = 4) =>
  Push.layer({
    keyFile: join(path, "key.json"),
    contact: CONTACT,
    most,
    pauses: [Duration.millis(10)],
    every: "50 millis",
    ...sender
  }).pipe(
    Layer.provide(Subscriptions.layer(join(path, "subscriptions.sqlite"))),
    Layer.build,
    Effect.map((context) => Context.get(context, Push.Push))
  )

describe("notifications with the page closed", () => {
  it.live.skipIf(opensslIsMissing)("reach who watches what they are about, encrypted and signed, until the browser is gone", () =>
    Effect.gen(function* () {
      yield* seed
      const [tls, path] = yield* Effect.all([certificate, folder])
      // Services: one that fails once, one whose browser is gone after its first message, one that takes nothing.
      const { port, to } = yield* receiver((path, number) => {
        if (path === "/none") return new Response(null, { status: 404 })
        const status = number === 2 ? { "/flaky": 500, "/gone": 410 }[path] : undefined
        return new Response(null, { status: status ?? 201 })
      }, tls)
      const push = yield* pushOf(path, { toPrivateHosts: true, authority: tls.cert, resolve: async () => ["127.0.0.1"] })
      const url = yield* serve({ push })
      assert.deepInclude((yield* ask(`${url}/health`)).json(), { push: push.publicKey })
      assert.strictEqual(statSync(join(path, "key.json")).mode & 0o777, 0o600)
      const endpoint = (name: string) => `https://hook.example:${port}/${name}`
      const put = (body: unknown) => Effect.map(ask(`${url}/push`, { method: "PUT", body: JSON.stringify(body) }), ({ status }) => status)
      const one = browser()
      const issue = [{ kind: "issue", id: "1" }]
      const subscribe = (name: string, watches: ReadonlyArray<object> = issue) =>
        put({ endpoint: endpoint(name), expirationTime: null, keys: one.keys, watches })
      assert.strictEqual(yield* subscribe("none"), 400, "kept only once its service took a message")
      for (const name of ["flaky", "gone", "usual"]) assert.strictEqual(yield* subscribe(name), 204)
      assert.strictEqual(yield* subscribe("other", [{ kind: "miner", id: CAROL }]), 204)
      assert.strictEqual(yield* subscribe("fifth"), 503, "there is a limit")
      assert.strictEqual(yield* subscribe("usual"), 204, "a known one may change")

      yield* block([REGISTERED])
      const got = (name: string, count: number) =>
        eventually(
          `${count} messages for ${name}`,
          Effect.sync(() => (to(`/${name}`).length >= count ? to(`/${name}`) : undefined))
        )
      const [first, news] = yield* got("usual", 2)
      if (first === undefined || news === undefined) return assert.fail("two messages came")
      assert.match(one.read(first).body, /^Notifications are on/)
      assert.deepInclude(one.read(news), { url: "/issues/1" })
      assert.match(one.read(news).body, /^“Crash when saving” was listed/)
      const { aud, sub } = claimsIn(news, push.publicKey) as { readonly aud: string; readonly sub: string }
      assert.deepStrictEqual([aud, sub], [`https://hook.example:${port}`, CONTACT])
      assert.deepInclude(news.headers, { ttl: "86400", "content-encoding": "aes128gcm" })
      yield* got("flaky", 3)
      yield* got("gone", 2)
      yield* block([PAID])
      yield* got("usual", 3)
      yield* got("flaky", 4)
      assert.lengthOf(to("/gone"), 2)
      assert.lengthOf(to("/other"), 1)
      assert.lengthOf(to("/fifth"), 0)

      const bad: ReadonlyArray<readonly [unknown, number]> = [
        [{ endpoint: "http://hook.example/", keys: one.keys, watches: issue }, 400],
        [{ endpoint: endpoint("x"), keys: { ...one.keys, auth: "short" }, watches: issue }, 400],
        [{ endpoint: endpoint("x"), keys: one.keys, watches: [] }, 400],
        [{ endpoint: endpoint("x"), keys: one.keys, watches: Array.from({ length: 201 }, () => issue[0]) }, 400],
        ["x".repeat(40_000), 413]
      ]
      for (const [body, status] of bad) assert.strictEqual(yield* put(body), status)
      const ended = yield* ask(`${url}/push`, { method: "DELETE", body: JSON.stringify({ endpoint: endpoint("usual") }) })
      assert.deepStrictEqual([ended.status, ended.bytes], [204, none])
      assert.strictEqual(yield* subscribe("fifth"), 204, "its place is free")
    }).pipe(Effect.scoped, Effect.provide(anyDatabase))
  )

  it.live("go to no private address, and only if the server has them; its key outlives a restart", () =>
    Effect.gen(function* () {
      yield* seed
      const path = yield* folder
      const { publicKey } = yield* Effect.scoped(pushOf(path, { toPrivateHosts: false }))
      const push = yield* pushOf(path, { toPrivateHosts: false })
      assert.strictEqual(push.publicKey, publicKey)
      const body = JSON.stringify({ endpoint: "https://127.0.0.1/", keys: browser().keys, watches: [{ kind: "issue", id: "1" }] })
      const refused = yield* ask(`${yield* serve({ push })}/push`, { method: "PUT", body })
      assert.strictEqual(refused.status, 400)
      const without = yield* serve()
      assert.strictEqual((yield* ask(`${without}/push`, { method: "PUT", body })).status, 404)
      assert.deepInclude((yield* ask(`${without}/health`)).json(), { push: null })
    }).pipe(Effect.scoped, Effect.provide(anyDatabase))
  )

  it.live.skipIf(opensslIsMissing)("reach a browser soon while a stranger's many endpoints at the same host do not answer", () =>
    Effect.gen(function* () {
      yield* seed
      const [tls, path] = yield* Effect.all([certificate, folder])
      const ended = Promise.withResolvers<Response>()
      yield* Effect.addFinalizer(() => Effect.sync(() => ended.resolve(new Response())))
      const { port, to, received } = yield* receiver(
        (path, number) => (path.startsWith("/a-slow") && number > 1 ? ended.promise : new Response(null, { status: 201 })),
        tls
      )
      const push = yield* pushOf(path, { toPrivateHosts: true, authority: tls.cert, resolve: async () => ["127.0.0.1"] }, 100)
      const watches = [{ kind: "issue", id: "1" }] as const
      const put = (name: string) => push.subscribe({ endpoint: `https://hook.example:${port}/${name}`, keys: browser().keys, watches })
      yield* Effect.forEach(Array.from({ length: 48 }).keys(), (number) => put(`a-slow${number}`), { concurrency: 8 })
      yield* put("honest")
      yield* block([REGISTERED])
      yield* eventually(
        "news for the honest browser",
        Effect.sync(() => (to("/honest").length > 1 ? true : undefined))
      )
      // Each of the others is asked once, and none has answered.
      assert.lengthOf(received, 2 * 49)
    }).pipe(Effect.scoped, Effect.provide(anyDatabase))
  )

  it.live("name the file of a key that is none", () =>
    Effect.gen(function* () {
      const path = yield* folder
      writeFileSync(join(path, "key.json"), "")
      const failed = yield* Effect.flip(pushOf(path, { toPrivateHosts: true }))
      assert.include(String(failed), `${join(path, "key.json")} is not one: restore it, or remove it`)
    }).pipe(Effect.scoped, Effect.provide(anyDatabase))
  )

  it.live.skipIf(opensslIsMissing)("are at most fifty for one client", () =>
    Effect.gen(function* () {
      const [tls, path] = yield* Effect.all([certificate, folder])
      const { port } = yield* receiver(undefined, tls)
      const push = yield* pushOf(path, { toPrivateHosts: true, authority: tls.cert, resolve: async () => ["127.0.0.1"] }, 100)
      const put = (name: number, client: string) =>
        push
          .subscribe({ endpoint: `https://hook.example:${port}/${name}`, keys: browser().keys, watches: [{ kind: "issue", id: "1" }] })
          .pipe(Effect.provideService(Exchange, { id: "", client, path: "", route: undefined }), Effect.either)
      yield* Effect.forEach(Array.from({ length: 50 }).keys(), (number) => put(number, "192.0.2.1"), { concurrency: 8 })
      const tags = yield* Effect.forEach(
        [put(50, "192.0.2.1"), put(7, "192.0.2.1"), put(50, "192.0.2.2")],
        Effect.map(({ _tag }) => _tag)
      )
      assert.deepStrictEqual(tags, ["Left", "Right", "Right"])
    }).pipe(Effect.scoped, Effect.provide(anyDatabase))
  )
})
