/** Rating changes at the end of a block: games that ended in it and, at a round's first block, absences. */
import type { AccountAddress } from "../../../domain/Account.ts"
import type { Competition } from "../../../domain/Competition.ts"
import type { Rating, Ratings } from "../../../elo/ratings.ts"
import type { RowOf } from "./Changes.ts"
import { roundAt } from "./State.ts"
import { putMiner, type Step } from "./Step.ts"

type Reason = Rating["reasons"][number]
type PlayedMatch = Extract<Reason, { readonly _tag: "Played" }>

/** Computes all miners' ratings if the block is a round's first or ended a competition. */
export const rate = (step: Step): void => {
  const { ended, facts, state } = step
  if (state.settings === null) return
  const isFirst = roundAt(facts.number, state.settings).start === facts.number
  if (!isFirst && ended.size === 0) return
  const ratings = state.history.ratingsAt(facts.number)
  for (const id of [...ended].toSorted((left, right) => left - right)) {
    const competition = state.history.competition(id)
    if (competition === undefined) continue
    recordEnd(step, competition, ratings)
  }
  recordAbsences(step, ratings)
  storeRatings(step, ratings)
  state.ratedAt = facts.number
  state.history.forgetBefore(facts.number - state.settings.roundLength, ({ issue }) => !state.issues.has(issue))
}

const recordEnd = (step: Step, competition: Competition, ratings: Ratings): void => {
  const after = (hotkey: AccountAddress): number | null => {
    const rating = ratings.get(hotkey)
    const played = rating?.reasons.find(
      (reason): reason is PlayedMatch => reason._tag === "Played" && reason.competition === competition.id
    )
    if (played === undefined) return rating?.rating ?? null
    const { change, expectedPpm, k, opponent, opponentRating } = played
    recordChange(step, hotkey, played.result, competition.id, played.rating - change, played.rating, {
      k,
      opponent,
      opponent_rating: opponentRating,
      expected_ppm: expectedPpm
    })
    return played.rating
  }
  const { a, b, id, startedAt } = competition
  const ratingAfter = (competitor: Competition["a"]) => after(step.state.history.presentHotkey(competitor, startedAt))
  step.changes.endings.set(id, { competition, aRatingAfter: ratingAfter(a), bRatingAfter: ratingAfter(b) })
}

/** Records absences completed since the last rating. */
const recordAbsences = (step: Step, ratings: Ratings): void => {
  const since = step.state.ratedAt ?? Number.NEGATIVE_INFINITY
  for (const { hotkey, reasons } of ratings.values()) {
    for (const reason of reasons) {
      if (reason._tag !== "Absent" || reason.block <= since || reason.change === 0) continue
      append(step, { hotkey, block: reason.block, cause: "absent", before: reason.rating - reason.change, after: reason.rating })
    }
  }
}

const storeRatings = (step: Step, ratings: Ratings): void => {
  for (const { eligible, games: ratedGames, hotkey, provisional, rating } of ratings.values()) {
    const miner = step.state.miners.get(hotkey)
    if (miner === undefined) continue
    putMiner(step, { ...miner, rating, ratedGames, provisional, eligible, ratedAt: step.facts.number })
  }
}

const NO_RATING_CHANGE = { k: null, opponent: null, opponent_rating: null, expected_ppm: null }

const recordChange = (
  step: Step,
  hotkey: AccountAddress,
  cause: string,
  competition: number,
  before: number,
  after: number,
  game: Partial<RowOf<"ratings">> = NO_RATING_CHANGE
): void => append(step, { hotkey, block: step.facts.number, cause, competition, before, after, ...game })

const append = ({ changes }: Step, row: RowOf<"ratings">): void =>
  changes.append("ratings", { competition: null, ...NO_RATING_CHANGE, ...row })
