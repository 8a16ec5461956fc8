import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { folder, run, runHere } from "../../support/cli/support.ts"
import { program } from "../../support/program.ts"

/** In ms. Processes start slowly on a busy machine. */

const file = { path: "a.json", status: "modified", additions: 3, deletions: 4, base: "{}", head: "[]" }

const written = (text: string | Uint8Array) =>
  Effect.map(folder, (home) => {
    writeFileSync(join(home, "files.jsonl"), text)
    return join(home, "files.jsonl")
  })

describe("gittensor score-files", () => {
  it.scopedLive("prints one line per input line: by lines, by trees, and with nothing to compare", () =>
    Effect.gen(function* () {
      const lines = [file, { ...file, path: "a.py", base: "", head: "x = 1\n" }, { ...file, path: "b.py", status: "removed", head: null }]
      const input = yield* written(lines.map((line) => JSON.stringify(line)).join("\r\n"))
      const { code, stdout, stderr } = yield* run(["score-files", input])
      assert.deepStrictEqual([code, stderr], [0, ""])
      assert.deepStrictEqual(
        stdout
          .trimEnd()
          .split("\n")
          .map((line) => JSON.parse(line)),
        [
          {
            path: "a.json",
            method: "line-count",
            score: 0.1 * 7,
            category: "non_code",
            test: false,
            nodes: 7,
            lines: 7,
            node_counts: null
          },
          {
            path: "a.py",
            method: "tree-diff",
            score: 0.2 * 1.5 + (0.07 + 0.03) * 1.5,
            category: "source",
            test: false,
            nodes: 4,
            lines: 7,
            node_counts: { structural_added: 1, structural_deleted: 0, leaf_added: 3, leaf_deleted: 0 }
          },
          { path: "b.py", method: "skipped", score: 0, category: "non_code", test: false, nodes: 0, lines: 4, node_counts: null }
        ]
      )
    })
  )

  it.scopedLive("names invalid lines and scores the others", () =>
    Effect.gen(function* () {
      const good = JSON.stringify(file)
      const bad = [
        "{",
        '{"path":"a.py"}',
        JSON.stringify({ ...file, status: "gone" }),
        JSON.stringify({ ...file, additions: -1 }),
        JSON.stringify({ ...file, head: 1 }),
        "[]"
      ]
      const text = Buffer.concat([
        ...[good, ...bad].map((line) => Buffer.from(`${line}\n`)),
        Buffer.from([0x22, 0xff, 0x22, 0x0a]),
        Buffer.from(`\n${good}`)
      ])
      const { code, stdout, stderr } = yield* runHere(["score-files", yield* written(text)])
      const lines: ReadonlyArray<Record<string, unknown>> = stdout
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line))
      assert.strictEqual(code, 2)
      assert.match(stderr, /line 2 of .*files\.jsonl is not a changed file: it is not JSON.*7 of 9 lines/)
      assert.deepStrictEqual(
        lines.map((line) => line.method ?? line.line),
        ["line-count", 2, 3, 4, 5, 6, 7, 8, "line-count"]
      )
      assert.match(String(lines[5]?.error), /^head: /)
      assert.match(String(lines[7]?.error), /UTF-8/)
    })
  )

  it.scopedLive("reads half of a surrogate pair as U+FFFD: in leaves, in equal texts and in sizes", () =>
    Effect.gen(function* () {
      const python = { path: "a.py", status: "modified", additions: 1, deletions: 1 }
      // Each half is three bytes of UTF-8, so that 333,334 of them in a comment are over a million.
      const halves = "\udc00".repeat(333_334)
      const lines = [
        { ...python, base: 'x = "\ufffd"\n', head: 'x = "\ud800"\n' },
        { ...python, base: 'x = "\ufffd\ufffd"\n', head: 'x = "\ud83d\ud83d"\n' },
        { ...python, base: 'x = "a"\n', head: 'x = "\ud800"\n' },
        { ...python, base: 'x = "a"\n', head: 'x = "\ufffd"\n' },
        { ...python, base: "", head: `#${halves}` },
        { ...python, base: "", head: `#${halves.slice(1)}` },
        { ...python, base: 'x = "a"\n', head: 'x = "\ud83d\ude00"\n' }
      ]
      const input = yield* written(lines.map((line) => JSON.stringify(line)).join("\n"))
      const { code, stdout, stderr } = yield* run(["score-files", input])
      assert.deepStrictEqual([code, stderr], [0, ""])
      const scores: ReadonlyArray<Record<string, unknown>> = stdout
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line))
      assert.deepStrictEqual(
        scores.map(({ method }) => method),
        ["tree-diff", "tree-diff", "tree-diff", "tree-diff", "skipped-large", "tree-diff", "tree-diff"]
      )
      assert.deepStrictEqual([scores[0]?.score, scores[1]?.score], [0, 0])
      assert.deepStrictEqual(scores[2], scores[3])
      assert.isAbove(Number(scores[2]?.score), 0)
      assert.deepStrictEqual(scores[6]?.score, scores[2]?.score)
    })
  )

  it.scopedLive("reads standard input and reports what it cannot read", () =>
    Effect.gen(function* () {
      const child = Bun.spawn([...program, "score-files"], {
        stdin: new Blob([JSON.stringify(file)]),
        stdout: "pipe",
        stderr: "pipe"
      })
      const stdout = yield* Effect.promise(() => new Response(child.stdout).text())
      assert.strictEqual(JSON.parse(stdout).nodes, 7)
      const { code, stderr } = yield* runHere(["score-files", "no-such-file"])
      assert.strictEqual(code, 2)
      assert.match(stderr, /no-such-file can't be read: /)
    })
  )
})
