/** The recorded divergence of an epoch, and the summary of many epochs. */
import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { signedDivergence, windowOf } from "../../../src/domain/Divergence.ts"
import { epochDivergence } from "../../../src/rules/consensus/epochDivergence.ts"
import { DIVERGES, divergences } from "../../support/consensus/divergences.ts"
import { FIRST, own, peer, reportsOf, settled } from "../../support/consensus/settled.ts"

const MAX_WINDOW_TEXT = 2_097_152
const WINDOW_EPOCHS = 100

const ownOf = (epoch: number) => reportsOf(epoch).get(own.address)

describe("an epoch's divergence", () => {
  it("is the same whatever else the archive holds, and in whatever order", () => {
    const second = FIRST + 1
    const [settlement, reports] = [settled(second), [...reportsOf(second).values()]]
    const parts = { settlement, own: ownOf(second), before: settled(FIRST) }
    const foreign = reportsOf(FIRST).get(peer.address)
    assert.isDefined(foreign)
    assert.deepStrictEqual(
      epochDivergence({ ...parts, reports: [...reports.toReversed(), foreign] }),
      epochDivergence({ ...parts, reports })
    )
  })
})

describe("a window", () => {
  /** Epochs whose numbers have the maximum number of digits. */
  const widest = (validators: number) =>
    divergences(WINDOW_EPOCHS, {
      reporting: 1_000,
      voters: 1_000,
      sameTop: false,
      spearmanPpm: -1_000_000,
      overlap: 10,
      copyable: 999_999_999,
      copies: Array.from({ length: validators - 1 }, () => ({ hotkey: peer.address, milli: 1_000, evidence: 1_000_000_000_000_000 }))
    }).map((one) => ({ ...one, epoch: 999_999_000 + one.epoch, block: 999_999_999 }))
  const textOf = (epochs: ReturnType<typeof divergences>) =>
    Schema.encodeSync(signedDivergence.Text)(signedDivergence.sign({ ...DIVERGES, epochs }, own))

  it("is of the newest epochs", () => {
    const many = divergences(WINDOW_EPOCHS + 20)
    assert.deepStrictEqual(windowOf(many), many.slice(20))
    assert.deepStrictEqual(windowOf([]), [])
  })

  it("has all of them with 180 validators", () => {
    const wide = widest(180)
    assert.deepStrictEqual(windowOf(wide), wide)
    const text = textOf(wide)
    assert.isAtMost(text.length, MAX_WINDOW_TEXT)
    assert.deepStrictEqual(Schema.decodeSync(signedDivergence.Text)(text).body.epochs, wide)
  })

  it("has as many as fit with a thousand validators", () => {
    const wide = widest(1_000)
    const fitting = windowOf(wide)
    assert.deepStrictEqual(fitting, wide.slice(-fitting.length))
    assert.isBelow(fitting.length, WINDOW_EPOCHS)
    const { length } = textOf(fitting)
    assert.isAtMost(length, MAX_WINDOW_TEXT)
    assert.isAbove(length, 0.8 * MAX_WINDOW_TEXT)
  })

  it("has each epoch once, by rising number", () => {
    const decode = Schema.decodeUnknownSync(signedDivergence.Text)
    const [first, second] = divergences(2)
    assert.isDefined(first)
    assert.isDefined(second)
    assert.lengthOf(decode(textOf([first, second])).body.epochs, 2)
    for (const wrong of [
      [first, first],
      [second, first]
    ])
      assert.throws(() => decode(textOf(wrong)), /epochs are sorted, each once/)
  })
})
