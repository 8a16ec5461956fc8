/**
 * A season of issue competitions: issues arrive, miners enrol, the live functions rate and pair them, and skill and luck decide. Each draw has its
 * own stream, named by its purpose, so that two seasons of one seed differ only by what was changed between them.
 */
import type { Competition, Competitor } from "../../domain/Competition.ts"
import { fromUids } from "../../domain/UidBitmap.ts"
import type { MilliPoints } from "../../elo/expectedScore.ts"
import { BLOCKS_PER_DAY } from "../../elo/RatingRules.ts"
import { computeRatings } from "../../elo/ratings.ts"
import { drawSkill, solve } from "../miners/skill.ts"
import { type Random, randomOf } from "../random.ts"
import { accountOf } from "./competitors.ts"
import { DATES, type Person, type SeasonSettings, type WaitingIssue } from "./seasonSettings.ts"
import { busyUids, type Cartel, type Enrolled, pairInputOf, type Running, type Season } from "./seasonState.ts"

/** Miners of one skill on the lowest UIDs, who stay for the whole season: a cartel, or honest miners to compare it with. */
export interface Equals {
  readonly count: number
  readonly skill: MilliPoints
}

const BOUNTIES: ReadonlyArray<bigint> = [20n, 50n, 100n, 100n, 200n, 500n]
const RAO = 1_000_000_000n

export const startSeason = (settings: SeasonSettings, equals: Equals = { count: 0, skill: 0 }): Season => {
  const persons = Array.from({ length: settings.miners }, (_, index) => ({
    ...personOf(settings, index, index, 0),
    ...(index < equals.count ? { skill: equals.skill, stays: true } : {})
  }))
  const start: Season = {
    settings,
    round: 0,
    at: 0,
    seats: persons,
    persons,
    waiting: [],
    issuesSoFar: 0,
    running: [],
    ended: [],
    competitionsSoFar: 0,
    ratings: new Map(),
    played: [],
    idleSince: new Map(persons.map(({ competitor }) => [competitor.hotkey, 0])),
    putUp: 0n
  }
  return start
}

/** The season after this many days. */
export const playDays = (season: Season, days: number, cartel: Cartel | null = null): Season => {
  let now = season
  for (let round = 0; round < Math.round(days * season.settings.roundsPerDay); round++) now = playRound(now, cartel)
  return now
}

export const playRound = (before: Season, cartel: Cartel | null = null): Season => {
  const { settings } = before
  const round = before.round + 1
  const at = before.at + Math.floor(BLOCKS_PER_DAY / settings.roundsPerDay)
  const arrived = comeAndGo(endCompetitions({ ...before, round, at }), cartel)
  const competitions = [...arrived.ended, ...arrived.running.map(({ competition }) => competition)]
  const miners = arrived.seats.map(({ competitor, registeredAt }) => ({ ...competitor, registeredAt }))
  const ratings = computeRatings({ at, competitions, miners, rules: settings.rules })
  const now = { ...arrived, ratings }
  const enrolled = cartel === null ? enrolHonestly(now) : cartel.enrol({ season: now, honest: enrolHonestly(now) })
  const pairings = settings.pairing(pairInputOf(now, enrolled), { round, idleSince: now.idleSince })
  return startCompetitions(
    now,
    enrolled,
    pairings.flatMap(({ issue, pair }) => (pair === null ? [] : [{ issue, pair }])),
    cartel
  )
}

const enrolHonestly = (season: Season): Enrolled => new Map(season.waiting.map(({ id, suits }) => [id, suits]))

const personOf = (settings: SeasonSettings, index: number, uid: number, registeredAt: number): Person => ({
  index,
  competitor: { uid, hotkey: accountOf("hotkey", index), coldkey: accountOf("coldkey", index) },
  skill: drawSkill(randomOf(settings.seed, `skill ${index}`), settings.skill),
  registeredAt,
  stays: false
})

/** Ends competitions that are over. The issue of an expired one waits again. */
const endCompetitions = (season: Season): Season => {
  const over = season.running.filter(({ played }) => played.endsAt <= season.at)
  const oldest = season.at - season.settings.rules.window
  const counts = (competition: Competition) =>
    competition.startedAt > oldest || (competition.status._tag !== "Running" && competition.status.at > oldest)
  return {
    ...season,
    running: season.running.filter(({ played }) => played.endsAt > season.at),
    ended: [...season.ended.filter(counts), ...over.map(({ competition, status }) => ({ ...competition, status }))],
    waiting: [
      ...season.waiting,
      ...over.flatMap(({ issue, played }) => (played.result === "expired" ? [{ ...issue, attempts: issue.attempts + 1 }] : []))
    ],
    played: [...season.played, ...over.map(({ played }) => played)]
  }
}

