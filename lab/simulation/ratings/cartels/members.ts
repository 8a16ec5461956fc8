/** A cartel's members, who hold the lowest UIDs, and their knowledge: all ratings, enrolments and busy miners. */

import type { Season } from "../season.ts"
import type { Person } from "../seasonSettings.ts"
import { clearBit, hasBit } from "../words.ts"

export const isMember = (size: number, { competitor, stays }: Person): boolean => stays && competitor.uid < size

/** The star is the member at UID 0. */
export const STAR = 0

export const isFree = (season: Season, uid: number): boolean =>
  (season.runs[uid] ?? 0) < season.settings.maxCompetitionsPerMiner && hasBit(season.eligible, uid)

const uidsBelow = (size: number): ReadonlyArray<number> => Array.from({ length: size }, (_, uid) => uid)

/** Members that can be paired in this round. */
export const freeMembers = (season: Season, size: number): ReadonlyArray<number> => uidsBelow(size).filter((uid) => isFree(season, uid))

/** Members whose rating is so low that a new hotkey is better. */
export const lowMembers = (season: Season, size: number): ReadonlyArray<number> =>
  uidsBelow(size).filter((uid) => (season.rating[uid] ?? 0) < season.settings.rules.start - 40_000)

/** Withdraws members from every issue. */
export const takeOff = (season: Season, members: ReadonlyArray<number>): void => {
  for (const { enrolled } of season.waiting) for (const uid of members) clearBit(enrolled, uid)
}

/** Gives the members after `first` the coldkey of `first`. */
export const shareColdkey = (season: Season, first: number, size: number): void => {
  const coldkey = season.seats[first]?.competitor.coldkey
  if (coldkey === undefined) return
  for (let uid = first; uid < size; uid++) {
    const person = season.seats[uid]
    if (person !== undefined) season.seats[uid] = { ...person, competitor: { ...person.competitor, coldkey } }
  }
}

/** All UIDs in the pairing rule's order: fewer running competitions, then the higher rating. */
export const ranking = ({ rating, runs, seats }: Season): ReadonlyArray<number> =>
  Array.from(seats.keys()).sort(
    (left, right) => (runs[left] ?? 0) - (runs[right] ?? 0) || (rating[right] ?? 0) - (rating[left] ?? 0) || left - right
  )
