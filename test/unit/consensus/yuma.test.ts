/** The chain's result of the weights: its clipping never cuts the lower median. */
import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { chainEpoch, medianOfColumn } from "../../../lab/simulation/consensus/chainConsensus.ts"
import { toU16 } from "../../../src/domain/toU16.ts"
import { lowerMedian } from "../../../src/rules/consensus/lowerMedian.ts"
import { counted } from "../../../src/rules/consensus/settlementOf.ts"
import { sharesOf } from "../../../src/rules/contributions/rewards.ts"
import { epochs, lessThanAThird } from "../../support/consensus/arbitrary.ts"
import { oneRepository } from "../../support/validator/reports.ts"

describe("the chain's clipping", () => {
  it("counts a lower median of reports in full, had reports been weights", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.bigInt(0n, 9n), fc.nat(5)), { minLength: 1, maxLength: 9 }), (votes) => {
        const total = votes.reduce((sum, [stake]) => sum + stake, 0n)
        fc.pre(total > 0n)
        const median = lowerMedian(
          votes.map(([stake, value]) => ({ stake, value })),
          total
        )
        const column = votes.map(([stake, value]) => ({ stake, weight: BigInt(value) }))
        assert.isTrue(BigInt(median ?? -1) <= medianOfColumn(column, total) && median !== undefined)
      }),
      { numRuns: 500 }
    )
  })

  it("would cut the higher of two middle values", () => {
    const column = [
      { stake: 51n, weight: 100n },
      { stake: 49n, weight: 200n }
    ]
    assert.strictEqual(medianOfColumn(column, 100n), 100n)
  })

  it("counts the weights of all who set the aggregate in full, whatever weights less than a third of all stake sets", () => {
    const random = epochs({ measured: true }).chain((epoch) =>
      fc.tuple(
        fc.constant(epoch),
        fc.nat(20),
        fc.array(fc.array(fc.nat(65_535), { minLength: 4, maxLength: 4 }), { minLength: 9, maxLength: 9 })
      )
    )
    fc.assert(
      fc.property(random, ([epoch, start, foreign]) => {
        const found = counted(20, epoch, epoch.reports, undefined)
        fc.pre(found.cells.length > 0 && epoch.voters.some(({ stake }) => stake > 0n))
        const { uids, values } = toU16(sharesOf(found, oneRepository))
        const common = new Map(uids.map((uid, index) => [uid, values[index] ?? 0]))
        const hostile = lessThanAThird(epoch, start)
        const sent = epoch.voters.map(({ hotkey, stake }, index) => ({
          stake,
          weights: hostile.has(hotkey) ? new Map(epoch.neurons.map(({ uid }, at) => [uid, foreign[index]?.[at] ?? 0])) : common
        }))
        const { isCounted } = chainEpoch(
          sent,
          epoch.neurons.map(({ uid }) => uid)
        )
        for (const [index, { hotkey }] of epoch.voters.entries()) assert.isTrue(hostile.has(hotkey) || isCounted[index])
      }),
      { numRuns: 300 }
    )
  })
})
