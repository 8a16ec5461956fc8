import { assert, describe, it } from "vitest"
import { listed, weightsText } from "../../../lab/demo/weightsText.ts"

const nameOf = (uid: number) => ({ 5: "ada", 6: "brin", 7: "cleo" })[uid] ?? `UID ${uid}`

describe("weights in words", () => {
  it("lists names", () => {
    assert.deepStrictEqual([listed([]), listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])], ["", "a", "a and b", "a, b and c"])
  })

  it("names the treasury first, then miners by what they get", () => {
    const text = weightsText(
      [
        [4, 100],
        [5, 225],
        [6, 675]
      ],
      4,
      nameOf
    )
    assert.strictEqual(text, "10% to the treasury (UID 4), 67.5% to brin and 22.5% to ada")
  })

  it("says what is recycled, and leaves out what rounds to nothing", () => {
    assert.strictEqual(
      weightsText(
        [
          [0, 65_535],
          [4, 7_282],
          [5, 1]
        ],
        4,
        nameOf
      ),
      "10% to the treasury (UID 4), and 90% is recycled"
    )
    assert.strictEqual(weightsText([[0, 1]], 4, nameOf), "100% is recycled")
  })

  it("names four miners and counts the others", () => {
    const weights = [5, 6, 7, 8, 9, 10].map((uid) => [uid, 20 - uid] as const)
    const text = weightsText(weights, undefined, nameOf)
    assert.strictEqual(text, "20% to ada, 18.7% to brin, 17.3% to cleo, 16% to UID 8 and the rest to 2 more")
  })
})
