/**
 * The ratings of all miners at a round, recomputed from the contract's record of the last 60 days. Integers of 1/1000 point, rounded half
 * away from zero after each step; the same on every machine, whatever the order of the input.
 */
import { type Competition, endedAt } from "../domain/Competition.ts"
import { type Absence, absencesOf, type Opportunity, type RegisteredMiner } from "./absence.ts"
import { expectedScorePpm, type MilliPoints } from "./expectedScore.ts"
import { divideRoundHalfAway } from "./integer.ts"
import { defaultRatingRules, type RatingRules } from "./RatingRules.ts"
import { decayTowards } from "./timeDecay.ts"

export interface RatingInput {
  /** The round's block S. Nothing that happened after it counts. */
  readonly at: number
  /** Competitions in any order; those outside the window are left out here. */
  readonly competitions: ReadonlyArray<Competition>
  /** The miners registered at S. Others have ratings too, if they played, but absence costs them nothing. */
  readonly miners: ReadonlyArray<RegisteredMiner>
  /** Whose reasons to write down: none by default, because a large history has many. */
  readonly explain?: ReadonlySet<string> | "all"
  readonly rules?: RatingRules
}

export type GameResult = "won" | "lost" | "expired" | "submittedTooEarly"

/** One step of a rating, with the rating after it. */
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
      /** null: the phantom. */
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
  /** Fewer rated games than it takes to leave the early K; shown with "?". */
  readonly provisional: boolean
  readonly eligible: boolean
  readonly reasons: ReadonlyArray<RatingReason>
}

/** Ratings by hotkey, in the order of the hotkeys' text. */
export type Ratings = ReadonlyMap<string, Rating>

interface Player {
  readonly hotkey: string
  rating: MilliPoints
  /** The block up to which the rating has moved back by time. */
  decayedAt: number
  games: number
  readonly absences: ReadonlyArray<Absence>
  absencesDone: number
  readonly reasons: Array<RatingReason> | null
}

/** The competitions that started in the window of block `at`, oldest first. */
export const opportunitiesAt = (
  competitions: ReadonlyArray<Competition>,
  at: number,
  rules: RatingRules = defaultRatingRules
): ReadonlyArray<Opportunity> =>
  competitions
    .filter(({ startedAt }) => startedAt > at - rules.window && startedAt <= at)
    .sort((left, right) => left.startedAt - right.startedAt || left.id - right.id)

