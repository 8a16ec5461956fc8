/**
 * The ratings of all miners at a round, recomputed from the contract's record of the last 60 days. Integers of 1/1000 point, rounded half away from
 * zero after each step. The result does not depend on the machine or on the order of the input.
 */
import type { Competition } from "../domain/Competition.ts"
import { UID_LIMIT } from "../domain/UidBitmap.ts"
import { AbsenceCounter } from "./AbsenceCounter.ts"
import { type Absence, absencesOf, type Opportunity, type RegisteredMiner } from "./absence.ts"
import { expectedScorePpm, type MilliPoints } from "./expectedScore.ts"
import { AEarly, AWon, BEarly, BWon, Expired, gamesOf, Void } from "./games.ts"
import { divideRoundHalfAway } from "./integer.ts"
import { defaultRatingRules, type RatingRules } from "./RatingRules.ts"
import { decayTowards } from "./timeDecay.ts"

export interface RatingInput {
  /** The round's block S. Later events do not count. */
  readonly at: number
  /** Competitions in any order; those outside the window are ignored. */
  readonly competitions: ReadonlyArray<Competition>
  /** The miners registered at S. Former miners who played are rated too, but absence costs them nothing. */
  readonly miners: ReadonlyArray<RegisteredMiner>
  /** Hotkeys to collect reasons for. Defaults to none, because a large history has many. */
  readonly explain?: ReadonlySet<string> | "all"
  readonly rules?: RatingRules
}

export type GameResult = "won" | "lost" | "expired" | "submittedTooEarly"

/** One step of a rating, and the rating after it. */
export type RatingReason =
  | {
      readonly _tag: "Decayed"
      readonly block: number
      readonly change: MilliPoints
      readonly rating: MilliPoints
      readonly blocks: number
    }
  | {
      readonly _tag: "Played"
      readonly block: number
      readonly change: MilliPoints
      readonly rating: MilliPoints
      readonly competition: number
      readonly result: GameResult
      /** null for the phantom of an expired competition. */
      readonly opponent: string | null
      readonly opponentRating: MilliPoints
      readonly expectedPpm: number
      readonly k: number
    }
  | { readonly _tag: "Unchanged"; readonly block: number; readonly rating: MilliPoints; readonly competition: number; readonly why: string }
  | {
      readonly _tag: "Absent"
      readonly block: number
      readonly change: MilliPoints
      readonly rating: MilliPoints
      readonly because: Absence["because"]
    }

export interface Rating {
  readonly hotkey: string
  readonly rating: MilliPoints
  /** Rated games in the window. */
  readonly games: number
  /** Still in the first `earlyGames` games; shown with "?". */
  readonly provisional: boolean
  readonly eligible: boolean
  readonly reasons: ReadonlyArray<RatingReason>
}

/** Ratings by hotkey, sorted by hotkey. */
export type Ratings = ReadonlyMap<string, Rating>

interface Player {
  readonly hotkey: string
  rating: MilliPoints
  /** The block up to which time decay has been applied. */
  decayedAt: number
  games: number
  /** The lane (UID) in `AbsenceCounter`, or −1 when the player's absences, if any, are in `absences`. */
  readonly lane: number
  readonly absences: ReadonlyArray<Absence>
  absencesDone: number
  readonly reasons: Array<RatingReason> | null
}

/** State shared by all players of one computation. */
interface Computation {
  readonly rules: RatingRules
  readonly absenceCounter: AbsenceCounter
  /** A player at the floor that is absent again within this many blocks stays at the floor. */
  readonly restsAtFloor: number
}

/** The competitions that started in the window of block `at`, oldest first. */
const opportunitiesAt = (
  competitions: ReadonlyArray<Competition>,
  at: number,
  rules: RatingRules = defaultRatingRules
): ReadonlyArray<Opportunity> => {
  // A contract's list is usually sorted already, and often lies wholly within the window.
  const from = at - rules.window
  let isAll = true
  let isSorted = true
  let before: Competition | undefined
  for (const competition of competitions) {
    if (competition.startedAt <= from || competition.startedAt > at) {
      isAll = false
    } else {
      if (before !== undefined && byStart(before, competition) > 0) isSorted = false
      before = competition
    }
  }
  const found = isAll ? competitions : competitions.filter(({ startedAt }) => startedAt > from && startedAt <= at)
  return isSorted ? found : found.toSorted(byStart)
}

const byStart = (left: Competition, right: Competition): number => left.startedAt - right.startedAt || left.id - right.id

