/**
 * Miners who play together: what they enrol for and how they play. They know more than real ones could: all ratings, who is enrolled where and
 * who is busy, and they enrol after everybody else has.
 */
import { fromUids, hasUid, toUids } from "../../domain/UidBitmap.ts"
import type { MilliPoints } from "../../elo/expectedScore.ts"
import { MEETINGS_PER_WINDOW } from "../../scoring/issue_competitions/rules/pairs.ts"
import type { Person, WaitingIssue } from "./seasonSettings.ts"
import { busyUids, type Cartel, type Enrolled, type Plan, type Season, suits } from "./seasonState.ts"

const HONEST_PLAY: Plan = { works: [true, true], winner: null }

/** Which two of a cartel want to meet, the most wanted first; the first of each two is to win. */
type Wanted = (season: Season, free: ReadonlyArray<Person>) => ReadonlyArray<readonly [Person, Person]>

export const ratingOf = (season: Season, { competitor }: Person): MilliPoints =>
  season.ratings.get(competitor.hotkey)?.rating ?? season.settings.rules.start

/** Everything that free members can arrange: on each issue, highest bounty first, the first wanted two who will surely be its pair. */
const arrange = (season: Season, honest: Enrolled, wanted: Wanted): ReadonlyMap<number, readonly [Person, Person]> => {
  const busy = busyUids(season)
  const isFree = (person: Person) => !busy.has(person.competitor.uid) && (season.ratings.get(person.competitor.hotkey)?.eligible ?? false)
  const free = season.seats.filter((person) => person.colludes && isFree(person))
  const meetings = meetingsOf(season)
  const pairs = wanted(season, free).filter(([one, other]) => (meetings.get(meetingKey(one, other)) ?? 0) < MEETINGS_PER_WINDOW)
  const arranged = new Map<number, readonly [Person, Person]>()
  const taken = new Set<number>()
  for (const issue of [...season.waiting].sort((left, right) => Number(right.bounty - left.bounty) || left.id - right.id)) {
    if (taken.size + 2 > free.length) break
    const strongest = Math.max(
      Number.NEGATIVE_INFINITY,
      ...toUids(honest.get(issue.id) ?? NOBODY).flatMap((uid) => {
        const person = season.seats[uid]
        return person === undefined || person.colludes || !isFree(person) ? [] : [ratingOf(season, person)]
      })
    )
    const pair = pairs.find(
      ([one, other]) =>
        !taken.has(one.index) && !taken.has(other.index) && Math.min(ratingOf(season, one), ratingOf(season, other)) > strongest
    )
    if (pair === undefined) continue
    arranged.set(issue.id, pair)
    for (const { index } of pair) taken.add(index)
  }
  return arranged
}

const meetingKey = (one: Person, other: Person): string => `${Math.min(one.index, other.index)} ${Math.max(one.index, other.index)}`

/** How often persons met in the window, as the pairing rule counts it. */
const meetingsOf = (season: Season): ReadonlyMap<string, number> => {
  const meetings = new Map<string, number>()
  const oldest = season.at - season.settings.rules.window
  for (const { a, b, endsAt } of [...season.played, ...season.running.map(({ played }) => played)]) {
    if (endsAt <= oldest || !a.colludes || !b.colludes) continue
    meetings.set(meetingKey(a, b), (meetings.get(meetingKey(a, b)) ?? 0) + 1)
  }
  return meetings
}

const NOBODY = new Uint8Array(32)

/**
 * The honest enrolments with the cartel's arrangements: those who are arranged enrol there and nowhere else, on issues that no other free member
 * touches. Members who are busy, or who stay away but would not be drawn, enrol for everything: it costs nothing, and counts as being there.
 */
