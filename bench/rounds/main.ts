/**
 * `npm run bench -- rounds [--json]`: a validator's round with 256 neurons, 200 open issues and thousands of competitions of the last 60 days, over JSON-RPC
 * on the dev chain: the requests that pass between validator and node, the time, what of it is computation, and the rebuilding of a million games'
 * ratings. Times are of this machine as busy as it is; the quickest of several runs is told.
 */
import { Effect } from "effect"
import { fromUids } from "../../src/domain/UidBitmap.ts"
import { computeRatings } from "../../src/elo/ratings.ts"
import { computePairs } from "../../src/scoring/issue_competitions/rules/pairs.ts"
import { playRounds } from "../../test/support/rounds/rounds.ts"
import { competitionsOf, neurons } from "./history.ts"

const SEASON = {
  /** With the subnet owner's and the validators' neurons 256. */
  miners: 252,
  openIssues: 200,
  runningCompetitions: 60,
  endedCompetitions: 3_000,
  enrolled: 100,
  collateralBps: 100
}
const AT = 10_000_000
const GAMES = 1_000_000
const RUNS = 15

const rounded = (ms: number): number => Math.round(ms * 10) / 10

/** The quickest of several runs, in ms: the one that the machine disturbed least. */
const quickest = (work: () => unknown): number =>
  rounded(
    Math.min(
      ...Array.from({ length: RUNS }, () => {
        const before = performance.now()
        work()
        return performance.now() - before
      })
    )
  )

/** Ratings and pairs of a round whose 60 days are as long as they are said to be. */
const computation = () => {
  const miners = neurons(256)
  const competitions = competitionsOf(miners, SEASON.endedCompetitions, AT)
  const everybody = fromUids(miners.map(({ uid }) => uid))
  const issues = Array.from({ length: SEASON.openIssues }, (_, index) => ({
    id: index + 1,
    bounty: BigInt(1_000 + (index % 50)),
    enrolled: everybody
  }))
  const ratings = () => computeRatings({ at: AT, competitions, miners })
  const rated = ratings()
  const pairs = () =>
    computePairs({
      at: AT,
      seed: new Uint8Array(32).fill(7),
      issues,
      neurons: miners,
      ratings: rated,
      competitions,
      maxCompetitionsPerMiner: 4,
      collateralBps: 0,
      collateral: new Map()
    })
  return { ratingsMs: quickest(ratings), pairsMs: quickest(pairs) }
}

const rebuild = () => {
  const miners = neurons(256)
  const competitions = competitionsOf(miners, GAMES, AT)
  return quickest(() => computeRatings({ at: AT, competitions, miners }))
}

/** Prints the figures; names are those of the JSON. */
export const rounds = Effect.gen(function* () {
  // First, as a validator does when it starts: what the rounds leave behind for the garbage collector is none of the ratings'.
  const rebuildOfMillionGamesMs = rebuild()
  const counted = yield* Effect.scoped(playRounds(SEASON))
  const timed = yield* Effect.scoped(playRounds(SEASON, true))
  const { ratingsMs, pairsMs } = computation()
  return {
    neurons: 256,
    openIssues: counted.openIssues,
    competitions: counted.competitions,
    pairs: counted.pairs,
    requestsCold: counted.cold.requests.length,
    requestsWarm: counted.warm.requests.length,
    requestsPerBlock: counted.block.requests.length,
    roundColdMs: rounded(timed.cold.ms),
    roundWarmMs: rounded(timed.warm.ms),
    blockMs: rounded(timed.block.ms),
    ratingsMs,
    pairsMs,
    computationMs: rounded(ratingsMs + pairsMs),
    rebuildOfMillionGamesMs
  }
})