/** Rates every miner that is registered or ended a competition in (at − window, at]. */
export const computeRatings = (input: RatingInput): Ratings => {
  const rules = input.rules ?? defaultRatingRules
  const opportunities = opportunitiesAt(input.competitions, input.at, rules)
  const players: Array<Player> = []
  const numbers = new Map<string, number>()
  const wanted = (hotkey: string) => input.explain === "all" || (input.explain?.has(hotkey) ?? false)
  const enter = (hotkey: string, lane: number, absences: ReadonlyArray<Absence>): number => {
    const number = numbers.get(hotkey) ?? players.length
    players[number] = {
      hotkey,
      rating: rules.start,
      decayedAt: 0,
      games: 0,
      lane,
      absences,
      absencesDone: 0,
      reasons: wanted(hotkey) ? [] : null
    }
    numbers.set(hotkey, number)
    return number
  }

  /** Player numbers by UID, for players whose absences `AbsenceCounter` counts. */
  const lanes = new Int32Array(UID_LIMIT).fill(-1)
  const sharedLanes: Array<RegisteredMiner> = []
  for (const miner of input.miners) {
    const isAlone = !AbsenceCounter.fits(rules) || (lanes[miner.uid] ?? 0) >= 0 || numbers.has(miner.hotkey)
    const number = enter(miner.hotkey, isAlone ? -1 : miner.uid, isAlone ? absencesOf(miner, opportunities, input.at, rules) : [])
    if (isAlone) continue
    lanes[miner.uid] = number
    sharedLanes.push(miner)
  }
  const playerOf = ({ uid, hotkey }: Competition["a"]): number => {
    // Fast path: most miners still hold their UID.
    const number = lanes[uid] ?? -1
    return number >= 0 && players[number]?.hotkey === hotkey ? number : (numbers.get(hotkey) ?? enter(hotkey, -1, []))
  }
  const games = gamesOf(input.competitions, input.at - rules.window, input.at, playerOf)

  const playerInLane = Array.from(lanes, (number) => players[number])
  const absenceCounter = new AbsenceCounter(sharedLanes, opportunities.length, input.at, rules, (lane, block, because) => {
    const player = playerInLane[lane]
    if (player !== undefined) applyAbsence(player, block, because, computation)
  })
  const computation: Computation = { rules, absenceCounter, restsAtFloor: blocksAtFloor(rules) }
  let taken = 0
  for (let turn = 0; turn < games.order.length; turn++) {
    const index = games.order[turn] ?? 0
    const block = games.end[index] ?? 0
    // An absence in the same block as a game is applied before the game.
    for (let next = opportunities[taken]; next !== undefined && next.startedAt <= block; next = opportunities[taken]) {
      absenceCounter.take(next)
      taken += 1
    }
    const a = players[games.a[index] ?? -1]
    const b = players[games.b[index] ?? -1]
    const competition = input.competitions[games.place[index] ?? 0]
    if (a !== undefined && b !== undefined && competition !== undefined)
      rate(games.outcome[index] ?? Void, block, competition, a, b, computation)
  }
  for (let next = opportunities[taken]; next !== undefined; next = opportunities[++taken]) absenceCounter.take(next)
  return new Map(
    players
      .toSorted((left, right) => (left.hotkey < right.hotkey ? -1 : 1))
      .map((player) => {
        advanceTo(player, input.at, computation)
        return [
          player.hotkey,
          {
            hotkey: player.hotkey,
            rating: player.rating,
            games: player.games,
            provisional: player.games < rules.earlyGames,
            eligible: player.rating >= rules.eligibleFrom,
            reasons: player.reasons ?? []
          }
        ]
      })
  )
}

/** The number of blocks in which decay lifts a rating from the floor by no more than one absence takes away. */
const blocksAtFloor = ({ absenceFloor, absencePenalty, halfLife, start }: RatingRules): number => {
  if (start < absenceFloor) return 0
  let [rests, rises] = [0, halfLife]
  while (rises - rests > 1) {
    const blocks = Math.floor((rests + rises) / 2)
    if (decayTowards(absenceFloor, start, blocks, halfLife) - absenceFloor <= absencePenalty) rests = blocks
    else rises = blocks
  }
  return rests
}

/** Applies a completed period of absence. */
const applyAbsence = (player: Player, block: number, because: Absence["because"], { rules, restsAtFloor }: Computation): void => {
  if (player.reasons === null && player.rating === rules.absenceFloor && block - player.decayedAt <= restsAtFloor) {
    player.decayedAt = block
    return
  }
  decay(player, block, rules)
  const change = -Math.min(rules.absencePenalty, Math.max(0, player.rating - rules.absenceFloor))
  player.rating += change
  player.reasons?.push({ _tag: "Absent", block, change, rating: player.rating, because })
}

