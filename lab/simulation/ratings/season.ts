/**
 * A season of matches, to which the odds of a match are fitted: issues arrive, miners enrol, the validators' own functions rate and pair them, and
 * skill and luck decide. Each draw has its own stream of random numbers.
 */
import { type AccountAddress, fromPublicKey, hashBytes } from "../../../src/domain/Account.ts"
import type { Competition, CompetitionStatus, Competitor } from "../../../src/domain/Competition.ts"
import { fromUids } from "../../../src/domain/UidBitmap.ts"
import type { MilliPoints } from "../../../src/elo/expectedScore.ts"
import { BLOCKS_PER_DAY, defaultRatingRules as rules } from "../../../src/elo/RatingRules.ts"
import { computeRatings, type Ratings } from "../../../src/elo/ratings.ts"
import { computePairs, type PairInput } from "../../../src/rules/pairs/pairs.ts"
import { defaultSkillModel, drawSkill, solve } from "../miners/skill.ts"
import { randomOf } from "../random.ts"

/** A full subnet; about 40 to 50 of its miners are in a match at a time. */
const MINERS = 256
const ISSUES_PER_DAY = 4
const MOST_OPEN_ISSUES = 200
const ROUNDS_PER_DAY = 6
/** How much the difficulty of issues varies around the skill model's. */
const DIFFICULTY_DEVIATION: MilliPoints = 150_000
/** The chance that an issue suits a miner, who is then enrolled until the issue is taken, even while busy. */
const INTEREST_PPM = 300_000
/** The chance that an outsider solves the issue, or that it disappears, before its match ends otherwise. */
const VOID_PPM = 50_000
/** The bounties from which the season draws, in alpha. */
const BOUNTIES: ReadonlyArray<number> = [20, 50, 100, 100, 200, 500]

/** The contract's dates in blocks: submissions from the second day, a fortnight to the deadline, a day of grace until expiry. */
export const DATES = { submissionsFrom: 14_400, deadline: 100_800, expires: 108_000 }

/** The life of one hotkey on the subnet. */
interface Person {
  readonly competitor: Competitor
  readonly skill: MilliPoints
  readonly registeredAt: number
}

interface Waiting {
  readonly id: number
  /** The bounties from which the season draws, in alpha. */
  readonly bounty: number
  readonly difficulty: MilliPoints
  /** The bitmap of the miners whom it suits. */
  readonly suits: Uint8Array
  /** The number of its expired matches. */
  readonly attempts: number
}

/** A match that runs, and how it will end. */
export interface Running {
  readonly competition: Competition
  readonly issue: Waiting
  readonly skills: Readonly<Record<"a" | "b", MilliPoints>>
  readonly status: Exclude<CompetitionStatus, { readonly _tag: "Running" }>
}

export interface Season {
  readonly seed: number
  readonly round: number
  /** The block. */
  readonly at: number
  readonly seats: ReadonlyArray<Person>
  /** How many hotkeys were registered so far. */
  readonly persons: number
  readonly waiting: ReadonlyArray<Waiting>
  readonly issuesSoFar: number
  readonly competitionsSoFar: number
  readonly running: ReadonlyArray<Running>
  /** Ended matches that still count. */
  readonly ended: ReadonlyArray<Competition>
  readonly ratings: Ratings
}

const startSeason = (seed: number): Season => ({
  seed,
  round: 0,
  at: 0,
  seats: Array.from({ length: MINERS }, (_, index) => drawPerson(seed, index, index, 0)),
  persons: MINERS,
  waiting: [],
  issuesSoFar: 0,
  competitionsSoFar: 0,
  running: [],
  ended: [],
  ratings: new Map()
})

/** The seasons after each round of these days, in their order. */
export function* seasonOf(seed: number, days: number): Generator<Season> {
  let season = startSeason(seed)
  for (let round = 0; round < days * ROUNDS_PER_DAY; round++) {
    season = playRound(season)
    yield season
  }
}

const playRound = (before: Season): Season => {
  const at = before.at + Math.floor(BLOCKS_PER_DAY / ROUNDS_PER_DAY)
  const arrived = comeAndGo(endCompetitions({ ...before, round: before.round + 1, at }))
  const competitions = [...arrived.ended, ...arrived.running.map(({ competition }) => competition)]
  const miners = arrived.seats.map(({ competitor, registeredAt }) => ({ ...competitor, registeredAt }))
  return start({ ...arrived, ratings: computeRatings({ at, competitions, miners, rules }) })
}

const accountOf = (kind: string, index: number): AccountAddress =>
  fromPublicKey(new Uint8Array(new Bun.CryptoHasher("blake2b256").update(`${kind} ${index}`).digest()))

const drawPerson = (seed: number, index: number, uid: number, registeredAt: number): Person => ({
  competitor: { uid, hotkey: accountOf("hotkey", index), coldkey: accountOf("coldkey", index) },
  skill: drawSkill(randomOf(seed, `skill ${index}`), defaultSkillModel),
  registeredAt
})

