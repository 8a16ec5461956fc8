import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { signedReport } from "../../../src/domain/Report.ts"
import { damagedFiles, dataFiles, pathIn, removeFormer } from "../../../src/layers/storage/dataFolder/dataFolder.ts"
import { root, sources } from "../../support/sources.ts"
import { dataFolderTable, makeLater, type Opened, openers, refusalOf, releases, rowsIn, unpacked } from "../../support/store/releases.ts"

const decodeReport = Schema.decodeUnknownSync(signedReport.Text)

describe("the data folder", () => {
  it.effect("is listed in docs/operate.md, with what becomes of an earlier program's file", () =>
    Effect.gen(function* () {
      const text = readFileSync(join(import.meta.dirname, "../../../docs/operate.md"), "utf8")
      assert.include(text, yield* dataFolderTable, "run npm run generate")
    })
  )

  it.scoped.each(releases)("of release %s is used as it is, and so is a later program's", (release) =>
    Effect.gen(function* () {
      const folder = yield* unpacked(release)
      for (const key of Object.keys(openers) as ReadonlyArray<Opened>) {
        const file = pathIn(folder, key)
        if (!existsSync(file)) continue
        const before = rowsIn(file)
        assert.isUndefined(yield* refusalOf(key, file), key)
        assert.deepStrictEqual(rowsIn(file), before, key)
        makeLater(file)
        const later = rowsIn(file)
        assert.isUndefined(yield* refusalOf(key, file), key)
        assert.deepStrictEqual(rowsIn(file), later, key)
      }
      assert.deepStrictEqual(
        readdirSync(folder).filter((name) => /\.(older|damaged)-/.test(name)),
        []
      )
      // What it sent, by which a restart is known for one.
      assert.isAbove(rowsIn(pathIn(folder, "journal")).get("sent")?.length ?? 0, 0)
      const [subnet = ""] = readdirSync(pathIn(folder, "scores"))
      for (const name of readdirSync(join(pathIn(folder, "scores"), subnet)).filter((one) => one.endsWith(".report.json")))
        assert.isAbove(decodeReport(readFileSync(join(pathIn(folder, "scores"), subnet, name), "utf8").trimEnd()).body.epoch, 0, name)
    })
  )

  it("is written to by names of columns, so that a later program may add some", () => {
    const byPlace = sources.filter(
      (file) =>
        !/\/(database|indexer)\//.test(file) &&
        /INSERT (?:OR \w+ )?INTO \w+ (?:VALUES|SELECT)\b/.test(readFileSync(join(root, file), "utf8"))
    )
    assert.deepStrictEqual(byPlace, [])
  })

  it("loses what nothing reads any more, and no other file", () => {
    const folder = mkdtempSync(join(tmpdir(), "data-folder-"))
    try {
      removeFormer(folder)
      const kept = [...Object.values(dataFiles).map(({ name }) => name), "notes.txt"].toSorted()
      for (const name of [...kept, "absences.sqlite", "absences.sqlite-wal", "competitions.sqlite", "ratings.sqlite"])
        writeFileSync(join(folder, name), "")
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
      for (const key of ["journal", "commits"] as const) writeFileSync(pathIn(folder, key), "no database at all, for sure not one")
      const damaged = damagedFiles(folder)
      assert.lengthOf(damaged, 1)
      assert.match(damaged[0] ?? "", /journal\.sqlite: .*not a database/)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
