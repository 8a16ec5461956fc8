/** The chain's result of the weights: its clipping never cuts the lower median. */
import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { chainEpoch, medianOfColumn } from "../../../lab/simulation/consensus/chainConsensus.ts"
import { aggregate } from "../../../src/consensus/rules/aggregate.ts"
import { normalise } from "../../../src/consensus/rules/normalise.ts"
import { toU16 } from "../../../src/domain/toU16.ts"
import { epochs, lessThanAThird } from "../../support/consensus/arbitrary.ts"

describe("the chain's clipping", () => {
  it("counts a lower median of reports in full, had reports been weights", () => {
    fc.assert(
      fc.property(epochs({ measured: true }), ({ voters, neurons }) => {
        const { totalStake, values } = aggregate(voters, neurons)
        fc.pre(totalStake > 0n)
        for (const { uid, value } of values ?? []) {
          const column = voters.map(({ stake, scores }) => ({
            stake,
            weight: BigInt(scores?.find((score) => score.uid === uid)?.value ?? 0)
          }))
          assert.isTrue(BigInt(value) <= medianOfColumn(column, totalStake))
        }
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
        const weights = normalise(aggregate(epoch.voters, epoch.neurons).values)
        fc.pre(weights !== null && epoch.voters.some(({ stake }) => stake > 0n))
        const { uids, values } = toU16(new Map(weights?.map(({ uid, ppm }) => [uid, ppm])))
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
