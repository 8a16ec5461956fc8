/** Tests write figures as literals. A test that imports one from the rules follows every change of it, and notices none. */
import { readFileSync } from "node:fs"
import { dirname, join, relative, resolve } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { root } from "../../support/sources.ts"

/** Where figures are that validators, contract and callers of the API rely on. */
const ROOMS = /^src\/(?:rules|elo|domain|contract-client|dashboard\/api\/definition)\//

/** The names in capitals that a test imports from there, by file. */
const importedBy = (file: string): ReadonlyArray<{ readonly file: string; readonly from: string; readonly name: string }> => {
  const text = readFileSync(join(root, file), "utf8")
  return [...text.matchAll(/^import (?:\{([^}]*)\}|\* as (\w+)) from "(\.[^"]+)"/gm)].flatMap(([, names, space = "", path = ""]) => {
    const from = relative(root, resolve(root, dirname(file), path))
    if (!ROOMS.test(from)) return []
    const used = names ?? [...text.matchAll(new RegExp(`\\b${space}\\.(\\w+)`, "g"))].map(([, name]) => name).join()
    return [...used.matchAll(/\b[A-Z][A-Z\d_]*\b/g)].map(([name]) => ({ file, from, name }))
  })
}

/** A number, or a list or record of nothing but numbers, unless all are 0. */
const isFigure = (value: unknown): boolean =>
  typeof value === "number" ||
  typeof value === "bigint" ||
  (typeof value === "object" && value !== null && Object.values(value).some(Boolean) && Object.values(value).every(isFigure))

describe("tests", () => {
  it("import no figures", async () => {
    const imported = [...new Bun.Glob("test/**/*.{ts,tsx}").scanSync(root)].flatMap(importedBy)
    assert.isTrue(imported.some(({ from, name }) => from === "src/domain/Watch.ts" && name === "GONE"))
    const modules = new Map<string, Readonly<Record<string, unknown>>>()
    for (const { from } of imported) modules.set(from, await import(join(root, from)))
    assert.deepStrictEqual(
      imported.filter(({ from, name }) => isFigure(modules.get(from)?.[name])),
      []
    )
  })
})
