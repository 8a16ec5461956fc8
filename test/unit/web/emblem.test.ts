/** Generated pictures of accounts without one. */
import { assert, describe, it } from "@effect/vitest"
import { emblemOf } from "../../../src/story/emblem.ts"

const accounts = Array.from(
  { length: 2_000 },
  (_, index) => `5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGK${index.toString(36).padStart(4, "0")}`
)

/** The cells' shapes, each mirrored: x becomes 4 - x, and an arc bends the other way. */
const shapesIn = (path: string) => path.split(/(?=M)/).filter((part) => part !== "")

describe("emblems", () => {
  it("depend on the account alone, and tell similar accounts apart", () => {
    const drawn = accounts.map((account) => emblemOf(account).join("|"))
    assert.deepStrictEqual(
      drawn,
      accounts.map((account) => emblemOf(account).join("|"))
    )
    // 256 tones and a million shapes: a few of two thousand pictures may be equal.
    assert.isAbove(new Set(drawn).size, 1_990)
  })

  it("are symmetric, within their square and never empty", () => {
    for (const account of accounts) {
      const shapes = emblemOf(account).flatMap(shapesIn)
      assert.isAbove(shapes.length, 3, account)
      assert.strictEqual(shapes.length % 2, 0, account)
      for (let at = 0; at < shapes.length; at += 2) {
        const [x = Number.NaN, y] = (/^M([\d.]+) ([\d.]+)/.exec(shapes[at] ?? "") ?? []).slice(1).map(Number)
        const [mirrored = Number.NaN, same] = (/^M([\d.]+) ([\d.]+)/.exec(shapes[at + 1] ?? "") ?? []).slice(1).map(Number)
        assert.strictEqual(y, same)
        // A dot begins at its left edge on both sides.
        assert.closeTo(x + mirrored + (shapes[at]?.includes("a.34") ? 0.68 : 0), 4, 1e-9, account)
      }
    }
  })
})
