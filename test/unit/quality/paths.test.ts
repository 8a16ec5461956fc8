/** RE2 compiles all of Linguist's patterns together. JavaScript's own expressions give the same answers. */
import { readdirSync } from "node:fs"
import { join, resolve } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { isLinguistPath } from "../../../src/domain/filePaths.ts"
import linguist from "../../../src/domain/linguist.generated.json"
import { isLeftOutOfDuplicates } from "../../../src/rules/quality/paths.ts"

const patternsOf = (list: ReadonlyArray<string>) => list.map((pattern) => new RegExp(pattern))
const [generated, vendored] = [patternsOf(linguist.generated), patternsOf(linguist.vendored)]
const isOneOf = (patterns: ReadonlyArray<RegExp>, path: string) => patterns.some((pattern) => pattern.test(path))

const agrees = (path: string) => {
  const isGenerated = isOneOf(generated, path)
  assert.strictEqual(isLinguistPath(path), isGenerated || isOneOf(vendored, path), path)
  const file = {
    path,
    status: "added",
    content: "text",
    base: null,
    head: "",
    additions: 1,
    deletions: 0,
    changes: 1,
    isBinary: false
  } as const
  if (!/(?:node_modules|bower_components)\//.test(path)) assert.strictEqual(isLeftOutOfDuplicates(file), isGenerated, path)
}

describe("Linguist's paths", () => {
  it("are the same for RE2 and for JavaScript: this repository's and its test corpora's", () => {
    const root = resolve(import.meta.dirname, "../../..")
    const paths = ["src", "lab", "test", "docs", "contracts", "web"].flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((path) => `${folder}/${path}`)
    )
    assert.include(paths, "test/unit/quality/paths.test.ts")
    for (const path of paths) agrees(path)
  })

  it.each([...linguist.generated, ...linguist.vendored])(
    "are the same for RE2 and for JavaScript: what %s fits, and what nearly does",
    (pattern) => {
      const fitting = fc.stringMatching(new RegExp(pattern)).map((path) => path.replaceAll("\n", ""))
      fc.assert(
        fc.property(fitting, fc.nat(), fc.constantFrom("", "/", "x", ".", "-", "S"), (path, place, letter) => {
          agrees(path)
          const at = place % (path.length + 1)
          agrees(path.slice(0, at) + letter + path.slice(at + 1))
        }),
        { numRuns: 30 }
      )
    }
  )

  it("have names of hosts that neither begin nor end with a dash", () => {
    assert.isTrue(isLinguistPath("a/xvendor/g-h.github.io"))
    assert.isFalse(isLinguistPath("a/xvendor/-gh.io"))
    assert.isFalse(isLinguistPath("a/xvendor/gh-.io"))
    assert.isTrue(isLinguistPath("a/xvendor/g.com"))
  })
})
