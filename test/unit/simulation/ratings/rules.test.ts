import { assert, describe, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import { pairRound } from "../../../../lab/simulation/ratings/pairing.ts"
import * as Rules from "../../../../lab/simulation/ratings/pairingRules.ts"
import { Season } from "../../../../lab/simulation/ratings/season.ts"
import { seasonFigures } from "../../../../lab/simulation/ratings/seasonFigures.ts"
import { plenty } from "../../../../lab/simulation/ratings/seasonSettings.ts"
import { absence } from "../../../../lab/simulation/ratings/sections/absence.ts"
import { type RatingScenario, ratingScenario } from "../../../../lab/simulation/ratings/sections/common.ts"
import { hasBit } from "../../../../lab/simulation/ratings/words.ts"
import { fairnessPages } from "../../../../lab/simulation/report/fairnessPage.ts"
import { type Figure, keepsBound, reportOf } from "../../../../lab/simulation/report/Report.ts"
import { allScenarios } from "../../../../lab/simulation/scenarios/all.ts"

const season = new Season({ ...plenty, seed: 3, miners: 60, issuesPerDay: 6, mostOpenIssues: 30, interestPpm: 500_000 }).playDays(25)
// All miners are free and everything that suits them is enrolled, so that there is a choice.
season.runs.fill(0)
for (const { enrolled, suits } of season.waiting) enrolled.set(suits)
const seed = season.seedOf("test")
const pairsOf = (rule: Rules.PairingRule) => pairRound(season, seed, rule).map(({ a, b, issue }) => ({ issue, pair: [a, b] as const }))

describe("alternative pairing rules", () => {
  const { bestOfField, bestTwo, byLot, everyThirdByGames, everyThirdByWait, ratingAndLot, ratingAndWait, theRule } = Rules
  for (const rule of [bestTwo, bestOfField, byLot, everyThirdByGames, everyThirdByWait, ratingAndLot, ratingAndWait])
    it(`${rule.name}: one pair per miner, of enrolled miners, and not the rule's pairs`, () => {
      const pairs = pairsOf(rule)
      assert.isAbove(pairs.length, 10)
      const uids = pairs.flatMap(({ pair }) => pair)
      assert.strictEqual(new Set(uids).size, uids.length)
      for (const { issue, pair } of pairs) for (const uid of pair) assert.isTrue(hasBit(issue.enrolled, uid))
      assert.notDeepEqual(pairs, pairsOf(theRule))
      assert.deepStrictEqual(pairs, pairsOf(rule))
    })

  it("gives every nth issue to the remaining miners with the fewest games", () => {
    const all = pairsOf({ ...bestTwo, last: { every: 1, key: ({ games }) => -games } })
    const [first] = all
    const enrolled = season.seats.flatMap((_, uid) => (first !== undefined && hasBit(first.issue.enrolled, uid) ? [uid] : []))
    const fewest = enrolled.map((uid) => season.games[uid] ?? 0).sort((left, right) => left - right)
    assert.deepStrictEqual(
      first?.pair.map((uid) => season.games[uid] ?? 0),
      fewest.slice(0, 2)
    )
  })

  it("makes no pair from a field that is too small, and counts hotkeys of one coldkey once where the rule says so", () => {
    assert.deepStrictEqual(pairsOf({ ...bestTwo, fieldNeeded: () => 61 }), [])
    assert.deepStrictEqual(pairsOf({ ...bestTwo, fieldNeeded: () => 2 }), pairsOf(bestTwo))
    const many = { ...Rules.fieldOfColdkeys, fieldNeeded: () => 10 }
    assert.isAbove(pairsOf(many).length, 0)
    assert.deepStrictEqual(pairsOf(many), pairsOf({ ...theRule, fieldNeeded: () => 10 }))
    const ofOne = season.copy()
    ofOne.seats = ofOne.seats.map((person, uid) =>
      uid < 55 ? { ...person, competitor: { ...person.competitor, coldkey: person.competitor.hotkey } } : person
    )
    const [owner] = ofOne.seats
    ofOne.seats = ofOne.seats.map((person, uid) =>
      uid < 55 && owner !== undefined ? { ...person, competitor: { ...person.competitor, coldkey: owner.competitor.coldkey } } : person
    )
    assert.deepStrictEqual(pairRound(ofOne, seed, many), [])
    assert.isAbove(pairRound(ofOne, seed, { ...theRule, fieldNeeded: () => 10 }).length, 0)
  })

  it("counts only the unoccupied where the rule says so", () => {
    const busy = season.copy()
    busy.settings = { ...busy.settings, maxCompetitionsPerMiner: 2 }
    for (let uid = 0; uid < 50; uid++) busy.runs[uid] = 1
    const rule = { ...theRule, fieldNeeded: () => 10 }
    assert.isAbove(pairRound(busy, seed, rule).length, 0)
    assert.deepStrictEqual(pairRound(busy, seed, { ...rule, field: "unoccupied" }), [])
  })

  it("ranks miners with extra points first", () => {
    const last = season.seats.map((_, uid) => uid).findLast((uid) => hasBit(season.eligible, uid)) ?? 0
    const pairs = pairsOf({ ...bestTwo, key: Rules.pointsAdded(new Set([last]), 10_000_000).key ?? (() => 0) })
    const best = season.waiting.find(({ enrolled }) => hasBit(enrolled, last))
    assert.include(pairs.find(({ issue }) => issue === best)?.pair ?? [], last)
  })
})

describe("a scenario of cases", () => {
  const squares = ratingScenario({
    name: "squares",
    question: "What are the squares?",
    cases: (quick) => [2, 3].map((base) => ({ base, label: `${base}`, seeds: quick ? 1 : 3 })),
    play: ({ base }, seed) => ({ square: base * base + seed }),
    section: (outcomes) => ({
      figures: outcomes.flatMap(({ of, results }) => results.map(({ square }) => ({ name: String(of.base), value: square, unit: "" }))),
      plots: [],
      notes: []
    })
  })
  const run = (quick: boolean, elsewhere?: Parameters<RatingScenario["run"]>[0]["elsewhere"]) =>
    squares.run({ seed: 5, quick, onProgress: () => {}, ...(elsewhere === undefined ? {} : { elsewhere }) })

  it.effect("plays every case with every seed, here or in other processes, with the same result in the same order", () =>
    Effect.gen(function* () {
      const here = yield* run(false)
      assert.deepStrictEqual(
        here.figures.map(({ name, value }) => [name, value]),
        [
          ["2", 9],
          ["2", 1009],
          ["2", 2009],
          ["3", 14],
          ["3", 1014],
          ["3", 2014]
        ]
      )
      let [asked, last] = [0, 10]
      // Later pieces are ready earlier.
      const elsewhere: Parameters<typeof run>[1] = (piece) => {
        asked += 1
        last -= 1
        return Effect.delay(
          Effect.sync(() => JSON.parse(JSON.stringify(squares.play(piece)))),
          last
        )
      }
      const [there] = yield* Effect.all([run(false, elsewhere), TestClock.adjust("1 second")], { concurrency: 2 })
      assert.deepStrictEqual(there, here)
      assert.strictEqual(asked, 6)
      assert.strictEqual((yield* run(true)).figures.length, 2)
    })
  )
})

describe("a bound of the upper end", () => {
  it("is kept only if the whole interval keeps it", () => {
    const gain = { name: "gain", value: 50, unit: "points", bound: { upperEndAtMost: 60 } }
    assert.isTrue(keepsBound(gain))
    assert.isTrue(keepsBound({ ...gain, plusMinus: 10 }))
    assert.isFalse(keepsBound({ ...gain, plusMinus: 11 }))
    assert.isTrue(keepsBound({ ...gain, plusMinus: 11, bound: { atMost: 60 } }))
  })
})

describe("the fairness page", () => {
  it.effect("finds the figure of every number in its prose, in a full study and in a quick one", () =>
    Effect.gen(function* () {
      const honest = { bounties: 1, competitions: 1, presentPoints: 1, presentBounties: 1 }
      const results: Readonly<Record<string, unknown>> = {
        ranking: [],
        "real-rule": seasonFigures(season),
        newcomers: seasonFigures(season),
        "fresh-starts": {
          honest: Object.fromEntries(
            [Rules.theRule, Rules.newcomersBehind(100_000, 14)].map(({ name }) => [
              name,
              { alpha: 1, others: 1, withinWeek: 1, withinMonth: 1 }
            ])
          ),
          gains: Array.from({ length: 6 }, () => ({ points: 1, alpha: 1, starts: 1, inVain: 1, others: 1 }))
        },
        colluders: { collusion: { honest, gains: [] }, worth: 1 },
        rules: { collusion: { honest, gains: [] }, raised: { competitions: 1, fieldNeeded: 3 } },
        absence: null
      }
      for (const rounds of [10, 10_000])
        for (const scenario of allScenarios.filter(({ name }) => name in results)) {
          let asked = 0
          const section = yield* scenario.run({
            seed: 1,
            rounds,
            miners: 64,
            validators: 9,
            onProgress: () => {},
            elsewhere: ({ scenario: name }) =>
              Effect.sync(() => {
                asked += 1
                return results[name]
              })
          })
          const [page] = fairnessPages(reportOf(1, { rounds }, [section]), "npm run fairness")
          assert.isAbove(page?.content.length ?? 0, 1_000)
          assert.strictEqual(new Set(section.figures.map(({ name }) => name)).size, section.figures.length, scenario.name)
          assert.strictEqual(asked > 0, scenario.name !== "absence")
        }
    })
  )

  it.effect("has its prose and a file per plot, and is deterministic", () =>
    Effect.gen(function* () {
      const section = yield* absence.run({ seed: 1, quick: true, onProgress: () => {} })
      const report = reportOf(1, { rounds: 1 }, [section])
      const [page, ...plots] = fairnessPages(report, "npm run fairness")
      assert.strictEqual(plots.length, section.plots.length)
      for (const { content, path } of plots) {
        assert.include(page?.content ?? "", `](${path})`)
        assert.isTrue(content.startsWith("<svg ") && content.endsWith("</svg>\n"))
      }
      assert.deepStrictEqual(fairnessPages(report, "npm run fairness")[0], page)
    })
  )

  it("has every bound with the worst of the figures that are alike, and names each figure that breaks one", () => {
    const figure = (name: string, value: number, bound: Figure["bound"], plusMinus = 0): Figure => ({
      name,
      value,
      unit: "points",
      plusMinus,
      ...(bound === undefined ? {} : { bound })
    })
    const pageOf = (...figures: ReadonlyArray<Figure>) =>
      fairnessPages(reportOf(1, {}, [{ name: "made up", question: "Which?", figures, plots: [], notes: [] }]), "npm run fairness")[0]
        ?.content ?? ""
    const kept = [
      figure("gain, two, few", 7, { upperEndAtMost: 60 }, 2),
      figure("gain, two, many", 5, { upperEndAtMost: 60 }, 9),
      figure("order", 3, { atLeast: 1 }),
      figure("disorder", 3, undefined)
    ]
    const page = pageOf(...kept)
    assert.include(page, "| gain, two | upper end at most 60 points | 5 ± 9 | 2 |")
    assert.include(page, "| order | at least 1 points | 3 ± 0 | 1 |")
    assert.notInclude(page, "disorder")
    assert.notInclude(page, "roken")
    const broken = pageOf(...kept, figure("gain, two, most", 58, { upperEndAtMost: 60 }, 3))
    assert.include(broken, "| gain, two | **broken:** upper end at most 60 points | 58 ± 3 | 3 |")
    assert.include(broken, "**Broken:** gain, two, most is 58 ± 3 (upper end at most 60).")
  })
})
