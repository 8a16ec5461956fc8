/**
 * A season's random events: who registers, which issues arrive, and how competitions end. Each purpose has its own stream, so two seasons with one
 * seed differ only by what was changed between them.
 */
import type { CompetitionStatus } from "../../../src/domain/Competition.ts"
import { drawSkill, solve } from "../miners/skill.ts"
import { randomOf } from "../random.ts"
import { accountOf, publicKeyOf } from "./competitors.ts"
import { type ArrivingIssue, DATES, type Person, type Played, type SeasonSettings } from "./seasonSettings.ts"
import { setBit, WORDS } from "./words.ts"

/** In alpha. */
const BOUNTIES: ReadonlyArray<number> = [20, 50, 100, 100, 200, 500]

export const drawPerson = (settings: SeasonSettings, index: number, uid: number, registeredAt: number): Person => ({
  index,
  competitor: { uid, hotkey: accountOf("hotkey", index), coldkey: accountOf("coldkey", index) },
  publicKey: publicKeyOf("hotkey", index),
  skill: drawSkill(randomOf(settings.seed, `skill ${index}`), settings.skill),
  registeredAt,
  stays: false
})

export const drawIssue = (settings: SeasonSettings, id: number): ArrivingIssue => {
  const random = randomOf(settings.seed, `issue ${id}`)
  const bounty = random.oneOf(BOUNTIES)
  const difficulty = drawSkill(random, {
    ...settings.skill,
    mean: settings.skill.difficulty,
    deviation: settings.difficultyDeviation
  })
  const suits = new Int32Array(WORDS)
  for (let uid = 0; uid < settings.miners; uid++) if (random.chance(settings.interestPpm)) setBit(suits, uid)
  return { id, bounty, difficulty, suits }
}

/** The number of new issues in a round, and the order in which seats are tried for replacement. */
export const drawRound = (settings: SeasonSettings, round: number) => {
  const random = randomOf(settings.seed, `round ${round}`)
  const perRound = settings.issuesPerDay / settings.roundsPerDay
  const issues = Math.floor(perRound) + (random.below(1_000_000) < (perRound % 1) * 1_000_000 ? 1 : 0)
  return { issues, shuffled: <A>(seats: ReadonlyArray<A>): ReadonlyArray<A> => random.shuffled(seats) }
}

/** How two competitors play: which of them work, and the author of the solution. */
export interface Plan {
  readonly works: readonly [boolean, boolean]
  /** Null: the first to solve the issue. */
  readonly winner: 0 | 1 | null
  /** Whether the work was done beforehand: then it is merged a few hours after submissions begin, and always in time. */
  readonly isPrepared?: boolean
}

export const HONEST_PLAY: Plan = { works: [true, true], winner: null }

/** Six hours of the twelve days between the first submission and the deadline. */
const PREPARED_PPM = 20_833

/** The outcome of a competition that starts at block `at`, from skill, luck and the plan. */
export const drawOutcome = (
  settings: SeasonSettings,
  issue: Pick<ArrivingIssue, "id" | "bounty" | "difficulty"> & { readonly attempts: number },
  at: number,
  [a, b]: readonly [Person, Person],
  plan: Plan
): { readonly played: Played; readonly status: CompetitionStatus } => {
  const random = randomOf(settings.seed, `competition ${issue.id} ${issue.attempts}`)
  const isVoid = random.chance(settings.voidPpm)
  const voidAt = at + DATES.submissionsFrom + random.below(DATES.deadline - DATES.submissionsFrom)
  const attempt = (person: Person, place: 0 | 1) => (plan.works[place] ? person.skill : null)
  const drawn = solve(random, attempt(a, 0), attempt(b, 1), issue.difficulty)
  const solution = plan.isPrepared ? { solver: drawn?.solver ?? 0, atPpm: PREPARED_PPM } : drawn
  const played = { a, b, startedAt: at, bounty: issue.bounty }
  const solvedAt =
    solution === null
      ? Number.POSITIVE_INFINITY
      : at + DATES.submissionsFrom + Math.floor((solution.atPpm * (DATES.deadline - DATES.submissionsFrom)) / 1_000_000)
  if (isVoid && voidAt < Math.min(solvedAt, at + DATES.deadline))
    return {
      played: { ...played, endsAt: voidAt, result: "void", winner: null },
      status: { _tag: "Void", reason: { _tag: "SolvedOutside" }, at: voidAt }
    }
  if (solution === null) {
    const endsAt = at + DATES.expires
    return { played: { ...played, endsAt, result: "expired", winner: null }, status: { _tag: "Expired", at: endsAt } }
  }
  const winner = plan.winner ?? solution.solver
  return {
    played: { ...played, endsAt: solvedAt, result: "won", winner: winner === 0 ? a : b },
    status: { _tag: "Won", winner, pullRequest: issue.id, at: solvedAt }
  }
}