const drawIssue = (seed: number, id: number): Waiting => {
  const random = randomOf(seed, `issue ${id}`)
  const bounty = random.oneOf(BOUNTIES)
  const difficulty = drawSkill(random, { ...defaultSkillModel, mean: defaultSkillModel.difficulty, deviation: DIFFICULTY_DEVIATION })
  const suits = fromUids(Array.from({ length: MINERS }, (_, uid) => uid).filter(() => random.chance(INTEREST_PPM)))
  return { id, bounty, difficulty, suits, attempts: 0 }
}

const endCompetitions = (season: Season): Season => {
  const isOver = ({ status }: Running) => status.at <= season.at
  const over = season.running.filter(isOver)
  return {
    ...season,
    running: season.running.filter((one) => !isOver(one)),
    ended: [
      ...season.ended.filter(({ status }) => status._tag !== "Running" && status.at > season.at - rules.window),
      ...over.map(({ competition, status }) => ({ ...competition, status }))
    ],
    waiting: [
      ...season.waiting,
      ...over.flatMap(({ issue, status }) => (status._tag === "Expired" ? [{ ...issue, attempts: issue.attempts + 1 }] : []))
    ]
  }
}

/** Adds new issues, and each day a new hotkey on the UID of a miner that is in no match. */
const comeAndGo = (season: Season): Season => {
  const { seed } = season
  const random = randomOf(seed, `round ${season.round}`)
  const perRound = ISSUES_PER_DAY / ROUNDS_PER_DAY
  const issues = Math.floor(perRound) + (random.below(1_000_000) < (perRound % 1) * 1_000_000 ? 1 : 0)
  const count = Math.min(issues, Math.max(0, MOST_OPEN_ISSUES - season.waiting.length))
  const busy = new Set(season.running.flatMap(({ competition: { a, b } }) => [a.uid, b.uid]))
  const leaves =
    season.at % BLOCKS_PER_DAY === 0 ? random.shuffled(season.seats).find(({ competitor }) => !busy.has(competitor.uid)) : undefined
  return {
    ...season,
    seats: season.seats.map((person) => (person === leaves ? drawPerson(seed, season.persons, person.competitor.uid, season.at) : person)),
    persons: season.persons + (leaves === undefined ? 0 : 1),
    waiting: [...season.waiting, ...Array.from({ length: count }, (_, index) => drawIssue(seed, season.issuesSoFar + index + 1))],
    issuesSoFar: season.issuesSoFar + count
  }
}

const RAO = 1_000_000_000n

const inputOf = (season: Season): PairInput => ({
  at: season.at,
  seed: hashBytes(randomOf(season.seed, `pulse ${season.round}`).hash()),
  issues: season.waiting.map(({ bounty, id, suits }) => ({ id, bounty: BigInt(bounty) * RAO, enrolled: suits })),
  neurons: season.seats.map(({ competitor }) => competitor),
  ratings: season.ratings,
  competitions: [...season.ended, ...season.running.map(({ competition }) => competition)],
  maxCompetitionsPerMiner: 1,
  collateralBps: 0,
  collateral: new Map(),
  rules
})

const start = (season: Season): Season => {
  const pairs = computePairs(inputOf(season)).flatMap(({ issue, pair }) => (pair === null ? [] : [{ issue, pair }]))
  const started = pairs.flatMap(({ issue: id, pair: [one, other] }, place): ReadonlyArray<Running> => {
    const issue = season.waiting.find((waiting) => waiting.id === id)
    const [a, b] = [season.seats[one.uid], season.seats[other.uid]]
    if (issue === undefined || a === undefined || b === undefined) throw new Error(`the rule paired ${id}, which does not wait`)
    const competition: Competition = {
      id: season.competitionsSoFar + place + 1,
      issue: id,
      a: one,
      b: other,
      enrolled: issue.suits,
      skipped: fromUids([]),
      startedAt: season.at,
      status: { _tag: "Running" }
    }
    return [{ competition, issue, skills: { a: a.skill, b: b.skill }, status: drawEnd(season, issue, a.skill, b.skill) }]
  })
  const taken = new Set(started.map(({ issue }) => issue.id))
  return {
    ...season,
    waiting: season.waiting.filter(({ id }) => !taken.has(id)),
    competitionsSoFar: season.competitionsSoFar + started.length,
    running: [...season.running, ...started]
  }
}

/** The end of a match that starts now, from skill and luck. */
const drawEnd = ({ at, seed }: Season, issue: Waiting, a: MilliPoints, b: MilliPoints): Running["status"] => {
  const random = randomOf(seed, `competition ${issue.id} ${issue.attempts}`)
  const isVoid = random.chance(VOID_PPM)
  const voidAt = at + DATES.submissionsFrom + random.below(DATES.deadline - DATES.submissionsFrom)
  const solution = solve(random, a, b, issue.difficulty)
  const solvedAt =
    solution === null
      ? Number.POSITIVE_INFINITY
      : at + DATES.submissionsFrom + Math.floor((solution.atPpm * (DATES.deadline - DATES.submissionsFrom)) / 1_000_000)
  if (isVoid && voidAt < Math.min(solvedAt, at + DATES.deadline)) return { _tag: "Void", reason: { _tag: "SolvedOutside" }, at: voidAt }
  if (solution === null) return { _tag: "Expired", at: at + DATES.expires }
  return { _tag: "Won", winner: solution.solver, pullRequest: issue.id, at: solvedAt }
}
