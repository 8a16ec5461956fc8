/** What a new hotkey takes along in a season, and what the study says of it. */
import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { HONEST_PLAY } from "../../../../lab/simulation/ratings/draws.ts"
import { FORMS, type Form, FRESH, measureFreshStarts, SWAP_INTERVAL } from "../../../../lab/simulation/ratings/freshStarts.ts"
import { newcomersBehind, theRule } from "../../../../lab/simulation/ratings/pairingRules.ts"
import { plainWords } from "../../../../lab/simulation/ratings/plainWords.ts"
import { Season } from "../../../../lab/simulation/ratings/season.ts"
import { plenty, type SeasonSettings } from "../../../../lab/simulation/ratings/seasonSettings.ts"
import { freshStarts, PRICES, verdictOf } from "../../../../lab/simulation/ratings/sections/freshStarts.ts"
import type { Figure } from "../../../../lab/simulation/report/Report.ts"

const small: SeasonSettings = {
  ...plenty,
  seed: 1,
  miners: 48,
  issuesPerDay: 8,
  mostOpenIssues: 40,
  roundsPerDay: 4,
  interestPpm: 600_000,
  daysPerNewcomer: 0
}

/** The UID whose rating has moved most, of those that stay and are free, a round later: with a new hotkey of this form, or without. */
const begun = new Season(small, { count: 16, skill: 1_300_000 }).playDays(20)
const uid = Array.from({ length: 16 }, (_, one) => one)
  .filter((one) => begun.runs[one] === 0 && (begun.games[one] ?? 0) > 2)
  .toSorted((one, other) => (begun.rating[one] ?? 0) - (begun.rating[other] ?? 0))[0]

const seatAfter = (form: Form | null) => {
  const season = begun.copy()
  season.playRound({
    name: "one",
    size: 16,
    enrol: () => undefined,
    play: () => HONEST_PLAY,
    ...(form === null ? {} : { newHotkey: FORMS[form], swaps: () => (uid === undefined ? [] : [uid]) })
  })
  const own = uid ?? 0
  const meetings = season.meetings.subarray(own * 256, (own + 1) * 256).reduce((sum, count) => sum + count, 0)
  return { rating: season.rating[own], games: season.games[own], meetings, runs: season.runs[own], seat: season.seats[own] }
}

describe("a new hotkey", () => {
  const same = seatAfter(null)

  it("has something to lose in the test's season", () => {
    assert.isBelow(same.rating ?? 0, 1_480_000)
    assert.isAbove(same.games ?? 0, 2)
    assert.isAbove(same.meetings, 2)
  })

  for (const form of ["swaps the hotkey, matches belong to the neuron", "registers anew, matches belong to the account"] as const)
    it(`changes nothing where it ${form}`, () => {
      const { games, meetings, rating, seat } = seatAfter(form)
      assert.deepStrictEqual([rating, games, meetings], [same.rating, same.games, same.meetings])
      assert.notStrictEqual(seat?.competitor.hotkey, same.seat?.competitor.hotkey)
      assert.strictEqual(seat?.competitor.coldkey, same.seat?.competitor.coldkey)
    })

  for (const form of ["swaps the hotkey, no guard", FRESH] as const)
    it(`begins at 1500 without games and meetings where it ${form}`, () => {
      const { games, meetings, rating, runs, seat } = seatAfter(form)
      assert.strictEqual(games, 0)
      assert.strictEqual(meetings, runs, "at most that of the round's own pair")
      assert.isAbove(rating ?? 0, same.rating ?? 0)
      assert.strictEqual(seat?.registeredAt === 0, form === "swaps the hotkey, no guard")
    })

  it("is counted, priced by gains and compared with an honest season of the same rule", () => {
    const behind = newcomersBehind(100_000, 14)
    const { gains, honest } = measureFreshStarts({ season: small, skill: 1_300_000, daysBefore: 10, days: 10 }, [
      { form: FRESH, below: 20_000, pairing: theRule },
      { form: FRESH, below: 500_000, pairing: theRule },
      { form: FRESH, below: 20_000, pairing: behind }
    ])
    assert.isAbove(gains[0]?.starts ?? 0, 0)
    assert.deepStrictEqual(gains[1], { points: 0, alpha: 0, starts: 0, inVain: 0, others: 0 })
    assert.deepStrictEqual(Object.keys(honest), [theRule.name, behind.name])
  })
})

describe("the study of new hotkeys", () => {
  it("takes its prices from the main network's metadata", () => {
    const text = readFileSync("test/support/fidelity/finney.json", "utf8")
    /** A number of rao or blocks, the lowest byte first. */
    const found = (pattern: RegExp) => Buffer.from(pattern.exec(text)?.[1] ?? "", "hex").readBigUInt64LE()
    const rao = 1e9
    assert.strictEqual(Number(found(/"KeySwapOnSubnetCost": "u64 = 0x(\w+)"/)) / rao, PRICES.swap)
    assert.strictEqual(Number(found(/"MinBurn": "map Identity u16 -> u64 \| default 0x(\w+)"/)) / rao, PRICES.leastRegistration)
    assert.strictEqual(Number(found(/"Burn": "map Identity u16 -> u64 \| default 0x(\w+)"/)) / rao, PRICES.firstRegistration)
    assert.strictEqual(Number(found(/"HotkeySwapOnSubnetInterval": "u64 = 0x(\w+)"/)), SWAP_INTERVAL)
  })

  it("says that something pays only where the whole interval is above zero", () => {
    assert.deepStrictEqual(
      [
        [5, 4.9],
        [5, 5],
        [-5, 5],
        [-5, 4.9]
      ].map(([value = 0, plusMinus = 0]) => verdictOf({ value, plusMinus })),
      ["pays", "shows no effect", "shows no effect", "costs"]
    )
  })

  it("concludes by comparing its figures", () => {
    const words = (gain: (name: string) => number) => {
      const figure = (name: string): Figure => ({
        name,
        value: name.startsWith("alpha gained") ? gain(name) : 7,
        unit: "alpha",
        plusMinus: 10
      })
      return plainWords[freshStarts.name]?.((name) => String(figure(name).value), figure).join("\n") ?? ""
    }
    const nothing = words(() => 5)
    assert.include(nothing, "A new registration brings nothing that can be told from chance")
    assert.include(nothing, "So no price has to stand against a new registration.")
    const pays = words((name) => (name === "alpha gained, plenty, skill 1500: registers anew" ? 30 : -5))
    assert.include(pays, "A new registration pays in 1 of 4 cases")
    assert.include(pays, "A registration pays for itself (plenty, skill 1500)")
    assert.include(
      words((name) => (name.endsWith(": swaps") ? 30 : 0)),
      "a swapped hotkey pays in 4 of 4 cases"
    )
  })
})
