import { createHash } from "node:crypto"
import { assert, describe, it } from "@effect/vitest"
import { Either, Schema } from "effect"
import * as fc from "fast-check"
import { examineOpenings, provenBy } from "../../../src/consensus/audit/examineOpenings.ts"
import type { AccountAddress } from "../../../src/domain/Account.ts"
import { FalseReport, type FalseRule } from "../../../src/domain/ChallengeFinding.ts"
import { fromSeed } from "../../../src/domain/KeyPair.ts"
import type { MeasuredRecord } from "../../../src/domain/MeasuredRecord.ts"
import { Opening, openRecords } from "../../../src/domain/Opening.ts"
import { type Report, signedReport } from "../../../src/domain/Report.ts"
import { rootedIn, type ScoredRecord } from "../../../src/domain/ScoredRecord.ts"
import { coveringOf, drawnPoints, falsehoodsOf, faultsOf, sampledLeaves } from "../../../src/rules/consensus/challenge.ts"
import { leafRules } from "../../../src/rules/contributions/leafRules.ts"
import { hotkey } from "../../support/rules/world.ts"
import { minersBehind, minersWith, oneRepository, recordOf, records, report as someReport } from "../../support/validator/reports.ts"

const SEED = `0x${"0123456789abcdef".repeat(4)}`
const LIAR = fromSeed(new Uint8Array(32).fill(9))
const seedOf = (number: number) => `0x${number.toString(16).padStart(64, "0")}`
const rules = leafRules(oneRepository)

const all = records(100)
/** The report of these records, with other cells if a liar claims others, or a tree of others. */
const reportOf = (behind: ReadonlyArray<ScoredRecord>, claimed = behind, of: AccountAddress = LIAR.address): Report => ({
  ...someReport(3, LIAR.address),
  miners: minersBehind(claimed),
  ...rootedIn(behind, of)
})
const honest = reportOf(all)
const points = drawnPoints(honest, SEED, rules)
const openings = openRecords(all, LIAR.address, points)
const nothing: ReadonlyMap<number, MeasuredRecord | null> = new Map()

/** All points of a report's tree that begin a record. */
const everyPoint = (behind: ReadonlyArray<ScoredRecord>) => {
  let start = 0
  return behind.map(({ earned, less }) => {
    const point = start
    start += earned + less
    return point
  })
}

describe("the points that a validator must show", () => {
  it("are those that anybody can compute from the seed, the hotkey, the cells and their parts of the pool", () => {
    const two = { ...honest, miners: minersWith([3, 5].map((uid) => ({ uid, hotkey: hotkey(uid), value: uid === 3 ? 1_000 : 3_000 }))) }
    const expected = Array.from({ length: 16 }, (_, draw) => {
      const lines = ["gittensor/challenge/v1", `seed ${SEED}`, `validator ${LIAR.address}`, `draw ${draw}`].join("\n")
      const digest = createHash("sha256").update(lines).digest("hex")
      // By one repository's rules the two cells have a quarter and three quarters of the pool's 10^15 units.
      const isFirst = BigInt(`0x${digest.slice(0, 32)}`) % 10n ** 15n < 250_000_000_000_000n
      const below = BigInt(`0x${digest.slice(32)}`)
      return isFirst ? Number(below % 1_000n) : 1_000 + Number(below % 3_000n)
    })
    assert.deepStrictEqual(drawnPoints(two, SEED, rules), expected)
    assert.deepStrictEqual(drawnPoints(two, SEED.toUpperCase().replace("0X", "0x"), rules), expected)
    assert.deepStrictEqual(drawnPoints({ ...two, miners: [] }, SEED, rules), [])
    assert.deepStrictEqual(drawnPoints(two, SEED, leafRules({})), [], "nothing is paid by a roster without the repository")
  })

  it("are judged at once, whatever figures a roster and a liar choose", () => {
    const roster = Object.fromEntries(
      Object.entries(oneRepository).map(([name, one]) => [name, { ...one, scoring: { ...one.scoring, review_penalty_rate: 1e-15 } }])
    )
    assert.strictEqual(leafRules(roster).whyFalse(recordOf(3, 1, { review: 0.503 }))?.rule, "roster")
    assert.isUndefined(leafRules(roster).whyFalse(recordOf(3, 1, { review: 0.5 })))
  })

  it("hit a false part of the pool as often as sixteen draws do", () => {
    const rounds = 600
    const report = { ...honest, miners: minersWith([3, 5].map((uid) => ({ uid, hotkey: hotkey(uid), value: uid === 3 ? 100 : 900 }))) }
    let hit = 0
    for (let round = 0; round < rounds; round++) if (drawnPoints(report, seedOf(round), rules).some((point) => point < 100)) hit++
    // 1 − 0.9^16 is 81.5 %, with a standard deviation of 1.6 %.
    assert.approximately(hit / rounds, 1 - 0.9 ** 16, 0.08)
  })

  it("are scored again in part, each judge its own part, and a restarted one the same", () => {
    const leaves = openings.map(({ leaf }) => leaf)
    const sample = (judge: AccountAddress, count = 4) => sampledLeaves(leaves, count, { seed: SEED, validator: LIAR.address, judge })
    assert.deepStrictEqual(sample(hotkey(1)), sample(hotkey(1)))
    assert.deepStrictEqual(sample(hotkey(1), 16), leaves)
    assert.deepStrictEqual(sample(hotkey(1), 0), [])
    const judges = Array.from({ length: 64 }, (_, index) => sample(hotkey(index)))
    for (const found of judges) assert.strictEqual(new Set(found.filter((leaf) => leaves.includes(leaf))).size, 4)
    assert.deepStrictEqual(new Set(judges.flat()), new Set(leaves))
  })
})

