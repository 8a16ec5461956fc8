/** Cells' medians by stake, and the shares that follow from them by the roster. */
import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { Either, Schema } from "effect"
import * as fc from "fast-check"
import { auditCase } from "../../../lab/cli/simulate/auditCase.ts"
import { parseCases } from "../../../lab/cli/simulate/caseFile.ts"
import { Emission } from "../../../src/domain/Emission.ts"
import { RosterRepositories } from "../../../src/domain/Roster.ts"
import { type SettledCell, type Settlement, settlementHash } from "../../../src/domain/Settlement.ts"
import { lowerMedian } from "../../../src/rules/consensus/lowerMedian.ts"
import { counted, settlementOf } from "../../../src/rules/consensus/settlementOf.ts"
import { sharesOf, winningBy } from "../../../src/rules/contributions/rewards.ts"
import { epochs, named } from "../../support/consensus/arbitrary.ts"
import { hotkey } from "../../support/rules/world.ts"
import { minersWith, oneRepository, report, said } from "../../support/validator/reports.ts"

const OWN = new URL("../../../conformance/consensus.json", import.meta.url)

const roster = Schema.decodeUnknownSync(RosterRepositories)({
  "a/b": { emission_share: 0.5, maintainer_cut: 0.1 },
  "a/c": { emission_share: 0.3 }
})

const emissionOf = (pool: unknown) => Schema.decodeUnknownSync(Emission)({ version: 1, pools: { pool } })

