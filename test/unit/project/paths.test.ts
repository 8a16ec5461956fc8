/** The developers' documents name only existing files and folders. */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import { assert, describe, it } from "@effect/vitest"

const root = resolve(import.meta.dirname, "../../..")

/** Paths may begin at the project's root, in its sources, in the folder of layers, or in the lab. Sources may be named without their extension. */
const STARTS = ["", "src", "src/layers", "lab", "web/src"]
const ENDS = ["", ".ts", ".tsx"]

/** Inline code that is a path: one word with a slash, without patterns and placeholders. */
const isPath = (code: string) => code.includes("/") && /^[\w./-]+$/.test(code) && !code.includes("NAME")

const pathsIn = (document: string): ReadonlyArray<string> => {
  const text = readFileSync(join(root, document), "utf8").replaceAll(/^```.*?^```/gms, "")
  const code = [...text.matchAll(/`([^`\n]+)`/g)].map(([, inside = ""]) => inside)
  const linked = [...text.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, target = ""]) => join(dirname(document), target))
  return [...new Set([...code.filter(isPath), ...linked])]
}

const exists = (path: string) => STARTS.some((start) => ENDS.some((end) => existsSync(join(root, start, path + end))))

const decisions = readdirSync(join(root, "docs/decisions")).map((name) => `docs/decisions/${name}`)

describe.each([["ARCHITECTURE.md"], ["CONTRIBUTING.md", "docs/reference/development.md"], decisions])("%s", (...documents) => {
  it("names only files and folders that exist", () => {
    const paths = documents.flatMap(pathsIn)
    assert.isNotEmpty(paths)
    assert.deepStrictEqual(
      paths.filter((path) => !exists(path)),
      []
    )
  })
})
