/**
 * Finds issues on which a cartel can expect a pair of its own. The cartel knows the pairing rule and everybody's enrolments, but not the round's
 * seed: the drand pulse is published after the last enrolment. So it simulates the round with its own seeds, and sees which strangers are still free
 * at an issue's turn. It fills the field with free members, and computes the chance that the draw gives a wanted pair.
 */
import { drawnOf } from "../../../../src/domain/PairingField.ts"
import { countEnrolled, daysWaiting, mayMeet, pairRound } from "../pairing.ts"
import type { Season } from "../season.ts"
import { countBits, hasBit, setBit, WORDS } from "../words.ts"
import { ranking } from "./members.ts"

/** Whether the cartel wants these two to meet. */
export type Wanted = (season: Season, one: number, other: number) => boolean

export interface Search {
  /** Members that may enrol. */
  readonly free: ReadonlyArray<number>
  readonly wanted: Wanted
  /** The member that must be in every group; null: none. */
  readonly leader: number | null
  /** How many simulated rounds show which strangers are still free; 0: the cartel counts the strangers that are free now. */
  readonly guesses: number
  /** Only issues for which no free stranger is enrolled. */
  readonly onlyEmpty: boolean
  /** Only members whom the issue suits join a group. A member that is drawn against a stranger works. */
  readonly onlySuiting: boolean
  /** The groups to try: only a wanted pair, or also the smallest group that fills the field, and all members. */
  readonly groups: "pair" | "fill"
  /** The lowest chance for which a group enrols. */
  readonly least: number
  /** The maximum number of simultaneous ambushes. */
  readonly most: number
}

/** An issue on which a group enrols. */
export interface Ambush {
  readonly place: number
  readonly group: ReadonlyArray<number>
  readonly chance: number
}

export interface Prospect {
  readonly ambushes: ReadonlyArray<Ambush>
  /** The expected paired issues of strangers, and the strangers that are still free at that issue's turn. */
  readonly taken: ReadonlyArray<{ readonly place: number; readonly strangers: Int32Array }>
  readonly order: ReadonlyArray<number>
}

/** At most this many issues are examined: those with the fewest strangers. */
const LOOKED_AT = 16

/** The free members must have been withdrawn from all issues before. */
export const findAmbushes = (season: Season, search: Search): Prospect => {
  const order = ranking(season)
  const { left, taken } = strangersLeft(season, search.guesses)
  // The members will be enrolled too.
  const eligible = countEnrolled(season) + search.free.length
  const places = season.waiting.map((issue, place) => ({
    place,
    strangers: countOf(left, place),
    needed: season.settings.pairing.fieldNeeded(eligible, daysWaiting(season, issue))
  }))
  const looked = places
    .filter(({ needed, strangers }) => (search.onlyEmpty ? strangers === 0 : Math.ceil(strangers) + search.free.length >= needed))
    .sort((one, other) => one.strangers - other.strangers || one.place - other.place)
    .slice(0, LOOKED_AT)
  const found = looked.flatMap(({ needed, place }) => bestGroup(season, search, { place, needed, left, order }))
  return {
    ambushes: found.sort((one, other) => other.chance - one.chance || one.place - other.place).slice(0, search.most),
    taken: taken.map((place) => ({ place, strangers: maskAt(left, 0, place) })),
    order
  }
}

/** For each simulated round: at `8 × place`, the enrolled strangers that are still free at the issue's turn. */
type Left = ReadonlyArray<Int32Array>

const strangersLeft = (season: Season, guesses: number): { readonly left: Left; readonly taken: ReadonlyArray<number> } => {
  const left = Array.from({ length: Math.max(1, guesses) }, () => new Int32Array(season.waiting.length * WORDS))
  const first = new Int32Array(WORDS)
  let taken: ReadonlyArray<number> = []
  left.forEach((masks, guess) => {
    const pairs = pairRound(season, season.seedOf(`guess ${guess}`), season.settings.pairing, (place, free) => {
      if (place === 0) first.set(free)
      const seen = guesses === 0 ? first : free
      const enrolled = season.waiting[place]?.enrolled ?? first
      for (let word = 0; word < WORDS; word++) masks[place * WORDS + word] = (seen[word] ?? 0) & (enrolled[word] ?? 0)
    })
    if (guess === 0) taken = pairs.map(({ issue }) => season.waiting.indexOf(issue))
  })
  return { left, taken }
}

