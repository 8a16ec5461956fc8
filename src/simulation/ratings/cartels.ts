/**
 * Cartels of miners: what they enrol for and how they play. They know more than real ones could: all ratings, who is enrolled where and who is
 * busy, and they enrol after everybody else. Competitions between members are prepared: the work is done before submissions begin.
 */
import { fromUids, hasUid, toUids } from "../../domain/UidBitmap.ts"
import type { MilliPoints } from "../../elo/expectedScore.ts"
import { MEETINGS_PER_WINDOW } from "../../scoring/issue_competitions/rules/pairs.ts"
import type { Person, WaitingIssue } from "./seasonSettings.ts"
import { busyUids, type Cartel, type Enrolled, type Plan, pairInputOf, type Season, suits } from "./seasonState.ts"

const HONEST_PLAY: Plan = { works: [true, true], winner: null }

export const ratingOf = (season: Season, { competitor }: Person): MilliPoints =>
  season.ratings.get(competitor.hotkey)?.rating ?? season.settings.rules.start

const gamesOf = (season: Season, { competitor }: Person): number => season.ratings.get(competitor.hotkey)?.games ?? 0

const byRating =
  (season: Season) =>
  (left: Person, right: Person): number =>
    ratingOf(season, right) - ratingOf(season, left) || left.index - right.index

const membersOf = (season: Season, size: number): ReadonlyArray<Person> => season.seats.slice(0, size)

export const isMember = (size: number, { competitor, stays }: Person): boolean => stays && competitor.uid < size

/** The pairs of free members that want to meet, most wanted first. */
type Wanted = (season: Season, free: ReadonlyArray<Person>) => ReadonlyArray<readonly [Person, Person]>

type Arranged = ReadonlyMap<number, readonly [Person, Person]>

/** Everything that free members can arrange: on each issue, highest bounty first, the first wanted pair that is sure to be drawn. */
const arrange = (season: Season, honest: Enrolled, size: number, wanted: Wanted): Arranged => {
  const busy = busyUids(season)
  const isFree = (person: Person) => !busy.has(person.competitor.uid) && (season.ratings.get(person.competitor.hotkey)?.eligible ?? false)
  const free = membersOf(season, size).filter(isFree)
  if (free.length < 2) return new Map()
  const meetings = meetingsOf(season, size)
  const pairs = wanted(season, free).filter(([one, other]) => (meetings.get(meetingKey(one, other)) ?? 0) < MEETINGS_PER_WINDOW)
  const strangers = season.seats.filter((person) => !isMember(size, person) && isFree(person)).sort(byRating(season))
  const arranged = new Map<number, readonly [Person, Person]>()
  const taken = new Set<Person>()
  for (const { id } of [...season.waiting].sort((left, right) => Number(right.bounty - left.bounty) || left.id - right.id)) {
    if (taken.size + 2 > free.length) break
    const bitmap = honest.get(id) ?? NOBODY
    const rival = strangers.find(({ competitor }) => hasUid(bitmap, competitor.uid))
    const strongest = rival === undefined ? Number.NEGATIVE_INFINITY : ratingOf(season, rival)
    const pair = pairs.find((two) => two.every((person) => !taken.has(person) && ratingOf(season, person) > strongest))
    if (pair === undefined) continue
    arranged.set(id, pair)
    for (const person of pair) taken.add(person)
  }
  return arranged
}

const NOBODY = new Uint8Array(32)

const meetingKey = (one: Person, other: Person): string => `${Math.min(one.index, other.index)} ${Math.max(one.index, other.index)}`

/** How often members met in the window, as the pairing rule counts it. */
const meetingsOf = (season: Season, size: number): ReadonlyMap<string, number> => {
  const meetings = new Map<string, number>()
  const oldest = season.at - season.settings.rules.window
  for (const { a, b, endsAt } of [...season.played, ...season.running.map(({ played }) => played)]) {
    if (endsAt <= oldest || !isMember(size, a) || !isMember(size, b)) continue
    meetings.set(meetingKey(a, b), (meetings.get(meetingKey(a, b)) ?? 0) + 1)
  }
  return meetings
}

/**
 * The honest enrolments plus the cartel's arrangements. Members with an arrangement enrol only there, on issues that no other free member enrols
 * for. Busy members enrol for everything: it is free and counts as being present. Members that wait for each other enrol, for the same reason,
 * where two higher-rated strangers will be drawn.
 */