describe("what a validator shows", () => {
  const [first = assert.fail(), second = assert.fail()] = openings
  const faultsBy = (shown: ReadonlyArray<Opening>, measured = nothing) => faultsOf(honest, points, shown, measured, rules)
  const kinds = (shown: ReadonlyArray<Opening>) => new Set(faultsBy(shown).map(({ fault }) => fault))
  const changed = (change: (opening: Opening) => Opening) => [change(first), ...openings.slice(1)]

  it("has no fault when it is what it has signed, in any order, with more, and as the judge finds it", () => {
    const measured = new Map(openings.map(({ leaf, record }) => [leaf, { ...record, tokens: record.tokens * (1 + 1e-12) }]))
    const more = openRecords(all, LIAR.address, [0, 1])
    for (const shown of [openings, openings.toReversed(), [...openings, ...more]])
      for (const again of [nothing, measured]) assert.deepStrictEqual(faultsBy(shown, again), [])
    assert.deepStrictEqual(coveringOf(honest, points, [...more, ...openings.toReversed()]), openings)
    assert.deepStrictEqual(faultsOf(reportOf([]), [], [], nothing, rules), [])
  })

  it("passes from program to program as JSON", () => {
    const decode = Schema.decodeUnknownEither(Schema.Array(Opening))
    assert.deepStrictEqual(decode(JSON.parse(JSON.stringify(openings))), Either.right(openings))
    const node = ["0".repeat(64), 0, 0, 0]
    for (const wrong of [
      { leaf: -1 },
      { path: [["ab", 0, 0, 0]] },
      { path: [[...node, 0]] },
      { path: [node.with(1, -1)] },
      { path: new Array(33).fill(node) },
      { record: {} }
    ])
      assert.isTrue(Either.isLeft(decode([{ ...first, ...wrong }])), JSON.stringify(wrong))
  })

  it("is missing where nobody shows it, and invalid where what is shown is not behind the root", () => {
    assert.deepStrictEqual(
      faultsBy([]).map(({ draw, fault }) => [draw, fault]),
      points.map((_, draw) => [draw, "missing"])
    )
    assert.deepStrictEqual(kinds(openings.slice(1)), new Set(["missing"]))
    for (const shown of [
      changed((one) => ({ ...one, record: { ...one.record, score: one.record.score + 1 } })),
      changed((one) => ({ ...one, path: one.path.slice(1) })),
      changed((one) => ({ ...one, validator: hotkey(1) })),
      changed((one) => ({ ...second, leaf: one.leaf }))
    ])
      assert.deepStrictEqual(kinds(shown), new Set(["invalid"]))
    // A wrong item beside the right one does no harm, because anybody may have added it.
    assert.deepStrictEqual(kinds([{ ...first, path: [] }, ...openings]), new Set())
  })

  it("is wrong when the pull request is another's, scores differently, or is none", () => {
    const { leaf, record } = second
    const name = `acme/gadgets#${record.number}`
    const wrong: ReadonlyArray<readonly [MeasuredRecord | null, string]> = [
      [null, `${name} is not a pull request that scores`],
      [{ ...record, author: "7" }, `${name} has author ${record.author}, and scored again 7`],
      [{ ...record, score: record.score + 0.01 }, `${name} has score ${record.score}, and scored again ${record.score + 0.01}`],
      [{ ...record, head: null }, `${name} has head ${record.head}, and scored again null`],
      [{ ...record, methods: { ...record.methods, "line-count": 3 } }, `${name} has 2 files scored by line-count, and scored again 3`],
      [{ ...record, methods: { ...record.methods, skipped: 1 } }, `${name} has 0 files scored by skipped, and scored again 1`]
    ]
    for (const [measured, why] of wrong)
      assert.deepStrictEqual(
        faultsBy(openings, new Map([[leaf, measured]])).map(({ fault, why }) => [fault, why]),
        [["wrong", why]]
      )
  })
})

