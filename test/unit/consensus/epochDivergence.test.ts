/** The recorded divergence of an epoch, and the summary of many epochs. */
import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { ENOUGH, figureOf, judged } from "../../../src/consensus/rules/divergenceFigure.ts"
import { epochDivergence } from "../../../src/consensus/rules/epochDivergence.ts"
import { MAX_WINDOW_TEXT, signedDivergence, WINDOW_EPOCHS, windowOf } from "../../../src/domain/Divergence.ts"
import { reportHash } from "../../../src/domain/Report.ts"
import { DIVERGES, divergences } from "../../support/consensus/divergences.ts"
import { copier, FIRST, own, peer, reportsOf, settled, settledWith } from "../../support/consensus/settled.ts"

const ownOf = (epoch: number) => reportsOf(epoch).get(own.address)
const hashOf = (epoch: number) => {
  const report = ownOf(epoch)
  return report === undefined ? null : reportHash(report)
}

describe("an epoch's divergence", () => {
  it("compares own scores with the consensus", () => {
    const found = epochDivergence({
      settlement: settled(FIRST),
      own: ownOf(FIRST),
      reports: [...reportsOf(FIRST).values()],
      before: undefined
    })
    assert.deepStrictEqual(found, {
      epoch: FIRST,
      block: 360 * FIRST,
      report: hashOf(FIRST),
      reporting: 3,
      voters: 4,
      quorum: true,
      sameTop: true,
      spearmanPpm: 1_000_000,
      overlap: 2,
      overlapOf: 2,
      copyable: null,
      copies: []
    })
  })

  it("shows who copies the last consensus", () => {
    const second = FIRST + 1
    const found = epochDivergence({
      settlement: settled(second),
      own: ownOf(second),
      reports: [...reportsOf(second).values()],
      before: settled(FIRST)
    })
    // Medians of 310,000, 400,000 and 300,000: middle ranks of 1.5, 3, 1.5 against ranks of 2, 3, 1.
    assert.deepStrictEqual([found.sameTop, found.spearmanPpm], [true, 866_025])
    assert.strictEqual(found.copyable, FIRST)
    // The first miner lost 300,000 and the third gained as much; the peer's report has 590,000 of it.
    assert.deepStrictEqual(found.copies, [
      { hotkey: copier.address, milli: 1_000, evidence: 600_000 },
      { hotkey: peer.address, milli: 17, evidence: 600_000 }
    ])
  })

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

  it("compares nothing without a quorum, or without an own report", () => {
    const alone = new Map([...reportsOf(FIRST)].filter(([hotkey]) => hotkey === own.address))
    const withoutQuorum = epochDivergence({
      settlement: settledWith(FIRST, alone),
      own: ownOf(FIRST),
      reports: [...alone.values()],
      before: undefined
    })
    const nothing = { sameTop: null, spearmanPpm: null, overlap: 0, overlapOf: 0, copies: [] }
    assert.deepInclude(withoutQuorum, { ...nothing, quorum: false, reporting: 1, report: hashOf(FIRST) })
    const withoutReport = epochDivergence({
      settlement: settled(FIRST + 1),
      own: undefined,
      reports: [...reportsOf(FIRST + 1).values()],
      before: settled(FIRST)
    })
    assert.deepInclude(withoutReport, { ...nothing, quorum: true, report: null })
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

  it("has all of them with 64 validators", () => {
    const wide = widest(64)
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

describe("the figure on which to switch", () => {
  const judgement = (count: number, ...changes: Parameters<typeof divergences>[1][]) =>
    judged(figureOf([...divergences(count - changes.length), ...changes.flatMap((change) => divergences(1, change))]))

  it("counts epochs, best miners and rank correlations", () => {
    const epochs = [
      ...divergences(1, { spearmanPpm: 900_000 }),
      ...divergences(1, { spearmanPpm: 700_000, sameTop: false }),
      ...divergences(1, { spearmanPpm: 800_000 }),
      ...divergences(1, { spearmanPpm: null, sameTop: null }),
      ...divergences(1, { spearmanPpm: 950_000 }),
      ...divergences(1, { quorum: false, sameTop: null, spearmanPpm: null }),
      ...divergences(1, { report: null, sameTop: null, spearmanPpm: null })
    ]
    assert.deepStrictEqual(figureOf(epochs), {
      epochs: 7,
      compared: 5,
      tops: 4,
      sameTops: 3,
      lowestSpearmanPpm: 700_000,
      medianSpearmanPpm: 800_000
    })
    assert.deepInclude(figureOf([]), { epochs: 0, lowestSpearmanPpm: null, medianSpearmanPpm: null })
  })

  it("takes twenty epochs, a consensus in nine of ten, the same best miner in nine of ten, and a median correlation of 0.9", () => {
    assert.strictEqual(judgement(ENOUGH.epochs), "Near")
    assert.strictEqual(judgement(ENOUGH.epochs - 1), "TooFew")
    const noQuorum = { quorum: false, sameTop: null, spearmanPpm: null }
    assert.strictEqual(judgement(20, noQuorum, noQuorum), "Near")
    assert.strictEqual(judgement(20, noQuorum, noQuorum, noQuorum), "Rare")
    const another = { sameTop: false }
    assert.strictEqual(judgement(20, another, another), "Near")
    assert.strictEqual(judgement(20, another, another, another), "Far")
    const atEdge = divergences(20, { spearmanPpm: ENOUGH.spearmanPpm })
    assert.strictEqual(judged(figureOf(atEdge)), "Near")
    assert.strictEqual(judged(figureOf(divergences(20, { spearmanPpm: ENOUGH.spearmanPpm - 1 }))), "Far")
    assert.strictEqual(judged(figureOf(divergences(20, { sameTop: null, spearmanPpm: null }))), "TooFew")
  })
})
