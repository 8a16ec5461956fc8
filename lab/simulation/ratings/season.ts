/**
 * A season of issue competitions: issues arrive, miners enrol, the validators' ratings and the pairing rule match them, and skill and luck decide.
 * The state is in typed arrays that are changed in place, because a report simulates thousands of seasons. A test compares it with the plain
 * implementation in test/support/seasons, which uses the validators' own function for pairs.
 */
import { hashBytes } from "../../../src/domain/Account.ts"
import type { Competition, CompetitionStatus } from "../../../src/domain/Competition.ts"
import { UID_LIMIT } from "../../../src/domain/UidBitmap.ts"
import type { MilliPoints } from "../../../src/elo/expectedScore.ts"
import { BLOCKS_PER_DAY } from "../../../src/elo/RatingRules.ts"
import { computeRatings } from "../../../src/elo/ratings.ts"
import { withPresentHotkeys } from "../../../src/elo/seats.ts"
import { randomOf } from "../random.ts"
import { drawIssue, drawOutcome, drawPerson, drawRound, HONEST_PLAY, type Plan } from "./draws.ts"
import { type DrawnPair, type PairingView, pairRound } from "./pairing.ts"
import type { Person, Played, SeasonSettings, WaitingIssue } from "./seasonSettings.ts"
import { clearBit, setBit, toBitmap, WORDS } from "./words.ts"

/** Miners of one skill on the lowest UIDs, who stay for the whole season: a cartel, or honest miners as its control group. */
export interface Equals {
  readonly count: number
  readonly skill: MilliPoints
}

export interface Running {
  readonly competition: Competition
  readonly issue: WaitingIssue
  readonly played: Played
  readonly status: CompetitionStatus
}

export interface Cartel {
  readonly name: string
  /** The number of members, who hold the lowest UIDs. */
  readonly size: number
  /**
   * The cartel plays honestly until this many days before the season's end, when gifts to the star are worth most. Absent: it colludes all the time.
   */
  readonly lastDays?: number
  /** Whether all members except the first share a coldkey. */
  readonly sharesColdkey?: boolean
  /** Changes the members' bits in `enrolled` of the waiting issues. Before the call, everybody's bits are the honest ones. */
  readonly enrol: (season: Season) => void
  readonly play: (season: Season, issue: WaitingIssue, a: Person, b: Person) => Plan
  /** UIDs that take a new hotkey in this round. */
  readonly swaps?: (season: Season) => ReadonlyArray<number>
  /** How they take it. Absent: by a registration without the old history. */
  readonly newHotkey?: NewHotkey
}

export interface NewHotkey {
  /** Whether the hotkey is registered anew, so that the UID starts over, or swapped on chain, so that the UID keeps its registration block. */
  readonly isRegistered: boolean
  /** Whether the hotkey inherits the old hotkey's games and meetings. */
  readonly inherits: boolean
}

const LEAVES_ALL: NewHotkey = { isRegistered: true, inherits: false }

const NOBODY = new Uint8Array(UID_LIMIT / 8)

export class Season implements PairingView {
  settings: SeasonSettings
  round = 0
  at = 0
  /** By UID. */
  seats: Array<Person>
  /** The number of hotkeys registered so far. */
  persons: number
  /** By bounty (high first), then id. */
  waiting: Array<WaitingIssue> = []
  issuesSoFar = 0
  running: Array<Running> = []
  /** Ended competitions that may still count. */
  ended: Array<Competition> = []
  competitionsSoFar = 0
  played: Array<Played> = []
  rating: Int32Array
  games: Int32Array
  eligible: Int32Array
  runs: Uint8Array
  meetings: Uint8Array
  idleSince: Float64Array

