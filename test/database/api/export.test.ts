/** The exported page's files give the same answers as the API at that block, for every list, filter, sort and entity. */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { SqlClient } from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Array, Effect, Layer, Logger, LogLevel, Option, Schedule, Schema } from "effect"
import { CURRENT_FILE } from "../../../src/dashboard/api/definition/export.ts"
import * as Exporter from "../../../src/dashboard/api/export/Exporter.ts"
import { PLAN, type Source } from "../../../src/dashboard/api/export/plan.ts"
import { makePublisher } from "../../../src/dashboard/api/export/publish.ts"
import { readSnapshot } from "../../../src/dashboard/api/export/snapshot.ts"
import type { Page } from "../../../src/dashboard/api/page/Page.ts"
import * as IndexWatch from "../../../src/dashboard/api/stream/IndexWatch.ts"
import { bucketObjects } from "../../../src/layers/storage/objects/bucketObjects.ts"
import { EVENT_KINDS } from "../../../src/story/eventKinds.ts"
import { ExportedData } from "../../../web/src/exported/ExportedData.ts"
import { listRules } from "../../../web/src/exported/filters.ts"
import { ARTEFACT } from "../../support/api/quality.ts"
import { COMPETITION, HEAD, seed, VALIDATOR } from "../../support/api/seed.ts"
import { asked, handled } from "../../support/api/support.ts"
import { startBucket } from "../../support/bucket/bucket.ts"
import { variants } from "../../support/database/support.ts"
import { readExport } from "../../support/export/complete.ts"
import { memoryObjects } from "../../support/export/memoryObjects.ts"
import { everyState, manyIssues } from "../../support/web/history.ts"

const page: Page = { index: { contentType: "text/html", bytes: new Uint8Array() }, policy: "", files: new Map(), scripts: new Map() }

/** Filters whose values do not appear in items in their URL form. */
const SPECIAL: Readonly<Record<string, ReadonlyArray<string>>> = {
  search: ["owner", "rep", "work par", "7", "does-not", "nothing", "OWNER-1", "acme", "LOGIN", "5Grw"],
  label: ["bug", "none"],
  language: ["TypeScript", "rust", "none"],
  live: ["true", "false"],
  from: ["0", "12", "30", "2026-01-01", "2026-01-01T00:00:12Z"],
  to: ["0", "12", "30", "40", "2026-01-01T00:00:12.500Z", "2026-01-02"]
}
const BOOLEANS = ["true", "false"]

/** All texts and numbers in an item, as candidates for filter values. */
const leavesOf = (value: unknown): ReadonlyArray<string> =>
  typeof value === "object" && value !== null ? Object.values(value).flatMap(leavesOf) : value === null ? [] : [String(value)]

/** The name of a list or an answer with some of its parameters. */
const named = (path: string, by: ReadonlyArray<string>) => [path, ...by].join(" ")

const isItems = Schema.is(Schema.Struct({ items: Schema.Array(Schema.Unknown), next: Schema.NullOr(Schema.String) }))
const itemsOf = (body: unknown): ReadonlyArray<unknown> => (isItems(body) ? body.items : [])

/** Postgres if available, because it answers ten times as fast. */
const layer = variants.findLast(({ skip }) => !skip)?.layer

