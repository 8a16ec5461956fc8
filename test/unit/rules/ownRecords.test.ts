/** A record of another's report, compared with one's own measurements: each field that these know is named, and what they do not know is unclear. */
import { assert, describe, it } from "@effect/vitest"
import type { ScoredRecord } from "../../../src/domain/ScoredRecord.ts"
import { comparedWithOwn, type Measured, type OwnEpoch, type OwnEpochs } from "../../../src/rules/consensus/ownRecords.ts"
import { leafRules } from "../../../src/rules/contributions/leafRules.ts"
import { whole } from "../../../src/rules/contributions/scoredRecords.ts"
import { placesBehind } from "../../support/consensus/placesBehind.ts"
import { hotkey } from "../../support/rules/world.ts"
import { oneRepository, recordOf } from "../../support/validator/reports.ts"

const [ROSTER, OTHER] = ["a".repeat(64), "b".repeat(64)]
const EPOCH = 20_000
const rules = leafRules(oneRepository)

const AUTHORED = recordOf(4, 1)
const FOUND = recordOf(5, 2, { side: "finder", author: "1004", finder: { account: "1005", issue: 9 }, credibility: 0.9 })
/** What was measured where these were there, since `changed` as they are, and these of them earned something. */
const ownOf = (there: ReadonlyArray<ScoredRecord>, changed?: number, records = there): OwnEpoch => ({
  roster: ROSTER,
  records,
  kept: [],
  miners: [4, 5, 6].map((uid) => ({
    uid,
    hotkey: hotkey(uid),
    account: String(1_000 + uid),
    repositories: placesBehind(there, uid, changed)
  }))
})
const own = ownOf([AUTHORED, FOUND], 1)
const alike = (one: OwnEpoch): OwnEpochs => [one, one, one]
const all = alike(own)
const EARLY = { repository: "acme/gadgets", pullRequests: 0, issues: 0 }
const none: OwnEpochs = [undefined, undefined, undefined]

const compare = (record: ScoredRecord, more: Partial<Measured> = {}, roster = ROSTER, rosterThen: string | undefined = roster) => {
  const shown = { record, hotkey: hotkey(record.uid), epoch: EPOCH, roster, rosterThen }
  const found = comparedWithOwn(shown, { around: all, before: none, ...more }, rules)
  return found === undefined ? "unclear" : found.difference
}

/** A record that follows from its factors. */
const lying = (record: ScoredRecord, more: Partial<ScoredRecord>): ScoredRecord => whole({ ...record, ...more }, true, false)

/** Where UID 4 did this in the repository; nothing earned but what was measured. */
const withParts = (seen: ReadonlyArray<number> | undefined, pull_requests: ReadonlyArray<object>): OwnEpoch => ({
  ...own,
  miners: own.miners.map((one) =>
    one.uid === 4 ? { ...one, repositories: [{ ...EARLY, components: { pull_requests, ...(seen === undefined ? {} : { seen }) } }] } : one
  )
})

const kept = (epoch: number, more: Partial<ScoredRecord> = {}) => lying(AUTHORED, { kept: epoch, ...more })

/** A false kept record; its author's report of then was by this roster, and undefined is not known. */
const comparedKept = (rosterThen: string | undefined, before: OwnEpochs) =>
  comparedWithOwn(
    { record: kept(EPOCH - 3, { label: 900 }), hotkey: hotkey(4), epoch: EPOCH, roster: ROSTER, rosterThen },
    { around: all, before },
    rules
  )

