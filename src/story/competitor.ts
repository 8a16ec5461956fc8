/** One competitor's progress: its best pull request, and its rating's possible gain or loss. */
import { expectedScorePpm } from "../elo/expectedScore.ts"
import { divideRoundHalfAway } from "../elo/integer.ts"
import { defaultRatingRules } from "../elo/RatingRules.ts"
import { type Found, findingIn, findingText, type HeadFinding } from "./findings.ts"
import { minerName } from "./names.ts"
import { clean } from "./sentence.ts"

export type SideName = "a" | "b"

export type Time = string | Date

export interface Instant {
  readonly block: number
  readonly time: Time | null
}

/** A competitor as the API shows it. */
export interface Player {
  readonly hotkey: string
  readonly login: string | null
  /** Points at the start. */
  readonly rating: number
  readonly provisional: boolean
  /** Expected score, from 0 to 1. */
  readonly expected: number
}

/** The fields of a pull request that the state of play needs. Absent or null means unknown. */
export interface Pull {
  readonly repository?: string
  readonly number: number
  /** The competitor that wrote it. */
  readonly hotkey: string | null
  readonly state: "open" | "closed" | "merged"
  readonly createdAt: Time
  readonly mergedAt: Time | null
  /** Whether it was opened before pull requests counted. */
  readonly early: boolean | null
  readonly draft?: boolean | null
  readonly checks?: "passing" | "failing" | "pending" | null
  readonly review?: "approved" | "changesRequested" | "required" | null
}

/** Stages of a competitor's progress. Each is ahead of those before it; the first five score nothing. */
const STAGES = ["none", "closed", "early", "late", "reverted", "draft", "open", "passing", "approved", "merged"] as const
export type Stage = (typeof STAGES)[number]

export interface SideState {
  readonly name: string
  readonly stage: Stage
  /** The pull request that the stage is about. */
  readonly pull: number | null
  /** The furthest stage of that pull request: of one that was closed, the stage that it had then. Null without one that counts. */
  readonly reached: Stage | null
  /** Once the other side is ahead by a merge, or has won: what became of this one, as "#38 was approved, then closed". Null otherwise. */
  readonly fate: string | null
  /** The competitor's action, to follow its name: "got #37 merged". Null if nothing is known. */
  readonly did: string | null
  readonly checksPass: boolean
  /** The known obstacle of the pull request; null if there is none. */
  readonly trouble: "its checks fail" | "changes are requested" | null
  /** Known facts of the pull request, in words: "passes all checks", "approved". Empty without one that counts. */
  readonly facts: ReadonlyArray<string>
  /** Most validators' finding on its head; null if none has examined it. */
  readonly finding: HeadFinding | null
  /** Changes of the rating in points, from the ratings at the start: an estimate while the competition runs. */
  readonly points: { readonly win: number; readonly loss: number; readonly expiry: number }
}

export const millisecondsOf = (time: Time): number => (typeof time === "string" ? Date.parse(time) : time.getTime())

/** A stage's rank in a comparison: stages that score nothing are level. */
export const rankOf = (stage: Stage): number => (SCORELESS.has(stage) ? 0 : STAGES.indexOf(stage))
const SCORELESS: ReadonlySet<Stage> = new Set(["none", "closed", "early", "late", "reverted"])

const openStage = ({ draft, checks, review }: Pull): Stage => {
  if (draft === true) return "draft"
  if (checks === "failing" || review === "changesRequested") return "open"
  return review === "approved" ? "approved" : checks === "passing" ? "passing" : "open"
}

const troubleOf = ({ checks, review }: Pull): SideState["trouble"] =>
  checks === "failing" ? "its checks fail" : review === "changesRequested" ? "changes are requested" : null

export const stageOf = (pull: Pull, deadline: Instant, isReverted: boolean): Stage => {
  if (pull.early === true) return "early"
  if (isReverted) return "reverted"
  if (pull.state === "closed") return "closed"
  if (pull.state === "open") return openStage(pull)
  const isLate = pull.mergedAt !== null && deadline.time !== null && millisecondsOf(pull.mergedAt) > millisecondsOf(deadline.time)
  return isLate ? "late" : "merged"
}

const STAGE_SENTENCES: Readonly<Record<Stage, (number: number) => string | null>> = {
  none: () => null,
  closed: (number) => `had #${number} closed unmerged`,
  early: (number) => `opened #${number} too early`,
  late: (number) => `got #${number} merged after the deadline`,
  reverted: (number) => `got #${number} merged, and it was reverted`,
  draft: (number) => `has #${number} in draft`,
  open: (number) => `opened #${number}`,
  passing: (number) => `passes all checks with #${number}`,
  approved: (number) => `got #${number} approved`,
  merged: (number) => `got #${number} merged`
}

