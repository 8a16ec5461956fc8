/** Repeated requests are answered from memory until a change that may affect the answer, on both databases. */
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from "node:zlib"
import { SqlClient } from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Record, TestClock } from "effect"
import { ANSWERED_AT } from "../../../src/dashboard/api/definition/pages.ts"
import { sharedQuery } from "../../../src/dashboard/api/handlers/answer.ts"
import { Exchange } from "../../../src/dashboard/api/server/Exchange.ts"
import { tables } from "../../../src/layers/storage/database/schema/tables.ts"
import { pathsOf } from "../../support/api/reachable.ts"
import { ALICE, BOB, HEAD, seed, VALIDATOR } from "../../support/api/seed.ts"
import { ask, serveBoth } from "../../support/api/serving.ts"
import { asked as askedAnew } from "../../support/api/support.ts"
import { variants } from "../../support/database/support.ts"

const retitle = (title: string) => Effect.flatMap(SqlClient, (sql) => sql`UPDATE issues SET title = ${title} WHERE id = 1`)

/** Adds a block, months after the one before. */
const addBlock = (number: number) =>
  Effect.flatMap(
    SqlClient,
    (sql) => sql`INSERT INTO blocks SELECT ${number}::integer, '0xnew' || ${number}::text, max(time) + interval '70 days' FROM blocks`
  )

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
        // Another URL has not been requested before, so its answer is computed.
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

    it.scoped("outlive a block that changes nothing else", () =>
      Effect.gen(function* () {
        const { titleOf, from } = yield* served("0 millis")
        yield* retitle("same")
        const asked = titleOf("/v1/issues/1")
        assert.strictEqual(yield* asked, "same")
        const [memory, database] = [yield* from("memory"), yield* from("database")]
        for (const number of [HEAD + 1, HEAD + 2]) {
          yield* addBlock(number)
          assert.strictEqual(yield* asked, "same")
        }
        assert.deepStrictEqual([(yield* from("memory")) - memory, (yield* from("database")) - database], [2, 0])
      }).pipe(Effect.provide(layer))
    )

    it.scoped("do not outlive a block that they show: all endpoints answer as they would without a memory", () =>
      Effect.gen(function* () {
        const { url } = yield* served("0 millis")
        const sql = yield* SqlClient
        // Each kind of timestamp lies in the future, so its time is unknown.
        yield* sql`UPDATE competitions SET deadline = ${HEAD + 1}, outcome_until = ${HEAD + 2}`
        yield* sql`UPDATE chain SET aged_at = ${HEAD + 1}`
        yield* sql`UPDATE config_changes SET content = content || ${`{"appliesUntil": ${HEAD}}`}::jsonb`
        const paths = pathsOf({ ids: [1, 2], miners: [ALICE, BOB], validator: VALIDATOR, epoch: 2, speaks: true })
        assert.isAbove(paths.length, 30)
        const textsOf = Effect.forEach(paths, (path) => Effect.map(ask(url + path), ({ bytes }) => new TextDecoder().decode(bytes)))
        const before = yield* textsOf
        let changed = 0
        for (const number of [HEAD + 1, HEAD + 2]) {
          yield* addBlock(number)
          // Values computed at most once in ten seconds are the same with and without a cache.
          yield* TestClock.adjust("11 seconds")
          const [after, anew] = [yield* textsOf, yield* Effect.scoped(Effect.flatMap(askedAnew, (get) => Effect.forEach(paths, get)))]
          for (const [index, { body }] of anew.entries()) {
            const text = after[index] ?? ""
            assert.deepStrictEqual(typeof body === "string" ? text : JSON.parse(text), body, paths[index])
            if (text !== before[index]) changed++
          }
        }
        assert.isAbove(changed, 5)
      }).pipe(Effect.provide(layer))
    )

    it.scoped("tell of which block they are, also from memory, as 304, and where a total is shared", () =>
      Effect.gen(function* () {
        const { url } = yield* served("0 millis")
        const sql = yield* SqlClient
        const blockOf = (path: string, headers: Readonly<Record<string, string>> = {}) =>
          Effect.map(ask(url + path, { headers }), ({ headers: answered }) => Number(answered.get(ANSWERED_AT)))
        const paths = ["/v1/stats", "/v1/issues", "/v1/payouts"]
        const payouts = Effect.map(ask(`${url}/v1/stats`), ({ bytes }) => JSON.parse(new TextDecoder().decode(bytes)).bounties.payouts)
        for (const path of [...paths, ...paths]) assert.strictEqual(yield* blockOf(path), HEAD, path)
        const before = yield* payouts
        yield* addBlock(HEAD + 1)
        yield* sql`DELETE FROM payouts`
        assert.isAbove(before, 0)
        // The sum of the same moment as the list, although it was computed a moment ago.
        assert.strictEqual(yield* payouts, 0)
        for (const path of [...paths, ...paths]) assert.strictEqual(yield* blockOf(path), HEAD + 1, path)
        const etag = (yield* ask(`${url}/v1/issues`)).headers.get("etag") ?? ""
        assert.strictEqual(yield* blockOf("/v1/issues", { "if-none-match": etag }), HEAD + 1)
      }).pipe(Effect.provide(layer))
    )

    it.scoped("share a total by the block that the request knows, and ask for the newest one only without it", () =>
      Effect.gen(function* () {
        yield* seed
        let computed = 0
        const total = yield* sharedQuery(Effect.sync(() => ++computed))
        const at = (newest: number) => Effect.provideService(total, Exchange, { id: "", client: "", path: "", route: undefined, newest })
        assert.deepStrictEqual([yield* at(HEAD + 7), yield* at(HEAD + 7), yield* total, yield* at(HEAD)], [1, 1, 2, 2])
      }).pipe(Effect.provide(layer))
    )

    it.scoped("are computed again if the log of changes does not reach back to when they were computed", () =>
      Effect.gen(function* () {
        const { titleOf } = yield* served("0 millis")
        const sql = yield* SqlClient
        yield* retitle("old")
        assert.strictEqual(yield* titleOf("/v1/issues/1"), "old")
        yield* retitle("new")
        yield* sql`DELETE FROM change_log`
        assert.strictEqual(yield* titleOf("/v1/issues/1"), "new")
      }).pipe(Effect.provide(layer))
    )

    it.effect("see the changes of every table", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient
        const logged = yield* sql<{ readonly name: string; readonly events: string }>`
          SELECT event_object_table AS name, string_agg(event_manipulation, ' ' ORDER BY event_manipulation) AS events
          FROM information_schema.triggers WHERE trigger_schema = 'public' AND trigger_name = 'log_change' GROUP BY 1 ORDER BY 1`
        // A new block is detected by its number.
        const expected = Object.keys(tables).flatMap((name) =>
          name === "change_log" ? [] : [{ name, events: name === "blocks" ? "DELETE UPDATE" : "DELETE INSERT UPDATE" }]
        )
        assert.deepStrictEqual(
          logged,
          expected.toSorted((a, b) => (a.name < b.name ? -1 : 1))
        )
        yield* seed
        yield* sql`DELETE FROM change_log`
        yield* sql`TRUNCATE blocks CASCADE`
        assert.strictEqual((yield* sql`SELECT transaction FROM change_log`).length, 1)
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
