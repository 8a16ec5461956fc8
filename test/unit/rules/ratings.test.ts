import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { type Competition, endedAt } from "../../../src/domain/Competition.ts"
import { defaultRatingRules } from "../../../src/elo/RatingRules.ts"
import { computeRatings, type RatingReason } from "../../../src/elo/ratings.ts"
import { decayTowards } from "../../../src/elo/timeDecay.ts"
import { DAY, expired, hotkey, miner, running, unsolved, voided, won } from "../../support/rules/world.ts"

const S = 1_000_000
const WINDOW = defaultRatingRules.window

const ratingsOf = (competitions: ReadonlyArray<Competition>, miners: ReadonlyArray<ReturnType<typeof miner>> = [], at = S) =>
  computeRatings({ at, competitions, miners, explain: "all" })

const valuesOf = (competitions: ReadonlyArray<Competition>, uids: ReadonlyArray<number>, at = S) => {
  const ratings = ratingsOf(competitions, [], at)
  return uids.map((uid) => ratings.get(hotkey(uid))?.rating)
}

describe("computeRatings", () => {
  it("starts everyone at 1500, provisional and eligible", () => {
    assert.deepStrictEqual(ratingsOf([], [miner(1)]).get(hotkey(1)), {
      hotkey: hotkey(1),
      rating: 1_500_000,
      games: 0,
      provisional: true,
      eligible: true,
      reasons: []
    })
  })

  it("moves both ratings by half of K 40 in a first game, whoever is named first", () => {
    const game = { id: 1, startedAt: S - DAY, at: S }
    assert.deepStrictEqual(valuesOf([won({ ...game, uids: [1, 2], winner: 0 })], [1, 2]), [1_520_000, 1_480_000])
    assert.deepStrictEqual(valuesOf([won({ ...game, uids: [1, 2], winner: 1 })], [1, 2]), [1_480_000, 1_520_000])
    assert.deepStrictEqual(valuesOf([won({ ...game, uids: [2, 1], winner: 1 })], [1, 2]), [1_520_000, 1_480_000])
  })

  it("plays an expired or unsolved competition against a phantom of 1500: both lose", () => {
    for (const end of [expired, unsolved])
      assert.deepStrictEqual(valuesOf([end({ id: 1, uids: [1, 2], startedAt: S - DAY, at: S })], [1, 2]), [1_480_000, 1_480_000])
  })

  it("ignores a void competition, even between two games", () => {
    const first = won({ id: 1, uids: [1, 2], startedAt: S - 30 * DAY, at: S - 20 * DAY, winner: 0 })
    const last = won({ id: 3, uids: [1, 2], startedAt: S - 9 * DAY, at: S - 8 * DAY, winner: 1 })
    for (const tag of ["NotPlanned", "SolvedOutside", "Dissolved", "Owner"] as const) {
      const between = voided({ id: 2, uids: [1, 2], startedAt: S - 15 * DAY, at: S - 13 * DAY, reason: { _tag: tag } })
      assert.deepStrictEqual(valuesOf([first, between, last], [1, 2]), valuesOf([first, last], [1, 2]))
      assert.strictEqual(ratingsOf([first, between, last]).get(hotkey(1))?.games, 2)
    }
  })

  it("rates an early pull request as a loss for its author alone, against the other's rating", () => {
    const lift = won({ id: 1, uids: [2, 3], startedAt: S - DAY, at: S, winner: 0 })
    const reason = { _tag: "SubmittedTooEarly", hotkey: hotkey(1) } as const
    const early = voided({ id: 2, uids: [1, 2], startedAt: S - DAY, at: S, reason })
    const ratings = ratingsOf([lift, early])
    // 1500 against 1520: the expected score is 0.471267, so 40 × 0.471267 points are lost.
    assert.strictEqual(ratings.get(hotkey(1))?.rating, 1_481_149)
    assert.strictEqual(ratings.get(hotkey(1))?.games, 1)
    assert.strictEqual(ratings.get(hotkey(2))?.rating, 1_520_000)
    assert.strictEqual(ratings.get(hotkey(2))?.games, 1)
  })

  it("punishes nobody if the early hotkey is neither competitor", () => {
    const reason = { _tag: "SubmittedTooEarly", hotkey: hotkey(9) } as const
    assert.deepStrictEqual(valuesOf([voided({ id: 1, uids: [1, 2], startedAt: S - 9, at: S, reason })], [1, 2]), [1_500_000, 1_500_000])
  })

  it("uses K 40 for a player's first ten games in the window and then 20, separately for each player", () => {
    const games = Array.from({ length: 11 }, (_, index) => expired({ id: index + 1, uids: [1, index + 2], startedAt: S - 1, at: S }))
    const played = ratingsOf(games)
      .get(hotkey(1))
      ?.reasons.flatMap((reason) => (reason._tag === "Played" ? [reason.k] : []))
    assert.deepStrictEqual(played, [...Array<number>(10).fill(40_000), 20_000])
    assert.strictEqual(ratingsOf(games).get(hotkey(1))?.provisional, false)
    assert.strictEqual(ratingsOf(games).get(hotkey(2))?.provisional, true)
  })

  it("counts exactly what ended in (S − 60 days, S]", () => {
    const game = (at: number) => won({ id: 1, uids: [1, 2], startedAt: at - 10, at, winner: 0 })
    assert.strictEqual(ratingsOf([game(S - WINDOW)]).size, 0)
    assert.strictEqual(ratingsOf([game(S - WINDOW + 1)]).size, 2)
    assert.strictEqual(ratingsOf([game(S + 1)]).size, 0)
    assert.strictEqual(ratingsOf([running({ id: 1, uids: [1, 2], startedAt: S - 5 })]).size, 0)
  })

  it("takes opportunities from exactly (S − 60 days, S]", () => {
    const absencesWith = (startedAt: number) =>
      ratingsOf([running({ id: 1, uids: [1, 2], startedAt })], [miner(7)])
        .get(hotkey(7))
        ?.reasons.filter(({ _tag }) => _tag === "Absent").length
    assert.strictEqual(absencesWith(S - WINDOW), 0)
    assert.strictEqual(absencesWith(S - WINDOW + 1), 1)
    const nine = Array.from({ length: 9 }, (_, index) => running({ id: index + 1, uids: [1, 2], startedAt: S - 1 }))
    const withTenth = (startedAt: number) =>
      ratingsOf([...nine, running({ id: 10, uids: [1, 2], startedAt })], [miner(7)]).get(hotkey(7))?.rating
    assert.strictEqual(withTenth(S), 1_485_000)
    assert.strictEqual(withTenth(S + 1), 1_500_000)
  })

  it("applies games that ended in one block in order of id, whatever the input order", () => {
    const first = won({ id: 1, uids: [1, 2], startedAt: S - 9, at: S - 5, winner: 0 })
    const second = won({ id: 2, uids: [2, 3], startedAt: S - 8, at: S - 5, winner: 0 })
    const inOrder = valuesOf([first, second], [1, 2, 3])
    assert.deepStrictEqual(valuesOf([second, first], [1, 2, 3]), inOrder)
    // In the other order 2 would win with a rating of 1500 and lose with 1520.
    const otherIds = valuesOf(
      [
        { ...first, id: 2 },
        { ...second, id: 1 }
      ],
      [1, 2, 3]
    )
    assert.notDeepEqual(otherIds, inOrder)
  })

  it("is eligible at exactly the lowest rating, and final from the tenth game", () => {
    const loss = won({ id: 1, uids: [1, 2], startedAt: S - 1, at: S, winner: 1 })
    const eligibleFrom = (points: number) =>
      computeRatings({ at: S, competitions: [loss], miners: [], rules: { ...defaultRatingRules, eligibleFrom: points } }).get(hotkey(1))
        ?.eligible
    assert.strictEqual(eligibleFrom(1_480_000), true)
    assert.strictEqual(eligibleFrom(1_480_001), false)
    const provisionalAfter = (count: number) =>
      ratingsOf(Array.from({ length: count }, (_, index) => ({ ...loss, id: index + 1 }))).get(hotkey(1))?.provisional
    assert.strictEqual(provisionalAfter(9), true)
    assert.strictEqual(provisionalAfter(10), false)
  })

  it("moves a rating back by half of its distance in 30 days without a game", () => {
    const game = won({ id: 1, uids: [1, 2], startedAt: S - 31 * DAY, at: S - 30 * DAY, winner: 0 })
    assert.deepStrictEqual(valuesOf([game], [1, 2]), [1_510_000, 1_490_000])
  })

  it("uses the decayed rating in the next game, and decays from there afterwards", () => {
    const first = won({ id: 1, uids: [1, 2], startedAt: S - 40 * DAY, at: S - 30 * DAY, winner: 0 })
    const second = won({ id: 2, uids: [1, 3], startedAt: S - DAY, at: S, winner: 0 })
    const reasons = ratingsOf([first, second]).get(hotkey(1))?.reasons ?? []
    assert.deepStrictEqual(
      reasons.map(({ _tag, rating }) => [_tag, rating]),
      [
        ["Played", 1_520_000],
        ["Decayed", 1_510_000],
        ["Played", 1_529_425]
      ]
    )
  })

  it("makes a miner below 1200 eligible again once decay brings it back to 1200", () => {
    const losses = Array.from({ length: 90 }, (_, index) =>
      won({ id: index + 1, uids: [1, 2 + index], startedAt: S - 1, at: S, winner: 1 })
    )
    const now = ratingsOf(losses).get(hotkey(1))
    assert.isBelow(now?.rating ?? 0, 1_200_000)
    assert.strictEqual(now?.eligible, false)
    const later = ratingsOf(losses, [], S + 59 * DAY).get(hotkey(1))
    assert.isAtLeast(later?.rating ?? 0, 1_200_000)
    assert.strictEqual(later?.eligible, true)
  })

  it("takes 15 points per period of absence from registered miners only, and stops at 1300", () => {
    const held = Array.from({ length: 10 }, (_, index) =>
      voided({ id: index + 1, uids: [1, 2], startedAt: S - 5, at: S, reason: { _tag: "Owner" } })
    )
    const ratings = ratingsOf(held, [miner(1), miner(7)])
    assert.strictEqual(ratings.get(hotkey(1))?.rating, 1_500_000)
    assert.deepStrictEqual(
      ratings.get(hotkey(7))?.reasons.map((reason) => (reason._tag === "Absent" ? [reason.because, reason.change] : [])),
      [["opportunities", -15_000]]
    )
    const many = Array.from({ length: 400 }, (_, index) => running({ id: index + 1, uids: [1, 2], startedAt: S - 400 + index }))
    assert.closeTo(ratingsOf(many, [miner(7)]).get(hotkey(7))?.rating ?? 0, 1_300_000, 20)
  })

  it("neither raises a rating below 1300 to it nor lowers it further", () => {
    const losses = Array.from({ length: 40 }, (_, index) =>
      won({ id: index + 1, uids: [1, 2 + (index % 3)], startedAt: S - 9, at: S - 8, winner: 1 })
    )
    const held = Array.from({ length: 50 }, (_, index) => running({ id: index + 100, uids: [8, 9], startedAt: S - 7 }))
    const without = ratingsOf(losses, [miner(1)]).get(hotkey(1))
    const absent = ratingsOf([...losses, ...held], [miner(1)]).get(hotkey(1))
    assert.isBelow(without?.rating ?? 0, 1_299_000)
    const steps = absent?.reasons.filter(({ _tag }) => _tag === "Absent") ?? []
    assert.strictEqual(steps.length, 5)
    assert.closeTo(absent?.rating ?? 0, without?.rating ?? 0, 1)
  })
})

