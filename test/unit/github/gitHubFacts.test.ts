import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as BunContext from "@effect/platform-bun/BunContext"
import { assert, describe, it } from "@effect/vitest"
import { Chunk, Effect, Schema, Stream } from "effect"
import * as fc from "fast-check"
import { decode, load, PullRequestFact } from "../../../lab/devnet/github/facts/GitHubFacts.ts"
import { fact, isShared, loadDemo, loadShared } from "../../support/github/facts.ts"

const line = (number: number, change: Record<string, unknown> = {}) =>
  JSON.stringify({ ...Schema.encodeSync(PullRequestFact)(fact({ number, by: "ada:1", closes: [900] })), ...change })

/** The result of `load` for a file with these contents. */
const loadText = (contents: string | Uint8Array) =>
  Effect.acquireUseRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "facts-"))),
    (folder) => {
      const file = join(folder, "facts.jsonl")
      writeFileSync(file, contents)
      return load(file)
    },
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
  ).pipe(Effect.provide(BunContext.layer))

describe("a file of facts", () => {
  it.live("is read with a byte-order mark, CRLF, blank lines and a missing final newline", () =>
    Effect.gen(function* () {
      const facts = yield* loadText(`\uFEFF${line(1)}\r\n\r\n${line(2)}\n   \n${line(3)}`)
      assert.deepStrictEqual(
        facts.map(({ number }) => Number(number)),
        [1, 2, 3]
      )
      assert.deepStrictEqual(facts[0], fact({ number: 1, by: "ada:1", closes: [900] }))
    })
  )

  it.live("may have pull requests that were not merged", () =>
    Effect.gen(function* () {
      const [only] = yield* loadText(line(1, { merged_at: null, merge_commit_sha: null, closes: [] }))
      assert.isNull(only?.merged_at)
    })
  )

  it.live("may have unknown keys, repeated lines and any login", () =>
    Effect.gen(function* () {
      const logins = ["helper[bot]", "app/helper", "ünï-日本", "Ada Lovelace", "l".repeat(255)]
      const lines = logins.map((login, index) =>
        line(index + 1, { author: { id: null, login, type: "Bot" }, labels: ["a"], merged_by: { login: "boss" } })
      )
      const facts = yield* loadText([...lines, lines[0]].join("\n"))
      assert.deepStrictEqual(
        facts.map(({ author }) => author.login),
        logins
      )
      assert.notProperty(facts[0], "labels")
    })
  )

  it.live.each([
    ["2026-07-23T18:15:12Z", "2026-07-23T18:15:12.000Z"],
    ["2026-07-23t18:15:12.5z", "2026-07-23T18:15:12.500Z"],
    ["2026-07-23T18:15:12-07:00", "2026-07-24T01:15:12.000Z"],
    ["2026-07-23T18:15:12+0545", "2026-07-23T12:30:12.000Z"],
    ["2026-07-23T18:15:12+05", "2026-07-23T13:15:12.000Z"],
    ["2026-07-23 18:15:12 +1400", "2026-07-23T04:15:12.000Z"],
    ["2026-07-23T18:15", "2026-07-23T18:15:00.000Z"],
    ["0001-01-02T00:00:00+14:00", "0001-01-01T10:00:00.000Z"],
    ["9999-12-30T23:59:59-00:00", "9999-12-30T23:59:59.000Z"]
  ])("has times in many forms: %s, in UTC where no offset is told", ([text, utc]) =>
    Effect.map(loadText(line(1, { authored_at: text })), ([only]) =>
      assert.strictEqual(new Date(only?.authored_at ?? 0).toISOString(), utc)
    )
  )

  const refused: ReadonlyArray<readonly [what: string, contents: string | Uint8Array, at: number | undefined, named: RegExp]> = [
    ["nothing", "", undefined, /holds no facts/],
    ["blank lines only", "\n\r\n  \n", undefined, /holds no facts/],
    ["malformed JSON", `${line(1)}\n{"repository":`, 2, /JSON/],
    ["JSON that is no object", `${line(1)}\n\n42`, 3, /Expected a JSON object a line, not 42/],
    ["a list of all", `[${line(1)},${line(2)}]`, 1, /Expected a JSON object a line, not \[\{"repository/],
    ["packed bytes", Bun.gzipSync(line(1)), 1, /file is compressed: unpack it/],
    ["an id that GraphQL does not hold", line(1, { author: { id: 2 ** 31, login: "ada" } }), 1, /"author.id"/],
    [
      "a login that would move a terminal's cursor",
      line(1, { author: { id: 1, login: "a\u001b[2Jb" } }),
      1,
      /"author.login".*is not a login/
    ],
    ["a time after all others", line(1, { merged_at: "9999-12-31T23:59:59-12:00" }), 1, /"merged_at".*is not a time/],
    ["a wrong type", line(1, { number: "one" }), 1, /"number"/],
    ["a missing field", line(1, { author: undefined }), 1, /"author"/],
    ["a bad repository", line(1, { repository: "widgets" }), 1, /"widgets" is not a repository/],
    ["a bad time", line(1, { merged_at: "yesterday" }), 1, /"merged_at".*"yesterday" is not a time/],
    ["a bad hash", line(1, { merge_commit_sha: "abc" }), 1, /"merge_commit_sha"/],
    ["a bad issue number", line(1, { closes: [0] }), 1, /"closes.0"/],
    ["a negative count of lines", line(1, { files: [{ path: "a", additions: -1, deletions: 0 }] }), 1, /"files.0.additions"/],
    ["a pull request twice", `${line(7)}\n${line(8)}\n${line(7, { repository: "ACME/widgets" })}`, 3, /#7 is already on line 1/],
    ["a title that is no text, as long as a book", line(1, { title: Array.from({ length: 9999 }, () => "word") }), 1, /"title".{1,320}$/]
  ]
  for (const [what, contents, at, named] of refused) {
    it.live(`with ${what} is refused with its file and line`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(loadText(contents))
        assert.strictEqual(error._tag, "UnusableFacts")
        assert.strictEqual(error.lineNumber, at)
        assert.match(error.message, /facts\.jsonl/)
        assert.match(error.message, named)
        assert.notInclude(error.message, "\n")
      })
    )
  }

  it.live("is refused by name if it is missing or a folder", () =>
    Effect.gen(function* () {
      const missing = yield* Effect.flip(load("no/such/file.jsonl").pipe(Effect.provide(BunContext.layer)))
      assert.strictEqual(missing.message, "no/such/file.jsonl: there is no such file")
      const folder = yield* Effect.flip(load(tmpdir()).pipe(Effect.provide(BunContext.layer)))
      assert.include(folder.message, "it is a folder, not a file")
    })
  )

  it("is read the same however its bytes are split", () => {
    const bytes = new TextEncoder().encode(`${line(1, { title: "Größe ✓ 🚀" })}\r\n${line(2)}\n`)
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: bytes.length - 1 }), { maxLength: 8 }), (cuts) => {
        const edges = [0, ...cuts.toSorted((a, b) => a - b), bytes.length]
        const pieces = edges.slice(1).map((edge, index) => bytes.slice(edges[index], edge))
        const facts = Effect.runSync(decode("x", Stream.fromIterable(pieces)).pipe(Stream.runCollect))
        assert.deepStrictEqual(
          Chunk.toReadonlyArray(facts).map(({ title }) => title),
          ["Größe ✓ 🚀", "Change 2"]
        )
      })
    )
  })

  it.live("of the demo has invented people and closes each issue once", () =>
    Effect.gen(function* () {
      const facts = yield* loadDemo
      assert.isAtLeast(new Set(facts.map(({ author }) => author.login)).size, 8)
      assert.strictEqual(new Set(facts.map(({ repository }) => repository)).size, 3)
      const closed = facts.flatMap(({ repository, closes }) => closes.map((number) => `${repository}#${number}`))
      assert.strictEqual(new Set(closed).size, closed.length)
    })
  )

  for (const [name, count] of [
    ["JSONbored__gittensory.jsonl", 3823],
    ["entrius__gittensor.jsonl", 473],
    ["entrius__gittensor-ui.jsonl", 231]
  ] as const) {
    it.live.skipIf(!isShared)(`of real pull requests is read completely (../shared/data/github/${name})`, () =>
      Effect.map(loadShared(name), (facts) => assert.strictEqual(facts.length, count))
    )
  }
})
