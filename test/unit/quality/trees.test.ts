/** Folders that are put together from two commits. */
import { existsSync, lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { withTestsOf } from "../../../src/quality/verify/trees.ts"
import { folder } from "../../support/folder.ts"

const write = (root: string, files: Readonly<Record<string, string>>) => {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
}

describe("a head with the base's tests", () => {
  it.scoped("has the base's tests, and none that the head adds", () =>
    Effect.gen(function* () {
      const root = yield* folder
      write(root, { "base/a.js": "old", "base/test/a.js": "strict", "base/test/gone.js": "gone" })
      write(root, { "head/a.js": "new", "head/test/a.js": "weak", "head/test/more.js": "more" })
      withTestsOf(
        join(root, "head"),
        join(root, "base"),
        [
          { path: "test/a.js", change: "modified" },
          { path: "test/gone.js", change: "removed" },
          { path: "test/more.js", change: "added" },
          // A submodule has no files.
          { path: "test/data", change: "modified" }
        ],
        "base",
        join(root, "both")
      )
      const read = (path: string) => readFileSync(join(root, "both", path), "utf8")
      assert.deepStrictEqual([read("a.js"), read("test/a.js"), read("test/gone.js")], ["new", "strict", "gone"])
      assert.isFalse(existsSync(join(root, "both/test/more.js")))
    })
  )

  it.scoped("is not led outside by a link in the place of a folder", () =>
    Effect.gen(function* () {
      const root = yield* folder
      write(root, { "outside/a.js": "not theirs", "base/test/deep/a.js": "strict", "base/test/deep/b.js": "strict", "head/a.js": "new" })
      mkdirSync(join(root, "head/test"))
      symlinkSync(join(root, "outside"), join(root, "head/test/deep"))
      withTestsOf(
        join(root, "head"),
        join(root, "base"),
        [
          { path: "test/deep/a.js", change: "removed" },
          { path: "test/deep/b.js", change: "removed" },
          { path: "test/deep", change: "added" }
        ],
        "base",
        join(root, "both")
      )
      assert.strictEqual(readFileSync(join(root, "outside/a.js"), "utf8"), "not theirs")
      assert.isFalse(existsSync(join(root, "outside/b.js")))
      assert.strictEqual(readFileSync(join(root, "both/test/deep/a.js"), "utf8"), "strict")
      assert.isTrue(lstatSync(join(root, "head/test/deep")).isSymbolicLink())
    })
  )
})
