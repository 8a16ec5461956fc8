import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { toUids } from "../../../../src/domain/UidBitmap.ts"
import {
  byLot,
  everySoManyByGames,
  everySoManyByWait,
  fieldOfAtLeast,
  type PairingRule,
  pairsByTheLiveRule,
  pointsAdded,
  ratingAndLot,
  ratingAndWait
} from "../../../../src/simulation/ratings/pairingRules.ts"
import { playDays, startSeason } from "../../../../src/simulation/ratings/season.ts"
import { plenty } from "../../../../src/simulation/ratings/seasonSettings.ts"
import { pairInputOf } from "../../../../src/simulation/ratings/seasonState.ts"
import { absence } from "../../../../src/simulation/ratings/sections/absence.ts"
import { fairnessPages } from "../../../../src/simulation/report/fairnessPage.ts"
import { reportOf } from "../../../../src/simulation/report/Report.ts"

const season = playDays(startSeason({ ...plenty, seed: 3, miners: 60, issuesPerDay: 6, mostOpenIssues: 30, interestPpm: 500_000 }), 25)
const enrolled = new Map(season.waiting.map(({ id, suits }) => [id, suits]))
// All miners are free here: running competitions are left out, so that there is a choice.
const input = { ...pairInputOf({ ...season, running: [] }, enrolled) }
const context = { round: season.round, idleSince: season.idleSince }
const pairsOf = (rule: PairingRule) => rule(input, context).flatMap(({ issue, pair }) => (pair === null ? [] : [{ issue, pair }]))

describe("alternative pairing rules", () => {
  const rules = {
    byLot,
    games: everySoManyByGames(3),
    wait: everySoManyByWait(3),
    lot: ratingAndLot(100_000),
    waiting: ratingAndWait(5_000)
  }

  for (const [name, rule] of Object.entries(rules))
    it(`${name}: one pair per miner, of enrolled miners, and not the live rule's pairs`, () => {
      const pairs = pairsOf(rule)
      assert.isAbove(pairs.length, 10)
      const hotkeys = pairs.flatMap(({ pair }) => pair.map(({ hotkey }) => hotkey))
      assert.strictEqual(new Set(hotkeys).size, hotkeys.length)
      for (const { issue, pair } of pairs)
        for (const { uid } of pair) assert.include(toUids(enrolled.get(issue) ?? new Uint8Array(32)), uid)
      assert.notDeepEqual(pairs, pairsOf(pairsByTheLiveRule))
      assert.deepStrictEqual(pairs, pairsOf(rule))
    })

  it("gives every nth issue to the remaining miners with the fewest games", () => {
    const games = (hotkey: string) => input.ratings.get(hotkey)?.games ?? 0
    const all = everySoManyByGames(1)(input, context)
    const first = all.find(({ pair }) => pair !== null)
    const fewest = (first?.candidates ?? []).map(({ hotkey }) => games(hotkey)).sort((left, right) => left - right)
    assert.deepStrictEqual(
      first?.pair?.map(({ hotkey }) => games(hotkey)),
      fewest.slice(0, 2)
    )
  })

  it("makes no pair from a field that is too small", () => {
    assert.deepStrictEqual(pairsOf(fieldOfAtLeast(61, pairsByTheLiveRule)), [])
    assert.deepStrictEqual(pairsOf(fieldOfAtLeast(2, pairsByTheLiveRule)), pairsOf(pairsByTheLiveRule))
  })

  it("ranks miners with extra points first", () => {
    const [last] = season.seats.filter(({ competitor }) => input.ratings.get(competitor.hotkey)?.eligible).slice(-1)
    assert.isDefined(last)
    if (last === undefined) return
    const pairs = pairsOf(pointsAdded(new Set([last.competitor.hotkey]), 10_000_000))
    const best = [...input.issues]
      .sort((left, right) => Number(right.bounty - left.bounty) || left.id - right.id)
      .find(({ id }) => toUids(enrolled.get(id) ?? new Uint8Array(32)).includes(last.competitor.uid))
    const drawn = pairs.find(({ issue }) => issue === best?.id)?.pair.map(({ hotkey }) => hotkey) ?? []
    assert.include(drawn, last.competitor.hotkey)
  })
})

describe("the fairness page", () => {
  it.effect("has its prose, a file per plot and every figure, and is deterministic", () =>
    Effect.gen(function* () {
      const section = yield* absence.run({ seed: 1, quick: true, onProgress: () => {} })
      const report = reportOf(1, { rounds: 1 }, [section])
      const [page, ...plots] = fairnessPages(report, "npm run fairness")
      assert.strictEqual(plots.length, section.plots.length)
      for (const { content, path } of plots) {
        assert.include(page?.content ?? "", `](${path})`)
        assert.isTrue(content.startsWith("<svg ") && content.endsWith("</svg>\n"))
      }
      for (const { name } of section.figures) assert.include(page?.content ?? "", `| ${name} |`)
      assert.deepStrictEqual(fairnessPages(report, "npm run fairness")[0], page)
    })
  )
})
