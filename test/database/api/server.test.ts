/** The server's handling of every request, over HTTP, on both databases. */
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from "node:zlib"
import { OpenApi } from "@effect/platform"
import { SqlClient } from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema, TestClock } from "effect"
import Papa from "papaparse"
import { ListedCompetition } from "../../../src/dashboard/api/definition/competitions.ts"
import { ApiError } from "../../../src/dashboard/api/definition/errors.ts"
import { Health, ServedApi } from "../../../src/dashboard/api/definition/system.ts"
import { newestPace } from "../../../src/dashboard/api/stream/changes.ts"
import { hourOf } from "../../../src/dashboard/comments/text.ts"
import { Chain } from "../../../src/layers/chain/node/Chain.ts"
import { metricsOf } from "../../../src/layers/machine/telemetry/catalogue.ts"
import { momentsOf, paceAt } from "../../../src/roles/miner/calendar.ts"
import { timeOfBlock } from "../../../src/story/time.ts"
import { leftUntil } from "../../../web/src/format/time.ts"
import { ARTEFACT } from "../../support/api/quality.ts"
import { ALICE, BOB, HEAD, seed, VALIDATOR } from "../../support/api/seed.ts"
import { type Answer, ask, expectMessage, listen, type ServingOptions, serve, serveBoth } from "../../support/api/serving.ts"
import { variants } from "../../support/database/support.ts"
import { silentChain } from "../../support/github/silentChain.ts"
import { board, having, issueOf, key, matchOf, screenOf } from "../../unit/terminal/fixture.ts"

const DATES = { startedAt: 1, submissionsFrom: 2, deadline: 9_000, outcomeUntil: 9_100, votes: [] }

const isOurError = Schema.is(Schema.encodedSchema(ApiError))

/** Asserts the common error shape and its status. */
const isRefused = ({ status, headers, json }: Answer, as: number, what: string) => {
  assert.strictEqual(status, as, what)
  const body = json()
  assert.isTrue(isOurError(body), `${what}: ${JSON.stringify(body)}`)
  assert.strictEqual(headers.get("cache-control"), "no-store", what)
  assert.strictEqual(headers.get("access-control-allow-origin"), "*", what)
}

interface Operation {
  readonly parameters: ReadonlyArray<{ readonly name: string; readonly in: string }>
}

/** Every path with its parameters filled in, and the names of its query parameters. */
const endpoints = Object.entries(OpenApi.fromApi(ServedApi).paths).flatMap(([path, { get }]) => {
  if (path === "/v1/stream" || get === undefined) return []
  const { parameters }: Operation = get
  const filled = path
    .replace("/validators/{hotkey}", `/validators/${VALIDATOR}`)
    .replace("/quality/{hotkey}", `/quality/${VALIDATOR}`)
    .replace("/reports/{hotkey}", `/reports/${VALIDATOR}`)
    .replace("{hotkey}", ALICE)
    .replace("{epoch}", "2")
    .replace("{digest}", ARTEFACT.digest)
    .replace("{picture}", "1.png")
    .replace("{badge}", "1.svg")
    .replace("{owner}/{file}", "acme/widgets.svg")
    .replace("{id}", "1")
    .replace(/head-to-head(\.csv)?$/, `head-to-head$1?a=${ALICE}&b=${BOB}`)
  return [{ path, filled, query: parameters.filter((parameter) => parameter.in === "query").map(({ name }) => name) }]
})

const text = ({ bytes }: Answer) => new TextDecoder().decode(bytes)

const NASTY = [
  "'; DROP TABLE issues; --",
  "1 OR 1=1",
  "1)) UNION SELECT 1,usename,passwd FROM pg_shadow--",
  "' OR ''='",
  "\\",
  "%",
  "_",
  "-1",
  "1e9",
  "0x10",
  "99999999999999999999",
  "4844",
  "NaN",
  "null",
  "true",
  "[]",
  "{}",
  "\u0001\u001f",
  "\ud83d\ude00",
  "\u202egnp",
  "a".repeat(2_000),
  "<script>alert(1)</script>",
  "../../etc/passwd",
  ""
]