describe("a report that is false by itself", () => {
  const one = (number: number, more: Partial<ScoredRecord> = {}) => recordOf(4, number, more)
  const pair = [one(1), one(2)]
  const swollen = one(1, { earned: one(1).earned + 1_000_000 })
  const lies: Readonly<
    Record<string, readonly [rule: FalseRule, report: Report, behind: ReadonlyArray<ScoredRecord>, of?: AccountAddress]>
  > = {
    "cells over no records": ["empty", reportOf([], pair), []],
    "cells that have more than the records": ["total", reportOf(pair, [one(1, { earned: 10 ** 9 }), one(2)]), pair],
    "points before decay that no record has": ["total", reportOf(pair, [one(1, { full: 10 ** 9 }), one(2)]), pair],
    "another validator's records": ["validator", reportOf(pair, pair, hotkey(1)), pair, hotkey(1)],
    "a cell of a miner whose records are another's": ["cell", reportOf(pair, [recordOf(5, 1), recordOf(5, 2)]), pair],
    "one cell larger at the cost of another": [
      "cell",
      reportOf([one(1), recordOf(5, 2)], [one(1, { earned: one(1).earned + 5 }), recordOf(5, 2, { earned: recordOf(5, 2).earned - 5 })]),
      [one(1), recordOf(5, 2)]
    ],
    "one record many times": ["order", reportOf([one(1), one(1), one(1)]), [one(1), one(1), one(1)]],
    "more earned than its factors come to": ["product", reportOf([swollen]), [swollen]],
    "collateral of a merged one": ["product", reportOf([one(1, { less: 5 })]), [one(1, { less: 5 })]],
    ...Object.fromEntries(
      [
        { label: 3 },
        { issue: 1.5 },
        { decay: 1.5 },
        { review: 0.99 },
        { score: 30, points: 30 },
        { points: 29 },
        { side: "finder" as const, credibility: 1.5 },
        { side: "finder" as const, share: 1 },
        { repository: "acme/unknown" }
      ].map((more) => {
        const false1 = one(1, more)
        return [`a factor that the roster never gives: ${JSON.stringify(more)}`, ["roster", reportOf([false1]), [false1]]] as const
      })
    )
  }
  for (const [what, [rule, report, behind, of = LIAR.address]] of Object.entries(lies))
    it(`is named, with bytes that anybody can check offline: ${what}`, () => {
      const shown = openRecords(behind, of, everyPoint(behind))
      const signed = signedReport.sign(report, LIAR)
      const [finding = assert.fail(), ...others] = examineOpenings([signed], new Map([[LIAR.address, shown]]), rules)
      assert.deepStrictEqual([others, finding.kind, finding.severity, finding.validator], [[], "false report", "wrong", LIAR.address])
      const proof = Schema.decodeUnknownSync(FalseReport)(JSON.parse(JSON.stringify(finding.proof)))
      assert.strictEqual(proof.rule, rule)
      assert.isAtMost(proof.openings.length, 2)
      assert.strictEqual(Either.getOrThrow(provenBy(proof, rules)).rule, rule)
      // A proof is of one report, and of its author.
      const { document: _, ...without } = proof
      for (const forged of [
        without,
        { ...proof, report: "0".repeat(64) },
        { ...proof, document: proof.document?.replace("0.1.0", "0.1.1") }
      ])
        assert.isTrue(Either.isLeft(provenBy(forged, rules)))
      const truth = signedReport.sign(reportOf(pair), LIAR)
      assert.isTrue(Either.isLeft(provenBy({ ...proof, document: Schema.encodeSync(signedReport.Text)(truth) }, rules)))
    })

  it("is never an honest one, whatever is shown of it, by whomever", () => {
    const record = fc.record({
      uid: fc.integer({ min: 1, max: 4 }),
      number: fc.integer({ min: 1, max: 12 }),
      isOpen: fc.boolean(),
      isKept: fc.boolean(),
      isEligible: fc.boolean()
    })
    fc.assert(
      fc.property(fc.uniqueArray(record, { selector: ({ uid, number }) => `${uid} ${number}`, maxLength: 20 }), fc.nat(), (some, seed) => {
        const behind = some
          .map(({ uid, number, isOpen, isKept, isEligible }) =>
            recordOf(uid, number, {
              ...(isOpen ? { state: "OPEN", mergedAt: null, share: 0.2 } : {}),
              // What an earlier roster gave.
              ...(isKept
                ? {
                    kept: 2,
                    label: 3,
                    earned: isOpen ? 0 : Math.round(recordOf(uid, number, { label: 3 }).points * 3e6),
                    less: isOpen ? recordOf(uid, number, { state: "OPEN", share: 0.2, label: 3 }).less : 0
                  }
                : {}),
              ...(isEligible || isOpen ? {} : { earned: 0 })
            })
          )
          .toSorted((left, right) => left.uid - right.uid || left.number - right.number)
        const report = reportOf(behind)
        const drawn = drawnPoints(report, seedOf(seed), rules)
        const shown = openRecords(behind, LIAR.address, drawn)
        assert.deepStrictEqual(faultsOf(report, drawn, shown, nothing, rules), [])
        const strange = [
          ...openings,
          ...shown.map((opening) => ({ ...opening, leaf: opening.leaf + 1 })),
          ...shown.map((opening) => ({ ...opening, validator: hotkey(3) }))
        ]
        for (const given of [[], shown, strange, [...strange, ...shown]]) assert.deepStrictEqual(falsehoodsOf(report, given, rules), [])
      }),
      { numRuns: 60 }
    )
  })
})