const enrolArranged = (
  season: Season,
  honest: Enrolled,
  arranged: ReadonlyMap<number, readonly [Person, Person]>,
  others: "play honestly" | "stay away"
): Enrolled => {
  const busy = busyUids(season)
  const engaged = new Set([...arranged.values()].flat().map(({ competitor }) => competitor.uid))
  const members = membersOf(season)
  const isMember = new Set(members.map(({ competitor }) => competitor.uid))
  return new Map(
    [...honest].map(([issue, bitmap]) => {
      const pair = arranged.get(issue)
      const strangers = toUids(bitmap).filter((uid) => !isMember.has(uid))
      const stronger = strangers
        .flatMap((uid) => (busy.has(uid) ? [] : [season.seats[uid]]))
        .map((person) => person && ratingOf(season, person))
      const enrols = (person: Person): boolean => {
        const { uid } = person.competitor
        if (busy.has(uid)) return true
        if (engaged.has(uid)) return pair?.includes(person) ?? false
        if (pair !== undefined) return false
        if (others === "play honestly") return hasUid(bitmap, uid)
        const own = ratingOf(season, person)
        return stronger.filter((rating) => rating !== undefined && rating > own).length >= ENOUGH_STRONGER
      }
      return [issue, fromUids([...strangers, ...members.filter(enrols).map(({ competitor }) => competitor.uid)])]
    })
  )
}

/** So many free strangers with higher ratings: whoever has them before itself is hardly ever drawn. */
const ENOUGH_STRONGER = 8

const membersOf = (season: Season): ReadonlyArray<Person> => season.seats.filter(({ colludes }) => colludes)

/** The star is the member with the lowest UID. */
export const starOf = (season: Season): Person | undefined => membersOf(season)[0]

const byRating =
  (season: Season) =>
  (left: Person, right: Person): number =>
    ratingOf(season, right) - ratingOf(season, left) || left.index - right.index

/** All pairs of the free members in which `first` wins against `second`. */
const pairsWhere = (free: ReadonlyArray<Person>, isWanted: (first: Person, second: Person) => boolean) =>
  free.flatMap((first) => free.filter((second) => second !== first && isWanted(first, second)).map((second) => [first, second] as const))

const cartel = (
  name: string,
  wanted: Wanted,
  others: "play honestly" | "stay away",
  winner: (season: Season, a: Person, b: Person) => 0 | 1 | null,
  swaps?: Cartel["swaps"]
): Cartel => ({
  name,
  enrol: ({ honest, season }) => enrolArranged(season, honest, arrange(season, honest, wanted), others),
  play: ({ a, b, season }) => (a.colludes && b.colludes ? { works: [true, true], winner: winner(season, a, b) } : HONEST_PLAY),
  ...(swaps === undefined ? {} : { swaps })
})

const starWins = (season: Season, a: Person, b: Person): 0 | 1 | null => {
  const star = starOf(season)
  return a === star ? 0 : b === star ? 1 : null
}

const withStar: Wanted = (season, free) => {
  const star = starOf(season)
  return pairsWhere([...free].sort(byRating(season)), (first) => first === star)
}

/** The others lose to one star whenever it can be arranged; both work, and the star is the author. */
export const feedStar: Cartel = cartel("feed one star", withStar, "play honestly", starWins)

/** The same, and nobody of them ever meets a stranger. */
export const feedStarOnly: Cartel = cartel("feed one star, meet no strangers", withStar, "stay away", starWins)

/** The higher rating wins whenever two members can meet: points gather at the top. */
export const feedUpwards: Cartel = cartel(
  "feed the higher rated",
  (season, free) => {
    const sorted = [...free].sort(byRating(season))
    return pairsWhere(sorted, (first, second) => sorted.indexOf(first) < sorted.indexOf(second))
  },
  "play honestly",
  (season, a, b) => (ratingOf(season, a) >= ratingOf(season, b) ? 0 : 1)
)