/** Refusals of the first database's server. The API checks parameters before it queries a database, so the second database cannot change them. */
const refusedBefore = new Set<string>()

for (const { name, skip, layer } of variants)
  describe.skipIf(skip)(`the server, ${name}`, () => {
    const withServer = <A, E, R>(body: (url: string) => Effect.Effect<A, E, R>, settings: ServingOptions = {}) =>
      seed.pipe(Effect.zipRight(serve(settings)), Effect.flatMap(body), Effect.scoped, Effect.provide(layer))

    it.scoped("answers every endpoint of its description", () =>
      withServer((url) =>
        Effect.gen(function* () {
          assert.isAbove(endpoints.length, 25)
          for (const { filled } of endpoints) assert.strictEqual((yield* ask(url + filled)).status, 200, filled)
        })
      )
    )

    it.scoped("refuses invalid parameters in one error shape, whatever the parameter and the value", () =>
      withServer((url) =>
        Effect.gen(function* () {
          const before = (yield* ask(`${url}/v1/issues`)).json()
          const asked = endpoints.flatMap(({ filled, query }) =>
            [...query, ...(query.length > 0 ? ["unknown"] : [])].flatMap((parameter) =>
              NASTY.map((value) => ({
                known: parameter !== "unknown",
                path: `${filled}${filled.includes("?") ? "&" : "?"}${parameter}=${encodeURIComponent(value)}`
              }))
            )
          )
          assert.isAbove(asked.length, 2_000)
          yield* Effect.forEach(
            asked.filter(({ path }) => !refusedBefore.has(path)),
            ({ path, known }) =>
              Effect.map(ask(url + path), (answer) => {
                if (answer.status === 200 && known) return
                isRefused(answer, 400, path)
                refusedBefore.add(path)
              }),
            { concurrency: 8, discard: true }
          )
          for (const path of ["/v1/issues/", "/v1/competitions/", "/v1/miners/", "/v1/validators/"])
            for (const value of NASTY.filter((text) => !["", "4844"].includes(text))) {
              const answer = yield* ask(`${url}${path}${encodeURIComponent(value)}`)
              isRefused(answer, answer.status === 404 ? 404 : 400, path + value)
            }
          assert.deepStrictEqual((yield* ask(`${url}/v1/issues`)).json(), before, "nothing was changed")
        })
      )
    )
  })

const [{ layer } = { layer: undefined }] = variants

