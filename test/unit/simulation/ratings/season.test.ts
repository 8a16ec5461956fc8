import { assert, describe, it } from "@effect/vitest"
import {
  feedStarAsPair,
  feedStarSimulating,
  raiseTheField,
  schemes,
  turnsSimulating
} from "../../../../lab/simulation/ratings/cartels/cartels.ts"
import { shareColdkey } from "../../../../lab/simulation/ratings/cartels/members.ts"
import { measureCollusion, mostThatFeedingGives } from "../../../../lab/simulation/ratings/collusion.ts"
import { ratingsOnHoliday } from "../../../../lab/simulation/ratings/holiday.ts"
import { bestTwo, byLot, patient, theRule } from "../../../../lab/simulation/ratings/pairingRules.ts"
import { measureRaising } from "../../../../lab/simulation/ratings/raising.ts"
import { Season } from "../../../../lab/simulation/ratings/season.ts"
import { pairedWithin, seasonFigures } from "../../../../lab/simulation/ratings/seasonFigures.ts"
import { plenty, type SeasonSettings, scarce } from "../../../../lab/simulation/ratings/seasonSettings.ts"
import { defaultRatingRules } from "../../../../src/elo/RatingRules.ts"
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

  it("reflects skills, and pairs newcomers at once if there is work for everybody", () => {
    const figures = seasonFigures(new Season(small).playDays(50))
    assert.isAbove(figures.correlation, 0.4)
    assert.strictEqual(pairedWithin(figures.waits, 14), 1)
    assert.isBelow(figures.shareOfTopTenth, 0.5)
  })

  it("gives most bounties to few miners if work is scarce; with a lottery fewer get none", () => {
    const live = seasonFigures(new Season(few).playDays(50))
    const lot = seasonFigures(new Season({ ...few, pairing: byLot }).playDays(50))
    assert.isAbove(live.gini, seasonFigures(new Season(small).playDays(50)).gini)
    assert.isAbove(live.gini, lot.gini)
  })

  it("leaves an issue waiting until its field is large enough", () => {
    const season = new Season({ ...small, pairing: { ...theRule, fieldNeeded: () => 12 } }).playDays(20)
    assert.isAbove(season.competitionsSoFar, 10)
    assert.isAtLeast(48 - 2 * season.running.length, 10)
    const soon = new Season({ ...small, pairing: { ...patient, fieldNeeded: (_, days) => Math.max(2, 12 - days) } }).playDays(20)
    assert.isAbove(soon.competitionsSoFar, season.competitionsSoFar)
  })
})

describe("cartels", () => {
  it("could give one star more than 60 points if they chose the pairs, from 4 members on", () => {
    const gains = [2, 4, 8, 16].map((size) => mostThatFeedingGives(size, defaultRatingRules))
    assert.deepStrictEqual(gains.map(Math.round), [37, 91, 129, 133])
  })

  it("arrange their competitions where the best two are the pair and there is work for all, and hardly any where the pair is drawn", () => {
    const settings = { skill: 1_500_000, daysBefore: 2, days: 30 }
    const crowd = { ...small, miners: 128, issuesPerDay: 20, mostOpenIssues: 100 }
    const gain = (season: SeasonSettings, scheme = feedStarAsPair) => measureCollusion({ ...settings, season }, [scheme.of(8)]).gains[0]
    const before = gain({ ...crowd, pairing: bestTwo })
    assert.isAtLeast(before?.arranged ?? 0, 5)
    assert.isBelow(gain(crowd)?.arranged ?? 99, 5)
    assert.isBelow(gain(few)?.star ?? 99, 60)
    assert.isAbove(before?.star ?? 0, gain(crowd)?.star ?? 99)
    // An attack that is better than enrolling as a pair: it fills the field.
    assert.isAbove(gain(crowd, turnsSimulating)?.arranged ?? 0, 0)
    assert.isAbove(gain({ ...crowd, pairing: bestTwo }, feedStarSimulating)?.arranged ?? 0, 5)
  })

  it("complete a season with every scheme", () => {
    const { gains } = measureCollusion(
      { skill: 1_500_000, daysBefore: 4, days: 6, season: small },
      schemes.map(({ of }) => of(4))
    )
    assert.deepStrictEqual(
      gains.map(({ cartel }) => cartel),
      schemes.map(({ name }) => name)
    )
    for (const gain of gains) assert.isTrue(Number.isFinite(gain.star + gain.average + gain.bounties), gain.cartel)
  })

  it("raise the field that others need with hotkeys on a single issue, which they never win", () => {
    const season = { ...small, daysPerNewcomer: 0 }
    const measured = [0, 64, 200].map((added) => measureRaising({ season, pairing: theRule, added, days: 15 }))
    assert.deepStrictEqual(
      measured.map(({ fieldNeeded }) => Math.round(fieldNeeded)),
      [3, 6, 12]
    )
    assert.isAbove(measured[0]?.competitions ?? 0, measured[2]?.competitions ?? 99)
    const honest = new Season({ ...season, miners: 112 }, { count: 64, skill: 1_500_000 })
    shareColdkey(honest, 0, 64)
    honest.playDays(5, raiseTheField(64))
    assert.isAbove(honest.running.length, 5)
    for (const { competition } of honest.running) assert.isFalse(competition.a.uid < 64 && competition.b.uid < 64)
  })
})

describe("a holiday", () => {
  const lostBy = (behaviour: "away" | "skips" | "enrolled, never drawn", startsPerDay: number) => {
    const ratings = ratingsOnHoliday({ behaviour, startsPerDay, days: 14, rules: defaultRatingRules })
    return (ratings[0] ?? 0) - (ratings[14] ?? 0)
  }

  it("costs more than being present, which costs half of the points above 1500 in 30 days", () => {
    assert.closeTo(lostBy("enrolled, never drawn", 4), 29, 1)
    assert.isAbove(lostBy("away", 4), lostBy("enrolled, never drawn", 4))
    assert.isAtLeast(lostBy("away", 20), lostBy("away", 4))
  })

  it("is cheaper with skips only if few competitions start", () => {
    assert.isBelow(lostBy("skips", 0.5), lostBy("away", 0.5))
    assert.isAbove(lostBy("skips", 20), 250)
  })
})
