import { assert, it } from "@effect/vitest"
import { leftOut } from "../../../src/consensus/audit/examineWeights.ts"

it("leaves out one after the other, then two, never all, and ends", () => {
  assert.deepStrictEqual([...leftOut(["a", "b", "c"])], [["a"], ["b"], ["c"], ["a", "b"], ["a", "c"], ["b", "c"]])
  assert.deepStrictEqual([...leftOut(["a"])], [])
  const eight = [...leftOut(Array.from({ length: 8 }, (_, index) => index))]
  assert.strictEqual(eight.length, 2 ** 8 - 2, "all choices but none and all")
  const many = [...leftOut(Array.from({ length: 64 }, (_, index) => index))]
  assert.deepStrictEqual([many.length, many.at(63), many.at(64)], [256, [63], [0, 1]])
})
