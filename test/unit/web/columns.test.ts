import { assert, describe, it } from "@effect/vitest"
import { columnsFor } from "../../../web/src/format/columns.ts"

describe("tiles", () => {
  it("are laid out so that none is alone in the last row, or in two columns", () => {
    for (let tiles = 2; tiles <= 40; tiles++)
      for (const most of [3, 4, 5]) {
        const columns = columnsFor(tiles, most)
        assert.isAtMost(columns, most)
        if (columns > 2) assert.notStrictEqual(tiles % columns, 1, `${tiles} in ${columns}`)
      }
    assert.deepStrictEqual(
      [5, 10, 11, 7].map((tiles) => [columnsFor(tiles, 5), columnsFor(tiles, 4)]),
      [
        [5, 3],
        [5, 4],
        [4, 4],
        [5, 4]
      ]
    )
  })
})