  constructor(before: SeasonSettings | Season, equals: Equals = { count: 0, skill: 0 }) {
    if (before instanceof Season) {
      this.settings = before.settings
      this.round = before.round
      this.at = before.at
      this.seats = [...before.seats]
      this.persons = before.persons
      this.waiting = [...before.waiting]
      this.issuesSoFar = before.issuesSoFar
      this.running = [...before.running]
      this.ended = [...before.ended]
      this.competitionsSoFar = before.competitionsSoFar
      this.played = [...before.played]
      this.rating = before.rating.slice()
      this.games = before.games.slice()
      this.eligible = before.eligible.slice()
      this.runs = before.runs.slice()
      this.meetings = before.meetings.slice()
      this.idleSince = before.idleSince.slice()
      return
    }
    this.settings = before
    this.seats = Array.from({ length: before.miners }, (_, index) => ({
      ...drawPerson(before, index, index, 0),
      ...(index < equals.count ? { skill: equals.skill, stays: true } : {})
    }))
    this.persons = before.miners
    this.rating = new Int32Array(UID_LIMIT).fill(before.rules.start)
    this.games = new Int32Array(UID_LIMIT)
    this.eligible = new Int32Array(WORDS)
    this.runs = new Uint8Array(UID_LIMIT)
    this.meetings = new Uint8Array(UID_LIMIT * UID_LIMIT)
    this.idleSince = new Float64Array(UID_LIMIT)
  }

  get maxCompetitionsPerMiner(): number {
    return this.settings.maxCompetitionsPerMiner
  }

  /** An independent copy of the season. */
  copy(): Season {
    return new Season(this)
  }

  playDays(days: number, cartel: Cartel | null = null): this {
    const { roundsPerDay } = this.settings
    for (let round = 0; round < Math.round(days * roundsPerDay); round++) this.playRound(cartel)
    return this
  }

  playRound(cartel: Cartel | null = null): void {
    this.round += 1
    this.at += Math.floor(BLOCKS_PER_DAY / this.settings.roundsPerDay)
    this.#endCompetitions()
    this.#comeAndGo(cartel)
    this.#rate()
    for (const { enrolled, suits } of this.waiting) enrolled.set(suits)
    cartel?.enrol(this)
    this.#start(pairRound(this, this.seedOf("pulse"), this.settings.pairing), cartel)
  }

  /** A seed for this round. The seed for "pulse" is the round's own, which nobody knows before. */
  seedOf(purpose: string): Uint8Array {
    return hashBytes(randomOf(this.settings.seed, `${purpose} ${this.round}`).hash())
  }

  /** Whether the person still holds its seat. */
  holdsSeat({ competitor, index }: Person): boolean {
    return this.seats[competitor.uid]?.index === index
  }

