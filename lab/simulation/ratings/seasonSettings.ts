/** Settings of a season of issue competitions, and three presets for the report: many issues for 256 miners, few, and very few. */
import type { Competitor } from "../../../src/domain/Competition.ts"
import type { MilliPoints } from "../../../src/elo/expectedScore.ts"
import { defaultRatingRules, type RatingRules } from "../../../src/elo/RatingRules.ts"
import { defaultSkillModel, type SkillModel } from "../miners/skill.ts"
import { type PairingRule, theRule } from "./pairingRules.ts"

export interface SeasonSettings {
  readonly seed: number
  /** Registered miners at any time; at most 256, a subnet's number of UIDs. */
  readonly miners: number
  readonly roundsPerDay: number
  readonly skill: SkillModel
  /** How much the difficulty of issues varies around the skill model's. */
  readonly difficultyDeviation: MilliPoints
  /** New issues per day, and how many may wait for a pair at once. */
  readonly issuesPerDay: number
  readonly mostOpenIssues: number
  /** The chance that an issue suits a miner, who is then enrolled until the issue is taken, even while busy. */
  readonly interestPpm: number
  /** The chance that an outsider solves the issue, or that it disappears, before its competition ends otherwise. */
  readonly voidPpm: number
  /** How often, in days, a new hotkey replaces a miner that is not in a competition. 0: never. */
  readonly daysPerNewcomer: number
  readonly maxCompetitionsPerMiner: number
  readonly pairing: PairingRule
  readonly rules: RatingRules
}

/** 40 issues a day for 256 miners, which is all they can take. */
export const plenty: Omit<SeasonSettings, "seed"> = {
  miners: 256,
  roundsPerDay: 6,
  skill: defaultSkillModel,
  difficultyDeviation: 150_000,
  issuesPerDay: 40,
  mostOpenIssues: 200,
  interestPpm: 300_000,
  voidPpm: 50_000,
  daysPerNewcomer: 1,
  maxCompetitionsPerMiner: 1,
  pairing: theRule,
  rules: defaultRatingRules
}

/** 4 issues a day for 256 miners: about 40 to 50 of them are busy at a time. */
export const scarce: Omit<SeasonSettings, "seed"> = { ...plenty, issuesPerDay: 4 }

/** One issue a day. */
export const rare: Omit<SeasonSettings, "seed"> = { ...plenty, issuesPerDay: 1 }

/** The contract's dates in blocks: submissions from the second day, a fortnight to the deadline, a day of grace until expiry. */
export const DATES = { submissionsFrom: 14_400, deadline: 100_800, expires: 108_000 }

/** The life of one hotkey on the subnet. */
export interface Person {
  /** Counts from 0 over all hotkeys ever registered. */
  readonly index: number
  readonly competitor: Competitor
  /** The hotkey's 32 bytes. */
  readonly publicKey: Uint8Array
  readonly skill: MilliPoints
  readonly registeredAt: number
  /** Whether the hotkey keeps its seat for the season, as a member of a cartel or its control group. */
  readonly stays: boolean
}

/** An issue as it arrives. Bitmaps are words of 32 UIDs. */
export interface ArrivingIssue {
  readonly id: number
  /** In alpha. */
  readonly bounty: number
  readonly difficulty: MilliPoints
  /** The UIDs of miners whom it suits. */
  readonly suits: Int32Array
}

/** An issue that waits for a pair. */
export interface WaitingIssue extends ArrivingIssue {
  /** The number of its expired competitions. */
  readonly attempts: number
  /** The block since which it waits. */
  readonly since: number
  /** The UIDs enrolled in this round; rewritten every round. */
  readonly enrolled: Int32Array
}

/** The outcome of one competition, for the report. */
export interface Played {
  readonly a: Person
  readonly b: Person
  readonly startedAt: number
  readonly endsAt: number
  /** In alpha. */
  readonly bounty: number
  readonly result: "won" | "expired" | "void"
  readonly winner: Person | null
}