const history = fc
  .array(
    fc.record({
      uids: fc.uniqueArray(fc.nat(7), { minLength: 2, maxLength: 2 }),
      startedAt: fc.integer({ min: S - WINDOW - 5 * DAY, max: S - 1 }),
      length: fc.integer({ min: 1, max: 14 * DAY }),
      kind: fc.constantFrom("a", "b", "expired", "void", "early", "running"),
      enrolled: fc.subarray([0, 1, 2, 3, 4, 5, 6, 7]),
      skipped: fc.subarray([0, 1, 2, 3, 4, 5, 6, 7])
    }),
    { maxLength: 60 }
  )
  .map((written) =>
    written.map(({ uids: [first = 0, second = 1], startedAt, length, kind, enrolled, skipped }, index): Competition => {
      const base = { id: index + 1, uids: [first, second] as const, startedAt, enrolled, skipped }
      const at = startedAt + length
      if (kind === "running") return running(base)
      if (kind === "expired") return expired({ ...base, at })
      if (kind === "void") return voided({ ...base, at, reason: { _tag: "Duplicate" } })
      if (kind === "early") return voided({ ...base, at, reason: { _tag: "SubmittedTooEarly", hotkey: hotkey(first) } })
      return won({ ...base, at, winner: kind === "a" ? 0 : 1 })
    })
  )

