/** What a block's end does to ratings: games that ended in it, verdicts taken back, and at a round's first block the absences since. */
import type { AccountAddress } from "../../domain/Account.ts"
import type { Competition } from "../../domain/Competition.ts"
import type { Rating, Ratings } from "../../elo/ratings.ts"
import { roundAt } from "./State.ts"
import { putMiner, type Step } from "./Step.ts"
import type { Row } from "./stored.ts"

type Reason = Rating["reasons"][number]
type Played = Extract<Reason, { readonly _tag: "Played" }>

/** Rates everybody, when the block is a round's first or has ended a competition. */
export const rate = (step: Step): void => {
  const { ended, facts, state } = step
  if (state.settings === null) return
  const isFirst = roundAt(facts.number, state.settings).start === facts.number
  if (!isFirst && ended.size === 0) return
  const ratings = state.history.ratingsAt(facts.number)
  for (const id of [...ended].toSorted((left, right) => left - right)) {
    const competition = state.history.competition(id)
    if (competition === undefined) continue
    const upheld = step.reverted.get(id)
    if (upheld !== undefined) takeBack(step, upheld)
    noteEnd(step, competition, ratings)
  }
  noteAbsences(step, ratings)
  keepRatings(step, ratings)
  state.ratedAt = facts.number
  state.history.forgetBefore(facts.number - state.settings.roundLength, ({ issue }) => !state.issues.has(issue))
}

/** What a game changed, for those whose rating it changed, and both ratings after it. */
const noteEnd = (step: Step, competition: Competition, ratings: Ratings): void => {
  const after = (hotkey: AccountAddress): number | null => {
    const rating = ratings.get(hotkey)
    const played = rating?.reasons.find((reason): reason is Played => reason._tag === "Played" && reason.competition === competition.id)
    if (played === undefined) return rating?.rating ?? null
    const { change, expectedPpm, k, opponent, opponentRating } = played
    note(step, hotkey, played.result, competition.id, played.rating - change, played.rating, {
      k,
      opponent,
      opponent_rating: opponentRating,
      expected_ppm: expectedPpm
    })
    return played.rating
  }
  const { a, b, id } = competition
  step.changes.endings.set(id, { competition, aRatingAfter: after(a.hotkey), bRatingAfter: after(b.hotkey) })
}

/** A verdict that was taken back never counted: from its ratings as if it stood to those without it. */
const takeBack = (step: Step, upheld: Competition): void => {
  const { facts, state } = step
  const before = state.history.ratingsAt(facts.number, upheld)
  const without: Competition["status"] = { _tag: "Void", reason: { _tag: "Reverted" }, at: facts.number }
  const after = state.history.ratingsAt(facts.number, { ...upheld, status: without })
  for (const { hotkey } of [upheld.a, upheld.b]) {
    const [from, to] = [before.get(hotkey)?.rating, after.get(hotkey)?.rating]
    if (from !== undefined && to !== undefined) note(step, hotkey, "reverted", upheld.id, from, to)
  }
}

/** The absences that have become full since everybody was rated last. */
const noteAbsences = (step: Step, ratings: Ratings): void => {
  const since = step.state.ratedAt ?? Number.NEGATIVE_INFINITY
  for (const { hotkey, reasons } of ratings.values()) {
    for (const reason of reasons) {
      if (reason._tag !== "Absent" || reason.block <= since || reason.change === 0) continue
      append(step, { hotkey, block: reason.block, cause: "absent", before: reason.rating - reason.change, after: reason.rating })
    }
  }
}

/** Everybody's present rating. */
const keepRatings = (step: Step, ratings: Ratings): void => {
  for (const { eligible, games, hotkey, provisional, rating } of ratings.values()) {
    const miner = step.state.miners.get(hotkey)
    if (miner === undefined) continue
    putMiner(step, { ...miner, rating, games, provisional, eligible, ratedAt: step.facts.number })
  }
}

const none = { k: null, opponent: null, opponent_rating: null, expected_ppm: null }

const note = (
  step: Step,
  hotkey: AccountAddress,
  cause: string,
  competition: number,
  before: number,
  after: number,
  game: Row = none
): void => append(step, { hotkey, block: step.facts.number, cause, competition, before, after, ...game })

const append = ({ changes }: Step, row: Row): void => changes.append("ratings", { competition: null, ...none, ...row })
