/**
 * Matches miners in a round. Depends only on the chain at S and the attested bitmaps, so that every validator votes for the same pairs. Better rated
 * miners are preferred, but nobody can know the pair before the seed is known: docs/reference/validator.md says why.
 */
import { Order } from "effect"
import { type AccountAddress, toPublicKey } from "../../domain/Account.ts"
import { collateralRequired } from "../../domain/Collateral.ts"
import { type Competition, type Competitor, endedAt } from "../../domain/Competition.ts"
import { drawnOf, fieldNeededFor } from "../../domain/PairingField.ts"
import { toUids } from "../../domain/UidBitmap.ts"
import type { MilliPoints } from "../../elo/expectedScore.ts"
import { defaultRatingRules, type RatingRules } from "../../elo/RatingRules.ts"
import type { Ratings } from "../../elo/ratings.ts"
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
  /** Those running at S and those that ended in the rating window. Any that started after S are ignored. */
  readonly competitions: ReadonlyArray<Competition>
  readonly maxCompetitionsPerMiner: number
  /** The share of the bounty, in 1/10,000, that each competitor must have as free collateral. 0 for none. */
  readonly collateralBps: number
  /** Free collateral in rao by hotkey; missing is 0. */
  readonly collateral: ReadonlyMap<string, bigint>
  readonly rules?: RatingRules
}

/** Why an attested UID did not become a candidate. */
export type DropReason = "NotRegistered" | "NotRated" | "RatingTooLow" | "CollateralTooLow" | "AtMaxCompetitions" | "PairedThisRound"

export interface Dropped {
  readonly uid: number
  /** null if no neuron has the UID at S. */
  readonly hotkey: AccountAddress | null
  readonly why: DropReason
  /** The figures that were checked: competitions running at S, the rating (null if unrated), and free collateral in rao. */
  readonly running: number
  readonly rating: MilliPoints | null
  readonly freeCollateral: bigint
}

export interface Candidate extends Competitor {
  readonly running: number
  readonly rating: MilliPoints
  /** hash(seed, issue, hotkey). */
  readonly hash: Uint8Array
  /** Whether the hash drew its place in the order. The others follow by running competitions and rating. */
  readonly isDrawn: boolean
}

/** Two candidates that the rules do not let meet. */
export interface RefusedPair {
  readonly a: AccountAddress
  readonly b: AccountAddress
  readonly why: "SameColdkey" | "MetTwice"
}

/** The decision on one issue, with everything that `explain` shows. */
export interface Pairing {
  readonly issue: number
  readonly attested: ReadonlyArray<number>
  /** The free collateral that each competitor must have, in rao. */
  readonly requiredCollateral: bigint
  /** In the order of choice, without the dropped. Their number is the issue's field. */
  readonly candidates: ReadonlyArray<Candidate>
  /** The smallest field from which a pair is drawn in this round. */
  readonly fieldNeeded: number
  readonly dropped: ReadonlyArray<Dropped>
  /** At most the first 100, because 256 hotkeys of one coldkey would otherwise fill the memory. */
  readonly refused: ReadonlyArray<RefusedPair>
  /** null if there is none: `why` says whether the field is too small, or no two may meet. */
  readonly pair: readonly [Competitor, Competitor] | null
  readonly why: "Paired" | "FieldTooSmall" | "NoTwoFit"
}

/** How often the same two miners may meet in the rating window (docs/reference/validator.md, “Who is paired”). */
export const MEETINGS_PER_WINDOW = 2

const REFUSED_SHOWN = 100

/** The pairings of a round in the order of decision: highest bounty first, then lowest issue id. */
export const computePairs = (input: PairInput): ReadonlyArray<Pairing> => {
  const rules = input.rules ?? defaultRatingRules
  const byUid = new Map(input.neurons.map((neuron) => [neuron.uid, { ...competitor(neuron), publicKey: toPublicKey(neuron.hotkey) }]))
  const running = countRunning(input.competitions, input.at)
  const meetings = countMeetings(input.competitions, input.at, rules)
  const paired = new Set<string>()
  const fieldNeeded = fieldNeededFor(
    countEligible(
      input.issues.map(({ enrolled }) => enrolled),
      (uid) => input.ratings.get(byUid.get(uid)?.hotkey ?? "")?.eligible === true
    )
  )
  const issues = [...input.issues].sort((left, right) => Order.bigint(right.bounty, left.bounty) || left.id - right.id)
  return issues.map((issue) => {
    const pairing = pairIssue(issue, input, { byUid, running, meetings, paired, fieldNeeded })
    for (const competitor of pairing.pair ?? []) paired.add(competitor.hotkey)
    return pairing
  })
}