/** A round robin in which whoever has the higher K wins: the winner gains more than the loser loses. */
export const roundRobin: Cartel = cartel(
  "round robin, the fewer games win",
  (season, free) => pairsWhere([...free].sort(byRating(season)), (first, second) => gamesOf(season, first) < gamesOf(season, second)),
  "play honestly",
  (season, a, b) => (gamesOf(season, a) <= gamesOf(season, b) ? 0 : 1)
)

const gamesOf = (season: Season, { competitor }: Person): number => season.ratings.get(competitor.hotkey)?.games ?? 0

/** Feeders who have lost enough come again with a new hotkey, which starts at 1500 and has met nobody. */
export const feedAndSwap: Cartel = cartel("feed one star, feeders swap hotkeys", withStar, "play honestly", starWins, (season) =>
  membersOf(season)
    .slice(1)
    .flatMap((person) => (ratingOf(season, person) < season.settings.rules.start - SWAP_BELOW ? [person.competitor.uid] : []))
)

/** Plays honestly, and comes again with a new hotkey whenever its rating is low. */
export const swapWhenLow: Cartel = {
  name: "swap the hotkey when the rating is low",
  enrol: ({ honest }) => honest,
  play: () => HONEST_PLAY,
  swaps: (season) =>
    membersOf(season).flatMap((person) =>
      ratingOf(season, person) < season.settings.rules.start - SWAP_BELOW ? [person.competitor.uid] : []
    )
}

const SWAP_BELOW = 40_000

/** Each enrols only where its opponent would be weaker than itself by as much as can be had; it knows everyone's skill. */
export const pickWeak: Cartel = {
  name: "meet only the weak",
  enrol: ({ honest, season }) => {
    const busy = busyUids(season)
    const members = membersOf(season)
    const chosen = new Map<number, number>()
    for (const member of members) {
      if (busy.has(member.competitor.uid)) continue
      let best: { readonly issue: number; readonly skill: number } | null = null
      for (const issue of season.waiting) {
        if (!suits(issue, member.competitor.uid) || [...chosen.values()].includes(issue.id)) continue
        const opponent = opponentOn(season, issue, honest, member, busy)
        if (opponent !== null && opponent.skill < member.skill && opponent.skill < (best?.skill ?? Number.POSITIVE_INFINITY))
          best = { issue: issue.id, skill: opponent.skill }
      }
      if (best !== null) chosen.set(member.competitor.uid, best.issue)
    }
    const isMember = new Set(members.map(({ competitor }) => competitor.uid))
    // Whoever is busy stays enrolled, which costs nothing and counts as being there.
    const keeps = (uid: number, issue: number) => !isMember.has(uid) || busy.has(uid) || chosen.get(uid) === issue
    return new Map([...honest].map(([issue, bitmap]) => [issue, fromUids(toUids(bitmap).filter((uid) => keeps(uid, issue)))]))
  },
  play: () => HONEST_PLAY
}

/** Whom a member would meet on an issue if it enrolled there; null where it would not be drawn. */
const opponentOn = (season: Season, issue: WaitingIssue, honest: Enrolled, member: Person, busy: ReadonlySet<number>): Person | null => {
  const [first, second] = toUids(honest.get(issue.id) ?? NOBODY)
    .flatMap((uid) => {
      const person = season.seats[uid]
      return person === undefined || person.colludes || busy.has(uid) ? [] : [person]
    })
    .sort(byRating(season))
  if (first === undefined) return null
  return second === undefined || ratingOf(season, member) > ratingOf(season, second) ? first : null
}

/** Enrols for everything and never works: issues are held, opponents must solve them alone or lose too. */
export const holdIssues: Cartel = {
  name: "hold issues without working",
  enrol: ({ honest }) => honest,
  play: ({ a, b }) => ({ works: [!a.colludes, !b.colludes], winner: null })
}

export const cartels: ReadonlyArray<Cartel> = [
  feedStar,
  feedStarOnly,
  feedUpwards,
  roundRobin,
  feedAndSwap,
  swapWhenLow,
  pickWeak,
  holdIssues
]