/** Rates everyone who is registered or ended a competition in (at − window, at]. */
export const computeRatings = (input: RatingInput): Ratings => {
  const rules = input.rules ?? defaultRatingRules
  const opportunities = opportunitiesAt(input.competitions, input.at, rules)
  const players = new Map<string, Player>()
  const wanted = (hotkey: string) => input.explain === "all" || (input.explain?.has(hotkey) ?? false)
  const enter = (hotkey: string, absences: ReadonlyArray<Absence>): Player => {
    const player: Player = {
      hotkey,
      rating: rules.start,
      decayedAt: 0,
      games: 0,
      absences,
      absencesDone: 0,
      reasons: wanted(hotkey) ? [] : null
    }
    players.set(hotkey, player)
    return player
  }
  for (const miner of input.miners) enter(miner.hotkey, absencesOf(miner, opportunities, input.at, rules))
  for (const competition of endedInWindow(input.competitions, input.at, rules)) {
    const a = players.get(competition.a.hotkey) ?? enter(competition.a.hotkey, [])
    const b = players.get(competition.b.hotkey) ?? enter(competition.b.hotkey, [])
    rate(competition, a, b, rules)
  }
  return new Map(
    [...players.values()]
      .sort((left, right) => (left.hotkey < right.hotkey ? -1 : 1))
      .map((player) => {
        moveTo(player, input.at, rules)
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

/** Those that ended in (at − window, at] by (end block, id). A contract lists them nearly in that order, so sorting is rarely needed. */
const endedInWindow = (competitions: ReadonlyArray<Competition>, at: number, rules: RatingRules): ReadonlyArray<Competition> => {
  const ended: Array<Competition> = []
  let isSorted = true
  let before: Competition | undefined
  for (const competition of competitions) {
    const end = endedAt(competition)
    if (end === null || end <= at - rules.window || end > at) continue
    if (before !== undefined && byEnd(before, competition) > 0) isSorted = false
    ended.push(competition)
    before = competition
  }
  return isSorted ? ended : ended.sort(byEnd)
}

const byEnd = (left: Competition, right: Competition): number => (endedAt(left) ?? 0) - (endedAt(right) ?? 0) || left.id - right.id

/** Lets time pass for one player up to `block`: the decay, and the absences that became full on the way. */
const moveTo = (player: Player, block: number, rules: RatingRules): void => {
  for (;;) {
    const absence = player.absences[player.absencesDone]
    if (absence === undefined || absence.block > block) break
    player.absencesDone += 1
    decay(player, absence.block, rules)
    const change = -Math.min(rules.absencePenalty, Math.max(0, player.rating - rules.absenceFloor))
    player.rating += change
    player.reasons?.push({ _tag: "Absent", block: absence.block, change, rating: player.rating, because: absence.because })
  }
  decay(player, block, rules)
}

const decay = (player: Player, block: number, rules: RatingRules): void => {
  const blocks = block - player.decayedAt
  player.decayedAt = block
  const rating = decayTowards(player.rating, rules.start, blocks, rules.halfLife)
  const change = rating - player.rating
  player.rating = rating
  if (change !== 0) player.reasons?.push({ _tag: "Decayed", block, change, rating, blocks })
}

/** The rating that a player would have at `block`, leaving the player as it is. */
const ratingAt = (player: Player, block: number, rules: RatingRules): MilliPoints => {
  const copy = { ...player, reasons: null }
  moveTo(copy, block, rules)
  return copy.rating
}

const rate = (competition: Competition, a: Player, b: Player, rules: RatingRules): void => {
  const { status } = competition
  if (status._tag === "Running") return
  const play = (player: Player, score: 0 | 1_000_000, result: GameResult, opponent: string | null, opponentRating: MilliPoints) => {
    moveTo(player, status.at, rules)
    const expectedPpm = expectedScorePpm(player.rating, opponentRating)
    const k = player.games < rules.earlyGames ? rules.earlyK : rules.laterK
    const change = divideRoundHalfAway(k * (score - expectedPpm), 1_000_000)
    player.rating += change
    player.games += 1
    if (player.reasons === null) return
    const { rating } = player
    const game = { competition: competition.id, result, opponent, opponentRating, expectedPpm, k }
    player.reasons.push({ _tag: "Played", block: status.at, change, rating, ...game })
  }
  switch (status._tag) {
    case "Won": {
      moveTo(a, status.at, rules)
      moveTo(b, status.at, rules)
      const ofA = a.rating
      const ofB = b.rating
      const aWon = status.winner === 0
      play(a, aWon ? 1_000_000 : 0, aWon ? "won" : "lost", b.hotkey, ofB)
      play(b, aWon ? 0 : 1_000_000, aWon ? "lost" : "won", a.hotkey, ofA)
      return
    }
    case "Expired":
      for (const player of [a, b]) play(player, 0, "expired", null, rules.phantom)
      return
    case "Void": {
      const early = status.reason._tag === "SubmittedTooEarly" ? status.reason.hotkey : null
      for (const [player, opponent] of [
        [a, b],
        [b, a]
      ] as const) {
        if (player.hotkey === early) play(player, 0, "submittedTooEarly", opponent.hotkey, ratingAt(opponent, status.at, rules))
        else
          player.reasons?.push({
            _tag: "Unchanged",
            block: status.at,
            rating: player.rating,
            competition: competition.id,
            why: status.reason._tag
          })
      }
      return
    }
  }
}
