import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as fc from "fast-check"
import { EpochSeason, type EpochSettings } from "../../../lab/simulation/consensus/epochSeason.ts"
import { membersOf } from "../../../lab/simulation/consensus/validators.ts"
import { keepsBound } from "../../../lab/simulation/report/Report.ts"
import { consensus } from "../../../lab/simulation/scenarios/consensus.ts"

const EPOCHS = 100

const playedWith = (settings: EpochSettings) => {
  const season = new EpochSeason(settings)
  for (let epoch = 0; epoch < EPOCHS; epoch++) season.step()
  return season.tally
}

const played = (seed: number, hostileBps: number) => playedWith({ seed, hostileBps, honestValidators: 5, miners: 12 })

describe("the study of consensus", () => {
  it("gives hostile validators exactly their share of the stake", () => {
    for (const bps of [0, 1, 3_333, 4_500]) {
      const members = membersOf(9, bps)
      const sum = (hostile: boolean) => members.reduce((all, { isHostile, stake }) => (isHostile === hostile ? all + stake : all), 0n)
      assert.strictEqual(sum(true) * 10_000n, BigInt(bps) * (sum(true) + sum(false)))
      assert.isTrue(members.every(({ stake }) => stake > 0n))
    }
  })

  it("keeps its bounds below a third, and finds where the promise ends", () =>
    Effect.gen(function* () {
      const options = { seed: 3, rounds: EPOCHS, miners: 12, validators: 5, hostileBps: 3_333, onProgress: () => {} }
      const { figures } = yield* consensus.run(options)
      assert.deepStrictEqual(
        figures.filter((figure) => !keepsBound(figure)).map(({ name, value }) => [name, value]),
        []
      )
      assert.deepStrictEqual(
        figures.slice(0, 3).map(({ value }) => value),
        [50, 33.34, 33.34]
      )
    }).pipe(Effect.runPromise))

  it("notices what hostile stake of nearly half does", () => {
    const tally = played(1, 4_900)
    assert.isAbove(tally.outside, 0)
    assert.strictEqual(tally.withoutConsensus, 20)
    assert.strictEqual(tally.ownScores, 6)
    assert.strictEqual(tally.paidStrangers, 0)
    assert.isAbove(tally.distance, 2 * played(1, 0).distance)
  })

  it("breaks no promise below a third, whatever the seed, the share and the number of honest validators", () => {
    const settings = fc.record({
      seed: fc.nat(1_000_000),
      hostileBps: fc.oneof(fc.nat(3_333), fc.constant(3_333)),
      honestValidators: fc.integer({ min: 1, max: 6 }),
      miners: fc.integer({ min: 4, max: 10 })
    })
    fc.assert(
      fc.property(settings, (given) => {
        const { clipped, epochsOutside, medians, ownScores, paidStrangers, withoutConsensus } = playedWith(given)
        assert.isAbove(medians, 0)
        assert.deepStrictEqual(
          { clipped, epochsOutside, ownScores, paidStrangers, withoutConsensus },
          { clipped: 0, epochsOutside: 0, ownScores: 0, paidStrangers: 0, withoutConsensus: 0 }
        )
      }),
      { numRuns: 12 }
    )
  })

  it("is the same for the same seed", () => {
    assert.deepStrictEqual(played(7, 2_000), played(7, 2_000))
    assert.notDeepEqual(played(7, 2_000), played(8, 2_000))
  })
})