const miners = [0, 1, 2, 3, 4, 5].map((uid) => miner(uid, S - WINDOW + uid * 9 * DAY))

describe("ratings of any history", () => {
  it("are deterministic and independent of the input order", () => {
    fc.assert(
      fc.property(history, fc.integer(), (competitions, seed) => {
        const shuffled = competitions.toSorted((left, right) => ((left.id * 7919 + seed) % 101) - ((right.id * 7919 + seed) % 101))
        const one = computeRatings({ at: S, competitions, miners, explain: "all" })
        const other = computeRatings({ at: S, competitions: shuffled, miners: miners.toReversed(), explain: "all" })
        assert.deepStrictEqual([...other], [...one])
      }),
      { numRuns: 300 }
    )
  })

  it("are whole numbers, and the same with or without explanations", () => {
    fc.assert(
      fc.property(history, (competitions) => {
        const plain = computeRatings({ at: S, competitions, miners })
        const explained = computeRatings({ at: S, competitions, miners, explain: "all" })
        return [...plain.values()].every(
          ({ hotkey: key, rating, games, reasons }) =>
            Number.isInteger(rating) && reasons.length === 0 && explained.get(key)?.rating === rating && explained.get(key)?.games === games
        )
      }),
      { numRuns: 300 }
    )
  })

  it("are explained: the changes of the reasons add up to the rating", () => {
    const changeOf = (reason: RatingReason) => (reason._tag === "Unchanged" ? 0 : reason.change)
    fc.assert(
      fc.property(history, (competitions) =>
        [...computeRatings({ at: S, competitions, miners, explain: "all" }).values()].every(
          ({ rating, reasons }) => reasons.reduce((sum, reason) => sum + changeOf(reason), 1_500_000) === rating
        )
      ),
      { numRuns: 300 }
    )
  })

  it("move by opposite amounts in a won game if both have the same K", () => {
    fc.assert(
      fc.property(history, (competitions) => {
        const ratings = computeRatings({ at: S, competitions, miners, explain: "all" })
        const games = [...ratings.values()].flatMap(({ reasons }) =>
          reasons.flatMap((reason) => (reason._tag === "Played" && (reason.result === "won" || reason.result === "lost") ? [reason] : []))
        )
        for (const game of games) {
          const other = games.find((candidate) => candidate.competition === game.competition && candidate !== game)
          assert.strictEqual((other?.expectedPpm ?? 0) + game.expectedPpm, 1_000_000)
          if (other?.k === game.k) assert.strictEqual(other.change, -game.change)
        }
      }),
      { numRuns: 200 }
    )
  })

  it("stay within a fifth of a point of the same rules in floating point", () => {
    let worst = 0
    fc.assert(
      fc.property(history, (competitions) => {
        const naive = naiveRatings(competitions)
        for (const { hotkey: key, rating } of computeRatings({ at: S, competitions, miners: [] }).values())
          worst = Math.max(worst, Math.abs(rating / 1000 - (naive.get(key) ?? 1500)))
        return worst < 0.2
      }),
      { numRuns: 300 }
    )
    assert.isAbove(worst, 0)
  })
})

