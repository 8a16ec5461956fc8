import { assert, describe, it } from "@effect/vitest"
import { fitBradleyTerry, type PlayedGame, winProbability } from "../../../../lab/simulation/ratings/bradleyTerry.ts"
import { glickoPeriod, glickoProbability, glickoStart } from "../../../../lab/simulation/ratings/ladder.ts"
import { estimate, gini, logLoss, quantile, rankCorrelation, shareOfTopTenth } from "../../../../lab/simulation/ratings/statistics.ts"

const games = (first: number, second: number, wins: number, losses: number): ReadonlyArray<PlayedGame> => [
  ...Array.from({ length: wins }, () => ({ first, second, winner: "first" }) as const),
  ...Array.from({ length: losses }, () => ({ first, second, winner: "second" }) as const)
]

describe("statistics", () => {
  it("ranks: 1 for the same order, -1 for the opposite, shared ranks for ties, 0 without an order", () => {
    assert.closeTo(rankCorrelation([1, 2, 3, 4], [10, 20, 30, 99]), 1, 1e-9)
    assert.closeTo(rankCorrelation([1, 2, 3, 4], [4, 3, 2, 1]), -1, 1e-9)
    // Ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4: 4.5 / √(4.5 × 5).
    assert.closeTo(rankCorrelation([1, 2, 2, 3], [1, 2, 3, 4]), 0.9487, 0.0001)
    assert.strictEqual(rankCorrelation([7, 7, 7], [1, 2, 3]), 0)
  })

  it("log-loss: a coin toss gives ln 2, and a wrong certainty a large but finite loss", () => {
    assert.closeTo(logLoss([{ probability: 0.5, firstWon: true }]), Math.LN2, 1e-12)
    assert.closeTo(
      logLoss([
        { probability: 0.8, firstWon: true },
        { probability: 0.8, firstWon: false }
      ]),
      (-Math.log(0.8) - Math.log(0.2)) / 2,
      1e-12
    )
    assert.isTrue(Number.isFinite(logLoss([{ probability: 1, firstWon: false }])))
  })

  it("Gini's coefficient and the share of the top tenth", () => {
    assert.strictEqual(gini([5, 5, 5, 5]), 0)
    assert.strictEqual(gini([0, 0, 0, 8]), 0.75)
    assert.closeTo(gini([1, 2, 3, 4]), 0.25, 1e-12)
    const amounts = Array.from({ length: 20 }, (_, rank) => ({ rank, amount: rank < 18 ? 1 : 9 }))
    assert.strictEqual(shareOfTopTenth(amounts), 0.5)
  })

  it("quantiles and the interval of a mean", () => {
    assert.strictEqual(quantile([3, 1, 2], 0.5), 2)
    assert.isNull(quantile([], 0.5))
    const { halfWidth, mean } = estimate([1, 2, 3])
    assert.strictEqual(mean, 2)
    assert.closeTo(halfWidth, 4.303 / Math.sqrt(3), 1e-9)
  })
})

describe("the fit of Bradley and Terry", () => {
  it("finds the odds of two players: winning 3 of 4 games means 191 points", () => {
    const [strong = 0, weak = 0] = fitBradleyTerry(2, games(0, 1, 30, 10), 1e-9)
    assert.closeTo(strong - weak, 400 * Math.log10(3), 0.1)
  })

  it("is a maximum: each player's wins, plus the prior's, equal its expected wins", () => {
    const played = [...games(0, 1, 3, 1), ...games(1, 2, 2, 2), ...games(2, 0, 1, 3), { first: 2, second: 1, winner: "nobody" } as const]
    const fitted = fitBradleyTerry(3, played, 1)
    const expects = (player: number) =>
      winProbability(fitted[player] ?? 0, 1500) +
      played.reduce((sum, { first, second, winner }) => {
        if (first !== player && second !== player) return sum
        const opponent = winner === "nobody" ? 1500 : (fitted[first === player ? second : first] ?? 0)
        return sum + winProbability(fitted[player] ?? 0, opponent)
      }, 0)
    const wins = [6, 3, 3]
    for (const [player, won] of wins.entries()) assert.closeTo(expects(player), won + 0.5, 0.001)
  })

  it("stays finite for a player that won everything, and gives 1500 to one without games", () => {
    const fitted = fitBradleyTerry(3, games(0, 1, 5, 0), 1)
    assert.isBelow(fitted[0] ?? 0, 2_200)
    assert.closeTo(fitted[2] ?? 0, 1500, 0.001)
  })
})

describe("Glicko-2", () => {
  it("predicts as in Glickman's example (1400 ± 80 against 1500 ± 150: 0.376), and moves as its winner does", () => {
    assert.closeTo(glickoProbability({ rating: 1400, rd: 80, vol: 0.06 }, { rating: 1500, rd: 150, vol: 0.06 }), 0.376, 0.0005)
    const [winner, loser, idle] = glickoPeriod([glickoStart, glickoStart, glickoStart], games(0, 1, 1, 0))
    assert.closeTo(winner?.rating ?? 0, 1662.3, 0.5)
    assert.closeTo((winner?.rating ?? 0) + (loser?.rating ?? 0), 3000, 0.01)
    assert.strictEqual(idle?.rating, 1500)
  })
})