const CHECKS = { passing: "passes all checks", failing: "checks fail", pending: null } as const
const REVIEWS = { approved: "approved", changesRequested: "changes requested", required: null } as const

/** The facts of a pull request in words. A merged one needs no others than its finding. */
const factsOf = (stage: Stage, { draft, checks = null, review = null }: Pull, finding: HeadFinding | null): ReadonlyArray<string> => {
  if (SCORELESS.has(stage)) return []
  const found = finding === null ? [] : [findingText(finding)]
  if (stage === "merged") return ["merged", ...found]
  const known = [checks === null ? null : CHECKS[checks], review === null ? null : REVIEWS[review]].flatMap((fact) => fact ?? [])
  return [...(draft === true ? ["in draft"] : known.length === 0 ? ["open"] : []), ...known, ...found]
}

/** A rating's change in points after one game with this score, by the rules of `src/elo`. */
const pointsBy = (provisional: boolean, score: number, expectedPpm: number): number => {
  const k = provisional ? defaultRatingRules.earlyK : defaultRatingRules.laterK
  return divideRoundHalfAway(k * (score * 1_000_000 - expectedPpm), 1_000_000) / 1_000
}

export interface PlacedSide extends SideState {
  /** When it was merged, in milliseconds; infinity if it was not. */
  readonly since: number
}

interface Contest {
  readonly a: Player
  readonly b: Player
  readonly winner: SideName | null
  readonly pullRequest: number | null
  readonly deadline: Instant
  readonly pullRequests?: ReadonlyArray<Pull>
  readonly plays?: ReadonlyArray<Found>
}

/** A pull request with its stage. */
export interface Entry {
  readonly pull: Pull
  readonly stage: Stage
  /** When it was merged, in milliseconds; infinity if it was not. */
  readonly since: number
  readonly finding: HeadFinding | null
}

export const entryOf = (pull: Pull, deadline: Instant, finding: HeadFinding | null, isReverted: boolean): Entry => ({
  pull,
  stage: stageOf(pull, deadline, isReverted),
  since: pull.mergedAt === null ? Number.POSITIVE_INFINITY : millisecondsOf(pull.mergedAt),
  finding
})

/** Negative if the first of a side's entries is ahead of the second. `won`: the winning pull request. */
const inOrder = (left: Entry, right: Entry, won: number | null): number =>
  Number(right.pull.number === won) - Number(left.pull.number === won) ||
  rankOf(right.stage) - rankOf(left.stage) ||
  STAGES.indexOf(right.stage) - STAGES.indexOf(left.stage) ||
  (left.since < right.since ? -1 : left.since > right.since ? 1 : left.pull.number - right.pull.number)

/** Whether a step belongs to this pull request. Numbers count only within its repository. */
export const isOf =
  ({ repository, number }: Pull) =>
  (step: Found): boolean =>
    step.number === number && (repository === undefined || step.repository.toLowerCase() === repository.toLowerCase())

/** A side's state with these pull requests of its own. */
export const sideWith = (match: Pick<Contest, "a" | "b" | "winner" | "pullRequest">, side: SideName, own: Iterable<Entry>): PlacedSide => {
  const { hotkey, login, rating, provisional, expected } = match[side]
  const won = match.winner === side ? match.pullRequest : null
  let best: Entry | undefined
  for (const one of own) if (best === undefined || inOrder(one, best, won) < 0) best = one
  const expectedPpm = Math.round(expected * 1_000_000)
  return {
    name: clean(minerName({ hotkey, login })),
    stage: best?.stage ?? "none",
    pull: best?.pull.number ?? won,
    reached: best === undefined ? null : best.stage === "closed" ? openStage(best.pull) : SCORELESS.has(best.stage) ? null : best.stage,
    fate: null,
    did: best === undefined ? null : STAGE_SENTENCES[best.stage](best.pull.number),
    checksPass: best?.pull.checks === "passing",
    trouble: best?.pull.state === "open" ? troubleOf(best.pull) : null,
    facts: best === undefined ? [] : factsOf(best.stage, best.pull, best.finding),
    finding: best?.finding ?? null,
    since: best?.since ?? Number.POSITIVE_INFINITY,
    points: {
      win: pointsBy(provisional, 1, expectedPpm),
      loss: pointsBy(provisional, 0, expectedPpm),
      expiry: pointsBy(provisional, 0, expectedScorePpm(Math.round(rating * 1_000), defaultRatingRules.phantom))
    }
  }
}

export const sideOf = (match: Contest, side: SideName): PlacedSide =>
  sideWith(
    match,
    side,
    (match.pullRequests ?? [])
      .filter(({ hotkey }) => hotkey === match[side].hotkey)
      .map((pull) => {
        const steps = (match.plays ?? []).filter(isOf(pull))
        const isReverted = steps.some(({ kind }) => kind === "reverted")
        return entryOf(pull, match.deadline, findingIn(steps), isReverted)
      })
  )