/** Elo by the textbook with Math.pow, without absences. */
const naiveRatings = (competitions: ReadonlyArray<Competition>): ReadonlyMap<string, number> => {
  const players = new Map<string, { rating: number; games: number; at: number }>()
  const at = (key: string, block: number) => {
    const player = players.get(key) ?? { rating: 1500, games: 0, at: block }
    const rating = 1500 + (player.rating - 1500) * 2 ** (-(block - player.at) / (30 * DAY))
    return { rating, games: player.games, at: block }
  }
  const after = (player: { rating: number; games: number; at: number }, score: number, opponent: number) => ({
    rating: player.rating + (player.games < 10 ? 40 : 20) * (score - 1 / (1 + 10 ** ((opponent - player.rating) / 400))),
    games: player.games + 1,
    at: player.at
  })
  const ended = competitions.filter((competition) => {
    const end = endedAt(competition)
    return end !== null && end > S - WINDOW && end <= S
  })
  for (const { a, b, status } of ended.toSorted((l, r) => (endedAt(l) ?? 0) - (endedAt(r) ?? 0) || l.id - r.id)) {
    if (status._tag === "Running") continue
    const [one, other] = [at(a.hotkey, status.at), at(b.hotkey, status.at)]
    if (status._tag === "Won") {
      players.set(a.hotkey, after(one, 1 - status.winner, other.rating))
      players.set(b.hotkey, after(other, status.winner, one.rating))
    } else if (status._tag === "Expired" || status._tag === "Unsolved") {
      players.set(a.hotkey, after(one, 0, 1500))
      players.set(b.hotkey, after(other, 0, 1500))
    } else if (status.reason._tag === "SubmittedTooEarly") {
      players.set(a.hotkey, after(one, 0, other.rating))
    }
  }
  return new Map([...players.keys()].map((key) => [key, at(key, S).rating]))
}

describe("the rules' constants", () => {
  it("have the product's values", () => {
    assert.strictEqual(WINDOW, 432_000)
    assert.strictEqual(decayTowards(1_100_000, 1_500_000, defaultRatingRules.halfLife, defaultRatingRules.halfLife), 1_300_000)
    assert.deepStrictEqual(
      [defaultRatingRules.earlyK, defaultRatingRules.laterK, defaultRatingRules.earlyGames, defaultRatingRules.eligibleFrom],
      [40_000, 20_000, 10, 1_200_000]
    )
  })
})