describe("a record, compared with one's own measurements", () => {
  it("is right if they are alike, and named in any field that differs", () => {
    assert.isNull(compare(AUTHORED))
    assert.isNull(compare(FOUND))
    const at = "acme/gadgets#1"
    const wrong: ReadonlyArray<readonly [ScoredRecord, string]> = [
      [lying(AUTHORED, { issue: 1.66 }), "has issue 1.66, and was measured with 1"],
      [{ ...AUTHORED, author: "7" }, "has author 7, and was measured with 1004"],
      [{ ...FOUND, finder: { account: "1005", issue: 8 } }, "was not measured in three epochs among what UID 5 did there as finder"],
      [
        { ...FOUND, uid: 6, finder: { account: "1006", issue: 10 } },
        "was not measured in three epochs among what UID 6 did there as finder"
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
    const next = lying(FOUND, { uid: 6, finder: { account: "1006", issue: 10 } })
    const second = ownOf([AUTHORED, FOUND, next], 1, [AUTHORED, FOUND])
    const why = "of two issues that a pull request solved, the first one's finder is paid"
    assert.strictEqual(compare(next, { around: [second, second, second] }), "unclear", why)
    const early = { ...own, miners: own.miners.map((one) => ({ ...one, repositories: [{ ...EARLY, components: { discovery: {} } }] })) }
    assert.strictEqual(compare(next, { around: [early, early, early] }), "unclear", "an earlier version's evidence")
    assert.strictEqual(compare({ ...AUTHORED, author: null }), null, "GitHub did not name the account")
  })

  it("is unclear where it was new", () => {
    assert.strictEqual(compare(AUTHORED, { around: [{ ...own, records: [] }, own, own] }), "unclear")
  })

  it("is right in what follows from people's roles, names of labels and the default branch, which have no moment", () => {
    for (const more of [{ label: 2 }, { review: 1.5 }]) assert.isNull(compare(lying(AUTHORED, more)))
    for (const more of [{ label: 2 }, { review: 1.5 }, { credibility: 1 }, { share: 0.166 }, { credibility: 0.5, spam: 0 } as const])
      assert.isNull(compare(lying(FOUND, more)))
    // Only a maintainer's issue multiplies, or multiplies by more.
    const linked = alike(withParts([1], [{ number: 1, changed: 1 }]))
    assert.isNull(compare(lying(AUTHORED, { issue: 1.66 }), { around: linked }))
  })

  it("is unclear where it was seen and did not count, as by its branch, or where its miner may have been a maintainer", () => {
    const absent = { ...AUTHORED, number: 3 }
    for (const [seen, isNamed] of [
      [[1], true],
      [[1, 3], false],
      [[], false],
      [undefined, false]
    ] as const) {
      const around = alike(withParts(seen, [{ number: 1, changed: 1 }]))
      assert.strictEqual(compare(absent, { around }) !== "unclear", isNamed, String(seen))
      assert.strictEqual(compare({ ...absent, kept: EPOCH - 3 }, { before: around }) !== "unclear", isNamed, String(seen))
    }
    assert.strictEqual(compare({ ...AUTHORED, uid: 6, author: "1006" }), "unclear", "nothing of its miner was seen there")
  })

  it("is unclear where its miner earned nothing by one's own measurements, as one who may not, or has too much open", () => {
    const nothing = ownOf([AUTHORED, FOUND], 1, [])
    for (const record of [AUTHORED, FOUND]) {
      assert.strictEqual(compare(record, { around: [nothing, nothing, nothing] }), "unclear")
      assert.strictEqual(compare({ ...record, kept: EPOCH - 3 }, { before: [nothing, nothing, nothing] }), "unclear")
    }
    assert.include(compare({ ...AUTHORED, author: "7" }, { around: [nothing, nothing, nothing] }), "names the account 7")
  })

  it("is right where people may have written something else for some minutes, whatever its state", () => {
    const open = { state: "OPEN", mergedAt: null, share: 0.2 } as const
    for (const more of [{}, open]) {
      const record = lying(AUTHORED, more)
      const told = lying(record, { issue: 1.66 })
      const [untouched, before, since, after] = [1, 1, undefined, 2].map((changed) => ownOf([record, FOUND], changed))
      if (untouched === undefined || before === undefined || since === undefined || after === undefined) throw new RangeError("four epochs")
      assert.include(compare(told, { around: [before, untouched, before] }), "has issue 1.66, and was measured with 1")
      for (const around of [
        [before, before, after],
        [before, before, since],
        [before, since, before],
        [since, since, since],
        // Who deletes an issue leaves no trace in a pull request that closed it: it was linked after the epoch before.
        [before, after, after]
      ] as const)
        assert.isNull(compare(told, { around }))
      // Who takes a text back for some minutes takes a factor from honest reports.
      const high = ownOf([told, FOUND], 1)
      assert.isNull(compare(record, { around: [high, high, high] }))
    }
    // The open work of a miner counts by what it merged, which depends on files that one validator could not read.
    assert.isNull(compare(FOUND, { around: alike(ownOf([AUTHORED, lying(FOUND, { spam: 0 })], 1)) }))
  })

  it("that was kept is named if no such epoch can have measured it, or another value was measured then", () => {
    assert.isNull(compare(kept(EPOCH - 3), { before: all }))
    assert.isNull(compare(kept(EPOCH - 3, { decay: 0.5 }), { before: all }))
    const million = { score: 1_000_000, points: 1_000_000 }
    assert.strictEqual(compare(kept(0, million)), "unclear", "the tempo may have been shorter")
    assert.include(compare(kept(EPOCH)), "which was not past")
    assert.include(compare(kept(EPOCH - 3, million), { before: all }), `has score 1000000, and scored again ${AUTHORED.score}`)
    assert.include(compare(kept(EPOCH - 3, { label: 900 }), { before: all }), "the roster never gives its label")
    assert.include(compare({ ...kept(EPOCH - 3), number: 3 }, { before: all }), "was not measured in three epochs")
    assert.strictEqual(compare(kept(EPOCH - 3, million)), "unclear")
    const earnsNow: OwnEpochs = [{ ...own, records: [] }, { ...own, records: [] }, own]
    assert.strictEqual(compare(kept(EPOCH - 3), { before: earnsNow }), "unclear", "it earned nothing then")
    assert.strictEqual(
      compare(kept(EPOCH - 3), { before: alike({ ...withParts([1, 2], []), records: [] }) }),
      "unclear",
      "it did not count then"
    )
    const absent = alike({ ...withParts([2], []), records: [] })
    assert.include(compare(kept(EPOCH - 3), { before: absent }), "was not measured in three epochs", "there was no such pull request then")
  })

  it("that was kept is compared like one that is scored again, by the roster that its author had then", () => {
    const before = all
    const sum = { tokens: AUTHORED.tokens * (1 + 1e-12), total: AUTHORED.total * (1 - 1e-12) }
    assert.isNull(compare(kept(EPOCH - 3, sum), { before }))
    const unread = lying(AUTHORED, { methods: { "tree-diff": 1, "skipped-crash": 1 }, tokens: 1, source: 1, total: 1 })
    assert.strictEqual(compare({ ...unread, kept: EPOCH - 3 }, { before }), "unclear", "a file could not be read there")
    const crashed = alike(ownOf([unread, FOUND], 1))
    assert.strictEqual(compare(kept(EPOCH - 3), { before: crashed }), "unclear", "a file could not be read here")
    const more = kept(EPOCH - 3, { tokens: 99, source: 99, total: 99, methods: unread.methods })
    assert.include(compare(more, { before }), "has tokens 99", "what is unread does not excuse a higher score")
    assert.strictEqual(compare(kept(EPOCH - 3, { label: 900 }), { before }, ROSTER, OTHER), "unclear")
    assert.isDefined(comparedKept(ROSTER, all))
    assert.isUndefined(comparedKept(undefined, all), "nobody has its report of then: it may have had another roster for longer")
    const open = lying(AUTHORED, { state: "OPEN", mergedAt: null, share: 0.2, head: "c".repeat(40) })
    for (const [changed, next, isNamed] of [
      [1, 1, true],
      [1, 2, false]
    ] as const) {
      const then = [ownOf([open], changed), ownOf([open], changed), ownOf([open], next)] as const
      assert.strictEqual(compare(kept(EPOCH - 3), { before: then }) !== "unclear", isNamed, "somebody may have pushed when it was measured")
    }
  })

  it("that was kept may have counted what was copied, where that could not be measured", () => {
    const places = (copied: number | null): OwnEpochs =>
      alike({
        ...own,
        miners: own.miners.map((one) => ({
          ...one,
          repositories: one.uid === 4 ? [{ ...EARLY, components: { pull_requests: [{ number: 1, copied }] } }] : []
        }))
      })
    const [less, greater] = [-1, 1].map((by) => kept(EPOCH - 3, { score: AUTHORED.score + by, points: AUTHORED.score + by }))
    if (less === undefined || greater === undefined) throw new RangeError("two records")
    const found = ([0, 500_000, null] as const).map((copied) =>
      [less, greater].map((one) => String(compare(one, { before: places(copied) })).includes("has score"))
    )
    assert.deepStrictEqual(found, [
      [true, true],
      [true, false],
      [false, false]
    ])
  })
})