if (layer !== undefined)
  describe("the server", () => {
    const withServer = <A, E, R>(body: (url: string) => Effect.Effect<A, E, R>, settings: ServingOptions = {}) =>
      seed.pipe(Effect.zipRight(serve(settings)), Effect.flatMap(body), Effect.scoped, Effect.provide(layer))

    it.scoped("refuses unknown paths, methods, bodies and addresses, in one error shape", () =>
      withServer((url) =>
        Effect.gen(function* () {
          for (const path of ["/", "/v1", "/v1/nothing", "/v1/issues/1/2", "/v1/issues/", "/V1/issues", "/favicon.ico"])
            isRefused(yield* ask(url + path), 404, path)
          for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
            const answer = yield* ask(`${url}/v1/issues`, { method, ...(method === "POST" ? { body: "{}" } : {}) })
            isRefused(answer, 405, method)
            assert.strictEqual(answer.headers.get("allow"), "GET, HEAD, OPTIONS")
            isRefused(yield* ask(`${url}/nothing`, { method }), 404, method)
          }
          isRefused(yield* ask(`${url}/v1/issues?search=${"a".repeat(5_000)}`), 414, "long")
          for (const search of ["%00", "%ff", "%zz", "%E2%82", "%"]) isRefused(yield* ask(`${url}/v1/issues?search=${search}`), 400, search)
          isRefused(yield* ask(`${url}/v1/issues?limit=1&limit=2`), 400, "twice")
        })
      )
    )

    it.scoped("gives every list as CSV with the same rows, in files of at most 1,000 rows", () =>
      withServer((url) =>
        Effect.gen(function* () {
          const sql = yield* SqlClient
          const lists = endpoints.filter(({ path }) => path.endsWith(".csv"))
          assert.isAbove(lists.length, 20)
          for (const { filled } of lists) {
            const file = yield* ask(url + filled)
            const { items }: { readonly items: ReadonlyArray<object> } = JSON.parse(
              text(yield* ask(`${url}${filled.replace(".csv", "")}${filled.includes("?") ? "&" : "?"}limit=100`))
            )
            assert.strictEqual(file.headers.get("content-type"), "text/csv; charset=utf-8; header=present", filled)
            const { data, errors, meta } = Papa.parse<Record<string, string>>(text(file), { header: true, skipEmptyLines: true })
            assert.deepStrictEqual(errors, [], filled)
            assert.strictEqual(data.length, items.length, filled)
            for (const [index, item] of items.entries())
              for (const field of meta.fields ?? []) {
                const value = field.split(".").reduce<unknown>((inner, name) => (Object(inner) as Record<string, unknown>)[name], item)
                const cell = value === null || value === undefined ? "" : typeof value === "object" ? JSON.stringify(value) : `${value}`
                assert.strictEqual(data[index]?.[field]?.replace(/^'(?=[=+@-])/, ""), cell, `${filled}: ${field}`)
              }
            for (const item of items)
              for (const name of Object.keys(item))
                assert.isTrue(
                  meta.fields?.some((field) => field.split(".")[0] === name),
                  `${filled} has ${name}`
                )
          }
          yield* sql`INSERT INTO blocks (number, hash, time) SELECT number, 'x' || number, now() FROM generate_series(${HEAD + 1}::int, ${HEAD + 2_500}::int) AS number`
          const rows: Array<string> = []
          let next: string | undefined = "/v1/blocks.csv?sort=oldest"
          const sizes: Array<number> = []
          while (next !== undefined) {
            const file: Answer = yield* ask(url + next)
            const numbers = text(file).trim().split("\r\n").slice(1)
            rows.push(...numbers)
            sizes.push(numbers.length)
            next = /^<([^>]+)>; rel="next"$/.exec(file.headers.get("link") ?? "")?.[1]
          }
          assert.deepStrictEqual(sizes.slice(0, 2), [1_000, 1_000])
          assert.strictEqual(new Set(rows).size, rows.length)
          const [counted] = yield* sql<{ readonly blocks: number }>`SELECT count(*)::int AS blocks FROM blocks`
          assert.strictEqual(rows.length, counted?.blocks)
          const few = yield* ask(`${url}/v1/blocks.csv?limit=2`)
          assert.deepStrictEqual([text(few).trim().split("\r\n").length, few.headers.get("link") === null], [3, false])
          isRefused(yield* ask(`${url}/v1/blocks.csv?limit=101`), 400, "too many")
          isRefused(yield* ask(`${url}/v1/blocks.csv?cursor=bad!`), 400, "cursor")
          isRefused(yield* ask(`${url}/v1/treasury.csv`), 404, "no list")
        })
      )
    )

    it.scoped("sends only what a client does not have: ETag, 304, HEAD", () =>
      withServer((url) =>
        Effect.gen(function* () {
          const whole = yield* ask(`${url}/v1/issues`)
          const etag = whole.headers.get("etag") ?? ""
          assert.match(etag, /^W\/"[\w-]{22}"$/)
          assert.strictEqual(whole.headers.get("cache-control"), "public, no-cache")
          for (const tag of [etag, etag.slice(2), `"other", ${etag}`, "*"]) {
            const again = yield* ask(`${url}/v1/issues`, { headers: { "if-none-match": tag } })
            assert.deepStrictEqual([again.status, again.bytes.length, again.headers.get("etag")], [304, 0, etag], tag)
          }
          assert.strictEqual((yield* ask(`${url}/v1/issues`, { headers: { "if-none-match": '"other"' } })).status, 200)
          assert.strictEqual((yield* ask(`${url}/v1/issues?sort=oldest`, { headers: { "if-none-match": etag } })).status, 200)
          const head = yield* ask(`${url}/v1/issues`, { method: "HEAD" })
          assert.deepStrictEqual([head.status, head.bytes.length, head.headers.get("etag")], [200, 0, etag])
          assert.strictEqual(head.headers.get("content-length"), String(whole.bytes.length))
          for (const path of ["/health", "/ready", "/v1/issues/999"]) {
            const { headers } = yield* ask(url + path, { headers: { "if-none-match": "*" } })
            assert.deepStrictEqual([headers.get("etag"), headers.get("cache-control")], [null, "no-store"], path)
          }
        })
      )
    )

    it.scoped("compresses worthwhile answers with the client's preferred encoding", () =>
      withServer((url) =>
        Effect.gen(function* () {
          const get = (accept: string) => ask(`${url}/v1/events?limit=100`, { headers: { "accept-encoding": accept } })
          const plain = yield* get("identity")
          assert.isAbove(plain.bytes.length, 1_024)
          assert.isNull(plain.headers.get("content-encoding"))
          for (const [accept, encoding, decompress] of [
            ["gzip, deflate, br, zstd", "zstd", zstdDecompressSync],
            ["gzip, deflate, br", "br", brotliDecompressSync],
            ["gzip;q=1, br;q=0.5", "gzip", gunzipSync]
          ] as const) {
            const answer = yield* get(accept)
            assert.strictEqual(answer.headers.get("content-encoding"), encoding)
            assert.strictEqual(answer.headers.get("vary"), "accept-encoding")
            assert.strictEqual(answer.headers.get("content-length"), String(answer.bytes.length))
            assert.strictEqual(answer.headers.get("etag"), plain.headers.get("etag"), "one content, one tag")
            assert.isBelow(answer.bytes.length, plain.bytes.length)
            assert.deepStrictEqual(new Uint8Array(decompress(answer.bytes)), plain.bytes)
          }
          const short = yield* ask(`${url}/v1/issues/999`, { headers: { "accept-encoding": "gzip" } })
          assert.isNull(short.headers.get("content-encoding"))
        })
      )
    )

    it.scoped("may be read by any page, but not framed or misinterpreted", () =>
      withServer((url) =>
        Effect.gen(function* () {
          const headers = {
            origin: "https://page.example",
            "access-control-request-method": "GET",
            "access-control-request-headers": "x-own"
          }
          const preflight = yield* ask(`${url}/v1/issues`, { method: "OPTIONS", headers })
          assert.strictEqual(preflight.status, 204)
          assert.strictEqual(preflight.headers.get("access-control-allow-origin"), "*")
          assert.strictEqual(preflight.headers.get("access-control-allow-methods"), "GET, HEAD, OPTIONS")
          const answer = yield* ask(`${url}/v1/issues`, { headers })
          assert.include(answer.headers.get("access-control-expose-headers"), "ETag")
          assert.strictEqual(answer.headers.get("x-content-type-options"), "nosniff")
          assert.strictEqual(answer.headers.get("cross-origin-opener-policy"), "same-origin")
          assert.match(answer.headers.get("permissions-policy") ?? "", /camera=\(\).*microphone=\(\).*clipboard-write=\(self\)/)
          assert.include(answer.headers.get("content-security-policy"), "default-src 'none'")
          assert.match(answer.headers.get("x-request-id") ?? "", /^[0-9a-f-]{36}$/)
        })
      )
    )

    it.scoped("limits each client separately, and admits it again later", () =>
      withServer(
        (url) =>
          Effect.gen(function* () {
            const from = (client: string, path = "/v1/config") => ask(url + path, { headers: { "x-forwarded-for": client } })
            for (const left of ["2", "1", "0"]) {
              const answer = yield* from("192.0.2.1")
              assert.deepStrictEqual([answer.status, answer.headers.get("ratelimit-remaining")], [200, left])
            }
            const refused = yield* from("192.0.2.1")
            isRefused(refused, 429, "the fourth")
            assert.strictEqual(refused.headers.get("retry-after"), "20")
            assert.strictEqual((yield* from("192.0.2.2")).status, 200, "another client")
            for (const path of ["/health", "/ready"]) assert.strictEqual((yield* from("192.0.2.1", path)).status, 200, path)
            yield* TestClock.adjust("20 seconds")
            assert.strictEqual((yield* from("192.0.2.1")).status, 200, "as Retry-After said")
            assert.strictEqual((yield* from("192.0.2.1")).status, 429)
          }),
        { rateLimit: 3 }
      )
    )

    it.scoped("says how far the index is behind, by the clock or the chain, and is unhealthy beyond the limit", () =>
      seed.pipe(
        Effect.zipRight(Effect.flatMap(SqlClient, (sql) => sql`UPDATE blocks SET time = to_timestamp(-600 + 12 * (number - ${HEAD}))`)),
        Effect.zipRight(serve()),
        Effect.flatMap((url) =>
          Effect.gen(function* () {
            // The test's clock starts in 1970.
            const good = yield* ask(`${url}/health`)
            assert.strictEqual(good.status, 200)
            assert.deepInclude(good.json(), {
              healthy: true,
              behind: 50,
              behindBy: "clock",
              limit: 50,
              chainHead: null,
              pace: null
            })
            yield* TestClock.adjust("12 seconds")
            const late = yield* ask(`${url}/health`)
            isRefusedAs(late, 503)
            assert.deepInclude(late.json(), { healthy: false, behind: 51, wrong: ["the index is 51 blocks behind, more than 50"] })
            assert.strictEqual((yield* ask(`${url}/ready`)).status, 200, "it can answer")
            const byChain = yield* serve({ chainHead: HEAD + 3 })
            assert.deepInclude((yield* ask(`${byChain}/health`)).json(), {
              healthy: true,
              behind: 3,
              behindBy: "chain",
              chainHead: HEAD + 3
            })
            // The index is not blamed, whatever the clock says.
            for (const [options, wrong, trouble, seconds] of [
              [{ chain: { silence: 20_000 } }, "no endpoint of the chain has answered for 20 s: see the server's log", "silent", 20],
              [
                { chainHead: HEAD, chain: { standstill: 36_000 } },
                `the chain's finalised head has stood at block ${HEAD} for 36 s`,
                "standing",
                36
              ]
            ] as const) {
              const dead = yield* ask(`${yield* serve(options)}/health`)
              isRefusedAs(dead, 503)
              assert.deepInclude(dead.json(), { healthy: false, wrong: [wrong], chain: { trouble, seconds } })
            }
            const slow = yield* serve({ chainHead: HEAD, chain: { standstill: 35_000 } })
            assert.strictEqual((yield* ask(`${slow}/health`)).status, 200, "finality of 12 s blocks may take so long")
          })
        ),
        Effect.scoped,
        Effect.provide(layer)
      )
    )

    it.scoped("has one estimate with the terminal, the calendar, comments and the page, while the pace doubles and halves", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient
        // 12 s a block, then 24 s, then 6 s, and an outage of an hour within.
        const timeAt = (block: number) =>
          1_800_000_000_000 +
          12_000 * Math.min(block, 4_000) +
          24_000 * Math.min(Math.max(0, block - 4_000), 2_000) +
          6_000 * Math.max(0, block - 6_000) +
          (block > 2_000 ? 3_600_000 : 0)
        yield* sql`DELETE FROM blocks`
        const chain = silentChain({ hashOf: (block) => Effect.succeed(`${block}`), timeAt: (hash) => Effect.succeed(timeAt(Number(hash))) })
        const deadline = 9_000
        let indexed = 0
        const milliseconds: Array<number | undefined> = []
        for (const head of [24, 40, 60, 4_010, 4_049, 4_050, 6_020, 8_010]) {
          const numbers = Array.from({ length: head - indexed }, (_, index) => indexed + 1 + index)
          yield* sql`INSERT INTO blocks ${sql.insert(numbers.map((number) => ({ number, hash: `${number}`, time: new Date(timeAt(number)) })))}`
          indexed = head
          const now = timeAt(head) + 3_000
          const at = { number: head, hash: `${head}` }
          const [health, hello, change, matches] = yield* Effect.scoped(
            Effect.flatMap(serve(), (url) =>
              Effect.all([
                Effect.map(ask(`${url}/health`), ({ json }) => json()),
                Effect.flatMap(listen(`${url}/v1/stream`), (page) => expectMessage(page, "hello")),
                Effect.flatMap(listen(`${url}/v1/stream?since=${head - 1}`), (page) => expectMessage(page, "change")),
                Effect.map(ask(`${url}/v1/competitions`), ({ json }) => json())
              ])
            )
          )
          const paceIn = (said: unknown) => Schema.decodeUnknownSync(Schema.Struct({ pace: Health.fields.pace }))(said).pace
          const shown = paceIn(health)
          for (const message of [hello, change]) assert.deepStrictEqual(paceIn(message?.data), shown, "the stream's")
          const pace = shown && { ...shown, time: shown.time.getTime() }
          milliseconds.push(pace?.milliseconds)
          const [ofChain, moments] = yield* Effect.all([paceAt(at), momentsOf([deadline], at)]).pipe(Effect.provideService(Chain, chain))
          assert.deepStrictEqual(ofChain, pace, "the terminal's, from the chain")
          assert.deepStrictEqual(yield* newestPace, pace, "the comments', from the index")
          const { items } = Schema.decodeUnknownSync(Schema.Struct({ items: Schema.Array(ListedCompetition) }))(matches)
          for (const { deadline, expected } of items)
            assert.strictEqual(
              expected.deadline?.getTime() ?? null,
              deadline.time !== null || pace === null ? null : timeOfBlock(deadline.block, pace),
              "a match's"
            )
          const due = pace === null ? null : timeOfBlock(deadline, pace)
          assert.deepStrictEqual(moments.get(deadline), { block: deadline, at: due, estimated: true }, "the calendar's")
          const page = leftUntil(deadline, head, pace, now)
          const model = having([
            {
              _tag: "BoardRead",
              board: {
                ...board,
                issues: [issueOf(1, { competition: 4 })],
                block: head,
                at: now,
                pace,
                matches: new Map([[4, matchOf(4, 1, DATES)]])
              },
              now
            },
            key("w")
          ])
          const terminal =
            screenOf({ ...model, size: { columns: 120, rows: 40 } }).find((line) => line.includes(" until the deadline")) ?? ""
          assert.include(terminal, `${page} until the deadline  block 9,000${due === null ? "" : ", about"}`)
          assert.strictEqual(page.startsWith("≈"), pace !== null, "blocks where the pace is unknown")
          const hour = hourOf({ block: deadline, time: null }, pace)
          assert.strictEqual(hour === null, due === null)
          if (due !== null) assert.isAtMost(Math.abs(due - Date.parse(`${hour?.slice(6, 16)}T${hour?.slice(17, 22)}Z`)), 1_800_000)
        }
        // An outage counts at most as a stretch of twice the length. Within fifty blocks nothing changes.
        assert.deepStrictEqual(milliseconds, [undefined, undefined, 12_000, 12_500, 12_500, 12_648.81, 16_516.064, 14_166.667])
      }).pipe(Effect.provide(layer))
    )

    it.effect("is neither ready nor healthy without a block", () =>
      Effect.gen(function* () {
        const url = yield* serve()
        isRefused(yield* ask(`${url}/ready`), 503, "/ready")
        isRefusedAs(yield* ask(`${url}/health`), 503)
        assert.strictEqual((yield* ask(`${url}/v1/issues`)).status, 200)
      }).pipe(Effect.scoped, Effect.provide(layer))
    )

    it.scoped("exposes its own metrics, including the requests, on another listener than the API", () =>
      seed.pipe(
        Effect.zipRight(serveBoth()),
        Effect.flatMap(({ url, metricsUrl }) =>
          Effect.gen(function* () {
            const sample = 'gittensor_api_requests_total{endpoint="competition",status="404"}'
            const valueIn = (text: string) =>
              Number(
                text
                  .split("\n")
                  .find((line) => line.startsWith(sample))
                  ?.split(" ")[1] ?? 0
              )
            isRefused(yield* ask(`${url}/metrics`), 404, "/metrics")
            const metrics = Effect.map(ask(`${metricsUrl}/metrics`), ({ bytes }) => new TextDecoder().decode(bytes))
            const before = valueIn(yield* metrics)
            yield* ask(`${url}/v1/competitions/999`)
            yield* ask(`${url}/v1/competitions/998`)
            const text = yield* metrics
            assert.strictEqual(valueIn(text) - before, 2)
            for (const name of Object.keys(metricsOf("serve"))) assert.include(text, `# TYPE ${name} `)
            assert.include(text, `\ngittensor_index_head_block ${HEAD}\n`)
            assert.deepStrictEqual((yield* ask(`${metricsUrl}/ready`)).json(), { ready: true })
            assert.deepStrictEqual((yield* ask(`${metricsUrl}/live`)).json(), { live: true })
            assert.deepStrictEqual((yield* ask(`${metricsUrl}/health`)).json(), (yield* ask(`${url}/health`)).json())
            const head = yield* ask(`${metricsUrl}/metrics`, { method: "HEAD" })
            assert.deepStrictEqual([head.status, head.bytes.length], [200, 0])
            assert.strictEqual((yield* ask(`${metricsUrl}/v1/issues`)).status, 404)
          })
        ),
        Effect.scoped,
        Effect.provide(layer)
      )
    )

    it.scoped("serves its description for programs and for people, with nothing from other hosts", () =>
      withServer((url) =>
        Effect.gen(function* () {
          const description = JSON.stringify((yield* ask(`${url}/openapi.json`)).json())
          assert.include(description, '"openapi":"3.1.0"')
          assert.include(description, "A place in a list: the sort keys of a page's last item, as opaque base64url text")
          assert.notInclude(description, "HttpApiDecodeError")
          // What generators of clients make types of, or refuse.
          assert.notMatch(description, /"title":"(?!Gittensor")|"\$id"|"prefixItems"|"items":false|schemas\/(?:NonNegative)?Int"/)
          assert.include(
            description,
            '"minItems":2,"items":{"type":"integer","format":"int64","minimum":0},"description":"the UID, the weight","maxItems":2'
          )
          assert.include(description, '"servers":[{"url":"/"')
          const schemas = OpenApi.fromApi(ServedApi).components.schemas
          for (const [, name = ""] of description.matchAll(/#\/components\/schemas\/([^"]+)"/g)) assert.property(schemas, name)
          const page = yield* ask(`${url}/docs`)
          const html = new TextDecoder().decode(page.bytes)
          assert.notMatch(html, /<(?:script|link|img|iframe)/)
          for (const path of Object.keys(OpenApi.fromApi(ServedApi).paths)) assert.include(html, `GET ${path}<`)
          for (const [, name = ""] of html.matchAll(/href="#([^"]+)"/g)) assert.include(html, `id="${name}"`)
          assert.include(page.headers.get("content-security-policy"), "default-src 'none'")
        })
      )
    )
  })

/** Asserts an error's shape, which may have further fields. */
const isRefusedAs = ({ status, json }: Answer, as: number) => {
  assert.strictEqual(status, as)
  const body = json()
  assert.isTrue(
    Schema.is(Schema.Struct({ _tag: Schema.String, message: Schema.NonEmptyString, details: Schema.Array(Schema.Unknown) }))(body)
  )
}
