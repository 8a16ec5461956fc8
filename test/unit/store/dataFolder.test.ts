import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { damagedFiles, dataFiles, pathIn, removeFormer } from "../../../src/layers/storage/dataFolder/dataFolder.ts"

describe("the data folder", () => {
  it("is listed in docs/operate.md", () => {
    const text = readFileSync(join(import.meta.dirname, "../../../docs/operate.md"), "utf8")
    const [, list = ""] = text.split("The validator's data folder holds:\n")
    const documented = (list.split("\n## ")[0] ?? "").split("\n").filter((line) => line.startsWith("| `"))
    const expected = Object.values(dataFiles).map(({ name, holds, ifDeleted }) => `| \`${name}\` | ${holds} | ${ifDeleted} |`)
    assert.deepStrictEqual(documented, expected, "run npm run generate")
  })

  it("loses what nothing reads any more, and no other file", () => {
    const folder = mkdtempSync(join(tmpdir(), "data-folder-"))
    try {
      removeFormer(folder)
      const kept = [...Object.values(dataFiles).map(({ name }) => name), "notes.txt"].toSorted()
      for (const name of [...kept, "absences.sqlite", "absences.sqlite-wal"]) writeFileSync(join(folder, name), "")
      removeFormer(folder)
      assert.deepStrictEqual(readdirSync(folder).toSorted(), kept)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  it("reports damaged files that matter, but no cache, missing file or folder", () => {
    const folder = mkdtempSync(join(tmpdir(), "data-folder-"))
    try {
      assert.deepStrictEqual(damagedFiles(folder), [])
      assert.deepStrictEqual(damagedFiles(join(folder, "missing")), [])
      mkdirSync(pathIn(folder, "scores"))
      for (const key of ["ratings", "commits"] as const) writeFileSync(pathIn(folder, key), "no database at all, for sure not one")
      const damaged = damagedFiles(folder)
      assert.lengthOf(damaged, 1)
      assert.match(damaged[0] ?? "", /ratings\.sqlite: .*not a database/)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
