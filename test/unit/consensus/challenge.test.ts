import { assert, describe, it } from "@effect/vitest"
import { Either, Schema } from "effect"
import { CHALLENGED_LEAVES, challengedLeaves, faultsOf, sampledLeaves } from "../../../src/consensus/rules/challenge.ts"
import { AccountAddress } from "../../../src/domain/Account.ts"
import type { MeasuredRecord } from "../../../src/domain/MeasuredRecord.ts"
import { Opening, openRecords } from "../../../src/domain/Opening.ts"
import { recordsRoot, type ScoredRecord } from "../../../src/domain/ScoredRecord.ts"
import { hotkey } from "../../support/rules/world.ts"
import { records } from "../../support/validator/reports.ts"

const SEED = `0x${"0123456789abcdef".repeat(4)}`
const [ALICE, BOB] = [
  AccountAddress.make("5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"),
  AccountAddress.make("5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty")
]

const seedOf = (number: number) => `0x${number.toString(16).padStart(64, "0")}`

describe("the records that a validator must show", () => {
  it("are those that anybody can compute from the seed and the hotkey", () => {
    // Computed by another program, in Python, from the description in docs/reference/consensus.md.
    const ofAlice = [222, 309, 338, 525, 911, 921, 956, 1064, 1151, 1314, 1397, 1596, 1608, 1731, 1807, 1880]
    const ofBob = [28, 183, 223, 307, 414, 468, 469, 505, 518, 782, 1111, 1271, 1529, 1599, 1714, 1943]
    assert.deepStrictEqual(challengedLeaves({ validator: ALICE, leaves: 2_000 }, SEED), ofAlice)
    assert.deepStrictEqual(challengedLeaves({ validator: ALICE, leaves: 2_000 }, SEED.toUpperCase().replace("0X", "0x")), ofAlice)
    assert.deepStrictEqual(challengedLeaves({ validator: BOB, leaves: 2_000 }, SEED), ofBob)
  })

  it("are all when there are no more than sixteen, and sixteen different ones otherwise, rising", () => {
    for (let leaves = 0; leaves <= 16; leaves++)
      assert.deepStrictEqual(
        challengedLeaves({ validator: ALICE, leaves }, SEED),
        Array.from({ length: leaves }, (_, leaf) => leaf)
      )
    for (const leaves of [17, 18, 40, 2_000, 2 ** 32 - 1]) {
      const found = challengedLeaves({ validator: BOB, leaves }, SEED)
      assert.strictEqual(new Set(found).size, CHALLENGED_LEAVES)
      assert.deepStrictEqual(
        found,
        found.toSorted((left, right) => left - right)
      )
      for (const leaf of found) assert.isTrue(Number.isInteger(leaf) && leaf >= 0 && leaf < leaves)
    }
  })

  it("are each picked as often as any other", () => {
    const [leaves, rounds] = [40, 3_000]
    const times = new Array<number>(leaves).fill(0)
    for (let round = 0; round < rounds; round++)
      for (const leaf of challengedLeaves({ validator: ALICE, leaves }, seedOf(round))) times[leaf] = (times[leaf] ?? 0) + 1
    const expected = (rounds * CHALLENGED_LEAVES) / leaves
    // For 40 counts with a standard deviation of 27, the largest deviation is below five of them, unless the choice is skewed.
    for (const [leaf, count] of times.entries()) assert.approximately(count, expected, 135, `leaf ${leaf}`)
  })

  it("are scored again in part, each judge its own part", () => {
    const challenged = challengedLeaves({ validator: ALICE, leaves: 2_000 }, SEED)
    const sample = (judge: AccountAddress, count = 4) => sampledLeaves(challenged, count, { seed: SEED, validator: ALICE, judge })
    assert.deepStrictEqual(sample(BOB), [222, 956, 1151, 1807])
    assert.deepStrictEqual(sample(BOB, 16), challenged)
    assert.deepStrictEqual(sample(BOB, 0), [])
    const judges = Array.from({ length: 64 }, (_, index) => sample(hotkey(index)))
    for (const leaves of judges) assert.strictEqual(new Set(leaves.filter((leaf) => challenged.includes(leaf))).size, 4)
    assert.deepStrictEqual(new Set(judges.flat()), new Set(challenged))
  })
})

const all = records(100)
const report = { validator: ALICE, leaves: all.length, root: recordsRoot(all) }
const challenged = challengedLeaves(report, SEED)
const [first = 0, second = 0, third = 0] = challenged
const openings = openRecords(all, challenged)
const nothing: ReadonlyMap<number, MeasuredRecord | null> = new Map()
const recordAt = (leaf: number, more: Partial<ScoredRecord> = {}): ScoredRecord => {
  const record = all[leaf]
  if (record === undefined) throw new RangeError(`there is no record ${leaf}`)
  return { ...record, ...more }
}
const changed = (leaf: number, change: (opening: Opening) => Opening) => openings.map((one) => (one.leaf === leaf ? change(one) : one))

