/** Benchmarks of two revisions are compared by the figures that both have. */
import { assert, describe, it } from "@effect/vitest"
import { compared, comparedLines } from "../../../bench/before.ts"

describe("benchmarks of two revisions", () => {
  it("are compared by the best of each figure that all runs have", () => {
    const before = [
      { seconds: 2, blocksPerSecond: 100, gone: 1 },
      { seconds: 3, blocksPerSecond: 90, gone: 1 }
    ]
    const now = [
      { seconds: 5, blocksPerSecond: 150, added: 1, name: "x" },
      { seconds: 4, blocksPerSecond: 120, added: 1, name: "x" }
    ]
    const rows = compared(before, now)
    assert.deepStrictEqual(rows, [
      { name: "seconds", before: 2, now: 4 },
      { name: "blocksPerSecond", before: 100, now: 150 }
    ])
    assert.deepStrictEqual(
      comparedLines([...rows, { name: "none", before: 0, now: 3 }]).map((line) => line.trim().split(/\s+/).at(-1)),
      ["2.00", "1.50", "-"]
    )
  })
})
