/**
 * The pairs of a round in a season: the rules of pairingRules.ts on typed arrays, without an object for each issue and miner, and with hashes only
 * where they decide. A test compares theRule with the validators' function on random rounds.
 */
import { drawnOf } from "../../../src/domain/PairingField.ts"
import { UID_LIMIT } from "../../../src/domain/UidBitmap.ts"
import { BLOCKS_PER_DAY } from "../../../src/elo/RatingRules.ts"
import { compareBytes, pairHash } from "../../../src/scoring/issue_competitions/rules/hashOrder.ts"
import { MEETINGS_PER_WINDOW } from "../../../src/scoring/issue_competitions/rules/pairs.ts"
import type { Key, PairingRule } from "./pairingRules.ts"
import type { Person, WaitingIssue } from "./seasonSettings.ts"
import { clearBit, countBits, countShared, hasBit, WORDS } from "./words.ts"

/** A pairing rule's input at a round. Arrays are by UID. */
export interface PairingView {
  readonly at: number
  readonly seats: ReadonlyArray<Person>
  /** By bounty (high first), then id. */
  readonly waiting: ReadonlyArray<WaitingIssue>
  /** In milli-points. */
  readonly rating: Int32Array
  readonly games: Int32Array
  /** The UIDs whose rating is high enough. */
  readonly eligible: Int32Array
  /** Running competitions. */
  readonly runs: Uint8Array
  /** How often two miners have met in the window, at 256 × one + other. */
  readonly meetings: Uint8Array
  /** The block of each miner's last start of a competition, or of its registration. */
  readonly idleSince: Float64Array
  readonly maxCompetitionsPerMiner: number
}

export interface DrawnPair {
  readonly issue: WaitingIssue
  readonly a: number
  readonly b: number
}

/** Called before each issue's turn with the miners that can still be paired. The set is reused: copy it to keep it. */
export type OnTurn = (place: number, free: Int32Array) => void

/** The number of eligible miners that are enrolled anywhere, busy ones included: the smallest field depends on it. */
export const countEnrolled = ({ eligible, waiting }: Pick<PairingView, "eligible" | "waiting">): number => {
  let count = 0
  for (let word = 0; word < WORDS; word++) {
    let enrolled = 0
    for (const issue of waiting) enrolled |= issue.enrolled[word] ?? 0
    count += countBits(enrolled & (eligible[word] ?? 0))
  }
  return count
}

/** How many whole days an issue has waited. */
export const daysWaiting = ({ at }: Pick<PairingView, "at">, issue: WaitingIssue): number => Math.floor((at - issue.since) / BLOCKS_PER_DAY)

/** Working memory, reused by all calls; nothing in it outlives a call. */
const order = new Uint8Array(UID_LIMIT)
const keys = new Float64Array(UID_LIMIT)
const field = new Uint8Array(UID_LIMIT)
const free = new Int32Array(WORDS)
const hashes: Array<Uint8Array | undefined> = new Array(UID_LIMIT)

/** The pairs of a round with this seed, in the order of decision. */
export const pairRound = (view: PairingView, seed: Uint8Array, rule: PairingRule, onTurn?: OnTurn): ReadonlyArray<DrawnPair> => {
  const eligible = countEnrolled(view)
  for (let word = 0; word < WORDS; word++) free[word] = view.eligible[word] ?? 0
  for (let uid = 0; uid < view.seats.length; uid++) if ((view.runs[uid] ?? 0) >= view.maxCompetitionsPerMiner) clearBit(free, uid)
  const pairs: Array<DrawnPair> = []
  const { last } = rule
  sortBy(view, seed, rule.key)
  for (let place = 0; place < view.waiting.length; place++) {
    const issue = view.waiting[place]
    if (issue === undefined || (last !== undefined && issue.id % last.every === 0)) continue
    onTurn?.(place, free)
    const pair = pairIssue(view, issue, seed, rule, eligible)
    if (pair !== undefined) pairs.push(pair)
  }
  if (last !== undefined) {
    sortBy(view, seed, last.key)
    for (const issue of view.waiting) {
      if (issue.id % last.every !== 0) continue
      const pair = pairIssue(view, issue, seed, rule, eligible)
      if (pair !== undefined) pairs.push(pair)
    }
  }
  return pairs
}

