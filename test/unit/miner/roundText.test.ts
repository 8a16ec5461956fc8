/** The text of an explained round names miners by their logins, as far as they are known. */
import { assert, describe, it } from "@effect/vitest"
import { roundDocument, roundLines } from "../../../src/cli/explain/roundText.ts"
import type { RoundExplanation } from "../../../src/scoring/issue_competitions/explainRound.ts"
import { HOTKEYS } from "../../support/quality/heads.ts"

const [known, other] = HOTKEYS
const seen = (uid: number, hotkey: RoundExplanation["miners"][number]["hotkey"]): RoundExplanation["miners"][number] => ({
  uid,
  hotkey,
  enrolledBy: [],
  enrolledWeight: 0n,
  skippedBy: [],
  skippedWeight: 0n,
  majority: "neither",
  objection: null
})

const explained: RoundExplanation = {
  issue: {
    id: 3,
    repository: "acme/widgets",
    number: 5,
    bounty: 1n,
    funded: 1n,
    status: { _tag: "Open" },
    registeredAt: 1,
    attempts: 0,
    competition: null
  },
  round: 1,
  blocks: { start: 100, pairsFrom: 150, last: 120, nextStart: 200 },
  statusAtStart: "Open",
  stage: "Attesting",
  unfunded: [],
  maxCompetitionsPerMiner: 1,
  totalWeight: 1n,
  attestations: [],
  miners: [seen(1, known), seen(2, other), seen(3, null)],
  window: { from: 0, to: 100 },
  ratings: [],
  seed: null,
  pairing: null,
  accounts: [],
  before: [],
  votes: [],
  votesTotalWeight: 1n,
  competition: null
}

describe("an explained round", () => {
  it("names its miners by login where GitHub named one, else by hotkey", () => {
    const logins = new Map([[known, "amber-kite"]])
    const text = roundLines(explained, logins, false).join("\n")
    assert.match(text, /^ {2}1 +amber-kite /m)
    assert.notInclude(text, known)
    assert.match(text, new RegExp(`^ {2}2 +${other} `, "m"))
    assert.deepStrictEqual(
      roundDocument(explained, logins).miners.map(({ login }) => login),
      ["amber-kite", null, null]
    )
  })
})
