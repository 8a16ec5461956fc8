/**
 * The maximum-likelihood fit of Bradley and Terry's model to a set of games: the strengths that the games imply, regardless of their order. The
 * benchmark for ratings that are updated game by game.
 */

/** A game by the players' numbers. Without a winner, both lost to the issue, which counts as a player rated 1500. */
export interface PlayedGame {
  readonly first: number
  readonly second: number
  readonly winner: "first" | "second" | "nobody"
}

/**
 * Strengths on the rating scale (1500 in the middle, 400 points for odds of 10 to 1) by minorization-maximization: Hunter 2004, "MM algorithms for
 * generalized Bradley-Terry models", section 3. The prior is `priorGames` games of each player against one rated 1500, half of them won; without
 * it, a player that won every game would be infinitely strong.
 */
export const fitBradleyTerry = (players: number, games: ReadonlyArray<PlayedGame>, priorGames: number): ReadonlyArray<number> => {
  const wins = new Float64Array(players).fill(priorGames / 2)
  const opponents: ReadonlyArray<Array<number>> = Array.from({ length: players }, () => [])
  for (const { first, second, winner } of games) {
    opponents[first]?.push(winner === "nobody" ? PHANTOM : second)
    opponents[second]?.push(winner === "nobody" ? PHANTOM : first)
    const won = winner === "first" ? first : second
    if (winner !== "nobody") wins[won] = (wins[won] ?? 0) + 1
  }
  const strengths = new Float64Array(players).fill(1)
  const strengthOf = (player: number): number => (player === PHANTOM ? 1 : (strengths[player] ?? 1))
  for (let step = 0; step < MOST_STEPS; step++) {
    let largestChange = 0
    for (let player = 0; player < players; player++) {
      const own = strengthOf(player)
      let denominator = priorGames / (own + 1)
      for (const opponent of opponents[player] ?? []) denominator += 1 / (own + strengthOf(opponent))
      const next = denominator === 0 ? 1 : Math.max(SMALLEST_STRENGTH, (wins[player] ?? 0) / denominator)
      largestChange = Math.max(largestChange, Math.abs(Math.log(next / own)))
      strengths[player] = next
    }
    if (largestChange < PRECISE) break
  }
  return Array.from(strengths, (strength) => 1500 + 400 * Math.log10(strength))
}

/** The probability that a player of rating `own` wins against `other`, in points. */
export const winProbability = (own: number, other: number): number => 1 / (1 + 10 ** ((other - own) / 400))

const PHANTOM = -1
const MOST_STEPS = 2_000
/** The convergence threshold, in the logarithm of the strength; equals 0.0002 points. */
const PRECISE = 1e-6
const SMALLEST_STRENGTH = 1e-6