/** Adds new issues, and new hotkeys on the UIDs of others. */
const comeAndGo = (season: Season, cartel: Cartel | null): Season => {
  const { settings } = season
  const random = randomOf(settings.seed, `round ${season.round}`)
  const perRound = settings.issuesPerDay / settings.roundsPerDay
  const wanted = Math.floor(perRound) + (random.below(1_000_000) < (perRound % 1) * 1_000_000 ? 1 : 0)
  const count = Math.min(wanted, Math.max(0, settings.mostOpenIssues - season.waiting.length))
  const issues = Array.from({ length: count }, (_, index) => issueOf(settings, season.issuesSoFar + index + 1))
  const busy = busyUids(season)
  const moving = new Set(cartel?.swaps?.(season).filter((uid) => !busy.has(uid)) ?? [])
  const day = season.at / BLOCKS_PER_DAY
  if (settings.daysPerNewcomer > 0 && Number.isInteger(day / settings.daysPerNewcomer)) {
    const leaves = random.shuffled(season.seats).find(({ competitor, stays }) => !stays && !busy.has(competitor.uid))
    if (leaves !== undefined) moving.add(leaves.competitor.uid)
  }
  const newcomers = [...moving].map((uid, place): Person => {
    const before = season.seats[uid]
    const person = personOf(settings, season.persons.length + place, uid, season.at)
    return before?.stays ? { ...person, stays: true, skill: before.skill } : person
  })
  const seats = [...season.seats]
  for (const newcomer of newcomers) seats[newcomer.competitor.uid] = newcomer
  return {
    ...season,
    seats,
    persons: [...season.persons, ...newcomers],
    waiting: [...season.waiting, ...issues],
    issuesSoFar: season.issuesSoFar + count,
    idleSince: new Map([...season.idleSince, ...newcomers.map(({ competitor }) => [competitor.hotkey, season.at] as const)]),
    putUp: season.putUp + issues.reduce((sum, { bounty }) => sum + bounty, 0n)
  }
}

const issueOf = (settings: SeasonSettings, id: number): WaitingIssue => {
  const random = randomOf(settings.seed, `issue ${id}`)
  return {
    id,
    bounty: random.oneOf(BOUNTIES) * RAO,
    difficulty: drawSkill(random, { ...settings.skill, mean: settings.skill.difficulty, deviation: settings.difficultyDeviation }),
    attempts: 0,
    suits: fromUids(Array.from({ length: settings.miners }, (_, uid) => uid).filter(() => random.chance(settings.interestPpm)))
  }
}

interface Pair {
  readonly issue: number
  readonly pair: readonly [Competitor, Competitor]
}

const startCompetitions = (season: Season, enrolled: Enrolled, pairs: ReadonlyArray<Pair>, cartel: Cartel | null): Season => {
  const started = pairs.flatMap(({ issue: id, pair }, place): ReadonlyArray<Running> => {
    const issue = season.waiting.find((waiting) => waiting.id === id)
    const [a, b] = pair.map(({ uid }) => season.seats[uid])
    if (issue === undefined || a === undefined || b === undefined) return []
    const competition: Competition = {
      id: season.competitionsSoFar + place + 1,
      issue: id,
      a: a.competitor,
      b: b.competitor,
      enrolled: enrolled.get(id) ?? issue.suits,
      skipped: NOBODY,
      startedAt: season.at,
      status: { _tag: "Running" }
    }
    return [{ competition, issue, ...outcomeOf(season, issue, a, b, cartel) }]
  })
  const taken = new Set(started.map(({ issue }) => issue.id))
  const hotkeys = started.flatMap(({ competition: { a, b } }) => [a.hotkey, b.hotkey])
  return {
    ...season,
    waiting: season.waiting.filter(({ id }) => !taken.has(id)),
    running: [...season.running, ...started],
    competitionsSoFar: season.competitionsSoFar + started.length,
    idleSince: new Map([...season.idleSince, ...hotkeys.map((hotkey) => [hotkey, season.at] as const)])
  }
}

const NOBODY = fromUids([])

/** Six hours of the twelve days between the first submission and the deadline. */
const PREPARED_PPM = 20_833

/** Draws the outcome of a competition when it starts; skill, luck and who works decide it. */
const outcomeOf = (
  season: Season,
  issue: WaitingIssue,
  a: Person,
  b: Person,
  cartel: Cartel | null
): Pick<Running, "played" | "status"> => {
  const { settings } = season
  const random: Random = randomOf(settings.seed, `competition ${issue.id} ${issue.attempts}`)
  const isVoid = random.chance(settings.voidPpm)
  const voidAt = season.at + DATES.submissionsFrom + random.below(DATES.deadline - DATES.submissionsFrom)
  const plan = cartel?.play({ season, a, b }) ?? { works: [true, true] as const, winner: null }
  const attempt = (person: Person, place: 0 | 1) => (plan.works[place] ? person.skill : null)
  const drawn = solve(random, attempt(a, 0), attempt(b, 1), issue.difficulty)
  const solution = plan.isPrepared ? { solver: drawn?.solver ?? 0, atPpm: PREPARED_PPM } : drawn
  const played = { a, b, startedAt: season.at, bounty: issue.bounty }
  const solvedAt =
    solution === null
      ? Number.POSITIVE_INFINITY
      : season.at + DATES.submissionsFrom + Math.floor((solution.atPpm * (DATES.deadline - DATES.submissionsFrom)) / 1_000_000)
  if (isVoid && voidAt < Math.min(solvedAt, season.at + DATES.deadline))
    return {
      played: { ...played, endsAt: voidAt, result: "void", winner: null },
      status: { _tag: "Void", reason: { _tag: "SolvedOutside" }, at: voidAt }
    }
  if (solution === null) {
    const endsAt = season.at + DATES.expires
    return { played: { ...played, endsAt, result: "expired", winner: null }, status: { _tag: "Expired", at: endsAt } }
  }
  const winner = plan.winner ?? solution.solver
  return {
    played: { ...played, endsAt: solvedAt, result: "won", winner: winner === 0 ? a : b },
    status: { _tag: "Won", winner, pullRequest: issue.id, at: solvedAt }
  }
}
