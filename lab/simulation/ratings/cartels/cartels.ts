/**
 * Cartels of miners: their enrolments and their play. They know more than real cartels could (all ratings, enrolments and busy miners), and enrol
 * after everybody else, also for issues that do not suit them. Competitions between members are prepared: the work is done before submissions begin.
 */
import { drawnOf } from "../../../../src/domain/PairingField.ts"
import type { Plan } from "../draws.ts"
import type { Cartel, Season } from "../season.ts"
import type { Person, WaitingIssue } from "../seasonSettings.ts"
import { hasBit, setBit } from "../words.ts"
import { type Ambush, findAmbushes, type Prospect, type Search, type Wanted } from "./ambush.ts"
import { freeMembers, isFree, isMember, lowMembers, STAR, takeOff } from "./members.ts"

/** A cartel's goal: points for one star, or bounties for all. */
export type Aim = "star" | "turns" | "other"

export interface Scheme {
  readonly name: string
  readonly aim: Aim
  readonly of: (size: number) => Cartel
}

interface Ambushing extends Pick<Search, "guesses" | "onlyEmpty" | "onlySuiting" | "groups" | "least" | "most"> {
  readonly name: string
  readonly aim: "star" | "turns"
  /** What free members do while nothing can be arranged: enrol like everybody, or only where they will not be drawn. */
  readonly otherwise: "honest" | "wait"
  readonly sharesColdkey?: boolean
  readonly swaps?: boolean
}

/** Fills fields with all free members, who otherwise wait. The thresholds are those with the highest gain in short trials. */
const FILL = { guesses: 0, onlyEmpty: false, onlySuiting: false, groups: "fill", least: 0.02, most: 2, otherwise: "wait" } as const
const SIMULATE = { ...FILL, guesses: 2 } as const
const ELSE_HONEST = { ...SIMULATE, least: 0.05, most: 3, otherwise: "honest" } as const

/** A member that is drawn for an issue that does not suit it does not work on it. */
const playWhatSuits = ({ suits }: WaitingIssue, a: Person, b: Person): Plan => ({
  works: [hasBit(suits, a.competitor.uid), hasBit(suits, b.competitor.uid)],
  winner: null
})

/** Meetings of the star with another member. */
const withStar: Wanted = (_, one, other) => one === STAR || other === STAR

const among =
  (size: number): Wanted =>
  (_, one, other) =>
    one < size && other < size

const starWins = (a: Person, b: Person): 0 | 1 | null => (a.competitor.uid === STAR ? 0 : b.competitor.uid === STAR ? 1 : null)

/** The member with fewer games wins: its K is higher, so it gains more than the other loses. */
const whoPlayedLess = ({ games }: Season, a: Person, b: Person): 0 | 1 =>
  (games[a.competitor.uid] ?? 0) <= (games[b.competitor.uid] ?? 0) ? 0 : 1

/** A competition takes two and a half days, and each other member loses to the star twice. */
const daysOfFeeding = (size: number): number => Math.ceil(5 * (size - 1)) + 2

const ambushing = (scheme: Ambushing): Scheme => ({
  name: scheme.name,
  aim: scheme.aim,
  of: (size) => ({
    name: scheme.name,
    size,
    ...(scheme.sharesColdkey === true ? { sharesColdkey: true } : {}),
    ...(scheme.aim === "star" ? { lastDays: daysOfFeeding(size) } : {}),
    enrol: (season) => enrolForAmbushes(season, size, scheme),
    play: (season, issue, a, b) => {
      if (!isMember(size, a) || !isMember(size, b)) return playWhatSuits(issue, a, b)
      return { works: [true, true], winner: scheme.aim === "star" ? starWins(a, b) : whoPlayedLess(season, a, b), isPrepared: true }
    },
    ...(scheme.swaps === true ? { swaps: (season: Season) => lowMembers(season, size).filter((uid) => uid !== STAR) } : {})
  })
})