if (layer !== undefined)
  describe("an exported page", () => {
    const exported = Effect.gen(function* () {
      const { store, objects } = memoryObjects()
      const snapshot = (yield* readSnapshot) ?? assert.fail("nothing is indexed")
      yield* makePublisher(store, page)(snapshot)
      const data = new ExportedData(CURRENT_FILE, (name) => {
        const found = objects.get(name)
        return Promise.resolve(found === undefined ? undefined : new Uint8Array(found))
      })
      return { snapshot, objects, read: (address: string) => Effect.promise(async () => JSON.parse(await data.answer(address)) as unknown) }
    })

    it.scoped("answers as the API does", () =>
      Effect.gen(function* () {
        yield* everyState
        yield* manyIssues(120)
        const { snapshot, read } = yield* exported
        const get = yield* asked
        const compared = new Map<string, number>()
        /** Compares the answers, if the API has one. Cursors may differ. */
        const compare = (address: string, what: string) =>
          Effect.gen(function* () {
            const { status, body } = yield* get(address)
            if (status !== 200) return undefined
            const found = yield* read(address)
            const withoutNext = (answer: unknown) => (isItems(answer) ? { ...answer, next: answer.next !== null } : answer)
            assert.deepStrictEqual(withoutNext(found), withoutNext(body), address)
            if (!isItems(body) || body.items.length > 0) compared.set(what, (compared.get(what) ?? 0) + 1)
            return { body, found }
          })

        for (const { path, kind, by, content } of snapshot.tables) {
          if (kind === "answers") {
            for (const { key = "" } of content) {
              const values = key.split(" ")
              const inPath = path.replace(/:(\w+)/g, (_, name: string) => values[by.indexOf(name)] ?? "")
              const inQuery = by.filter((name) => !path.includes(`:${name}`)).map((name) => `${name}=${values[by.indexOf(name)]}`)
              yield* compare(`${inPath}?${inQuery.join("&")}`.replace(/\?$/, ""), named(path, by))
            }
            if (path === "/v1/miners/:hotkey") assert.isDefined(yield* compare("/v1/miners/LOGIN-1", named(path, by)))
            if (path === "/v1/head-to-head") assert.isDefined(yield* compare(`${path}?a=login-1&b=LOGIN-2`, named(path, by)))
            continue
          }
          const rules = listRules[path] ?? assert.fail(`${path} has no filters`)
          yield* compare(`${path}?limit=100`, path)
          const items = content.map(({ json }) => JSON.parse(json) as unknown)
          const leaves = [...new Set([...items.flatMap(leavesOf), ...BOOLEANS, ...EVENT_KINDS])]
          for (const sort of Object.keys(rules.sorts ?? {})) yield* compare(`${path}?limit=100&sort=${sort}`, `${path} sort=${sort}`)
          for (const [name, fits] of Object.entries(rules.filters)) {
            const [some, others] = Array.partition(leaves, (value) => items.some((item) => fits(item, [value])))
            for (const value of SPECIAL[name] ?? [...some.slice(0, 4), ...others.slice(0, 8)])
              yield* compare(`${path}?limit=100&${name}=${encodeURIComponent(value)}`, `${path} ${name}`)
          }
        }
        const missing = snapshot.tables.flatMap(({ path, kind, by }) =>
          kind === "answers" ? [named(path, by)] : [path, ...Object.keys(listRules[path]?.filters ?? {}).map((name) => named(path, [name]))]
        )
        assert.deepStrictEqual(
          missing.filter((what) => !compared.has(what)),
          [],
          "each of them was compared with an answer that has something in it"
        )
      }).pipe(Effect.provide(layer))
    )

    it.scoped("has everything that is planned, and is of one block while the index goes on", () =>
      Effect.gen(function* () {
        yield* seed
        const sql = yield* SqlClient
        const { snapshot } = yield* exported
        const planned = Object.values<ReadonlyArray<Source>>(PLAN).flat()
        assert.strictEqual(snapshot.tables.length + snapshot.files.length, planned.length)
        const [head] = yield* sql`SELECT number, hash FROM blocks ORDER BY number DESC LIMIT 1`
        assert.deepStrictEqual({ number: snapshot.block, hash: snapshot.hash }, { ...head })
      }).pipe(Effect.provide(layer))
    )

    it.scoped("has the files that it links, byte for byte as the API gives them", () =>
      Effect.gen(function* () {
        yield* seed
        const sql = yield* SqlClient
        const handler = yield* handled
        const { objects, read } = yield* exported
        for (const address of [
          `/v1/competitions/${COMPETITION}/quality/${VALIDATOR}`,
          `/v1/artefacts/${ARTEFACT.digest}`,
          "/v1/consensus/epochs/2/facts",
          `/v1/consensus/epochs/2/reports/${VALIDATOR}`
        ]) {
          const bytes = yield* Effect.promise(async () => (await handler(new Request(`http://api.test${address}`))).bytes())
          assert.isAbove(bytes.length, 0, address)
          const file = objects.get(String(yield* read(address))) ?? assert.fail(`${address} is missing`)
          assert.deepStrictEqual(Buffer.from(file), Buffer.from(bytes), address)
        }
        // Artefacts that the index no longer has when the file is written are left out.
        const snapshot = (yield* readSnapshot) ?? assert.fail("nothing is indexed")
        yield* sql`DELETE FROM artefacts`
        const later = memoryObjects()
        yield* makePublisher(later.store, page)(snapshot)
        const rows = readExport(later.objects)?.rows
        assert.deepStrictEqual([rows?.get("/v1/artefacts/:digest"), rows?.get("/v1/competitions/:id/quality/:hotkey")?.length], [[], 1])
      }).pipe(Effect.provide(layer))
    )

    it.scopedLive("is written to a bucket when the index changes; while the bucket is away that is a problem, and nothing is lost", () =>
      Effect.gen(function* () {
        yield* seed
        const sql = yield* SqlClient
        const bucket = yield* startBucket
        yield* bucket.kill
        const store = yield* bucketObjects(bucket.settings, Schedule.recurs(0))
        const watch = yield* Layer.build(IndexWatch.layer({ listeners: 1, perClient: 1, every: "100 millis", heartbeat: "1 minute" }))
        const { problems } = yield* Effect.provide(Exporter.make(store, page, []), watch)
        const until = <A, E>(look: Effect.Effect<A, E>, fits: (found: A) => boolean) =>
          Effect.repeat(look, { until: fits, schedule: Schedule.spaced("50 millis") })
        yield* until(problems, (found) => found.length > 0)
        assert.match(
          (yield* problems)[0] ?? "",
          /^the page is not exported: s3:\/\/findings\/.* can't be used to list: the server does not answer/
        )

        yield* bucket.start
        const blockShown = store.get(CURRENT_FILE, 1_000_000).pipe(
          Effect.flatMap((bytes) =>
            Effect.try((): unknown =>
              Option.isSome(bytes) ? Reflect.get(JSON.parse(new TextDecoder().decode(bytes.value)), "block") : undefined
            )
          ),
          // Unlike S3, s3rver replaces a file in place, so a reader may see half of it.
          Effect.orElseSucceed(() => undefined)
        )
        yield* until(blockShown, (block) => block === HEAD)
        yield* until(problems, (found) => found.length === 0)
        yield* sql`INSERT INTO blocks (number, hash, time) VALUES (${HEAD + 1}, '0x41', now())`
        yield* until(blockShown, (block) => block === HEAD + 1)
        const keys = (yield* store.list).map(({ key }) => key)
        const found = yield* Effect.forEach(keys, (key) => Effect.map(store.get(key, 10_000_000), (bytes) => [key, bytes] as const), {
          concurrency: 8
        })
        const objects = new Map(found.flatMap(([key, bytes]) => (Option.isSome(bytes) ? [[key, bytes.value] as const] : [])))
        assert.strictEqual(readExport(objects)?.block, HEAD + 1, "and every file that it needs is there")
        const kept = readdirSync(bucket.directory, { recursive: true, encoding: "utf8" })
        const about = (end: string) => {
          const file = kept.find((name) => name.includes(end) && name.includes("_metadata")) ?? assert.fail(`no ${end}`)
          return readFileSync(join(bucket.directory, file), "utf8")
        }
        assert.match(about(".json.gz"), /immutable/)
        assert.match(about(".json.gz"), /application\/gzip/)
        assert.match(about("current.json"), /no-cache/)
        assert.match(about("index.html"), /no-cache/)
      }).pipe(Effect.scoped, Logger.withMinimumLogLevel(LogLevel.None), Effect.provide(layer))
    )

    it.scoped("reads a long list page by page, as the page does", () =>
      Effect.gen(function* () {
        yield* seed
        yield* manyIssues(220)
        const { read } = yield* exported
        const all: Array<unknown> = []
        let cursor = ""
        for (let pages = 0; pages < 10; pages += 1) {
          const answer = yield* read(`/v1/issues?limit=100${cursor === "" ? "" : `&cursor=${cursor}`}`)
          all.push(...itemsOf(answer))
          if (!isItems(answer) || answer.next === null) break
          cursor = answer.next
        }
        const ids = all.map((item) => Reflect.get(Object(item), "id"))
        const sql = yield* SqlClient
        const rows = yield* sql<{ readonly id: number }>`SELECT id FROM issues ORDER BY id DESC`
        assert.deepStrictEqual(
          ids,
          rows.map(({ id }) => id)
        )
      }).pipe(Effect.provide(layer))
    )
  })
