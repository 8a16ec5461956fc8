/** The odds of a match: what moves them, and how often they come true in seasons that they were not fitted to. */
import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { calibrationOf, fitTo, lossOf, racesOf, seasonsOf } from "../../../lab/simulation/ratings/odds.ts"
import type { Pull } from "../../../src/story/competitor.ts"
import { oddsNow, raceOf, WEIGHTS } from "../../../src/story/odds.ts"
import type { Match } from "../../../src/story/scoreboard.ts"

const block = (at: number) => ({ block: at, time: null })
const player = (hotkey: string, expected: number) => ({ hotkey, login: hotkey, rating: 1_500, provisional: false, expected })
const pull = (hotkey: string, more: Partial<Pull> = {}): Pull => ({
  ...{ number: hotkey === "5Ant" ? 1 : 2, hotkey, state: "open", createdAt: "2026-11-01T00:00:00Z", mergedAt: null, early: false, ...more }
})
const match = (more: Partial<Match> = {}): Match => ({
  ...{ status: "Running", winner: null, pullRequest: null, reason: null, slashA: null, slashB: null, collateral: "0", slash: "0" },
  ...{ a: player("5Ant", 0.6), b: player("5Bee", 0.4), submissionsFrom: block(100), deadline: block(1_100), expiresFrom: block(1_200) },
  pullRequests: [],
  ...more
})
const ofA = (more: Partial<Match>, at = 600) => oddsNow(match(more), at)?.a ?? Number.NaN
const vote = (hotkey: string | null, weight: string) => ({
  ...{ kind: "outcome" as const, validator: `5V${hotkey}`, weight, totalWeight: "100", endedAt: null, endedBy: null },
  choice: hotkey === null ? { _tag: "Unsolved" } : { _tag: "Solved", hotkey, pullRequest: 1 }
})

describe("the odds of a match", () => {
  it("begin with the ratings, and follow the pull requests, the time and the votes", () => {
    const start = oddsNow(match(), 0)
    assert.closeTo((start?.a ?? 0) / ((start?.a ?? 0) + (start?.b ?? 0)), 0.6, 0.001)
    const merged = pull("5Ant", { state: "merged", mergedAt: "2026-11-02T00:00:00Z" })
    const course = [
      ofA({}),
      ofA({ pullRequests: [pull("5Ant")] }),
      ofA({ pullRequests: [pull("5Ant", { checks: "passing" })] }),
      ofA({ pullRequests: [pull("5Ant", { checks: "passing", review: "approved" })] }),
      ofA({ pullRequests: [merged] })
    ]
    assert.deepStrictEqual(
      course,
      course.toSorted((one, other) => one - other)
    )
    assert.isAbove(course[4] ?? 0, 0.98)
    assert.isBelow(ofA({}, 1_000), ofA({}, 200), "time runs out")
    assert.deepStrictEqual(oddsNow(match(), 1_101), { a: 0, b: 0, nobody: 1 })
    assert.isBelow(ofA({ pullRequests: [pull("5Ant", { early: true })] }), 0.001)
    assert.closeTo(ofA({ pullRequests: [merged], votes: [vote("5Bee", "80")] }), 0.2 * 0.99, 0.001)
    assert.closeTo(oddsNow(match({ pullRequests: [merged], votes: [vote(null, "100")] }), 600)?.nobody ?? 0, 1, 0.001)
    const unknown = oddsNow(match(), undefined)
    assert.deepStrictEqual([oddsNow(match({ status: "Expired" }), 600), unknown], [null, null])
  })

  it("add up to one, and exchange with the sides", () => {
    const stage = fc.constantFrom(...(["none", "closed", "early", "draft", "open", "passing", "approved"] as const))
    const share = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(share, stage, stage, share, (expected, a, b, left) => {
        const odds = raceOf({ expected, a, b, left })
        const other = raceOf({ expected: 1 - expected, a: b, b: a, left })
        assert.closeTo(odds.a + odds.b + odds.nobody, 1, 1e-9)
        for (const one of Object.values(odds)) assert.isAtLeast(one, 0)
        assert.closeTo(odds.a, other.b, 1e-9)
        assert.closeTo(odds.nobody, other.nobody, 1e-9)
      })
    )
  })

  it("come true as often as they say in another season, and tell more than the ratings", () => {
    const samples = seasonsOf([77], 60)
    const loss = lossOf(samples, WEIGHTS)
    assert.isBelow(
      loss,
      lossOf(
        samples.map((sample) => ({ ...sample, a: "none" as const, b: "none" as const })),
        WEIGHTS
      ) - 0.1
    )
    assert.isBelow(loss, lossOf(samples, fitTo(samples)) + 0.03, "no other weights are much better")
    const bins = calibrationOf(samples, WEIGHTS)
    const far = bins.filter(({ moments, said, won }) => Math.abs(said - won) > 10 + 200 / Math.sqrt(moments))
    assert.isAbove(bins.length, 7)
    assert.deepStrictEqual(far, [])
  })

  it("learn people's ratings from a recorded history", () => {
    const strong = Array.from({ length: 200 }, (_, day) => ({ author: day % 5 === 0 ? "bee" : "ant", at: day * 3_600_000 }))
    const late = racesOf(strong).slice(-20)
    assert.isAbove(Math.min(...late.map(({ expected }) => expected)), 0.7)
  })
})
