/**
 * `npm run bench -- rounds [--json]`: measures a validator's round with 256 neurons, 200 open issues and thousands of competitions of the last 60 days, over
 * JSON-RPC on the dev chain: requests between validator and node, time, the share of computation, and rebuilding the ratings of a million games. Times
 * depend on how busy this machine is; the fastest of several runs counts.
 */
import { Effect } from "effect"
import { fromUids } from "../../src/domain/UidBitmap.ts"
import { computeRatings } from "../../src/elo/ratings.ts"
import { computePairs } from "../../src/scoring/issue_competitions/rules/pairs.ts"
import { playRounds } from "../../test/support/rounds/rounds.ts"
import { competitionsOf, neurons } from "./history.ts"

export const SEASON = {
  /** Together with the subnet owner and the validators, 256 neurons. */
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

/** The fastest of several runs, in ms, because it was disturbed least. */
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

/** Ratings and pairs of a round, with a given number of blocks as the window of 60 days. */
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

/** Measures and returns the figures under their JSON names. */
export const rounds = Effect.gen(function* () {
  // Ratings come first, as when a validator starts, so that garbage from the rounds does not slow them.
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
    requestsRestarted: counted.restarted.requests.length,
    requestsWarm: counted.warm.requests.length,
    requestsPerBlock: counted.block.requests.length,
    bytesCold: counted.cold.bytes,
    bytesRestarted: counted.restarted.bytes,
    roundRestartedMs: rounded(timed.restarted.ms),
    roundColdMs: rounded(timed.cold.ms),
    roundWarmMs: rounded(timed.warm.ms),
    blockMs: rounded(timed.block.ms),
    ratingsMs,
    pairsMs,
    computationMs: rounded(ratingsMs + pairsMs),
    rebuildOfMillionGamesMs
  }
})
