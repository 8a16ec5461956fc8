/** A record of another's report, compared with one's own measurements: each field that these know is named, and what they do not know is unclear. */
import { assert, describe, it } from "@effect/vitest"
import type { ScoredRecord } from "../../../src/domain/ScoredRecord.ts"
import { comparedWithOwn, type Measured, type OwnEpoch, type OwnEpochs } from "../../../src/rules/consensus/ownRecords.ts"
import { leafRules } from "../../../src/rules/contributions/leafRules.ts"
import { whole } from "../../../src/rules/contributions/scoredRecords.ts"
import { hotkey } from "../../support/rules/world.ts"
import { oneRepository, recordOf } from "../../support/validator/reports.ts"

const [ROSTER, OTHER] = ["a".repeat(64), "b".repeat(64)]
const EPOCH = 20_000
const rules = leafRules(oneRepository)

const AUTHORED = recordOf(4, 1)
const FOUND = recordOf(5, 1, { side: "finder", author: "1004", finder: { account: "1005", issue: 9 }, credibility: 0.9 })
const own: OwnEpoch = {
  roster: ROSTER,
  records: [AUTHORED, FOUND],
  kept: [],
  miners: [4, 5, 6].map((uid) => ({ uid, hotkey: hotkey(uid), account: String(1_000 + uid), repositories: [] }))
}
const all: OwnEpochs = [own, own, own]
const none: OwnEpochs = [undefined, undefined, undefined]

const compare = (record: ScoredRecord, more: Partial<Measured> = {}, roster = ROSTER) => {
  const shown = { record, hotkey: hotkey(record.uid), epoch: EPOCH, roster }
  const found = comparedWithOwn(shown, { around: all, before: none, tempo: 360, ...more }, rules)
  return found === undefined ? "unclear" : found.difference
}

/** A record that follows from its factors. */
const lying = (record: ScoredRecord, more: Partial<ScoredRecord>): ScoredRecord => whole({ ...record, ...more }, true, false)

const kept = (epoch: number, more: Partial<ScoredRecord> = {}) => lying(AUTHORED, { kept: epoch, ...more })

describe("a record, compared with one's own measurements", () => {
  it("is right if they are alike, and named in any field that differs", () => {
    assert.isNull(compare(AUTHORED))
    assert.isNull(compare(FOUND))
    const at = "acme/gadgets#1"
    const wrong: ReadonlyArray<readonly [ScoredRecord, string]> = [
      [lying(AUTHORED, { issue: 1.66 }), "has issue 1.66, and was measured with 1"],
      [lying(AUTHORED, { label: 2 }), "has label 2, and was measured with 1"],
      [lying(AUTHORED, { review: 1.5 }), "has review 1.5, and was measured with 1"],
      [lying(AUTHORED, { share: 0.5 }), "has share 0.5, and was measured with null"],
      [{ ...AUTHORED, author: "7" }, "has author 7, and was measured with 1004"],
      [lying(FOUND, { credibility: 1 }), "has credibility 1, and was measured with 0.9"],
      [
        { ...FOUND, finder: { account: "1005", issue: 8 } },
        'has finder {"account":"1005","issue":8}, and was measured with {"account":"1005","issue":9}'
      ],
      [{ ...AUTHORED, uid: 6 }, "names the account 1004 as UID 6's, which has 1006"],
      [{ ...AUTHORED, uid: 6, author: null }, "names the account null as UID 6's, which has 1006"],
      [{ ...FOUND, number: 3 }, "was not measured in three epochs among what UID 5 did there as finder"],
      [{ ...AUTHORED, number: 3 }, "was not measured in three epochs among what UID 4 did there as author"]
    ]
    for (const [record, why] of wrong) assert.strictEqual(compare(record), `${at.replace("1", String(record.number))} ${why}`)
  })

  it("is unclear where an epoch is unknown, incomplete, by another roster or another account's, and for who knows one issue less", () => {
    const absent = { ...AUTHORED, number: 3 }
    const gap = { uid: 4, hotkey: hotkey(4), repository: "acme/Gadgets", measuredIn: null, why: "gone" }
    const moved = own.miners.map((miner) => ({ ...miner, account: "77" }))
    const epochs: ReadonlyArray<OwnEpoch | undefined> = [
      undefined,
      { ...own, kept: [gap] },
      { ...own, roster: OTHER },
      { ...own, miners: [] },
      { ...own, miners: moved }
    ]
    for (const one of epochs)
      for (const around of [
        [one, own, own],
        [own, one, own],
        [own, own, one]
      ] as const)
        for (const record of [absent, lying(AUTHORED, { issue: 1.66 })]) assert.strictEqual(compare(record, { around }), "unclear")
    assert.strictEqual(compare(absent, {}, OTHER), "unclear")
    const next = { ...FOUND, uid: 6, finder: { account: "1006", issue: 10 } }
    assert.strictEqual(compare(next), "unclear", "of two issues that a pull request solved, the first one's finder is paid")
    assert.strictEqual(compare({ ...AUTHORED, author: null }), null, "GitHub did not name the account")
  })

  it("is right where a fact changed meanwhile, and where less was readable", () => {
    const before = { ...own, records: [lying(AUTHORED, { label: 2 }), FOUND] }
    assert.isNull(compare(lying(AUTHORED, { label: 2 }), { around: [before, own, own] }))
    assert.isNull(compare(lying(FOUND, { credibility: 0.5, spam: 0 })))
    assert.strictEqual(compare(AUTHORED, { around: [{ ...own, records: [] }, own, own] }), "unclear", "it was new")
  })

  it("that was kept is named if no such epoch can have measured it, or another value was measured then", () => {
    assert.isNull(compare(kept(EPOCH - 3), { before: all }))
    assert.isNull(compare(kept(EPOCH - 3, { decay: 0.5 }), { before: all }))
    const million = { score: 1_000_000, points: 1_000_000 }
    assert.include(compare(kept(0, million)), "longer ago than any merged pull request scores")
    assert.include(compare(kept(EPOCH)), "which was not past")
    assert.include(compare(kept(EPOCH - 3, million), { before: all }), `has score 1000000, and was measured with ${AUTHORED.score}`)
    assert.include(compare(kept(EPOCH - 3, { label: 900 }), { before: all }), "the roster never gives its label")
    assert.include(compare({ ...kept(EPOCH - 3), number: 3 }, { before: all }), "was not measured in three epochs")
    assert.strictEqual(compare(kept(EPOCH - 3, million)), "unclear")
    const earnsNow: OwnEpochs = [{ ...own, records: [] }, { ...own, records: [] }, own]
    assert.strictEqual(compare(kept(EPOCH - 3), { before: earnsNow }), "unclear", "it earned nothing then")
  })
})
