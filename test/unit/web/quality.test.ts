/** The page's counting of validators' findings on a pull request. */

import { assert, describe, it } from "@effect/vitest"
import { gitHubLine } from "../../../src/domain/gitHubAddress.ts"
import type { CompetitionQuality, QualityHead, QualityRecord } from "../../../web/src/api/types.ts"
import { disputed, gateLine, headsOf, sameFindings, testsText, unlisted, verificationLine } from "../../../web/src/format/quality.ts"
import { OTHER_RECORDS, RECORD as SEEDED } from "../../support/api/quality.ts"

const { broken, failed, rejected } = OTHER_RECORDS
const RECORD: QualityRecord = {
  ...SEEDED,
  validator: "5v",
  fault: null,
  reason: null,
  gate: { ...SEEDED.gate, findings: [], found: 0 },
  verification: {
    ...SEEDED.verification,
    failToPass: { count: 4, first: ["saves twice in a row", "keeps the second change", "saves while saving", "names the file"] },
    own: broken.verification.own
  },
  artefacts: [],
  readAt: 35
}
const headOf = (...records: ReadonlyArray<Partial<QualityRecord>>): QualityHead => ({
  ...{ side: "a", repository: "acme/widgets", number: 77, commit: "4f1c".repeat(10), firstSeenAt: SEEDED.seenAt },
  records: records.map((change, index) => ({ ...RECORD, validator: `5${index}`, ...change }))
})
const large = { ...broken.verification, broken: { count: 1, first: ["opens a large file"] } }
const qualityHeads = {
  agreed: headOf({}, {}, {}),
  differing: headOf({}, { ...broken, verification: large }, failed),
  rejected: headOf(rejected, rejected, rejected),
  waiting: headOf({ state: "gated", verification: null })
}
const competitionQuality: CompetitionQuality = {
  ...{ validators: 3, documents: [], duels: [], costs: [] },
  heads: [qualityHeads.differing, { ...qualityHeads.rejected, side: "b", number: 75 }]
}
const verified = (failToPass: number, validator = "5x"): QualityRecord => ({
  ...RECORD,
  validator,
  verification: RECORD.verification && { ...RECORD.verification, own: null, failToPass: { count: failToPass, first: [] } }
})

const PULL = { repository: "ACME/widgets", number: 77 }

describe("what validators say", () => {
  it("is counted by validators, what most say first", () => {
    assert.deepStrictEqual(gateLine(qualityHeads.agreed.records), { text: "3 of 3 validators: passed", tone: "good" })
    assert.deepStrictEqual(verificationLine(qualityHeads.agreed.records), {
      text: "3 of 3 validators: verified, 5 tests fail → pass",
      tone: "good"
    })
    // Without agreement of more than half, nothing is marked as good or bad.
    assert.deepStrictEqual(verificationLine(qualityHeads.differing.records), {
      text: "1 of 3 validators: broken; 1: could not find out; 1: verified, 5 tests fail → pass",
      tone: "open"
    })
    assert.deepStrictEqual(gateLine(qualityHeads.rejected.records), { text: "3 of 3 validators: rejected (duplicate)", tone: "bad" })
    assert.strictEqual(verificationLine(qualityHeads.waiting.records)?.text, "1 of 1 validator: not yet")
    assert.strictEqual(
      verificationLine([verified(3), verified(5), verified(3)])?.text,
      "3 of 3 validators: verified, 3 to 5 tests fail → pass"
    )
    assert.strictEqual(verificationLine([verified(1)])?.text, "1 of 1 validator: verified, 1 test fails → pass")
    assert.deepStrictEqual([gateLine([]), verificationLine([])], [undefined, undefined])
    assert.deepStrictEqual([testsText(1), testsText(1_200)], ["1 test", "1,200 tests"])
  })

  it("never calls a validator's own trouble the miner's", () => {
    const failed: QualityRecord = { ...RECORD, state: "failed", fault: "infrastructure", gate: null, verification: null }
    assert.deepStrictEqual(gateLine([failed]), { text: "1 of 1 validator: could not look", tone: "open" })
    const unclear = { ...RECORD, gate: RECORD.gate && { ...RECORD.gate, passed: false, fault: "unknown" as const } }
    assert.deepStrictEqual(gateLine([unclear]), { text: "1 of 1 validator: could not tell", tone: "open" })
    assert.strictEqual(verificationLine([{ ...RECORD, verification: null }])?.text, "1 of 1 validator: could not run the tests")
  })

  it("is about the head that most validators speak of, then about the current one, then about the newest", () => {
    const head = (commit: string, validators: ReadonlyArray<string>, minute: number): QualityHead => ({
      ...qualityHeads.agreed,
      commit,
      firstSeenAt: new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString(),
      records: validators.map((validator) => ({ ...RECORD, validator }))
    })
    const order = (...heads: ReadonlyArray<QualityHead>) => headsOf({ ...competitionQuality, heads }, "a", PULL).map(({ commit }) => commit)
    assert.deepStrictEqual(order(head("old", ["x", "y"], 1), head("new", ["x", "y"], 2)), ["new", "old"])
    const replaced = head("replaced", ["x", "y"], 9)
    const gone = {
      ...replaced,
      records: replaced.records.map((record, index) => (index === 0 ? { ...record, currentSince: null } : record))
    }
    assert.deepStrictEqual(order(gone, head("back", ["x", "y"], 1)), ["back", "replaced"])
    // One validator invents a head.
    assert.deepStrictEqual(order(head("real", ["x", "y"], 1), head("invented", ["z"], 9)), ["real", "invented"])
    assert.deepStrictEqual(order({ ...head("other", ["x"], 1), side: "b" }, { ...head("other", ["x"], 1), number: 78 }), [])
  })

  it("names pull requests that the index does not know", () => {
    assert.deepStrictEqual(unlisted(competitionQuality, "b", [PULL]), [{ repository: "acme/widgets", number: 75 }])
    assert.deepStrictEqual(unlisted(competitionQuality, "a", [PULL]), [])
  })

  it("stands together where it is the same, and names the tests that are not", () => {
    assert.deepStrictEqual(
      sameFindings(qualityHeads.agreed.records).map(({ validators }) => validators.length),
      [3]
    )
    const compared = { ...RECORD, validator: "5y", gate: RECORD.gate && { ...RECORD.gate, comparedWith: 9 } }
    assert.lengthOf(sameFindings([RECORD, compared]), 1)
    assert.lengthOf(sameFindings(qualityHeads.differing.records), 3)
    assert.deepStrictEqual(disputed(qualityHeads.differing.records, "broken"), ["opens a large file"])
    assert.deepStrictEqual(disputed(qualityHeads.agreed.records, "failToPass"), [])
    // A truncated set proves no difference.
    assert.deepStrictEqual(disputed([RECORD, verified(4)], "failToPass"), [])
  })

  it("leads to the line on GitHub, whatever a path is", () => {
    assert.strictEqual(
      gitHubLine("acme/widgets", "c0ffee", "a b/#?<x>/é.ts", 7),
      "https://github.com/acme/widgets/blob/c0ffee/a%20b/%23%3F%3Cx%3E/%C3%A9.ts#L7"
    )
    for (const path of ["../../../../evil/repository", "a/./b", "a//b", "/etc/passwd", ""])
      assert.isUndefined(gitHubLine("acme/widgets", "c0ffee", path, 7), path)
  })
})
