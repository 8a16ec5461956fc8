/** Repeated requests are answered from memory until the database changes, on both databases. */
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from "node:zlib"
import { SqlClient } from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Record, TestClock } from "effect"
import { seed } from "../../support/api/seed.ts"
import { ask, serveBoth } from "../../support/api/serving.ts"
import { variants } from "../../support/database/support.ts"

const retitle = (title: string) => Effect.flatMap(SqlClient, (sql) => sql`UPDATE issues SET title = ${title} WHERE id = 1`)

for (const { name, skip, layer } of variants)
  describe.skipIf(skip)(`repeated requests, ${name}`, () => {
    const served = (answersBehind: "0 millis" | "100 millis") =>
      Effect.gen(function* () {
        yield* seed
        const { url, metricsUrl } = yield* serveBoth({ answersBehind })
        const titleOf = (path: string) =>
          Effect.map(ask(url + path), ({ bytes }) => /"title":"(\w+)"/.exec(new TextDecoder().decode(bytes))?.[1])
        const from = (where: string) =>
          Effect.map(ask(`${metricsUrl}/metrics`), ({ bytes }) =>
            Number(new RegExp(`gittensor_api_answers_total\\{from="${where}"\\} (\\d+)`).exec(new TextDecoder().decode(bytes))?.[1] ?? 0)
          )
        return { url, titleOf, from }
      })

    it.scoped("are computed again after any write", () =>
      Effect.gen(function* () {
        const { titleOf } = yield* served("0 millis")
        for (const title of ["first", "second", "third"]) {
          yield* retitle(title)
          assert.deepStrictEqual([yield* titleOf("/v1/issues/1"), yield* titleOf("/v1/issues/1")], [title, title])
        }
      }).pipe(Effect.provide(layer))
    )

    it.scoped("come from memory, and are at most as far behind as allowed", () =>
      Effect.gen(function* () {
        const { url, titleOf, from } = yield* served("100 millis")
        yield* retitle("old")
        yield* TestClock.adjust("100 millis")
        const [memory, database] = [yield* from("memory"), yield* from("database")]
        const first = yield* ask(`${url}/v1/issues/1`)
        const second = yield* ask(`${url}/v1/issues/1`)
        assert.deepStrictEqual(second.bytes, first.bytes)
        assert.strictEqual(second.headers.get("etag"), first.headers.get("etag"))
        assert.deepStrictEqual([(yield* from("memory")) - memory, (yield* from("database")) - database], [1, 1])
        yield* retitle("new")
        assert.strictEqual(yield* titleOf("/v1/issues/1"), "old")
        // Another address was not asked for before, and so is computed.
        assert.strictEqual(yield* titleOf("/v1/issues/1?"), "new")
        yield* TestClock.adjust("100 millis")
        assert.strictEqual(yield* titleOf("/v1/issues/1"), "new")
      }).pipe(Effect.provide(layer))
    )

    it.scoped("come from memory in the encoding that a client accepts, and not at all to a client that has them", () =>
      Effect.gen(function* () {
        const { url, from } = yield* served("100 millis")
        const asked = (headers: Readonly<Record<string, string>>) => ask(`${url}/v1/issues`, { headers })
        const decoders = { gzip: gunzipSync, br: brotliDecompressSync, zstd: zstdDecompressSync, identity: (bytes: Uint8Array) => bytes }
        const inEach = Effect.forEach(Record.toEntries(decoders), ([encoding, decode]) =>
          Effect.map(asked({ "accept-encoding": encoding }), ({ bytes, headers }) => ({
            ...{ encoding, sent: headers.get("content-encoding") ?? "identity", etag: headers.get("etag") ?? "" },
            text: new TextDecoder().decode(decode(bytes))
          }))
        )
        const first = yield* inEach
        const memory = yield* from("memory")
        assert.deepStrictEqual(yield* inEach, first)
        assert.strictEqual(yield* from("memory"), memory + first.length)
        const { etag, text } = first[0] ?? { etag: "", text: "" }
        for (const answer of first) assert.deepStrictEqual(answer, { encoding: answer.encoding, sent: answer.encoding, etag, text })
        assert.deepStrictEqual(yield* Effect.map(asked({ "if-none-match": etag }), ({ status, bytes }) => [status, bytes.length]), [304, 0])
      }).pipe(Effect.provide(layer))
    )

    it.scoped("that name the host asked for are not kept, so that nobody can change what others are answered", () =>
      Effect.gen(function* () {
        const { url } = yield* served("100 millis")
        for (const path of ["/feed.atom", "/llms.txt", "/openapi.json"])
          for (const host of ["first.example", "second.example"]) {
            const { status, bytes } = yield* ask(url + path, { headers: { "x-forwarded-host": host } })
            const others =
              new TextDecoder()
                .decode(bytes)
                .match(/\b(?:first|second)\.example/g)
                ?.filter((named) => named !== host) ?? []
            assert.deepStrictEqual([path, status, others], [path, 200, []])
          }
      }).pipe(Effect.provide(layer))
    )

    it.scoped("that found nothing are not kept", () =>
      Effect.gen(function* () {
        const { url, from } = yield* served("100 millis")
        yield* ask(`${url}/v1/issues/777`)
        const database = yield* from("database")
        assert.strictEqual((yield* ask(`${url}/v1/issues/777`)).status, 404)
        assert.strictEqual(yield* from("database"), database + 1)
      }).pipe(Effect.provide(layer))
    )
  })