const maskAt = (left: Left, guess: number, place: number): Int32Array =>
  left[guess]?.subarray(place * WORDS, (place + 1) * WORDS) ?? new Int32Array(WORDS)

/** The mean number of strangers that are still free at an issue's turn. */
const countOf = (left: Left, place: number): number => {
  let count = 0
  for (const masks of left) for (let word = place * WORDS; word < (place + 1) * WORDS; word++) count += countBits(masks[word] ?? 0)
  return count / left.length
}

interface Spot {
  readonly place: number
  readonly needed: number
  readonly left: Left
  readonly order: ReadonlyArray<number>
}

/** The group with the highest chance, if it reaches the threshold. */
const bestGroup = (season: Season, search: Search, spot: Spot): ReadonlyArray<Ambush> => {
  const { groups, leader, least } = search
  const suits = season.waiting[spot.place]?.suits
  const free = search.free.filter((uid) => !search.onlySuiting || (suits !== undefined && hasBit(suits, uid)))
  const byRating = spot.order.filter((uid) => free.includes(uid))
  const led = leader === null ? byRating : [leader, ...byRating.filter((uid) => uid !== leader)]
  const fewest = Math.max(2, spot.needed - Math.floor(countOf(spot.left, spot.place)))
  const candidates =
    groups === "pair"
      ? [firstWanted(season, search, led)]
      : [led, ...(fewest < led.length ? [led.slice(0, fewest)] : []), firstWanted(season, search, led)]
  const ambushes = candidates
    .filter((group) => group.length >= 2)
    .map((group) => ({ place: spot.place, group, chance: chanceOf(season, search.wanted, spot, group) }))
    .sort((one, other) => other.chance - one.chance)
  return ambushes.slice(0, 1).filter(({ chance }) => chance >= least)
}

const firstWanted = (season: Season, { wanted }: Search, members: ReadonlyArray<number>): ReadonlyArray<number> => {
  for (const [place, one] of members.entries())
    for (const other of members.slice(place + 1)) if (wanted(season, one, other) && mayMeet(season, one, other)) return [one, other]
  return []
}

/** The chance of a wanted pair, averaged over the simulated rounds. */
const chanceOf = (season: Season, wanted: Wanted, { left, needed, order, place }: Spot, group: ReadonlyArray<number>): number => {
  let sum = 0
  for (let guess = 0; guess < left.length; guess++) {
    const mask = maskAt(left, guess, place).slice()
    for (const uid of group) setBit(mask, uid)
    const field = order.filter((uid) => hasBit(mask, uid))
    if (field.length >= needed) sum += chanceIn(season, wanted, field)
  }
  return sum / left.length
}

/**
 * The first of the pair is any of the drawn miners with equal chance. The second is any of the drawn miners that may meet the first, or else the best
 * of the rest.
 */
const chanceIn = (season: Season, wanted: Wanted, field: ReadonlyArray<number>): number => {
  const fewest = field.filter((uid) => season.runs[uid] === season.runs[field[0] ?? 0]).length
  const drawn = season.settings.pairing.draws ? drawnOf(field.length, fewest) : 1
  let sum = 0
  for (let first = 0; first < drawn; first++) {
    const one = field[first] ?? 0
    let [allowed, good] = [0, 0]
    for (let second = 0; second < drawn; second++) {
      const other = field[second] ?? 0
      if (second === first || !mayMeet(season, one, other)) continue
      allowed += 1
      if (wanted(season, one, other)) good += 1
    }
    if (allowed > 0) sum += good / allowed
    else {
      const next = field.slice(drawn).find((other) => mayMeet(season, one, other))
      if (next !== undefined && wanted(season, one, next)) sum += 1
    }
  }
  return sum / drawn
}