const enrolForAmbushes = (season: Season, size: number, scheme: Ambushing): void => {
  const free = freeMembers(season, size)
  enrolBusy(season, size)
  const leader = scheme.aim === "star" ? STAR : null
  const isReady = free.length >= 2 && (leader === null || free.includes(leader))
  if (!isReady && scheme.otherwise === "honest") return
  const honest = season.waiting.map(({ enrolled }) => free.filter((uid) => hasBit(enrolled, uid)))
  takeOff(season, free)
  const wanted = scheme.aim === "star" ? withStar : among(size)
  const prospect = findAmbushes(season, { ...scheme, free: isReady ? free : [], wanted, leader })
  enrolGroups(season, prospect.ambushes)
  const engaged = new Set(prospect.ambushes.flatMap(({ group }) => group))
  const rest = free.filter((uid) => !engaged.has(uid))
  if (scheme.otherwise === "wait") {
    enrolBehind(season, rest, prospect)
    return
  }
  const reserved = new Set(prospect.ambushes.map(({ place }) => place))
  honest.forEach((uids, place) => {
    const enrolled = season.waiting[place]?.enrolled
    if (enrolled === undefined || reserved.has(place)) return
    for (const uid of uids) if (!engaged.has(uid)) setBit(enrolled, uid)
  })
}

const enrolGroups = (season: Season, ambushes: ReadonlyArray<Ambush>): void => {
  for (const { group, place } of ambushes) {
    const enrolled = season.waiting[place]?.enrolled
    if (enrolled !== undefined) for (const uid of group) setBit(enrolled, uid)
  }
}

/** Waiting members enrol where enough strangers with better ratings will be drawn, so that the members count as present. */
const enrolBehind = (season: Season, waiting: ReadonlyArray<number>, { order, taken }: Prospect): void => {
  for (const { place, strangers } of taken) {
    const enrolled = season.waiting[place]?.enrolled
    if (enrolled === undefined) continue
    const field = order.filter((uid) => hasBit(strangers, uid) || waiting.includes(uid))
    const behind = new Set(field.slice(Math.max(2, Math.ceil(field.length / 2))))
    // Nobody enrols if a member would be drawn anyway.
    for (const uid of waiting) if (behind.has(uid)) setBit(enrolled, uid)
  }
}

/** Plays honestly on all suitable issues. */
const honestly = (size: number, name: string): Cartel => ({
  name,
  size,
  enrol: () => {},
  play: (_, issue, a, b) => playWhatSuits(issue, a, b)
})

/** Each member plays for itself, like everybody. But a busy member enrols for every issue, which is free and counts as being present. */
export const alwaysPresent = (size: number): Cartel => ({
  ...honestly(size, "enrol for everything while busy"),
  enrol: (season) => enrolBusy(season, size)
})

const enrolBusy = (season: Season, size: number): void => {
  for (let uid = 0; uid < size; uid++) if (!isFree(season, uid)) for (const { enrolled } of season.waiting) setBit(enrolled, uid)
}

/** Each member enrols only where the half that is drawn is weaker than itself, preferring the weakest. It knows all skills. */
const enrolAmongWeak = (season: Season, size: number): void => {
  const free = freeMembers(season, size)
  if (free.length === 0) return
  const own = season.waiting.map(({ enrolled }) => free.filter((uid) => hasBit(enrolled, uid)))
  takeOff(season, free)
  const order = season.seats.map((_, uid) => uid).filter((uid) => isFree(season, uid))
  order.sort((left, right) => (season.rating[right] ?? 0) - (season.rating[left] ?? 0))
  const strength = season.waiting.map(({ enrolled }) => {
    const field = order.filter((uid) => hasBit(enrolled, uid))
    const drawn = field.slice(0, drawnOf(field.length, field.length))
    return field.length < 2 ? Number.POSITIVE_INFINITY : drawn.reduce((sum, uid) => sum + (season.seats[uid]?.skill ?? 0), 0) / drawn.length
  })
  for (const uid of free) {
    let best = -1
    own.forEach((uids, place) => {
      if (
        uids.includes(uid) &&
        (strength[place] ?? 0) < Math.min(season.seats[uid]?.skill ?? 0, strength[best] ?? Number.POSITIVE_INFINITY)
      )
        best = place
    })
    const enrolled = season.waiting[best]?.enrolled
    if (enrolled !== undefined) setBit(enrolled, uid)
  }
}