  #addMeeting(a: Person, b: Person, change: 1 | -1): void {
    if (!this.holdsSeat(a) || !this.holdsSeat(b)) return
    const [one, other] = [a.competitor.uid, b.competitor.uid]
    for (const place of [one * UID_LIMIT + other, other * UID_LIMIT + one]) this.meetings[place] = (this.meetings[place] ?? 0) + change
  }

  /** Ends competitions that are due. The issue of an expired one waits again. */
  #endCompetitions(): void {
    const oldest = this.at - this.settings.rules.window
    this.ended = this.ended.filter((competition) => {
      const { status } = competition
      const counts = status._tag === "Running" || status.at > oldest
      if (!counts) this.#forget(competition)
      return counts
    })
    const running = this.running.filter(({ played }) => played.endsAt > this.at)
    const over = this.running.filter(({ played }) => played.endsAt <= this.at)
    this.running = running
    for (const { competition, issue, played, status } of over) {
      this.played.push(played)
      this.ended.push({ ...competition, status })
      for (const { uid } of [competition.a, competition.b]) this.runs[uid] = (this.runs[uid] ?? 0) - 1
      if (played.result === "expired")
        this.#wait({ ...issue, attempts: issue.attempts + 1, since: this.at, enrolled: new Int32Array(WORDS) })
    }
  }

  /** Removes a meeting that has left the window. */
  #forget({ a, b }: Competition): void {
    const [one, other] = [this.seats[a.uid], this.seats[b.uid]]
    if (one?.competitor.hotkey === a.hotkey && other?.competitor.hotkey === b.hotkey) this.#addMeeting(one, other, -1)
  }

  #wait(issue: WaitingIssue): void {
    let place = this.waiting.length
    for (; place > 0; place--) {
      const before = this.waiting[place - 1]
      if (before === undefined || before.bounty > issue.bounty || (before.bounty === issue.bounty && before.id < issue.id)) break
    }
    this.waiting.splice(place, 0, issue)
  }

  /** Adds new issues, and new hotkeys that replace others on their UIDs. */
  #comeAndGo(cartel: Cartel | null): void {
    const { settings } = this
    const { issues, shuffled } = drawRound(settings, this.round)
    const count = Math.min(issues, Math.max(0, settings.mostOpenIssues - this.waiting.length))
    const isFree = (uid: number) => this.runs[uid] === 0
    const moving = new Set(cartel?.swaps?.(this).filter(isFree) ?? [])
    const day = this.at / BLOCKS_PER_DAY
    if (settings.daysPerNewcomer > 0 && Number.isInteger(day / settings.daysPerNewcomer)) {
      const leaves = shuffled(this.seats).find(({ competitor, stays }) => !stays && isFree(competitor.uid))
      if (leaves !== undefined) moving.add(leaves.competitor.uid)
    }
    for (const uid of moving) this.#replace(uid, (this.seats[uid]?.stays ? cartel?.newHotkey : undefined) ?? LEAVES_ALL)
    for (let arrived = 0; arrived < count; arrived++) {
      this.issuesSoFar += 1
      this.#wait({ ...drawIssue(settings, this.issuesSoFar), attempts: 0, since: this.at, enrolled: new Int32Array(WORDS) })
    }
  }

  #replace(uid: number, { inherits, isRegistered }: NewHotkey): void {
    const before = this.seats[uid]
    const person = drawPerson(this.settings, this.persons, uid, isRegistered ? this.at : (before?.registeredAt ?? this.at))
    this.seats[uid] = before?.stays
      ? { ...person, stays: true, skill: before.skill, competitor: { ...person.competitor, coldkey: before.competitor.coldkey } }
      : person
    this.persons += 1
    if (inherits && before !== undefined) {
      // A member that stays has held its UID from the beginning, so the UID's games are its own. It has no running competition now.
      this.ended = [...withPresentHotkeys(this.ended, [{ uid, hotkey: person.competitor.hotkey, registeredAt: -1 }])]
      return
    }
    this.idleSince[uid] = this.at
    for (let other = 0; other < UID_LIMIT; other++) {
      this.meetings[uid * UID_LIMIT + other] = 0
      this.meetings[other * UID_LIMIT + uid] = 0
    }
  }

  #rate(): void {
    const competitions = this.ended.concat(this.running.map(({ competition }) => competition))
    const miners = this.seats.map(({ competitor, registeredAt }) => ({ ...competitor, registeredAt }))
    const ratings = computeRatings({ at: this.at, competitions, miners, rules: this.settings.rules })
    for (let uid = 0; uid < this.seats.length; uid++) {
      const own = ratings.get(this.seats[uid]?.competitor.hotkey ?? "")
      this.rating[uid] = own?.rating ?? this.settings.rules.start
      this.games[uid] = own?.games ?? 0
      if (own?.eligible === true) setBit(this.eligible, uid)
      else clearBit(this.eligible, uid)
    }
  }

  #start(pairs: ReadonlyArray<DrawnPair>, cartel: Cartel | null): void {
    const taken = new Set<WaitingIssue>()
    for (const { issue, a: one, b: other } of pairs) {
      const [a, b] = [this.seats[one], this.seats[other]]
      if (a === undefined || b === undefined) continue
      taken.add(issue)
      this.competitionsSoFar += 1
      const competition: Competition = {
        id: this.competitionsSoFar,
        issue: issue.id,
        a: a.competitor,
        b: b.competitor,
        enrolled: toBitmap(issue.enrolled),
        skipped: NOBODY,
        startedAt: this.at,
        status: { _tag: "Running" }
      }
      const plan = cartel?.play(this, issue, a, b) ?? HONEST_PLAY
      this.running.push({ competition, issue, ...drawOutcome(this.settings, issue, this.at, [a, b], plan) })
      this.#addMeeting(a, b, 1)
      for (const uid of [one, other]) {
        this.runs[uid] = (this.runs[uid] ?? 0) + 1
        this.idleSince[uid] = this.at
      }
    }
    if (taken.size > 0) this.waiting = this.waiting.filter((issue) => !taken.has(issue))
  }
}
