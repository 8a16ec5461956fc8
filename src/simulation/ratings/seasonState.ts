/** The state of a season, and the interface of a cartel. */
import { hashBytes } from "../../domain/Account.ts"
import type { Competition, CompetitionStatus } from "../../domain/Competition.ts"
import { fromUids, hasUid } from "../../domain/UidBitmap.ts"
import type { Ratings } from "../../elo/ratings.ts"
import type { PairInput } from "../../scoring/issue_competitions/rules/pairs.ts"
import { randomOf } from "../random.ts"
import type { Person, Played, SeasonSettings, WaitingIssue } from "./seasonSettings.ts"

export interface Running {
  readonly competition: Competition
  readonly issue: WaitingIssue
  readonly played: Played
  readonly status: CompetitionStatus
}

/** The state of a season. Immutable, so that several seasons can continue from it. */
export interface Season {
  readonly settings: SeasonSettings
  readonly round: number
  readonly at: number
  /** By UID. */
  readonly seats: ReadonlyArray<Person>
  /** All hotkeys ever registered, by index. */
  readonly persons: ReadonlyArray<Person>
  readonly waiting: ReadonlyArray<WaitingIssue>
  readonly issuesSoFar: number
  readonly running: ReadonlyArray<Running>
  /** Ended competitions that may still count. */
  readonly ended: ReadonlyArray<Competition>
  readonly competitionsSoFar: number
  /** The ratings of this round. */
  readonly ratings: Ratings
  readonly played: ReadonlyArray<Played>
  readonly idleSince: ReadonlyMap<string, number>
  /** The total of all bounties so far, in rao. */
  readonly putUp: bigint
}

/** Enrolled UIDs by issue. */
export type Enrolled = ReadonlyMap<number, Uint8Array>

/** How two competitors play: who works, and who is named as the author of the solution. */
export interface Plan {
  readonly works: readonly [boolean, boolean]
  /** null: whoever was first. */
  readonly winner: 0 | 1 | null
  /** The work was done beforehand: it is merged a few hours after submissions begin, and always in time. */
  readonly isPrepared?: boolean
}

export interface Cartel {
  readonly name: string
  /** The number of members, who hold the lowest UIDs. */
  readonly size: number
  /** Plays honestly until this many days before the season's end, when gifts to the star are worth most. When absent, it colludes all the time. */
  readonly lastDays?: number
  /** The enrolments of a round, given everybody's honest ones. */
  readonly enrol: (view: { readonly season: Season; readonly honest: Enrolled }) => Enrolled
  readonly play: (match: { readonly season: Season; readonly a: Person; readonly b: Person }) => Plan
  /** UIDs that register a new hotkey now. */
  readonly swaps?: (season: Season) => ReadonlyArray<number>
}

/** UIDs that are in as many competitions as allowed. */
export const busyUids = ({ running, settings }: Season): ReadonlySet<number> => {
  const counts = new Map<number, number>()
  for (const { competition } of running) for (const { uid } of [competition.a, competition.b]) counts.set(uid, (counts.get(uid) ?? 0) + 1)
  return new Set([...counts].flatMap(([uid, count]) => (count >= settings.maxCompetitionsPerMiner ? [uid] : [])))
}

/**
 * The live rule's input at a round. Leaves out busy neurons, and issues with fewer than two other enrolled miners. The live rule would discard them
 * too, so no pair changes, and the season takes half the time.
 */
export const pairInputOf = (season: Season, enrolled: Enrolled): PairInput => {
  const { settings } = season
  const busy = busyUids(season)
  const free = season.seats.flatMap(({ competitor }) => (busy.has(competitor.uid) ? [] : [competitor]))
  const freeUids = fromUids(free.map(({ uid }) => uid))
  const issues = season.waiting.flatMap(({ bounty, id }) => {
    const bitmap = enrolled.get(id)
    return bitmap === undefined || !shareTwo(bitmap, freeUids) ? [] : [{ id, bounty, enrolled: bitmap }]
  })
  return {
    at: season.at,
    seed: hashBytes(randomOf(settings.seed, `pulse ${season.round}`).hash()),
    issues,
    neurons: free,
    ratings: season.ratings,
    competitions: [...season.ended, ...season.running.map(({ competition }) => competition)],
    maxCompetitionsPerMiner: settings.maxCompetitionsPerMiner,
    collateralBps: 0,
    collateral: new Map(),
    rules: settings.rules
  }
}

/** Whether the two sets share at least two UIDs. */
const shareTwo = (left: Uint8Array, right: Uint8Array): boolean => {
  let found = 0
  for (let byte = 0; byte < left.length && found < 2; byte++) {
    const both = (left[byte] ?? 0) & (right[byte] ?? 0)
    if (both !== 0) found += (both & (both - 1)) === 0 ? 1 : 2
  }
  return found >= 2
}

/** Whether the issue suits the miner at this UID. */
export const suits = (issue: WaitingIssue, uid: number): boolean => hasUid(issue.suits, uid)
