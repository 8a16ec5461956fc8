import { assert, describe, it } from "@effect/vitest"
import { Season } from "../../../../lab/simulation/ratings/season.ts"
import { seasonFigures } from "../../../../lab/simulation/ratings/seasonFigures.ts"
import { plenty, type SeasonSettings, scarce } from "../../../../lab/simulation/ratings/seasonSettings.ts"
import { playReference, startReference } from "../../../support/seasons/reference.ts"

const small: SeasonSettings = { ...plenty, seed: 1, miners: 48, issuesPerDay: 8, mostOpenIssues: 40, roundsPerDay: 4, interestPpm: 600_000 }
const few: SeasonSettings = { ...scarce, seed: 1, miners: 48, issuesPerDay: 1, roundsPerDay: 4, interestPpm: 600_000 }

describe("a season", () => {
  it("is the same for the same seed, also when a copy continues it", () => {
    const once = new Season(small).playDays(12)
    const begun = new Season(small).playDays(5)
    const twice = begun.copy().playDays(7)
    begun.playDays(3)
    assert.deepStrictEqual(seasonFigures(once), seasonFigures(twice))
    assert.deepStrictEqual(once.rating, twice.rating)
    assert.notDeepEqual(once.rating, new Season({ ...small, seed: 2 }).playDays(12).rating)
  })

  /** Longer than the window of 60 days, with several competitions for each miner, and with many unsolved issues. */
  const histories: ReadonlyArray<readonly [what: string, days: number, settings: SeasonSettings]> = [
    ["of many issues", 30, small],
    ["longer than the window", 70, { ...small, roundsPerDay: 2, miners: 24 }],
    ["with two matches a miner", 20, { ...small, maxCompetitionsPerMiner: 2, interestPpm: 400_000 }],
    ["of few and hard issues", 40, { ...few, skill: { ...few.skill, difficulty: 1_700_000 } }],
    ["of a full subnet", 6, { ...plenty, seed: 4 }]
  ]
  for (const [what, days, settings] of histories)
    it(`equals the validators' functions in plain form: ${what}`, () => {
      const season = new Season(settings).playDays(days)
      const reference = playReference(startReference(settings), days)
      assert.isAbove(season.played.length, 15)
      assert.deepStrictEqual(season.played, reference.played)
      assert.deepStrictEqual(
        season.seats.map(({ competitor: { uid } }) => season.rating[uid]),
        reference.seats.map(({ competitor: { hotkey } }) => reference.ratings.get(hotkey)?.rating)
      )
      assert.sameMembers(
        season.waiting.map(({ id }) => id),
        reference.waiting.map(({ id }) => id)
      )
    })

  it("obeys the chain's rules: one competition at a time, different coldkeys, at most two meetings, every issue once", () => {
    const season = new Season(small)
    const meetings = new Map<string, number>()
    for (let round = 0; round < 80; round++) {
      const before = season.competitionsSoFar
      season.playRound()
      const busy = season.running.flatMap(({ competition: { a, b } }) => [a.uid, b.uid])
      assert.strictEqual(new Set(busy).size, busy.length)
      for (const { competition } of season.running.filter(({ competition }) => competition.id > before)) {
        const key = [competition.a.hotkey, competition.b.hotkey].sort().join(" ")
        meetings.set(key, (meetings.get(key) ?? 0) + 1)
        assert.notStrictEqual(competition.a.coldkey, competition.b.coldkey)
      }
      const issues = [...season.waiting.map(({ id }) => id), ...season.running.map(({ issue }) => issue.id)]
      assert.strictEqual(new Set(issues).size, issues.length)
    }
    assert.isAbove(season.competitionsSoFar, 50)
    assert.isAtMost(Math.max(...meetings.values()), 2)
  })
})
