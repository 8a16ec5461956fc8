import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { diskResult, roomResult } from "../../../src/cli/doctor/disk.ts"
import { folder } from "../../support/folder.ts"

const TEN = { count: 10, bytes: 1_500_000_000 }

describe("the doctor's look at the disk", () => {
  it.scoped("says what a validator's clones take, and may take", () =>
    Effect.gen(function* () {
      const data = yield* folder
      assert.notInclude((yield* diskResult(data)).detail, "clones")
      for (const [id, bytes] of Object.entries({ 7: 200_000_000, 8: 50_000_000 })) {
        mkdirSync(join(data, "repositories", id, "objects", "pack"), { recursive: true })
        const pack = join(data, "repositories", id, "objects", "pack", "one.pack")
        writeFileSync(pack, "")
        truncateSync(pack, bytes)
      }
      const elsewhere = join(data, "elsewhere")
      writeFileSync(elsewhere, "")
      truncateSync(elsewhere, 900_000_000)
      symlinkSync(elsewhere, join(data, "repositories", "7", "objects", "link"))
      symlinkSync(join(data, "repositories", "8"), join(data, "repositories", "9"))
      assert.match((yield* diskResult(data)).detail, /GB free at .*; clones of 2 repositories take 0\.3 GB, and each may take 2\.1 GB$/)
    })
  )

  it("warns before a further clone finds no room, and before a vote does", () => {
    const found = (free: number, clones = true, files = 1_000) => {
      const { result, hint } = roomResult("/data", free, files, clones ? TEN : undefined)
      return [result, hint?.includes("GitHub's API") === true ? "clones" : hint?.includes("journal") === true ? "journal" : null]
    }
    assert.deepStrictEqual(found(3_000_000_000), ["ok", null])
    assert.deepStrictEqual(found(2_100_000_000), ["warning", "clones"])
    assert.deepStrictEqual(found(2_100_000_000, false), ["ok", null])
    assert.deepStrictEqual(found(1_900_000_000), ["warning", "journal"])
    assert.deepStrictEqual(found(100_000_000), ["wrong", "journal"])
    assert.deepStrictEqual(found(3_000_000_000, true, 99), ["wrong", "journal"])
  })
})