const enrolArranged = (season: Season, honest: Enrolled, size: number, arranged: Arranged, meetsStrangers: boolean): Enrolled => {
  const busy = busyUids(season)
  const engaged = new Set([...arranged.values()].flat())
  const members = membersOf(season, size)
  const ofStrangers = new Map([...honest].map(([issue, bitmap]) => [issue, fromUids(toUids(bitmap).filter((uid) => uid >= size))]))
  const safeBelow = meetsStrangers ? new Map<number, MilliPoints>() : drawnAmong(season, ofStrangers)
  const enrols = (person: Person, issue: number, bitmap: Uint8Array): boolean => {
    if (busy.has(person.competitor.uid)) return true
    const pair = arranged.get(issue)
    if (engaged.has(person)) return pair?.includes(person) ?? false
    if (pair !== undefined) return false
    if (meetsStrangers) return hasUid(bitmap, person.competitor.uid)
    return ratingOf(season, person) < (safeBelow.get(issue) ?? Number.NEGATIVE_INFINITY)
  }
  return new Map(
    [...honest].map(([issue, bitmap]) => {
      const uids = members.filter((person) => enrols(person, issue, bitmap)).map(({ competitor }) => competitor.uid)
      return [issue, fromUids([...toUids(ofStrangers.get(issue) ?? NOBODY), ...uids])]
    })
  )
}

/** The lower rating of the pair that would be drawn for each issue. */
const drawnAmong = (season: Season, enrolled: Enrolled): ReadonlyMap<number, MilliPoints> => {
  const pairings = season.settings.pairing(pairInputOf(season, enrolled), { round: season.round, idleSince: season.idleSince })
  const rating = (hotkey: string) => season.ratings.get(hotkey)?.rating ?? 0
  return new Map(
    pairings.flatMap(({ issue, pair }) => (pair === null ? [] : [[issue, Math.min(...pair.map(({ hotkey }) => rating(hotkey)))]]))
  )
}

interface Scheme {
  readonly name: string
  readonly wanted: Wanted
  readonly meetsStrangers: boolean
  readonly lastDays?: number
  readonly winner: (season: Season, a: Person, b: Person) => 0 | 1 | null
  readonly swaps?: Cartel["swaps"]
}

export type CartelOf = (size: number) => Cartel

const cartel = (size: number, { lastDays, meetsStrangers, name, swaps, wanted, winner }: Scheme): Cartel => ({
  name,
  size,
  ...(lastDays === undefined ? {} : { lastDays }),
  enrol: ({ honest, season }) => enrolArranged(season, honest, size, arrange(season, honest, size, wanted), meetsStrangers),
  play: ({ a, b, season }) =>
    isMember(size, a) && isMember(size, b) ? { works: [true, true], winner: winner(season, a, b), isPrepared: true } : HONEST_PLAY,
  ...(swaps === undefined ? {} : { swaps })
})

/** The star is the member at UID 0. */
const isStar = ({ competitor }: Person): boolean => competitor.uid === 0

const withStar: Wanted = (season, free) => {
  const star = free.find(isStar)
  const others = free.filter((person) => !isStar(person)).sort(byRating(season))
  return star === undefined ? [] : others.map((other) => [star, other] as const)
}

const starWins = (_: Season, a: Person, b: Person): 0 | 1 | null => (isStar(a) ? 0 : isStar(b) ? 1 : null)

const everyTwo: Wanted = (season, free) => {
  const sorted = [...free].sort(byRating(season))
  return sorted.flatMap((one, place) => sorted.slice(place + 1).map((other) => [one, other] as const))
}

const isLow = (season: Season, person: Person): boolean => ratingOf(season, person) < season.settings.rules.start - 40_000

/** A competition takes two and a half days; each feeder loses to the star as often as two miners may meet. */
const daysOfFeeding = (size: number): number => Math.ceil(2.5 * MEETINGS_PER_WINDOW * (size - 1)) + 2

/** The others lose to one star whenever it can be arranged; otherwise all play honestly. */
const feedStar: CartelOf = (size) => cartel(size, { name: "feed one star", wanted: withStar, meetsStrangers: true, winner: starWins })

