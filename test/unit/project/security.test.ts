import { readdirSync, readFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { assert, describe, it } from "@effect/vitest"

const root = resolve(import.meta.dirname, "../../..")
const threats = join(root, "test/contract/threats")

const document = readFileSync(join(root, "docs/security.md"), "utf8")

/** The threats, each with the tests that its section names at the end. */
const sections = document
  .split(/^### /m)
  .slice(1)
  .map((section) => ({ threat: section.split("\n", 1)[0], tests: section.split(/^- \*Tests?:\*/m)[1]?.replaceAll(/\n */g, " ") ?? "" }))

/** The named tests: a file, then titles of its tests, which an ellipsis may shorten. */
const named = sections.flatMap(({ tests }) => {
  let file = ""
  return [...tests.matchAll(/`([^`]+)`|"([^"]+)"/g)].flatMap(([, code, name]) => {
    if (code !== undefined) file = code
    return name === undefined ? [] : [{ file, name: name.replace(/…$/, "").trim() }]
  })
})

describe("docs/security.md", () => {
  it("names a test for each threat, and only existing tests", () => {
    const files = new Map(readdirSync(threats).map((file) => [file.split(".")[0] ?? file, readFileSync(join(threats, file), "utf8")]))
    const missing = named.filter(({ file, name }) => !(files.get(file) ?? "").includes(name))
    assert.deepStrictEqual(missing, [])
    assert.deepStrictEqual(
      sections.filter(({ tests }) => tests === ""),
      []
    )
    assert.isNotEmpty(named)
  })
})
