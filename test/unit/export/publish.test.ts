/** An exported page is complete at all times, whenever its writer is killed. */
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, FastCheck as fc, Option, TestClock } from "effect"
import { FILE_NAME, PART_NAME } from "../../../src/dashboard/api/definition/export.ts"
import { makeFileWriter } from "../../../src/dashboard/api/export/fileWriter.ts"
import { makePublisher, UNUSED_KEPT_FOR } from "../../../src/dashboard/api/export/publish.ts"
import { partsOf, type Snapshot } from "../../../src/dashboard/api/export/tables.ts"
import type { Page } from "../../../src/dashboard/api/page/Page.ts"
import { readExport } from "../../support/export/complete.ts"
import { memoryObjects } from "../../support/export/memoryObjects.ts"

const file = (contentType: string, text: string) => ({ contentType, bytes: new TextEncoder().encode(text) })

const page: Page = {
  index: file(
    "text/html",
    '<html><head><meta charset="utf-8" /><link rel="icon" href="/favicon.svg"><script type="module" src="/assets/a.js"></script></head><noscript>API</noscript></html>'
  ),
  policy: "default-src 'none'; script-src 'self'; frame-ancestors 'none'",
  files: new Map([
    ["/favicon.svg", file("image/svg+xml", "<svg/>")],
    ["/assets/a.js", file("text/javascript", "1")]
  ]),
  scripts: new Map()
}

const FILES = "/v1/issues/:id/file"

/** A file for each issue, with its value. */
const fileOf = (value: number, id: number) => ({
  key: `${id}`,
  version: `${id} ${value}`,
  read: Effect.succeed(Option.some({ bytes: Buffer.from(`value ${value}`), mediaType: "text/plain" as const }))
})

/** A snapshot of a block in which these issues have these values. */
const snapshotOf = (block: number, issues: ReadonlyArray<number>): Snapshot => ({
  block,
  hash: "0x0",
  time: "2026-11-23T00:00:00.000Z",
  genesis: null,
  pace: null,
  github: null,
  tables: [
    { path: "/v1/stats", kind: "answers", by: [], isCut: false, content: [{ key: "", json: `{"block":${block}}` }] },
    {
      path: "/v1/issues",
      kind: "items",
      by: [],
      isCut: false,
      content: issues.map((value, id) => ({ json: JSON.stringify({ id, value, text: "x".repeat(3_000) }) }))
    },
    {
      path: "/v1/issues/:id",
      kind: "answers",
      by: ["id"],
      isCut: false,
      content: issues.map((value, id) => ({ key: `${id}`, json: JSON.stringify({ id, value }) }))
    }
  ],
  files: [{ path: FILES, by: ["id"], files: issues.map(fileOf) }]
})

const valuesIn = (found: ReturnType<typeof readExport>) => found?.rows.get("/v1/issues")?.map((row) => Reflect.get(Object(row), "value"))

const histories = fc.array(fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 12 }), { minLength: 1, maxLength: 5 })

