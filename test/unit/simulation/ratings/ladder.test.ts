import { assert, describe, it } from "@effect/vitest"
import { defaultLadder, runLadder } from "../../../../lab/simulation/ratings/ladder.ts"
import { average } from "../../../../lab/simulation/ratings/statistics.ts"

const seeds = [1, 2, 3]
const at = (games: number, more: Partial<typeof defaultLadder> & { readonly shuffleRatings?: boolean } = {}) =>
  seeds.map((seed) => runLadder({ ...defaultLadder, ...more, seed, games })[games - 1])

describe("ratings under random pairs", () => {
  it("reflect skills after 8 games and better after 16, and predict about as well as a fit", () => {
    const rows = at(8)
    assert.isAtLeast(average(rows.map((row) => row?.correlation ?? 0)), 0.75)
    assert.isAtMost(average(rows.map((row) => (row?.logLoss ?? 9) - (row?.bradleyTerryLogLoss ?? 0))), 0.03)
    assert.isAtLeast(average(at(16).map((row) => row?.correlation ?? 0)), 0.85)
  })

  it("reflect nothing once skills are shuffled: the measure can fail", () => {
    const rows = at(8, { shuffleRatings: true })
    assert.isBelow(Math.abs(average(rows.map((row) => row?.correlation ?? 1))), 0.15)
    assert.isAbove(average(rows.map((row) => row?.logLoss ?? 0)), Math.LN2)
  })

  it("cannot be better than the skills themselves", () => {
    for (const row of at(8)) assert.isAbove(row?.logLoss ?? 0, row?.bestLogLoss ?? 9)
  })

  it("are the same for the same seed", () => {
    const settings = { ...defaultLadder, seed: 5, miners: 32, games: 6, everyGameSolved: false }
    assert.deepStrictEqual(runLadder(settings), runLadder(settings))
    assert.notDeepEqual(runLadder(settings), runLadder({ ...settings, seed: 6 }))
  })
})
