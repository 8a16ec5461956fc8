/**
 * Who is matched with whom at a round: from the chain at S and the attested bitmaps alone, so that every validator votes for the same pairs.
 */
import { Order } from "effect"
import { type AccountAddress, toPublicKey } from "../../../domain/Account.ts"
import { type Competition, type Competitor, endedAt } from "../../../domain/Competition.ts"
import { toUids } from "../../../domain/UidBitmap.ts"
import type { MilliPoints } from "../../../elo/expectedScore.ts"
import { defaultRatingRules, type RatingRules } from "../../../elo/RatingRules.ts"
import type { Ratings } from "../../../elo/ratings.ts"
import { compareBytes, pairHash } from "./hashOrder.ts"

/** An Open issue and the majority's bitmap of this round. */
export interface OpenIssue {
  readonly id: number
  /** In rao. */
  readonly bounty: bigint
  readonly enrolled: Uint8Array
}

export interface PairInput {
  /** The round's block S. */
  readonly at: number
  /** The first drand pulse that the chain stored after the attest window, or the block hash there: 32 bytes. */
  readonly seed: Uint8Array
  readonly issues: ReadonlyArray<OpenIssue>
  /** The neurons registered at S. */
  readonly neurons: ReadonlyArray<Competitor>
  readonly ratings: Ratings
  /** All that run at S, and those that ended in the window; what started after S is left out here. */
  readonly competitions: ReadonlyArray<Competition>
  readonly maxCompetitionsPerMiner: number
  /** The part of the bounty, in 1/10,000, that each competitor must have deposited and free. 0: none. */
  readonly collateralBps: number
  /** Free collateral in rao by hotkey; missing is 0. */
  readonly collateral: ReadonlyMap<string, bigint>
  readonly rules?: RatingRules
}

/** Why an attested UID was no candidate, or a candidate was passed over. */
export type DropReason = "NotRegistered" | "NotRated" | "RatingTooLow" | "CollateralTooLow" | "AtMaxCompetitions" | "PairedThisRound"

export interface Dropped {
  readonly uid: number
  /** null where no neuron holds the UID at S. */
  readonly hotkey: AccountAddress | null
  readonly why: DropReason
  /** What was asked: competitions running at S, the rating (null: none), and the collateral that is free, in rao. */
  readonly running: number
  readonly rating: MilliPoints | null
  readonly freeCollateral: bigint
}

export interface Candidate extends Competitor {
  readonly running: number
  readonly rating: MilliPoints
  /** hash(seed, issue, hotkey). */
  readonly hash: Uint8Array
}

/** Two candidates who came up together and could not be paired. */
export interface Refused {
  readonly a: AccountAddress
  readonly b: AccountAddress
  readonly why: "SameColdkey" | "MetTwice"
}

/** What was decided on one issue, with everything that `explain` shows. */
export interface Pairing {
  readonly issue: number
  readonly attested: ReadonlyArray<number>
  /** What each competitor must have free, in rao. */
  readonly requiredCollateral: bigint
  /** In order; the dropped are not among them. */
  readonly candidates: ReadonlyArray<Candidate>
  readonly dropped: ReadonlyArray<Dropped>
  /** The first 100 at most: somebody with 256 hotkeys of one coldkey would fill the memory otherwise. */
  readonly refused: ReadonlyArray<Refused>
  /** null with `why`: fewer than two were attested, fewer than two candidates are left, or no two of them fit. */
  readonly pair: readonly [Competitor, Competitor] | null
  readonly why: "Paired" | "TooFewAttested" | "TooFewCandidates" | "NoTwoFit"
}

/** How often the same two may meet in the window. */
export const MEETINGS_PER_WINDOW = 2

const REFUSED_SHOWN = 100

/** The pairings of a round, in the order in which they are decided: bounty (high first), then issue id. */
export const computePairs = (input: PairInput): ReadonlyArray<Pairing> => {
  const rules = input.rules ?? defaultRatingRules
  const byUid = new Map(input.neurons.map((neuron) => [neuron.uid, { ...competitor(neuron), publicKey: toPublicKey(neuron.hotkey) }]))
  const running = countRunning(input.competitions, input.at)
  const meetings = countMeetings(input.competitions, input.at, rules)
  const paired = new Set<string>()
  const issues = [...input.issues].sort((left, right) => Order.bigint(right.bounty, left.bounty) || left.id - right.id)
  return issues.map((issue) => {
    const pairing = pairIssue(issue, input, { byUid, running, meetings, paired })
    for (const competitor of pairing.pair ?? []) paired.add(competitor.hotkey)
    return pairing
  })
}

