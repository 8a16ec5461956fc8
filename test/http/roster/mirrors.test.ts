/** A roster mirror's valid answers, and the handling of all others. */
import { gzipSync } from "node:zlib"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, TestClock } from "effect"
import { isMirror, shownMirror } from "../../../src/layers/chain/roster/mirrorAddress.ts"
import { fetchFromMirror } from "../../../src/layers/chain/roster/mirrors.ts"
import { mirror, type Served } from "../../support/roster/mirror.ts"

const fetched = (paths: Readonly<Record<string, Served>>, path: string) =>
  Effect.flatMap(mirror(paths), (server) => fetchFromMirror(`${server}${path}`))
const failure = (paths: Readonly<Record<string, Served>>, path: string) =>
  Effect.map(Effect.flip(fetched(paths, path)), ({ failure, message }) => [failure, message])

const MB = 1_048_576
const streamed = (chunks: number) =>
  new ReadableStream({
    pull: (controller) => {
      if (chunks-- > 0) controller.enqueue(new Uint8Array(MB).fill(91))
      else controller.close()
    }
  })

describe("a mirror of the roster", () => {
  it.scoped("may redirect a few times, to other web addresses only", () =>
    Effect.gen(function* () {
      const paths = {
        "/3": { redirect: "/2" },
        "/2": { redirect: "/1" },
        "/1": { redirect: "/0" },
        "/0": { text: "the roster" },
        "/4": { redirect: "/3" },
        "/file": { redirect: "file:///etc/hostname" },
        "/data": { redirect: "data:text/plain,the roster" },
        "/nowhere": { redirect: "http://[" }
      }
      assert.strictEqual(yield* fetched(paths, "/3"), "the roster")
      assert.deepStrictEqual(yield* failure(paths, "/4"), ["refused", "it redirects more than 3 times"])
      for (const path of ["/file", "/data", "/nowhere"])
        assert.deepStrictEqual(yield* failure(paths, path), ["refused", "it redirects to an address that is not followed"], path)
    })
  )

  it.scoped("may send four megabytes of text, and nothing compressed", () =>
    Effect.gen(function* () {
      const paths: Readonly<Record<string, Served>> = {
        "/large": { answer: () => new Response(streamed(4)) },
        "/endless": { answer: () => new Response(streamed(Number.POSITIVE_INFINITY)) },
        "/bytes": { answer: () => new Response(new Uint8Array([0xc3, 0x28])) },
        "/bomb": { answer: () => new Response(gzipSync(Buffer.alloc(64 * MB, 91)), { headers: { "content-encoding": "gzip" } }) },
        "/gone": { answer: () => new Response("gone", { status: 410 }) }
      }
      assert.strictEqual((yield* fetched(paths, "/large")).length, 4 * MB)
      assert.deepStrictEqual(yield* failure(paths, "/endless"), ["too-large", "its answer is longer than 4 MB"])
      assert.strictEqual((yield* failure(paths, "/bytes"))[0], "not-text")
      assert.deepStrictEqual(yield* failure(paths, "/bomb"), ["not-text", "its answer is compressed (gzip), which nobody asked for"])
      assert.deepStrictEqual(yield* failure(paths, "/gone"), ["refused", "it answers with status 410"])
    })
  )

  it.scoped("must answer whole and in time", () =>
    Effect.gen(function* () {
      const arrived = Promise.withResolvers<void>()
      const server = yield* mirror({
        "/stalls": {
          answer: () => {
            arrived.resolve()
            return new Response(new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array([91])) }))
          }
        }
      })
      const waiting = yield* Effect.fork(Effect.flip(fetchFromMirror(`${server}/stalls`)))
      yield* Effect.promise(() => arrived.promise)
      yield* TestClock.adjust("21 seconds")
      assert.deepInclude(yield* Fiber.join(waiting), { failure: "too-slow", detail: "it did not answer in full within 20s" })
      const unreachable = yield* Effect.flip(fetchFromMirror("http://127.0.0.1:1/roster.json"))
      assert.strictEqual(unreachable.failure, "unreachable")
    })
  )

  it("is named without its secrets", () => {
    assert.strictEqual(shownMirror("https://user:word@example.org/a/roster.json?token=x"), "https://example.org/a/roster.json")
    assert.deepStrictEqual(["https://a/b", "HTTP://a", "roster.json", "file:///a", "https://", "ftp://a/b"].map(isMirror), [
      true,
      true,
      false,
      false,
      false,
      false
    ])
  })
})
