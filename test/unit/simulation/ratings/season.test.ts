import { assert, describe, it } from "@effect/vitest"
import { defaultRatingRules } from "../../../../src/elo/RatingRules.ts"
import { computePairs } from "../../../../src/scoring/issue_competitions/rules/pairs.ts"
import { cartels, feedStarOnly } from "../../../../src/simulation/ratings/cartels.ts"
import { measureCollusion, mostThatFeedingGives } from "../../../../src/simulation/ratings/collusion.ts"
import { ratingsOnHoliday } from "../../../../src/simulation/ratings/holiday.ts"
import { byLot, fieldOfAtLeast, pairsByTheLiveRule, ratingAndLot } from "../../../../src/simulation/ratings/pairingRules.ts"
import { playDays, playRound, startSeason } from "../../../../src/simulation/ratings/season.ts"
import { pairedWithin, seasonFigures } from "../../../../src/simulation/ratings/seasonFigures.ts"
import { plenty, type SeasonSettings, scarce } from "../../../../src/simulation/ratings/seasonSettings.ts"
import { pairInputOf } from "../../../../src/simulation/ratings/seasonState.ts"

const small: SeasonSettings = { ...plenty, seed: 1, miners: 48, issuesPerDay: 8, mostOpenIssues: 40, roundsPerDay: 4, interestPpm: 600_000 }
const few: SeasonSettings = { ...scarce, seed: 1, miners: 48, issuesPerDay: 1, roundsPerDay: 4, interestPpm: 600_000 }

describe("a season", () => {
  it("is the same for the same seed, also when continued later", () => {
    const once = playDays(startSeason(small), 12)
    const twice = playDays(playDays(startSeason(small), 5), 7)
    assert.deepStrictEqual(seasonFigures(once), seasonFigures(twice))
    assert.deepStrictEqual(once.ratings, twice.ratings)
    assert.notDeepEqual(once.ratings, playDays(startSeason({ ...small, seed: 2 }), 12).ratings)
  })

  it("obeys the chain's rules: one competition at a time, different coldkeys, at most two meetings, every issue once", () => {
    let season = startSeason(small)
    const meetings = new Map<string, number>()
    for (let round = 0; round < 80; round++) {
      const before = season.competitionsSoFar
      season = playRound(season)
      const busy = season.running.flatMap(({ competition: { a, b } }) => [a.uid, b.uid])
      assert.strictEqual(new Set(busy).size, busy.length)
      for (const { competition } of season.running.filter(({ competition }) => competition.id > before)) {
        const key = [competition.a.hotkey, competition.b.hotkey].sort().join(" ")
        meetings.set(key, (meetings.get(key) ?? 0) + 1)
      }
      const issues = [...season.waiting.map(({ id }) => id), ...season.running.map(({ issue }) => issue.id)]
      assert.strictEqual(new Set(issues).size, issues.length)
    }
    assert.isAbove(season.competitionsSoFar, 50)
    assert.isAtMost(Math.max(...meetings.values()), 2)
  })

  it("omits from the rule's input only what cannot make a pair", () => {
    let season = startSeason(small)
    for (let round = 0; round < 40; round++) {
      const enrolled = new Map(season.waiting.map(({ id, suits }) => [id, suits]))
      const input = pairInputOf(season, enrolled)
      const everything = {
        ...input,
        neurons: season.seats.map(({ competitor }) => competitor),
        issues: season.waiting.map(({ bounty, id, suits }) => ({ id, bounty, enrolled: suits }))
      }
      const pairsOf = (pairings: ReturnType<typeof computePairs>) =>
        pairings.flatMap(({ issue, pair }) => (pair === null ? [] : [{ issue, pair }]))
      assert.deepStrictEqual(pairsOf(pairsByTheLiveRule(input, { round, idleSince: season.idleSince })), pairsOf(computePairs(everything)))
      season = playRound(season)
    }
  })

  it("reflects skills, and pairs newcomers at once if there is work for everybody", () => {
    const figures = seasonFigures(playDays(startSeason(small), 50))
    assert.isAbove(figures.correlation, 0.4)
    assert.strictEqual(pairedWithin(figures.waits, 14), 1)
    assert.isBelow(figures.shareOfTopTenth, 0.5)
  })

  it("gives most bounties to few miners if work is scarce; with a lottery fewer get none", () => {
    const live = seasonFigures(playDays(startSeason(few), 50))
    const lot = seasonFigures(playDays(startSeason({ ...few, pairing: byLot }), 50))
    assert.isAbove(live.gini, seasonFigures(playDays(startSeason(small), 50)).gini)
    assert.isAbove(live.gini, lot.gini)
  })

  it("leaves an issue waiting until its field is large enough", () => {
    const season = playDays(startSeason({ ...small, pairing: fieldOfAtLeast(12, ratingAndLot(100_000)) }), 20)
    assert.isAbove(season.competitionsSoFar, 10)
    assert.isAtLeast(48 - 2 * season.running.length, 10)
  })
})

describe("cartels", () => {
  it("could give one star more than 60 points if they chose the pairs, from 4 members on", () => {
    const gains = [2, 4, 8, 16].map((size) => mostThatFeedingGives(size, defaultRatingRules))
    assert.deepStrictEqual(gains.map(Math.round), [37, 91, 129, 133])
  })

  it("gain nothing if strangers with higher ratings are enrolled everywhere, and arrange their competitions if there is work for all", () => {
    const settings = { skill: 1_500_000, daysBefore: 10, days: 20 }
    const [scarcely] = measureCollusion({ ...settings, season: few }, [feedStarOnly(4)]).gains
    assert.isBelow(scarcely?.star ?? 99, 60)
    const [plentiful] = measureCollusion({ ...settings, season: small }, [feedStarOnly(4)]).gains
    assert.isAtLeast(plentiful?.arranged ?? 0, 4)
    assert.isAbove(plentiful?.star ?? 0, scarcely?.star ?? 99)
  })

  it("complete a season with every scheme", () => {
    const { gains } = measureCollusion(
      { skill: 1_500_000, daysBefore: 4, days: 6, season: small },
      cartels.map((of) => of(4))
    )
    assert.strictEqual(gains.length, cartels.length)
    for (const gain of gains) assert.isTrue(Number.isFinite(gain.star + gain.average + gain.bounties), gain.cartel)
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