interface RoundState {
  readonly byUid: ReadonlyMap<number, Competitor & { readonly publicKey: Uint8Array }>
  readonly running: ReadonlyMap<string, number>
  readonly meetings: ReadonlyMap<string, number>
  readonly paired: ReadonlySet<string>
}

const pairIssue = (issue: OpenIssue, input: PairInput, state: RoundState): Pairing => {
  const attested = toUids(issue.enrolled)
  const dropped: Array<Dropped> = []
  const found: Array<Candidate> = []
  const required = (issue.bounty * BigInt(input.collateralBps)) / 10_000n
  for (const uid of attested) {
    const neuron = state.byUid.get(uid)
    if (neuron === undefined) {
      dropped.push({ uid, hotkey: null, why: "NotRegistered", running: 0, rating: null, freeCollateral: 0n })
      continue
    }
    const { hotkey, coldkey } = neuron
    const rating = input.ratings.get(hotkey)
    const running = state.running.get(hotkey) ?? 0
    const freeCollateral = input.collateral.get(hotkey) ?? 0n
    const why: DropReason | null =
      rating === undefined
        ? "NotRated"
        : !rating.eligible
          ? "RatingTooLow"
          : freeCollateral < required
            ? "CollateralTooLow"
            : running >= input.maxCompetitionsPerMiner
              ? "AtMaxCompetitions"
              : state.paired.has(hotkey)
                ? "PairedThisRound"
                : null
    if (why !== null || rating === undefined)
      dropped.push({ uid, hotkey, why: why ?? "NotRated", running, rating: rating?.rating ?? null, freeCollateral })
    else found.push({ uid, hotkey, coldkey, running, rating: rating.rating, hash: pairHash(input.seed, issue.id, neuron.publicKey) })
  }
  const candidates = found.sort(
    (left, right) => left.running - right.running || right.rating - left.rating || compareBytes(left.hash, right.hash)
  )
  const refused: Array<Refused> = []
  const pair = attested.length < 2 ? null : firstThatFit(candidates, state.meetings, refused)
  return {
    issue: issue.id,
    attested,
    requiredCollateral: required,
    candidates,
    dropped,
    refused,
    pair,
    why: pair !== null ? "Paired" : attested.length < 2 ? "TooFewAttested" : candidates.length < 2 ? "TooFewCandidates" : "NoTwoFit"
  }
}

/** The first candidate with the next one that fits; if none fits, the second with the next one, and so on. */
const firstThatFit = (
  candidates: ReadonlyArray<Candidate>,
  meetings: ReadonlyMap<string, number>,
  refused: Array<Refused>
): readonly [Competitor, Competitor] | null => {
  for (const [place, first] of candidates.entries()) {
    for (const second of candidates.slice(place + 1)) {
      const why =
        first.coldkey === second.coldkey
          ? "SameColdkey"
          : (meetings.get(meetingKey(first.hotkey, second.hotkey)) ?? 0) >= MEETINGS_PER_WINDOW
            ? "MetTwice"
            : null
      if (why === null) return [competitor(first), competitor(second)]
      if (refused.length < REFUSED_SHOWN) refused.push({ a: first.hotkey, b: second.hotkey, why })
    }
  }
  return null
}

const competitor = ({ uid, hotkey, coldkey }: Competitor): Competitor => ({ uid, hotkey, coldkey })

const meetingKey = (one: string, other: string): string => (one < other ? `${one} ${other}` : `${other} ${one}`)

const runsAt = (competition: Competition, at: number): boolean => {
  const end = endedAt(competition)
  return competition.startedAt <= at && (end === null || end > at)
}

const countRunning = (competitions: ReadonlyArray<Competition>, at: number): ReadonlyMap<string, number> => {
  const running = new Map<string, number>()
  for (const competition of competitions) {
    if (!runsAt(competition, at)) continue
    for (const { hotkey } of [competition.a, competition.b]) running.set(hotkey, (running.get(hotkey) ?? 0) + 1)
  }
  return running
}

/** Whoever competes at the round has met, and so has whoever's competition ended in (at − window, at], whatever its end. */
const countMeetings = (competitions: ReadonlyArray<Competition>, at: number, rules: RatingRules): ReadonlyMap<string, number> => {
  const meetings = new Map<string, number>()
  for (const competition of competitions) {
    const end = endedAt(competition)
    const endedInWindow = end !== null && end > at - rules.window && end <= at
    if (!endedInWindow && !runsAt(competition, at)) continue
    const key = meetingKey(competition.a.hotkey, competition.b.hotkey)
    meetings.set(key, (meetings.get(key) ?? 0) + 1)
  }
  return meetings
}