/** The same, but members never meet strangers: the others wait until the star is free. */
export const feedStarOnly: CartelOf = (size) =>
  cartel(size, {
    name: "feed one star, meet no strangers",
    wanted: withStar,
    meetsStrangers: false,
    winner: starWins,
    lastDays: daysOfFeeding(size)
  })

/** The higher rated member wins every meeting, so that points gather at the top. */
const feedUpwards: CartelOf = (size) =>
  cartel(size, {
    name: "the higher rated wins",
    wanted: everyTwo,
    meetsStrangers: true,
    winner: (season, a, b) => (ratingOf(season, a) >= ratingOf(season, b) ? 0 : 1)
  })

/** A round robin in which the member with fewer games wins: its K is higher, so the winner gains more than the loser loses. */
const roundRobin: CartelOf = (size) =>
  cartel(size, {
    name: "round robin, who played less wins",
    wanted: everyTwo,
    meetsStrangers: false,
    winner: (season, a, b) => (gamesOf(season, a) <= gamesOf(season, b) ? 0 : 1)
  })

/** Feeders that have lost enough return with a new hotkey, which starts at 1500 and has met nobody. */
const feedAndSwap: CartelOf = (size) =>
  cartel(size, {
    name: "feed one star, losers swap hotkeys",
    lastDays: daysOfFeeding(size),
    wanted: withStar,
    meetsStrangers: false,
    winner: starWins,
    swaps: (season) =>
      membersOf(season, size).flatMap((person) => (!isStar(person) && isLow(season, person) ? [person.competitor.uid] : []))
  })

/** Plays honestly, and returns with a new hotkey whenever its rating is low. */
const swapWhenLow: CartelOf = (size) => ({
  name: "swap the hotkey when the rating is low",
  size,
  enrol: ({ honest }) => honest,
  play: () => HONEST_PLAY,
  swaps: (season) => membersOf(season, size).flatMap((person) => (isLow(season, person) ? [person.competitor.uid] : []))
})

/** Each member enrols only where its opponent would be weaker, preferring the weakest. It knows everyone's skill. */
const pickWeak: CartelOf = (size) => ({
  name: "meet only the weak",
  size,
  enrol: ({ honest, season }) => {
    const busy = busyUids(season)
    const chosen = new Map<number, number>()
    for (const member of membersOf(season, size)) {
      if (busy.has(member.competitor.uid)) continue
      const taken = new Set(chosen.values())
      const [best] = season.waiting
        .flatMap((issue) => {
          const opponent =
            taken.has(issue.id) || !suits(issue, member.competitor.uid) ? null : opponentOn(season, issue, honest, member, size, busy)
          return opponent === null || opponent.skill >= member.skill ? [] : [{ issue: issue.id, skill: opponent.skill }]
        })
        .sort((left, right) => left.skill - right.skill)
      if (best !== undefined) chosen.set(member.competitor.uid, best.issue)
    }
    const keeps = (uid: number, issue: number) => uid >= size || busy.has(uid) || chosen.get(uid) === issue
    return new Map([...honest].map(([issue, bitmap]) => [issue, fromUids(toUids(bitmap).filter((uid) => keeps(uid, issue)))]))
  },
  play: () => HONEST_PLAY
})

/** The opponent that a member would meet on an issue; null if the member would not be drawn. */
const opponentOn = (season: Season, issue: WaitingIssue, honest: Enrolled, member: Person, size: number, busy: ReadonlySet<number>) => {
  const [first, second] = toUids(honest.get(issue.id) ?? NOBODY)
    .flatMap((uid) => {
      const person = season.seats[uid]
      return person === undefined || uid < size || busy.has(uid) ? [] : [person]
    })
    .sort(byRating(season))
  if (first === undefined) return null
  return second === undefined || ratingOf(season, member) > ratingOf(season, second) ? first : null
}

/** Enrols like everybody and never works: opponents must solve the issue alone or lose too. */
const holdIssues: CartelOf = (size) => ({
  name: "hold issues without working",
  size,
  enrol: ({ honest }) => honest,
  play: ({ a, b }) => ({ works: [!isMember(size, a), !isMember(size, b)], winner: null })
})

export const cartels: ReadonlyArray<CartelOf> = [
  feedStar,
  feedStarOnly,
  feedUpwards,
  roundRobin,
  feedAndSwap,
  swapWhenLow,
  pickWeak,
  holdIssues
]