/** Applies the absences of one player that were completed up to `block`. */
const applyAbsencesUntil = (player: Player, block: number, computation: Computation): void => {
  if (player.lane >= 0) computation.absenceCounter.settle(player.lane, block)
  for (;;) {
    const absence = player.absences[player.absencesDone]
    if (absence === undefined || absence.block > block) return
    player.absencesDone += 1
    applyAbsence(player, absence.block, absence.because, computation)
  }
}

/** Advances one player to `block`: applies absences and decay. */
const advanceTo = (player: Player, block: number, computation: Computation): void => {
  applyAbsencesUntil(player, block, computation)
  decay(player, block, computation.rules)
}

const decay = (player: Player, block: number, rules: RatingRules): void => {
  const blocks = block - player.decayedAt
  player.decayedAt = block
  const rating = decayTowards(player.rating, rules.start, blocks, rules.halfLife)
  const change = rating - player.rating
  player.rating = rating
  if (change !== 0) player.reasons?.push({ _tag: "Decayed", block, change, rating, blocks })
}

/** The rating that a player would have at `block`. Applies absences up to then, but does not store the decay after the last one. */
const ratingAt = (player: Player, block: number, computation: Computation): MilliPoints => {
  applyAbsencesUntil(player, block, computation)
  return decayTowards(player.rating, computation.rules.start, block - player.decayedAt, computation.rules.halfLife)
}

/**
 * Applies one game to a player. `opponentRating` is the phantom's when `opponent` is null. The player must have been advanced to the game's block.
 */
const play = (
  player: Player,
  competition: Competition,
  block: number,
  score: 0 | 1_000_000,
  result: GameResult,
  opponent: string | null,
  opponentRating: MilliPoints,
  expectedPpm: number,
  rules: RatingRules
): void => {
  const k = player.games < rules.earlyGames ? rules.earlyK : rules.laterK
  const change = divideRoundHalfAway(k * (score - expectedPpm), 1_000_000)
  player.rating += change
  player.games += 1
  if (player.reasons === null) return
  const { rating } = player
  const game = { competition: competition.id, result, opponent, opponentRating, expectedPpm, k }
  player.reasons.push({ _tag: "Played", block, change, rating, ...game })
}

const rate = (outcome: number, block: number, competition: Competition, a: Player, b: Player, computation: Computation): void => {
  const { rules } = computation
  switch (outcome) {
    case AWon:
    case BWon: {
      advanceTo(a, block, computation)
      advanceTo(b, block, computation)
      const ofA = a.rating
      const ofB = b.rating
      const aWon = outcome === AWon
      const expectedOfA = expectedScorePpm(ofA, ofB)
      play(a, competition, block, aWon ? 1_000_000 : 0, aWon ? "won" : "lost", b.hotkey, ofB, expectedOfA, rules)
      // The two expected scores add up to exactly one.
      play(b, competition, block, aWon ? 0 : 1_000_000, aWon ? "lost" : "won", a.hotkey, ofA, 1_000_000 - expectedOfA, rules)
      return
    }
    case Expired:
      for (const player of [a, b]) {
        advanceTo(player, block, computation)
        play(player, competition, block, 0, "expired", null, rules.phantom, expectedScorePpm(player.rating, rules.phantom), rules)
      }
      return
    case AEarly:
      loseBySubmittingEarly(a, b, competition, block, computation)
      unchanged(b, competition, block)
      return
    case BEarly:
      unchanged(a, competition, block)
      loseBySubmittingEarly(b, a, competition, block, computation)
      return
    default:
      unchanged(a, competition, block)
      unchanged(b, competition, block)
  }
}

/** A competitor that submitted too early loses against the other; the other's rating does not change. */
const loseBySubmittingEarly = (
  player: Player,
  opponent: Player,
  competition: Competition,
  block: number,
  computation: Computation
): void => {
  const opponentRating = ratingAt(opponent, block, computation)
  advanceTo(player, block, computation)
  const expectedPpm = expectedScorePpm(player.rating, opponentRating)
  play(player, competition, block, 0, "submittedTooEarly", opponent.hotkey, opponentRating, expectedPpm, computation.rules)
}

const unchanged = ({ reasons, rating }: Player, { id, status }: Competition, block: number): void => {
  if (status._tag === "Void") reasons?.push({ _tag: "Unchanged", block, rating, competition: id, why: status.reason._tag })
}