describe("what a validator shows", () => {
  it("has no fault when it is what it has signed, in any order, and as the judge finds it", () => {
    const measured = new Map(challenged.map((leaf) => [leaf, recordAt(leaf)]))
    for (const shown of [openings, openings.toReversed(), [...openings, ...openRecords(all, [99])]])
      for (const again of [nothing, measured]) assert.deepStrictEqual(faultsOf(report, challenged, shown, again), [])
    const nearly = new Map([[first, recordAt(first, { tokens: recordAt(first).tokens * (1 + 1e-12) })]])
    assert.deepStrictEqual(faultsOf(report, challenged, openings, nearly), [])
    assert.deepStrictEqual(faultsOf({ leaves: 0, root: recordsRoot([]) }, [], [], nothing), [])
  })

  it("passes from program to program as JSON", () => {
    const decode = Schema.decodeUnknownEither(Schema.Array(Opening))
    const copy = decode(JSON.parse(JSON.stringify(openings)))
    assert.deepStrictEqual(copy, Either.right(openings))
    const [opening] = openings
    for (const wrong of [{ leaf: -1 }, { leaf: 2 ** 32 }, { proof: ["ab"] }, { proof: new Array(33).fill("0".repeat(64)) }, { record: {} }])
      assert.isTrue(Either.isLeft(decode([{ ...opening, ...wrong }])))
  })

  it("is missing leaf by leaf", () => {
    const shown = openings.filter(({ leaf }) => leaf !== first && leaf !== third)
    assert.deepStrictEqual(faultsOf(report, challenged, shown, nothing), [
      { leaf: first, fault: "missing", why: `record ${first} is not shown` },
      { leaf: third, fault: "missing", why: `record ${third} is not shown` }
    ])
    assert.strictEqual(faultsOf(report, challenged, [], nothing).length, 16)
  })

  it("is invalid when it is not behind the root, at that place, among as many", () => {
    const invalid = (shown: ReadonlyArray<Opening>, ...leaves: ReadonlyArray<number>) =>
      assert.deepStrictEqual(
        faultsOf(report, challenged, shown, nothing).map(({ leaf, fault }) => [leaf, fault]),
        leaves.map((leaf) => [leaf, "invalid"])
      )
    const other = openRecords(all, [second])[0] ?? openings[0]
    invalid(
      changed(first, (one) => ({ ...one, record: { ...one.record, score: one.record.score + 1 } })),
      first
    )
    invalid(
      changed(second, (one) => ({ ...one, proof: one.proof.slice(1) })),
      second
    )
    if (other !== undefined)
      invalid(
        changed(third, () => ({ ...other, leaf: third })),
        third
      )
    // A root for another number of records differs, even if the tree has the same inner nodes.
    assert.strictEqual(faultsOf({ ...report, leaves: 101 }, challenged, openings, nothing).length, 16)
    // A wrong item beside the right one does no harm, because anybody may have added it.
    const forged = changed(first, (one) => ({ ...one, proof: [] }))
    invalid([...forged, ...openings])
  })

  it("is invalid when records are there many times, so that the others are seldom picked", () => {
    const padded = [...all.slice(0, 3), ...Array.from({ length: 97 }, () => recordAt(3))]
    const faults = faultsOf({ leaves: 100, root: recordsRoot(padded) }, challenged, openRecords(padded, challenged), nothing)
    const repeated = challenged.filter((leaf) => leaf >= 3).slice(1)
    assert.isAbove(repeated.length, 10)
    assert.deepStrictEqual(
      faults.map(({ leaf, fault }) => [leaf, fault]),
      repeated.map((leaf) => [leaf, "invalid"])
    )
    assert.match(faults[0]?.why ?? "", /, acme\/gadgets#4, does not come after record \d+, acme\/gadgets#4$/)
  })

  it("is wrong when the pull request scores differently, or is none", () => {
    const record = recordAt(second)
    const name = `acme/gadgets#${record.number}`
    const wrong: ReadonlyArray<readonly [MeasuredRecord | null, string]> = [
      [null, `${name} is not a pull request that scores`],
      [{ ...record, score: record.score + 0.01 }, `${name} has score ${record.score}, and scored again ${record.score + 0.01}`],
      [{ ...record, tokens: 0 }, `${name} has tokens ${record.tokens}, and scored again 0`],
      [{ ...record, head: null }, `${name} has head ${record.head}, and scored again null`],
      [
        { ...record, state: record.state === "OPEN" ? "MERGED" : "OPEN" },
        `${name} has state ${record.state}, and scored again ${record.state === "OPEN" ? "MERGED" : "OPEN"}`
      ],
      [{ ...record, methods: { ...record.methods, "line-count": 3 } }, `${name} has 2 files scored by line-count, and scored again 3`],
      [{ ...record, methods: { ...record.methods, skipped: 1 } }, `${name} has 0 files scored by skipped, and scored again 1`]
    ]
    for (const [measured, why] of wrong)
      assert.deepStrictEqual(faultsOf(report, challenged, openings, new Map([[second, measured]])), [{ leaf: second, fault: "wrong", why }])
    // A record's earnings depend on more than its pull request.
    const earned = new Map([[second, { ...record, author: null }]])
    assert.deepStrictEqual(faultsOf(report, challenged, openings, earned), [])
  })
})