describe("an exported page", () => {
  it.effect.prop(
    "shows one whole snapshot after every change of its files, whenever a writer is killed and another one follows",
    [histories, fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 6 })],
    ([history, kills]) =>
      Effect.gen(function* () {
        const objects = new Map<string, Uint8Array>()
        /** After every kill, a reader sees the previous snapshot or the one being written. */
        let before: ReadonlyArray<number> | undefined
        for (const [at, issues] of history.entries()) {
          const kill = kills[at]
          if (kill !== undefined) {
            const killed = memoryObjects(objects)
            killed.breakAfter(kill)
            yield* Effect.exit(makePublisher(killed.store, page)(snapshotOf(at, issues)))
            const seen = readExport(objects)
            const shown = valuesIn(seen)
            assert.isTrue(
              [before, issues].some((one) => JSON.stringify(one) === JSON.stringify(shown)),
              JSON.stringify({ before, issues, shown })
            )
          }
          yield* makePublisher(memoryObjects(objects).store, page)(snapshotOf(at, issues))
          const seen = readExport(objects)
          assert.deepStrictEqual([seen?.block, seen?.isShown, valuesIn(seen)], [at, true, issues])
          assert.strictEqual(seen?.rows.get(FILES)?.length, issues.length)
          before = issues
        }
      }),
    { fastCheck: { numRuns: 60 } }
  )

  it.effect("keeps what readers of the snapshot before may still ask for, and removes it later", () =>
    Effect.gen(function* () {
      const { store, objects } = memoryObjects()
      const publish = makePublisher(store, page)
      const parts = () => [...objects.keys()].filter((key) => PART_NAME.test(key))
      yield* publish(snapshotOf(1, [1, 2, 3]))
      const first = parts()
      yield* publish(snapshotOf(2, [1, 2, 4]))
      assert.includeMembers(parts(), first)
      yield* TestClock.adjust(Duration.subtract(UNUSED_KEPT_FOR, "1 second"))
      yield* publish(snapshotOf(3, [1, 2, 4]))
      assert.includeMembers(parts(), first)
      yield* TestClock.adjust("1 second")
      // Objects that are needed again meanwhile stay.
      yield* publish(snapshotOf(2, [1, 2, 4]))
      const needed = [...partsOf(snapshotOf(2, [1, 2, 4]).tables).texts.keys()]
      assert.includeMembers(parts(), needed)
      assert.isTrue(first.some((key) => !objects.has(key)))
      assert.deepStrictEqual(readExport(objects)?.block, 2)
    })
  )

  it.effect("writes only the parts that changed, the switch after them, and its page once", () =>
    Effect.gen(function* () {
      const { store, written } = memoryObjects()
      const publish = makePublisher(store, page)
      const many = Array.from({ length: 200 }, (_, id) => id)
      yield* publish(snapshotOf(1, many))
      assert.deepStrictEqual(written.slice(-2), ["data/current.json", "index.html"])
      const before = written.length
      const { parts } = yield* publish(snapshotOf(1, many))
      assert.deepStrictEqual([parts, written.slice(before)], [0, ["data/current.json"]])
      // A new row on top shifts all others by one.
      const after = { ...snapshotOf(2, [7, ...many]) }
      const moved = {
        ...after,
        tables: after.tables.map((table) =>
          table.path === "/v1/issues" ? { ...table, content: [{ json: "[]" }, ...(snapshotOf(1, many).tables[1]?.content ?? [])] } : table
        )
      }
      const all = partsOf(moved.tables.filter(({ path }) => path === "/v1/issues")).texts
      const kept = partsOf(snapshotOf(1, many).tables.filter(({ path }) => path === "/v1/issues")).texts
      const fresh = [...all.keys()].filter((name) => !kept.has(name))
      assert.isAbove(all.size, 10)
      assert.isAtMost(fresh.length, 2, "the first part and the index")
    })
  )

  it.effect("writes a linked file once, also after a restart, and removes it when nothing links it any more", () =>
    Effect.gen(function* () {
      const { store, objects, written } = memoryObjects()
      const publish = makePublisher(store, page)
      const files = () => written.filter((key) => FILE_NAME.test(key)).length
      assert.strictEqual((yield* publish(snapshotOf(1, [1, 2]))).files, 2)
      yield* publish(snapshotOf(2, [2, 3]))
      assert.strictEqual(files(), 3)
      yield* makePublisher(store, page)(snapshotOf(3, [2, 3]))
      assert.strictEqual(files(), 3)
      yield* TestClock.adjust(UNUSED_KEPT_FOR)
      yield* publish(snapshotOf(4, [2, 3]))
      assert.strictEqual([...objects.keys()].filter((key) => FILE_NAME.test(key)).length, 2)
      assert.strictEqual(readExport(objects)?.block, 4)
    })
  )

  it.effect("leaves out files that are gone, and all from the first one for which there is no room", () =>
    Effect.gen(function* () {
      const { store, objects } = memoryObjects()
      const reads: Array<string> = []
      const file = (key: string, length: number | undefined) => ({
        key,
        version: key,
        read: Effect.sync(() => {
          reads.push(key)
          return Option.map(Option.fromNullable(length), (length) => ({
            bytes: new Uint8Array(length).fill(Number(key)),
            mediaType: "application/octet-stream" as const
          }))
        })
      })
      const table = { path: FILES, by: ["id"], files: [file("1", 40), file("2", undefined), file("3", 50), file("4", 20), file("5", 1)] }
      const write = makeFileWriter(store, "no-cache", 100)
      const present = new Set<string>()
      for (const expected of [["1", "2", "3", "4", "5"], ["2"]]) {
        reads.length = 0
        const [written] = (yield* write([table], present)).tables
        assert.deepStrictEqual([written?.isCut, written?.content.map(({ key }) => key)], [true, ["1", "3"]])
        // Only missing objects are requested again.
        assert.deepStrictEqual(reads, expected)
      }
      assert.deepStrictEqual(
        [...objects.values()].map(({ length }) => length),
        [40, 50]
      )
    })
  )

  it.effect("has relative addresses, its policy and the place of its data in its document", () =>
    Effect.gen(function* () {
      const { store, objects } = memoryObjects()
      yield* makePublisher(store, page)(snapshotOf(1, []))
      const html = new TextDecoder().decode(objects.get("index.html"))
      assert.include(html, '<meta name="gittensor-data" content="data/current.json" />')
      assert.include(html, `content="default-src 'none'; script-src 'self'"`)
      assert.include(html, 'href="./favicon.svg"')
      assert.include(html, 'src="./assets/a.js"')
      assert.notInclude(html, "API")
    })
  )
})
