/** Which solution repeats another, by fingerprints. */
import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import {
  containment,
  duplicatesOf,
  type EarlierHead,
  fingerprintsWithout,
  jaccard,
  sharedBy,
  union
} from "../../../src/rules/quality/duplicates.ts"

const ME = { account: "1", hotkey: "me" }
const range = (from: number, to: number) => Uint32Array.from({ length: to - from }, (_, index) => from + index)
const NONE = new Uint32Array(0)
const earlier = (account: string, seen: number, fingerprints: Uint32Array): EarlierHead => ({
  name: `${account}@${seen}`,
  commit: String(seen),
  account,
  hotkey: account === ME.account ? ME.hotkey : `hotkey of ${account}`,
  seen,
  fingerprints,
  isElsewhere: false
})
const set = fc.uniqueArray(fc.integer({ min: 0, max: 400 }), { maxLength: 200 }).map((all) => Uint32Array.from(all).sort())
const verdicts = (head: Uint32Array, base: Uint32Array, heads: ReadonlyArray<EarlierHead>) =>
  duplicatesOf(head, base, heads, ME).map(({ head: { name }, verdict }) => [name, verdict])

describe("a near-duplicate", () => {
  it("counts what two sets share, the same from both sides", () => {
    fc.assert(
      fc.property(set, set, (one, other) => {
        const shared = [...one].filter((each) => other.includes(each)).length
        assert.strictEqual(sharedBy(one, other), shared)
        assert.strictEqual(sharedBy(other, one), shared)
        assert.strictEqual(jaccard(shared, one.length, other.length), jaccard(shared, other.length, one.length))
        assert.strictEqual(containment(shared, one.length, other.length), containment(shared, other.length, one.length))
        assert.deepStrictEqual(union([one, other]), union([other, one]))
        assert.strictEqual(union([one, other]).length, one.length + other.length - shared)
        assert.deepStrictEqual(fingerprintsWithout(union([one, other]), other), fingerprintsWithout(one, other))
      })
    )
  })

  it("rejects from 95 of 100 with 50 new fingerprints, and no earlier", () => {
    assert.deepStrictEqual(verdicts(range(0, 100), NONE, [earlier("2", 1, range(5, 100))]), [["2@1", "rejected"]])
    assert.deepStrictEqual(verdicts(range(0, 100), NONE, [earlier("2", 1, range(6, 100))]), [["2@1", "shown"]])
    assert.deepStrictEqual(verdicts(range(0, 50), NONE, [earlier("2", 1, range(0, 50))]), [["2@1", "rejected"]])
    assert.deepStrictEqual(verdicts(range(0, 49), NONE, [earlier("2", 1, range(0, 49))]), [["2@1", "shown"]])
    const elsewhere = { ...earlier("2", 1, range(0, 100)), isElsewhere: true }
    assert.deepStrictEqual(verdicts(range(0, 100), NONE, [elsewhere]), [["2@1", "shown"]])
    assert.deepStrictEqual(verdicts(range(0, 100), range(0, 60), [earlier("2", 1, range(0, 100))]), [["2@1", "shown"]])
  })

  it("is evidence from 60 of 100, or when 80 of 100 of the smaller one are in the other", () => {
    assert.deepStrictEqual(verdicts(range(0, 80), NONE, [earlier("2", 1, range(20, 100))]), [["2@1", "shown"]])
    assert.deepStrictEqual(verdicts(range(0, 79), NONE, [earlier("2", 1, range(20, 100))]), [])
    assert.deepStrictEqual(verdicts(range(0, 1000), NONE, [earlier("2", 1, range(980, 1005))]), [["2@1", "shown"]])
    assert.deepStrictEqual(verdicts(range(0, 1000), NONE, [earlier("2", 1, range(981, 1005))]), [])
    assert.deepStrictEqual(verdicts(NONE, NONE, [earlier("2", 1, NONE)]), [])
  })

  it("is not looked for in what the base has, or in one's own heads and accounts", () => {
    assert.deepStrictEqual(verdicts(range(0, 100), range(0, 100), [earlier("2", 1, range(0, 100))]), [])
    assert.deepStrictEqual(verdicts(range(0, 100), NONE, [earlier("1", 1, range(0, 100))]), [])
    const newHotkey = { ...earlier("1", 1, range(0, 100)), hotkey: "another" }
    assert.deepStrictEqual(verdicts(range(0, 100), NONE, [newHotkey]), [])
  })

  it("rejects the one that was seen later, never the one that was copied", () => {
    const first = earlier("1", 1, range(0, 100))
    const copy = earlier("2", 2, range(0, 100))
    assert.deepStrictEqual(verdicts(range(0, 120), NONE, [first, copy]), [])
    const late = earlier("1", 3, range(0, 100))
    assert.deepStrictEqual(verdicts(range(0, 100), NONE, [copy, late]), [["2@2", "rejected"]])
  })

  it("does not depend on the order of earlier heads", () => {
    fc.assert(
      fc.property(set, set, fc.array(fc.tuple(fc.constantFrom("1", "2", "3"), set), { maxLength: 6 }), (head, base, others) => {
        const heads = others.map(([account, fingerprints], seen) => earlier(account, seen, fingerprints))
        assert.deepStrictEqual(verdicts(head, base, heads), verdicts(head, base, heads.toReversed()))
      })
    )
  })
})