/** Free members enrol on the issue with the fewest free strangers, only to be counted in the field. */
const enrolOnOne = (season: Season, size: number): void => {
  const members = Array.from({ length: size }, (_, uid) => uid)
  takeOff(season, members)
  const strangers = season.waiting.map(
    ({ enrolled }) => season.seats.filter((_, uid) => hasBit(enrolled, uid) && isFree(season, uid)).length
  )
  const emptiest = strangers.indexOf(Math.min(...strangers))
  const enrolled = season.waiting[emptiest]?.enrolled
  if (enrolled !== undefined) for (const uid of members) setBit(enrolled, uid)
}

/** Hotkeys of one coldkey (so never paired with each other) that enrol on a single issue, so that all other issues need a larger field. */
export const raiseTheField = (size: number): Cartel => ({
  ...honestly(size, "raise the field"),
  enrol: (season) => enrolOnOne(season, size)
})

/** The former attack of this study: the pair alone enrols, where both outrank everybody. */
export const feedStarAsPair = ambushing({ ...FILL, name: "feed one star, enrol as a pair", aim: "star", groups: "pair", most: 8 })
const feedStarFilling = ambushing({ ...FILL, name: "feed one star, fill the field", aim: "star" })
export const feedStarSimulating = ambushing({ ...SIMULATE, name: "feed one star, simulate the round", aim: "star" })
export const feedStarHonestly = ambushing({ ...ELSE_HONEST, name: "feed one star, simulate the round, else honest", aim: "star" })
export const feedStarColdkey = ambushing({
  ...ELSE_HONEST,
  name: "feed one star, simulate the round, else honest, feeders of one coldkey",
  aim: "star",
  sharesColdkey: true
})
const feedStarIdle = ambushing({ ...SIMULATE, name: "feed one star, idle until an issue has no stranger", aim: "star", onlyEmpty: true })
const feedStarSwapping = ambushing({
  ...ELSE_HONEST,
  name: "feed one star, simulate the round, else honest, losers swap hotkeys",
  aim: "star",
  swaps: true
})
export const turnsAsPairs = ambushing({ ...FILL, name: "take turns, enrol as pairs", aim: "turns", groups: "pair", most: 8 })
const turnsFilling = ambushing({ ...FILL, name: "take turns, fill the field", aim: "turns" })
export const turnsSimulating = ambushing({ ...SIMULATE, name: "take turns, simulate the round", aim: "turns" })
export const turnsHonestly = ambushing({ ...ELSE_HONEST, name: "take turns, simulate the round, else honest", aim: "turns" })
const turnsSuiting = ambushing({
  ...SIMULATE,
  name: "take turns, simulate the round, only where it suits",
  aim: "turns",
  onlySuiting: true,
  most: 8
})
const turnsIdle = ambushing({
  ...SIMULATE,
  name: "take turns, idle until an issue has no stranger",
  aim: "turns",
  onlyEmpty: true,
  most: 8
})
const turnsSwapping = ambushing({
  ...ELSE_HONEST,
  name: "take turns, simulate the round, else honest, swap low hotkeys",
  aim: "turns",
  swaps: true
})

export const schemes: ReadonlyArray<Scheme> = [
  feedStarAsPair,
  feedStarFilling,
  feedStarSimulating,
  feedStarHonestly,
  feedStarColdkey,
  feedStarIdle,
  feedStarSwapping,
  turnsAsPairs,
  turnsFilling,
  turnsSimulating,
  turnsHonestly,
  turnsSuiting,
  turnsIdle,
  turnsSwapping,
  {
    name: "swap the hotkey when the rating is low",
    aim: "other",
    of: (size) => ({ ...honestly(size, "swap the hotkey when the rating is low"), swaps: (season) => lowMembers(season, size) })
  },
  {
    name: "meet only the weak",
    aim: "other",
    of: (size) => ({ ...honestly(size, "meet only the weak"), enrol: (season) => enrolAmongWeak(season, size) })
  },
  {
    name: "hold issues without working",
    aim: "other",
    of: (size) => ({
      ...honestly(size, "hold issues without working"),
      play: (_, __, a, b) => ({ works: [!isMember(size, a), !isMember(size, b)], winner: null })
    })
  }
]
