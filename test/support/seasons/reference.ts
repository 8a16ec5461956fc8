/**
 * A season in plain form: immutable, without typed arrays, and with the validators' own functions for ratings and pairs. The simulator's season must
 * equal it (test/unit/simulation/ratings/season.test.ts).
 */

import { randomOf } from "../../../lab/simulation/random.ts"
import { drawIssue, drawOutcome, drawPerson, drawRound, HONEST_PLAY } from "../../../lab/simulation/ratings/draws.ts"
import type { ArrivingIssue, Person, Played, SeasonSettings } from "../../../lab/simulation/ratings/seasonSettings.ts"
import { toBitmap } from "../../../lab/simulation/ratings/words.ts"
import { hashBytes } from "../../../src/domain/Account.ts"
import type { Competition } from "../../../src/domain/Competition.ts"
import { fromUids } from "../../../src/domain/UidBitmap.ts"
import { BLOCKS_PER_DAY } from "../../../src/elo/RatingRules.ts"
import { computeRatings, type Ratings } from "../../../src/elo/ratings.ts"
import { computePairs, type PairInput } from "../../../src/scoring/issue_competitions/rules/pairs.ts"

interface Waiting extends ArrivingIssue {
  readonly attempts: number
}

interface Run {
  readonly competition: Competition
  readonly issue: Waiting
  readonly played: Played
  readonly status: Competition["status"]
}

export interface ReferenceSeason {
  readonly settings: SeasonSettings
  readonly round: number
  readonly at: number
  readonly seats: ReadonlyArray<Person>
  readonly persons: number
  readonly waiting: ReadonlyArray<Waiting>
  readonly issuesSoFar: number
  readonly running: ReadonlyArray<Run>
  readonly ended: ReadonlyArray<Competition>
  readonly played: ReadonlyArray<Played>
  readonly ratings: Ratings
}

export const startReference = (settings: SeasonSettings): ReferenceSeason => ({
  settings,
  round: 0,
  at: 0,
  seats: Array.from({ length: settings.miners }, (_, index) => drawPerson(settings, index, index, 0)),
  persons: settings.miners,
  waiting: [],
  issuesSoFar: 0,
  running: [],
  ended: [],
  played: [],
  ratings: new Map()
})

export const playReference = (season: ReferenceSeason, days: number): ReferenceSeason => {
  let now = season
  for (let round = 0; round < Math.round(days * season.settings.roundsPerDay); round++) now = playRound(now)
  return now
}

const RAO = 1_000_000_000n

const playRound = (before: ReferenceSeason): ReferenceSeason => {
  const at = before.at + Math.floor(BLOCKS_PER_DAY / before.settings.roundsPerDay)
  const arrived = comeAndGo(endCompetitions({ ...before, round: before.round + 1, at }))
  const competitions = [...arrived.ended, ...arrived.running.map(({ competition }) => competition)]
  const miners = arrived.seats.map(({ competitor, registeredAt }) => ({ ...competitor, registeredAt }))
  return start({ ...arrived, ratings: computeRatings({ at, competitions, miners, rules: before.settings.rules }) })
}

/** The input of the validators' function at a round. */
const inputOf = (season: ReferenceSeason): PairInput => ({
  at: season.at,
  seed: hashBytes(randomOf(season.settings.seed, `pulse ${season.round}`).hash()),
  issues: season.waiting.map(({ bounty, id, suits }) => ({ id, bounty: BigInt(bounty) * RAO, enrolled: toBitmap(suits) })),
  neurons: season.seats.map(({ competitor }) => competitor),
  ratings: season.ratings,
  competitions: [...season.ended, ...season.running.map(({ competition }) => competition)],
  maxCompetitionsPerMiner: season.settings.maxCompetitionsPerMiner,
  collateralBps: 0,
  collateral: new Map(),
  rules: season.settings.rules
})

const endCompetitions = (season: ReferenceSeason): ReferenceSeason => {
  const over = season.running.filter(({ played }) => played.endsAt <= season.at)
  const oldest = season.at - season.settings.rules.window
  return {
    ...season,
    running: season.running.filter(({ played }) => played.endsAt > season.at),
    ended: [
      ...season.ended.filter(({ status }) => status._tag !== "Running" && status.at > oldest),
      ...over.map(({ competition, status }) => ({ ...competition, status }))
    ],
    waiting: [
      ...season.waiting,
      ...over.flatMap(({ issue, played }) => (played.result === "expired" ? [{ ...issue, attempts: issue.attempts + 1 }] : []))
    ],
    played: [...season.played, ...over.map(({ played }) => played)]
  }
}

const comeAndGo = (season: ReferenceSeason): ReferenceSeason => {
  const { settings } = season
  const { issues, shuffled } = drawRound(settings, season.round)
  const count = Math.min(issues, Math.max(0, settings.mostOpenIssues - season.waiting.length))
  const arriving = Array.from({ length: count }, (_, index) => ({ ...drawIssue(settings, season.issuesSoFar + index + 1), attempts: 0 }))
  const busy = new Set(season.running.flatMap(({ competition: { a, b } }) => [a.uid, b.uid]))
  const comes = settings.daysPerNewcomer > 0 && Number.isInteger(season.at / BLOCKS_PER_DAY / settings.daysPerNewcomer)
  const leaves = comes ? shuffled(season.seats).find(({ competitor, stays }) => !stays && !busy.has(competitor.uid)) : undefined
  return {
    ...season,
    seats: season.seats.map((person) =>
      person === leaves ? drawPerson(settings, season.persons, person.competitor.uid, season.at) : person
    ),
    persons: season.persons + (leaves === undefined ? 0 : 1),
    waiting: [...season.waiting, ...arriving],
    issuesSoFar: season.issuesSoFar + count
  }
}

const start = (season: ReferenceSeason): ReferenceSeason => {
  const ids = season.played.length + season.running.length
  const pairs = computePairs(inputOf(season)).flatMap(({ issue, pair }) => (pair === null ? [] : [{ issue, pair }]))
  const started = pairs.flatMap(({ issue: id, pair: [one, other] }, place): ReadonlyArray<Run> => {
    const issue = season.waiting.find((waiting) => waiting.id === id)
    const [a, b] = [season.seats[one.uid], season.seats[other.uid]]
    if (issue === undefined || a === undefined || b === undefined) return []
    const competition: Competition = {
      id: ids + place + 1,
      issue: id,
      a: one,
      b: other,
      enrolled: toBitmap(issue.suits),
      skipped: fromUids([]),
      startedAt: season.at,
      status: { _tag: "Running" }
    }
    return [{ competition, issue, ...drawOutcome(season.settings, issue, season.at, [a, b], HONEST_PLAY) }]
  })
  const taken = new Set(started.map(({ issue }) => issue.id))
  return { ...season, waiting: season.waiting.filter(({ id }) => !taken.has(id)), running: [...season.running, ...started] }
}
