import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { type Competition, endedAt } from "../../../src/domain/Competition.ts"
import { defaultRatingRules } from "../../../src/elo/RatingRules.ts"
import { computeRatings, type RatingReason } from "../../../src/elo/ratings.ts"
import { DAY, expired, hotkey, miner, running, voided, won } from "../../support/rules/world.ts"

const S = 1_000_000
const WINDOW = defaultRatingRules.window

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
