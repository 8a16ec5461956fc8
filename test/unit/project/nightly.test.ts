/** `.ci/run` leaves out what it can prove to be as it was when it was last played. */
import { spawnSync } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { importsOf } from "../../../scripts/imports.ts"
import { digestOf, type Part, Parts, type Result, Results, whyDue } from "../../../scripts/nightly/due.ts"
import { root } from "../../support/sources.ts"

const parts = Schema.decodeUnknownSync(Parts)(readFileSync(join(root, ".ci/parts.json"), "utf8"))
const part: Part = { name: "tools", what: "tools", command: "tools", guards: ["lab"], why: "" }
const digest = digestOf(part, "100644 0a 0\tlab/a.ts\n")
const good: Result = { isGood: true, at: "2026-11-29T03:00:00.000Z", revision: "0123456789abcdef", digest, seconds: 60 }
const unchanged = { digest, isChanged: false }

describe("a nightly part", () => {
  it("is left out while its files are those of its last good result, and only then", () => {
    assert.isUndefined(whyDue(good, unchanged))
    assert.strictEqual(whyDue(undefined, unchanged), "it has no result yet")
    assert.strictEqual(whyDue({ ...good, isGood: false }, unchanged), "it failed at 01234567")
    assert.strictEqual(whyDue(good, { ...unchanged, isChanged: true }), "what it guards has changes that are not committed")
    const changed = digestOf(part, "100644 0b 0\tlab/a.ts\n")
    assert.strictEqual(whyDue(good, { digest: changed, isChanged: false }), "what it guards changed since 01234567")
  })

  it("is due when its files, their names, their modes, its command or its tests change, but not for another reason in words", () => {
    const { command: _, ...withoutCommand } = part
    const digests = [
      digest,
      digestOf(part, "100755 0a 0\tlab/a.ts\n"),
      digestOf(part, "100644 0a 0\tlab/b.ts\n"),
      digestOf(part, ""),
      digestOf({ ...part, command: "other" }, "100644 0a 0\tlab/a.ts\n"),
      digestOf({ ...withoutCommand, tests: ["tools"] }, "100644 0a 0\tlab/a.ts\n")
    ]
    assert.strictEqual(new Set(digests).size, digests.length)
    assert.strictEqual(digestOf({ ...part, why: "another", what: "another" }, "100644 0a 0\tlab/a.ts\n"), digest)
  })
})

describe("the nightly parts of CI", () => {
  it("guard files that are there: one that was moved would be guarded no more", () => {
    const gone = parts.flatMap(({ name, guards, tests = [] }) =>
      [...guards, ...tests].filter((path) => !existsSync(join(root, path))).map((path) => `${name}: ${path}`)
    )
    assert.deepStrictEqual(gone, [])
  })

  it("have names of their own, guard their tests, and are run by .ci/run", () => {
    assert.strictEqual(new Set(parts.map(({ name }) => name)).size, parts.length)
    const run = readFileSync(join(root, ".ci/run"), "utf8")
    for (const { name, tests = [], guards } of parts) {
      assert.match(run, new RegExp(`\\b(?:later_due|check_due|is_due) ${name}\\b|^for name in [a-z ]*\\b${name}\\b`, "m"), name)
      for (const test of tests) assert.include(guards, test)
    }
  })

  it.each([
    ["contract", "scripts/crates.ts"],
    ["grammars", "scripts/grammars.ts"],
    ["corpus", "scripts/corpus.ts"]
  ])("guard all files that the script of %s imports", (name, script) => {
    const reached = new Set([script])
    for (const file of reached) for (const imported of importsOf(root, file)) reached.add(imported)
    const guards = parts.find((one) => one.name === name)?.guards ?? []
    const isGuarded = (file: string) => guards.some((path) => file === path || file.startsWith(`${path}/`))
    assert.deepStrictEqual(
      [...reached].filter((file) => !isGuarded(file)),
      []
    )
  })

  it("have readable results, of parts that are still there", () => {
    const file = join(root, ".ci/nightly.json")
    if (!existsSync(file)) return
    const results = Schema.decodeUnknownSync(Results)(readFileSync(file, "utf8"))
    assert.includeMembers(
      parts.map(({ name }) => name),
      Object.keys(results)
    )
  })

  it("are said to be due or left out, each of them", () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ["scripts/nightly.ts", "due"], { cwd: root, encoding: "utf8" })
    assert.strictEqual(status, 0, stderr)
    const due = stdout.split("\n").filter((line) => line !== "")
    for (const { name } of parts) assert.include(stderr, `${due.includes(name) ? "is played" : "left out"}: ${name}: `)
  })
})