describe("a settlement", () => {
  it("agrees with cases worked out by hand", () => {
    const { cases } = Either.getOrThrowWith(parseCases(readFileSync(OWN, "utf8")), (reason) => new Error(reason))
    assert.isAtLeast(cases.length, 7)
    for (const { want } of cases) assert.containsAllKeys(want ?? {}, ["cells", "quorum", "reportingStake", "totalStake", "weights"])
    assert.deepStrictEqual(
      cases.flatMap((one) => (auditCase(one).findings ?? []).map((found) => `${one.name}: ${found}`)),
      []
    )
  })

  it("makes shares that are exactly the whole, in whatever order reports and cells come", () => {
    fc.assert(
      fc.property(epochs({ measured: false }), ({ voters, neurons, reports }) => {
        const found = counted(20, { voters, neurons }, reports, undefined)
        const turned = new Map(
          [...reports]
            .toReversed()
            .map(([hotkey, report]) => [
              hotkey,
              { ...report, miners: report.miners.toReversed().map((one) => ({ ...one, cells: one.cells?.toReversed() ?? null })) }
            ])
        )
        assert.deepStrictEqual(counted(20, { voters: voters.toReversed(), neurons: neurons.toReversed() }, turned, undefined), found)
        const shares = sharesOf(found, roster)
        assert.strictEqual(
          [...shares.values()].reduce((sum, part) => sum + part, 0),
          1_000_000
        )
        assert.isTrue([...shares.values()].every((part) => Number.isInteger(part) && part > 0))
      }),
      { numRuns: 500 }
    )
  })

  it("is not changed in any other cell by one that somebody did not measure", () => {
    fc.assert(
      fc.property(epochs({ measured: true }), fc.nat(9), fc.nat(4), ({ voters, neurons, reports }, which, uid) => {
        const before = counted(20, { voters, neurons }, reports, undefined)
        const silent = [...reports].map(
          ([hotkey, report], index) =>
            [
              hotkey,
              index === which
                ? { ...report, miners: report.miners.map((one) => (one.uid === uid ? { ...one, cells: null } : one)) }
                : report
            ] as const
        )
        const after = counted(20, { voters, neurons }, new Map(silent), undefined)
        const others = (cells: ReadonlyArray<SettledCell>) => cells.filter((one) => one.uid !== uid)
        assert.deepStrictEqual(others(after.cells), others(before.cells))
      }),
      { numRuns: 300 }
    )
  })

  it("stays in the range of honest values while liars hold less than half of the stake that measured a cell, and breaks just above", () => {
    const stakes = fc.array(fc.bigInt(0n, 20n), { minLength: 1, maxLength: 6 })
    const values = fc.array(fc.nat(50), { minLength: 6, maxLength: 6 })
    fc.assert(
      fc.property(stakes, values, fc.bigInt(0n, 60n), fc.bigInt(0n, 60n), fc.nat(100), (honest, measured, liars, silent, lie) => {
        const sum = honest.reduce((all, one) => all + one, 0n)
        const total = sum + liars + silent
        const votes = honest.map((stake, index) => ({ stake, value: measured[index] ?? 0 })).filter(({ stake }) => stake > 0n)
        fc.pre(votes.length > 0 && 2n * liars < total - silent)
        const found = lowerMedian([...votes, { stake: liars, value: lie }], total)
        if (found === undefined) return assert.isBelow(Number(3n * (sum + liars)), Number(total))
        const range = votes.map(({ value }) => value)
        assert.isTrue(found >= Math.min(...range) && found <= Math.max(...range))
      }),
      { numRuns: 500 }
    )
    const median = (liars: bigint) =>
      lowerMedian(
        [
          { stake: 80n - liars, value: 7 },
          { stake: liars, value: 0 }
        ],
        100n
      )
    assert.deepStrictEqual([median(39n), median(40n)], [7, 0])
  })

  it("has a leader where the roster gives the pool to one miner, which depends on the settlement before and on nobody's memory", () => {
    const winning = winningBy({
      repositories: oneRepository,
      emission: emissionOf({ kind: "oss_contributions", share: 0.9, winner_takes_all: { margin: 0.1, epochs: 2 } })
    })
    assert.isDefined(winning)
    const neurons = [0, 1, 2].map((uid) => ({ uid, hotkey: hotkey(uid) }))
    const electorate = { voters: [{ hotkey: hotkey(9), stake: 1n }], neurons }
    const settle = (epoch: number, values: ReadonlyArray<number>, before: Settlement | undefined) => {
      const miners = minersWith(values.map((value, index) => ({ uid: index + 1, hotkey: hotkey(index + 1), value })))
      const body = { ...report(epoch), ...said(miners), settlement: before === undefined ? null : settlementHash(before) }
      return settlementOf(
        { index: epoch, firstBlock: 360 * epoch },
        "0".repeat(64),
        electorate,
        new Map([[hotkey(9), body]]),
        before,
        winning
      )
    }
    let before: Settlement | undefined
    const leaders = [
      [6, 4],
      [4, 6],
      [5, 5],
      [4, 6],
      [4, 6],
      [0, 0],
      [5.2, 4.8]
    ].map((values, epoch) => {
      const { settlement } = settle(
        epoch,
        values.map((value) => value * 100_000),
        before
      )
      before = settlement
      return [settlement.leader?.uid, settlement.leader?.challenger?.epochs, ...sharesOf(settlement, oneRepository)]
    })
    const whole = (uid: number) => [uid, 1_000_000]
    assert.deepStrictEqual(leaders, [
      [1, undefined, whole(1)],
      [1, 1, whole(1)],
      [1, undefined, whole(1)],
      [1, 1, whole(1)],
      [2, undefined, whole(2)],
      [2, undefined, whole(2)],
      [2, undefined, whole(2)]
    ])
    // The settlement that the report names is not here.
    const body = { ...report(9), ...said(minersWith([{ uid: 1, hotkey: hotkey(1), value: 5 }])), settlement: "a".repeat(64) }
    const epoch = { index: 9, firstBlock: 9 * 360 }
    const known = (rule: typeof winning | undefined) =>
      settlementOf(epoch, "0".repeat(64), electorate, new Map([[hotkey(9), body]]), undefined, rule).isKnown
    assert.deepStrictEqual([known(winning), known(undefined)], [false, true])
    // Without a quorum there is no leader to know.
    const others = { ...electorate, voters: [...electorate.voters, { hotkey: hotkey(10), stake: 2n }] }
    const without = settlementOf(epoch, "0".repeat(64), others, new Map([[hotkey(9), body]]), undefined, winning)
    assert.deepStrictEqual([without.isKnown, without.settlement.quorum, "leader" in without.settlement], [true, false, false])
  })

  it("leaves UID 0 as it was while 49 % of the stake measure nothing, for twenty epochs (nullcase.json)", () => {
    let before: Parameters<typeof counted>[3]
    for (let epoch = 0; epoch < 20; epoch++) {
      const voters = [51n, 49n].map((stake, index) => ({ hotkey: named(`v${index}`), stake }))
      const neurons = [0, 1, 2, 3].map((uid) => ({ uid, hotkey: named(`m${uid}`) }))
      const honest = minersWith([600_000, 400_000].map((value, index) => ({ uid: index + 1, hotkey: named(`m${index + 1}`), value })))
      const nulls = minersWith([1, 2, 3].map((uid) => ({ uid, hotkey: named(`m${uid}`), value: null })))
      const found = counted(
        epoch,
        { voters, neurons },
        new Map([honest, nulls].map((one, index) => [named(`v${index}`), said(one)])),
        before
      )
      assert.deepStrictEqual(
        [...sharesOf(found, oneRepository)],
        [
          [1, 600_000],
          [2, 400_000]
        ]
      )
      before = found
    }
  })
})