type ByUid = ReadonlyMap<number, Competitor & { readonly publicKey: Uint8Array }>

/** The distinct UIDs in these bitmaps that are eligible. Those that cannot be paired now, because they are busy, count. */
export const countEligible = (enrolled: ReadonlyArray<Uint8Array>, isEligible: (uid: number) => boolean): number =>
  [...new Set(enrolled.flatMap(toUids))].filter(isEligible).length

interface RoundState {
  readonly byUid: ByUid
  readonly fieldNeeded: number
  readonly running: ReadonlyMap<string, number>
  readonly meetings: ReadonlyMap<string, number>
  readonly paired: ReadonlySet<string>
}

/** Why a miner cannot be drawn for an issue; null if it can. `required`: the issue's collateral, in rao. */
export const whyNotDrawn = (
  rating: { readonly eligible: boolean } | undefined,
  { running, most, free, required }: { readonly running: number; readonly most: number; readonly free: bigint; readonly required: bigint }
): Exclude<DropReason, "NotRegistered" | "PairedThisRound"> | null =>
  rating === undefined
    ? "NotRated"
    : !rating.eligible
      ? "RatingTooLow"
      : free < required
        ? "CollateralTooLow"
        : running >= most
          ? "AtMaxCompetitions"
          : null

const pairIssue = (issue: OpenIssue, input: PairInput, state: RoundState): Pairing => {
  const attested = toUids(issue.enrolled)
  const dropped: Array<Dropped> = []
  const found: Array<Candidate> = []
  const required = collateralRequired(issue.bounty, input.collateralBps)
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
    const why =
      whyNotDrawn(rating, { running, most: input.maxCompetitionsPerMiner, free: freeCollateral, required }) ??
      (state.paired.has(hotkey) ? "PairedThisRound" : null)
    if (why !== null || rating === undefined)
      dropped.push({ uid, hotkey, why: why ?? "NotRated", running, rating: rating?.rating ?? null, freeCollateral })
    else
      found.push({
        uid,
        hotkey,
        coldkey,
        running,
        rating: rating.rating,
        hash: pairHash(input.seed, issue.id, neuron.publicKey),
        isDrawn: false
      })
  }
  const field = found.sort(
    (left, right) => left.running - right.running || right.rating - left.rating || compareBytes(left.hash, right.hash)
  )
  const isLargeEnough = field.length >= state.fieldNeeded
  const candidates = isLargeEnough ? orderOf(field) : field
  const refused: Array<RefusedPair> = []
  const pair = isLargeEnough ? firstThatFit(candidates, state.meetings, refused) : null
  return {
    issue: issue.id,
    attested,
    requiredCollateral: required,
    candidates,
    fieldNeeded: state.fieldNeeded,
    dropped,
    refused,
    pair,
    why: pair !== null ? "Paired" : isLargeEnough ? "NoTwoFit" : "FieldTooSmall"
  }
}

/** The order of choice: the better half in the order of its hashes, then the others as they are. */
const orderOf = (field: ReadonlyArray<Candidate>): ReadonlyArray<Candidate> => {
  const fewest = field.filter(({ running }) => running === field[0]?.running).length
  const drawn = drawnOf(field.length, fewest)
  return [
    ...field
      .slice(0, drawn)
      .map((candidate) => ({ ...candidate, isDrawn: true }))
      .sort((left, right) => compareBytes(left.hash, right.hash)),
    ...field.slice(drawn)
  ]
}

/** The first candidate with the next that it may meet; without one, the second candidate with the next that it may meet, and so on. */
const firstThatFit = (
  candidates: ReadonlyArray<Candidate>,
  meetings: ReadonlyMap<string, number>,
  refused: Array<RefusedPair>
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

/** Counts how often miners have met: in competitions running at the round, or ended in (at − window, at] with any outcome. */
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