/** Sorts the UIDs by running competitions, then key. By insertion, because the order changes little from round to round. */
const sortBy = (view: PairingView, seed: Uint8Array, key: Key | undefined): void => {
  const { at, games, idleSince, rating, runs, seats } = view
  for (let uid = 0; uid < seats.length; uid++) {
    const own = rating[uid] ?? 0
    keys[uid] =
      key === undefined
        ? own
        : key({
            uid,
            rating: own,
            games: games[uid] ?? 0,
            idle: at - (idleSince[uid] ?? at),
            age: at - (seats[uid]?.registeredAt ?? at),
            hotkey: seats[uid]?.competitor.hotkey ?? "",
            seed
          })
  }
  if (!isOrder(seats.length)) for (let uid = 0; uid < seats.length; uid++) order[uid] = uid
  for (let place = 1; place < seats.length; place++) {
    const uid = order[place] ?? 0
    const [running, own] = [runs[uid] ?? 0, keys[uid] ?? 0]
    let to = place
    for (; to > 0; to--) {
      const other = order[to - 1] ?? 0
      const before = running - (runs[other] ?? 0) || (keys[other] ?? 0) - own
      if (before >= 0) break
      order[to] = other
    }
    order[to] = uid
  }
}

let sorted = 0
/** Whether the working order is already one of this subnet size. The caller fills it otherwise. */
const isOrder = (size: number): boolean => {
  const known = sorted === size
  sorted = size
  return known
}

const compareHashes = (left: number, right: number): number =>
  compareBytes(hashes[left] ?? new Uint8Array(), hashes[right] ?? new Uint8Array())

/** Sorts the field from `from` to before `to` by hash(seed, issue, hotkey). */
const sortByHash = (view: PairingView, issue: number, seed: Uint8Array, from: number, to: number): void => {
  for (let place = from; place < to; place++) {
    const uid = field[place] ?? 0
    hashes[uid] ??= pairHash(seed, issue, view.seats[uid]?.publicKey ?? new Uint8Array(32))
  }
  field.subarray(from, to).sort(compareHashes)
}

/** The length of the run of miners with equal running competitions and key that begins at this index of the field. */
const equalsFrom = ({ runs }: PairingView, place: number, size: number): number => {
  const first = field[place] ?? 0
  let end = place + 1
  while (end < size && keys[field[end] ?? 0] === keys[first] && runs[field[end] ?? 0] === runs[first]) end += 1
  return end
}

const pairIssue = (
  view: PairingView,
  issue: WaitingIssue,
  seed: Uint8Array,
  rule: PairingRule,
  eligible: number
): DrawnPair | undefined => {
  const needed = rule.fieldNeeded(eligible, daysWaiting(view, issue))
  const count = countShared(issue.enrolled, free)
  if (count < needed || count < 2) return undefined
  let size = 0
  for (let place = 0; place < view.seats.length; place++) {
    const uid = order[place] ?? 0
    if (hasBit(issue.enrolled, uid) && hasBit(free, uid)) field[size++] = uid
  }
  let first = 1
  while (first < size && view.runs[field[first] ?? 0] === view.runs[field[0] ?? 0]) first += 1
  if (rule.field === "unoccupied" && first < needed) return undefined
  if (rule.field === "coldkeys" && countColdkeys(view, size) < needed) return undefined
  hashes.fill(undefined)
  for (let place = 0; place < size; ) {
    const end = equalsFrom(view, place, size)
    if (end > place + 1) sortByHash(view, issue.id, seed, place, end)
    place = end
  }
  if (rule.draws) sortByHash(view, issue.id, seed, 0, drawnOf(size, first))
  return firstThatFit(view, issue, size)
}

const countColdkeys = ({ seats }: PairingView, size: number): number => {
  const coldkeys = new Set<string>()
  for (let place = 0; place < size; place++) coldkeys.add(seats[field[place] ?? 0]?.competitor.coldkey ?? "")
  return coldkeys.size
}

/** Whether the rules let two UIDs meet. */
export const mayMeet = ({ meetings, seats }: PairingView, one: number, other: number): boolean =>
  (meetings[one * UID_LIMIT + other] ?? 0) < MEETINGS_PER_WINDOW && seats[one]?.competitor.coldkey !== seats[other]?.competitor.coldkey

const firstThatFit = (view: PairingView, issue: WaitingIssue, size: number): DrawnPair | undefined => {
  for (let place = 0; place < size - 1; place++) {
    const a = field[place] ?? 0
    for (let next = place + 1; next < size; next++) {
      const b = field[next] ?? 0
      if (!mayMeet(view, a, b)) continue
      clearBit(free, a)
      clearBit(free, b)
      return { issue, a, b }
    }
  }
  return undefined
}
