/** How far one competitor is: its best pull request, and what its rating gains or loses. */
import { expectedScorePpm } from "../elo/expectedScore.ts"
import { divideRoundHalfAway } from "../elo/integer.ts"
import { defaultRatingRules } from "../elo/RatingRules.ts"
import { minerName } from "./names.ts"
import { clean } from "./sentence.ts"

export type SideName = "a" | "b"

type Time = string | Date

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

/** A pull request as far as the state of play needs it. What is absent or null is unknown. */
export interface Pull {
  readonly number: number
  /** The competitor who wrote it. */
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

/** How far a competitor is. Each stage is ahead of those before it; the first four score nothing. */
const STAGES = ["none", "closed", "early", "late", "draft", "open", "passing", "approved", "merged"] as const
export type Stage = (typeof STAGES)[number]

export interface SideState {
  readonly name: string
  readonly stage: Stage
  /** The pull request that the stage is about. */
  readonly pull: number | null
  /** What it did, after its name: "got #37 merged". Null if nothing is known. */
  readonly did: string | null
  /** What holds the pull request up, if anything is known to. */
  readonly trouble: "its checks fail" | "changes are requested" | null
  /** What the rating would change by, in points; computed from the ratings at the start, so an estimate while the competition runs. */
  readonly points: { readonly win: number; readonly loss: number; readonly expiry: number }
}

const millisecondsOf = (time: Time): number => (typeof time === "string" ? Date.parse(time) : time.getTime())

/** Its place in a comparison: stages that score nothing are level. */
export const rankOf = (stage: Stage): number => (SCORELESS.has(stage) ? 0 : STAGES.indexOf(stage))
const SCORELESS: ReadonlySet<Stage> = new Set(["none", "closed", "early", "late"])

const openStage = ({ draft, checks, review }: Pull): Stage => {
  if (draft === true) return "draft"
  if (checks === "failing" || review === "changesRequested") return "open"
  return review === "approved" ? "approved" : checks === "passing" ? "passing" : "open"
}

const troubleOf = ({ checks, review }: Pull): SideState["trouble"] =>
  checks === "failing" ? "its checks fail" : review === "changesRequested" ? "changes are requested" : null

const stageOf = (pull: Pull, deadline: Instant): Stage => {
  if (pull.early === true) return "early"
  if (pull.state === "closed") return "closed"
  if (pull.state === "open") return openStage(pull)
  const isLate = pull.mergedAt !== null && deadline.time !== null && millisecondsOf(pull.mergedAt) > millisecondsOf(deadline.time)
  return isLate ? "late" : "merged"
}

const DID: Readonly<Record<Stage, (number: number) => string | null>> = {
  none: () => null,
  closed: (number) => `had #${number} closed unmerged`,
  early: (number) => `opened #${number} too early`,
  late: (number) => `got #${number} merged after the deadline`,
  draft: (number) => `has #${number} in draft`,
  open: (number) => `opened #${number}`,
  passing: (number) => `passes all checks with #${number}`,
  approved: (number) => `got #${number} approved`,
  merged: (number) => `got #${number} merged`
}

/** A rating's change in points by one game with this score, by the rules of `src/elo`. */
const pointsBy = (provisional: boolean, score: number, expectedPpm: number): number => {
  const k = provisional ? defaultRatingRules.earlyK : defaultRatingRules.laterK
  return divideRoundHalfAway(k * (score * 1_000_000 - expectedPpm), 1_000_000) / 1_000
}

export interface Placed extends SideState {
  /** When it got this far, in milliseconds; infinity if unknown. */
  readonly since: number
}

interface Contest {
  readonly a: Player
  readonly b: Player
  readonly winner: SideName | null
  readonly pullRequest: number | null
  readonly deadline: Instant
  readonly pullRequests?: ReadonlyArray<Pull>
}

export const sideOf = (match: Contest, side: SideName): Placed => {
  const { hotkey, login, rating, provisional, expected } = match[side]
  const won = match.winner === side ? match.pullRequest : null
  const own = (match.pullRequests ?? [])
    .filter((pull) => pull.hotkey === hotkey)
    .map((pull) => ({
      pull,
      stage: stageOf(pull, match.deadline),
      since: pull.mergedAt === null ? Number.POSITIVE_INFINITY : millisecondsOf(pull.mergedAt)
    }))
    .toSorted(
      (left, right) =>
        Number(right.pull.number === won) - Number(left.pull.number === won) ||
        rankOf(right.stage) - rankOf(left.stage) ||
        STAGES.indexOf(right.stage) - STAGES.indexOf(left.stage) ||
        (left.since < right.since ? -1 : left.since > right.since ? 1 : left.pull.number - right.pull.number)
    )
  const [best] = own
  const expectedPpm = Math.round(expected * 1_000_000)
  return {
    name: clean(minerName({ hotkey, login })),
    stage: best?.stage ?? "none",
    pull: best?.pull.number ?? won,
    did: best === undefined ? null : DID[best.stage](best.pull.number),
    trouble: best?.pull.state === "open" ? troubleOf(best.pull) : null,
    since: best?.since ?? Number.POSITIVE_INFINITY,
    points: {
      win: pointsBy(provisional, 1, expectedPpm),
      loss: pointsBy(provisional, 0, expectedPpm),
      expiry: pointsBy(provisional, 0, expectedScorePpm(Math.round(rating * 1_000), defaultRatingRules.phantom))
    }
  }
}
