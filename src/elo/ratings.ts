/**
 * The ratings of all miners at a round, recomputed from the contract's record of the last 60 days. Integers of 1/1000 point, rounded half away from
 * zero after each step. The result does not depend on the machine or on the order of the input.
 */
import { type Competition, endedAt } from "../domain/Competition.ts"
import { type Absence, type Absences, absencesOf, NO_ABSENCES, type RegisteredMiner } from "./absence.ts"
import { expectedScorePpm, type MilliPoints } from "./expectedScore.ts"
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
  /** What is missed so far, and from which block on; of a former miner nothing. */
  readonly absence: Pick<Absences, "missed" | "since">
}

/** Ratings by hotkey, sorted by hotkey. */
export type Ratings = ReadonlyMap<string, Rating>

interface Player {
  readonly hotkey: string
  rating: MilliPoints
  /** The block up to which time decay has been applied. */
  decayedAt: number
  games: number
  readonly absences: Absences
  absencesDone: number
  readonly reasons: Array<RatingReason> | null
}

/** The competitions whose block is in (after, until], sorted by that block and id. */
const competitionsWithin = (
  competitions: ReadonlyArray<Competition>,
  after: number,
  until: number,
  blockOf: (competition: Competition) => number | null
): ReadonlyArray<{ readonly block: number; readonly competition: Competition }> =>
  competitions
    .flatMap((competition) => {
      const block = blockOf(competition)
      return block === null || block <= after || block > until ? [] : [{ block, competition }]
    })
    .sort((left, right) => left.block - right.block || left.competition.id - right.competition.id)

/** The competitions that began up to a block, by competitor. */
const matchesByMiner = (competitions: ReadonlyArray<Competition>, at: number): ReadonlyMap<string, ReadonlyArray<Competition>> => {
  const matches = new Map<string, Array<Competition>>()
  for (const one of competitions)
    for (const { hotkey } of one.startedAt <= at ? [one.a, one.b] : []) {
      const own = matches.get(hotkey)
      if (own === undefined) matches.set(hotkey, [one])
      else own.push(one)
    }
  return matches
}

/** Rates every miner that is registered, or had a competition end in (at − window, at]. */
export const computeRatings = (input: RatingInput): Ratings => {
  const rules = input.rules ?? defaultRatingRules
  const from = input.at - rules.window
  const opportunities = competitionsWithin(input.competitions, from, input.at, ({ startedAt }) => startedAt).map(
    ({ competition }) => competition
  )
  const matches = matchesByMiner(input.competitions, input.at)
  const players = new Map<string, Player>()
  const enter = (hotkey: string, absences: Absences): Player => {
    const isExplained = input.explain === "all" || (input.explain?.has(hotkey) ?? false)
    const player = { hotkey, rating: rules.start, decayedAt: 0, games: 0, absences, absencesDone: 0, reasons: isExplained ? [] : null }
    players.set(hotkey, player)
    return player
  }
  for (const miner of input.miners)
    enter(miner.hotkey, absencesOf(miner, { opportunities, matches: matches.get(miner.hotkey) ?? [] }, input.at, rules))
  const playerOf = ({ hotkey }: Competition["a"]): Player => players.get(hotkey) ?? enter(hotkey, NO_ABSENCES)

  for (const { block, competition } of competitionsWithin(input.competitions, from, input.at, endedAt))
    rate(competition, block, playerOf(competition.a), playerOf(competition.b), rules)
  return new Map(
    [...players.values()]
      .sort((left, right) => (left.hotkey < right.hotkey ? -1 : 1))
      .map((player) => {
        advanceTo(player, input.at, rules)
        return [
          player.hotkey,
          {
            hotkey: player.hotkey,
            rating: player.rating,
            games: player.games,
            provisional: player.games < rules.earlyGames,
            eligible: player.rating >= rules.eligibleFrom,
            reasons: player.reasons ?? [],
            absence: { missed: player.absences.missed, since: player.absences.since }
          }
        ]
      })
  )
}

const applyAbsence = (player: Player, block: number, because: Absence["because"], rules: RatingRules): void => {
  decay(player, block, rules)
  const change = -Math.min(rules.absencePenalty, Math.max(0, player.rating - rules.absenceFloor))
  player.rating += change
  player.reasons?.push({ _tag: "Absent", block, change, rating: player.rating, because })
}

/** Applies the absences of one player that were completed up to `block`. */
const applyAbsencesUntil = (player: Player, block: number, rules: RatingRules): void => {
  for (;;) {
    const absence = player.absences.completed[player.absencesDone]
    if (absence === undefined || absence.block > block) return
    player.absencesDone += 1
    applyAbsence(player, absence.block, absence.because, rules)
  }
}

/** Advances one player to `block`: applies absences and decay. */
const advanceTo = (player: Player, block: number, rules: RatingRules): void => {
  applyAbsencesUntil(player, block, rules)
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

/** The rating that a player would have at `block`. Applies absences up to then, but does not store the decay after the last one. */
const ratingAt = (player: Player, block: number, rules: RatingRules): MilliPoints => {
  applyAbsencesUntil(player, block, rules)
  return decayTowards(player.rating, rules.start, block - player.decayedAt, rules.halfLife)
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

const rate = (competition: Competition, block: number, a: Player, b: Player, rules: RatingRules): void => {
  const { status } = competition
  switch (status._tag) {
    case "Won": {
      advanceTo(a, block, rules)
      advanceTo(b, block, rules)
      const ofA = a.rating
      const ofB = b.rating
      const aWon = status.winner === 0
      const expectedOfA = expectedScorePpm(ofA, ofB)
      play(a, competition, block, aWon ? 1_000_000 : 0, aWon ? "won" : "lost", b.hotkey, ofB, expectedOfA, rules)
      // The two expected scores add up to exactly one.
      play(b, competition, block, aWon ? 0 : 1_000_000, aWon ? "lost" : "won", a.hotkey, ofA, 1_000_000 - expectedOfA, rules)
      return
    }
    case "Expired":
    case "Unsolved":
      for (const player of [a, b]) {
        advanceTo(player, block, rules)
        play(player, competition, block, 0, "expired", null, rules.phantom, expectedScorePpm(player.rating, rules.phantom), rules)
      }
      return
    case "Void": {
      const early = status.reason._tag === "SubmittedTooEarly" ? status.reason.hotkey : null
      for (const [player, opponent] of [
        [a, b],
        [b, a]
      ] as const) {
        if (player.hotkey === early) loseBySubmittingEarly(player, opponent, competition, block, rules)
        else player.reasons?.push({ _tag: "Unchanged", block, rating: player.rating, competition: competition.id, why: status.reason._tag })
      }
    }
  }
}

/** A competitor that submitted too early loses against the other; the other's rating does not change. */
const loseBySubmittingEarly = (player: Player, opponent: Player, competition: Competition, block: number, rules: RatingRules): void => {
  const opponentRating = ratingAt(opponent, block, rules)
  advanceTo(player, block, rules)
  const expectedPpm = expectedScorePpm(player.rating, opponentRating)
  play(player, competition, block, 0, "submittedTooEarly", opponent.hotkey, opponentRating, expectedPpm, rules)
}
