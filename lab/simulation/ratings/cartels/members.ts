/** A cartel's members, who hold the lowest UIDs, and what they know: all ratings, who is enrolled where, and who is busy. */

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

/** Members with so low a rating that a new hotkey is worth more. */
export const lowMembers = (season: Season, size: number): ReadonlyArray<number> =>
  uidsBelow(size).filter((uid) => (season.rating[uid] ?? 0) < season.settings.rules.start - 40_000)

/** Takes members off every issue. */
export const takeOff = (season: Season, members: ReadonlyArray<number>): void => {
  for (const { enrolled } of season.waiting) for (const uid of members) clearBit(enrolled, uid)
}

/** Gives the members from `first` on the coldkey of that one. */
export const shareColdkey = (season: Season, first: number, size: number): void => {
  const coldkey = season.seats[first]?.competitor.coldkey
  if (coldkey === undefined) return
  for (let uid = first; uid < size; uid++) {
    const person = season.seats[uid]
    if (person !== undefined) season.seats[uid] = { ...person, competitor: { ...person.competitor, coldkey } }
  }
}

/** All UIDs in the order of the rule: fewer running competitions, then the higher rating. */
export const ranking = ({ rating, runs, seats }: Season): ReadonlyArray<number> =>
  Array.from(seats.keys()).sort(
    (left, right) => (runs[left] ?? 0) - (runs[right] ?? 0) || (rating[right] ?? 0) - (rating[left] ?? 0) || left - right
  )
