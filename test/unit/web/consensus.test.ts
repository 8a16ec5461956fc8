/** The page's formatting of consensus figures. */
import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import {
  copyText,
  correlationText,
  countsText,
  notCompared,
  partText,
  pullsOf,
  stretchesOf,
  weightsText,
  wrongFirst
} from "../../../web/src/format/consensus.ts"

describe("figures of consensus", () => {
  it("are written as percentages, and never as zero unless they are", () => {
    assert.deepStrictEqual([0, 1, 49, 50, 12_345, 1_000_000].map(partText), ["0.00%", "<0.01%", "<0.01%", "0.01%", "1.23%", "100.00%"])
    fc.assert(fc.property(fc.integer({ min: 1, max: 1_000_000 }), (ppm) => assert.notStrictEqual(partText(ppm), "0.00%")))
    assert.deepStrictEqual([-987_654, 0, 500_000, 1_000_000].map(correlationText), ["−0.988", "0.000", "0.500", "1.000"])
    assert.deepStrictEqual([null, 0, 25, 1_000].map(copyText), ["nothing was new", "0.0%", "2.5%", "100.0%"])
  })

  it("are counted in words", () => {
    assert.strictEqual(countsText({ other: 2, hidden: 0, "none set": 1 }), "2 other, 1 none set")
    assert.strictEqual(countsText({ other: 0 }), "nothing")
  })

  it("tell what became of weights", () => {
    const states = [
      { state: "hidden", values: null, asExpected: null },
      { state: "none", values: null, asExpected: null },
      { state: "set", values: [], asExpected: null },
      { state: "set", values: [], asExpected: true },
      { state: "set", values: [], asExpected: false }
    ] as const
    assert.deepStrictEqual(states.map(weightsText), [
      "not revealed yet",
      "none set",
      "set, with nothing to compare",
      "as expected",
      "other than expected"
    ])
  })
})

describe("who pulls which way", () => {
  it("is all stake, once", () => {
    const pulls = fc.constantFrom("below", "equal", "above", null)
    const votes = fc.array(
      fc.record({ validator: fc.string(), stake: fc.bigInt({ min: 0n, max: 2n ** 64n }).map(String), value: fc.nat(), pull: pulls })
    )
    fc.assert(
      fc.property(votes, (all) => {
        const { below, equal, above, unmeasured } = pullsOf(all)
        assert.strictEqual(
          below + equal + above + unmeasured,
          all.reduce((sum, { stake }) => sum + BigInt(stake), 0n)
        )
        assert.strictEqual(
          unmeasured,
          all.reduce((sum, { stake, pull }) => (pull === null ? sum + BigInt(stake) : sum), 0n)
        )
      })
    )
    const one = (stake: string, pull: "below" | "equal" | "above" | null) => ({ validator: stake, stake, value: 1, pull })
    assert.deepStrictEqual(pullsOf([one("3", "below"), one("4", "above"), one("5", "above"), one("6", null), one("7", "equal")]), {
      below: 3n,
      equal: 7n,
      above: 9n,
      unmeasured: 6n
    })
  })
})

describe("findings", () => {
  it("put broken rules first, and keep their order", () => {
    const severities = ["missing", "wrong", "missing", "wrong"] as const
    const findings = severities.map((severity, index) => ({ severity, index }))
    assert.deepStrictEqual(
      wrongFirst(findings).map(({ index }) => index),
      [1, 3, 0, 2]
    )
  })
})

describe("the line of a divergence", () => {
  it("is broken where an epoch or its value is missing", () => {
    assert.deepStrictEqual(
      stretchesOf([
        [9, 0.5],
        [8, 0.25],
        [7, null],
        [6, -1],
        [4, 1]
      ]),
      [
        [[4, 1]],
        [[6, -1]],
        [
          [8, 0.25],
          [9, 0.5]
        ]
      ]
    )
    assert.deepStrictEqual(stretchesOf([]), [])
  })

  it("says why nothing was compared", () => {
    assert.deepStrictEqual(
      [
        { quorum: true, report: null },
        { quorum: false, report: "77" },
        { quorum: true, report: "77" }
      ].map(notCompared),
      ["no report of its own", "no quorum", undefined]
    )
  })
})
