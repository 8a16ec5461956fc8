/** The guide for newcomers: the settings in force, and the rules' real figures. */
import { assert, describe, it } from "@effect/vitest"
import { fieldNeededFor } from "../../../src/domain/PairingField.ts"
import { defaultRatingRules } from "../../../src/elo/RatingRules.ts"
import { FIELD, GUIDE_IDS, type GuideFigures, guideOf } from "../../../src/story/guide.ts"

const CONFIG = {
  roundLength: 300,
  attestBlocks: 50,
  quorumBps: 5_001,
  submissionWindow: 14_400,
  competitionLength: 100_800,
  outcomeGrace: 7_200,
  challengePeriod: 7_200,
  recycleAfter: 50_400,
  collateralBps: 1_000,
  slashBps: 10_000,
  minBounty: "10000000000",
  maxCompetitionsPerMiner: 1,
  ownerDelay: 7_200
}
const FACTS: GuideFigures = { config: CONFIG, contact: null, pace: { milliseconds: 12_000 }, paid: null }

const textOf = (facts: GuideFigures, id?: string) =>
  guideOf(facts)
    .filter((section) => id === undefined || section.id === id)
    .flatMap(({ paragraphs }) =>
      paragraphs.map((pieces) => pieces.map((piece) => (typeof piece === "string" ? piece : piece.text)).join(""))
    )
    .join("\n")

describe("the guide", () => {
  it("has all its sections, in order", () => {
    assert.deepStrictEqual(
      guideOf(FACTS).map(({ id }) => id),
      [...GUIDE_IDS]
    )
  })

  it("tells the settings in force, in blocks and in time", () => {
    assert.include(textOf(FACTS, "rounds"), "300 blocks (≈ 1 h)")
    assert.include(textOf(FACTS, "windows"), "14,400 blocks (≈ 2 d)")
    assert.include(textOf(FACTS, "verdicts"), "50.01% of the weight have agreed for at least 7,200 blocks (≈ 1 d)")
    assert.include(textOf(FACTS, "treasury"), "10 α")
    assert.include(textOf({ ...FACTS, pace: { milliseconds: 250 } }, "rounds"), "300 blocks (≈ 1 min 15 s)")
    assert.match(textOf({ ...FACTS, pace: null }, "rounds"), /300 blocks(?! \()/)
    assert.include(textOf({ ...FACTS, config: { ...CONFIG, roundLength: 360 } }, "rounds"), "360 blocks")
    assert.include(textOf(FACTS, "collateral"), "10%")
    assert.include(textOf({ ...FACTS, config: { ...CONFIG, collateralBps: 0 } }, "collateral"), "nobody deposits anything")
  })

  it("names a source for every figure of the settings, and says when there is none yet", () => {
    const figures = guideOf(FACTS).flatMap(({ paragraphs }) => paragraphs.flat().filter((piece) => typeof piece !== "string"))
    assert.isAbove(figures.filter(({ from }) => from === "settings").length, 10)
    for (const { text, from } of figures) assert.isTrue(text !== "" && /^(settings|rules|\/.*)$/.test(from), text)
    const without = textOf({ ...FACTS, config: null })
    assert.include(without, "not indexed yet")
    assert.notMatch(without, /undefined|NaN|null/)
  })

  it("tells maintainers who runs the page, if anybody has said", () => {
    assert.notInclude(textOf(FACTS, "maintainers"), "The operator answers")
    const said = { ...FACTS, contact: "owner@gittensor.example" }
    assert.include(textOf(said, "maintainers"), "The operator answers at owner@gittensor.example.")
    const pieces = guideOf(said).flatMap(({ paragraphs }) => paragraphs.flat())
    assert.deepInclude(pieces, { text: said.contact, from: "mailto:owner@gittensor.example" })
  })

  it("tells the newest paid match, whatever its names are", () => {
    const paid = {
      id: 7,
      winner: "amber-kite",
      loser: "hazel\u202erook\n",
      pullRequest: 37,
      amount: "100000000000",
      issue: { id: 3, repository: "acme/widgets", number: 42, title: "Saves twice" }
    }
    assert.include(
      textOf({ ...FACTS, paid }, "example"),
      "amber-kite met hazel rook on “Saves twice” (acme/widgets#42). amber-kite solved it with pull request #37"
    )
    assert.include(textOf(FACTS, "example"), "No bounty has been paid yet")
  })

  it("has the limits of the pairing that the validators use", () => {
    assert.strictEqual(FIELD.meetings, 2)
    assert.deepStrictEqual([fieldNeededFor(0), fieldNeededFor(256)], [FIELD.least, FIELD.most])
    assert.strictEqual(FIELD.days * 7_200, defaultRatingRules.window)
  })
})
