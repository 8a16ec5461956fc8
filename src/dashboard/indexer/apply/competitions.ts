/** Competitions and the ballots that start and end them. */
import { Either } from "effect"
import { bitmapBytes, uidsOfBitmap } from "../../../contract-client/bitmap.ts"
import type { AccountAddress } from "../../../domain/Account.ts"
import type { Competition } from "../../../domain/Competition.ts"
import { expectedScorePpm } from "../../../elo/expectedScore.ts"
import { defaultRatingRules } from "../../../elo/RatingRules.ts"
import {
  type Applied,
  competitionOf,
  type EventOf,
  issueOf,
  minerOf,
  NOTHING_WAITS,
  putIssue,
  putMiner,
  type Step,
  settingsOf
} from "./Step.ts"
import type { Miner } from "./stored.ts"
import { cast, lapse, passOutcome, passPair, withdraw } from "./votes.ts"

/** 0x-prefixed hex in the text form of Postgres' bytea. */
const bytea = (hex: string): string => hex.replace(/^0x/, "\\x")

export const pairVoted = (step: Step, { event, index }: EventOf<"PairVoted">): Applied =>
  Either.map(issueOf(step, event.issue), (issue) => {
    const { a, b, round, totalWeight, validator, weight } = event
    const where = { block: step.facts.number, event: index, issue: issue.id, competition: null }
    cast(step, { kind: "pair", ...where, round, validator, choice: { a, b }, weight, totalWeight, end: null })
  })

export const outcomeVoted = (step: Step, fact: EventOf<"OutcomeVoted">): Applied =>
  Either.map(issueOf(step, fact.event.issue), (issue) => {
    const { choice, competition, totalWeight, validator, weight } = fact.event
    const where = { block: step.facts.number, event: fact.index, issue: issue.id, competition }
    cast(step, { kind: "outcome", ...where, validator, choice, weight, totalWeight, end: null })
    step.verdict = fact
  })

export const outcomeVoteWithdrawn = (step: Step, event: EventOf<"OutcomeVoteWithdrawn">["event"]): void =>
  withdraw(step, event.issue, event.validator)

/** From now on the miner counts as a player, if it did not before. */
const enter = (step: Step, miner: Miner): void => putMiner(step, { ...miner, enrolledAt: miner.enrolledAt ?? step.facts.number })

export const attested = (step: Step, { event, index }: EventOf<"EnrolmentAttested">): void => {
  const { changes, facts, state } = step
  const { enrolled, issue, round, skipped, validator } = event
  const place = { block: facts.number, event: index }
  changes.replace("attestations", { issue, round, validator, enrolled: bytea(enrolled), skipped: bytea(skipped), ...place })
  for (const uid of uidsOfBitmap(enrolled)) {
    const miner = state.miners.get(state.history.holder(uid) ?? "")
    if (miner !== undefined && miner.enrolledAt === null) enter(step, miner)
  }
}

/** Uses the ratings at the round's first block, because the pair was drawn by them. */
export const started = (step: Step, event: EventOf<"CompetitionStarted">["event"]): Applied =>
  Either.gen(function* () {
    const { a, b, competition: id, enrolled, issue: issueId, round, skipped } = event
    const issue = yield* issueOf(step, issueId)
    const { roundLength } = yield* settingsOf(step)
    const { changes, facts, state } = step
    const ratings = state.history.ratingsAt(round * roundLength)
    const ratingOf = (hotkey: AccountAddress) => ratings.get(hotkey)?.rating ?? defaultRatingRules.start
    const [ofA, ofB] = [ratingOf(a.hotkey), ratingOf(b.hotkey)]
    const sides = {
      a_uid: a.uid,
      a_hotkey: a.hotkey,
      a_coldkey: a.coldkey,
      a_rating: ofA,
      a_expected_ppm: expectedScorePpm(ofA, ofB),
      b_uid: b.uid,
      b_hotkey: b.hotkey,
      b_coldkey: b.coldkey,
      b_rating: ofB,
      b_expected_ppm: expectedScorePpm(ofB, ofA)
    }
    for (const { coldkey, hotkey } of [a, b]) enter(step, { ...minerOf(step, hotkey), coldkey })
    changes.append("competitions", {
      id,
      issue: issueId,
      round,
      enrolled: bytea(enrolled),
      skipped: bytea(skipped),
      ...sides,
      started_at: facts.number,
      submissions_from: event.submissionsFrom,
      deadline: event.deadline,
      outcome_until: event.outcomeUntil,
      challenge_period: event.challengePeriod,
      collateral: event.collateral.toString(),
      slash: event.slash.toString(),
      status: "Running"
    })
    state.history.put({
      id,
      issue: issueId,
      a,
      b,
      enrolled: bitmapBytes(enrolled),
      skipped: bitmapBytes(skipped),
      startedAt: facts.number,
      status: { _tag: "Running" }
    })
    putIssue(step, { ...issue, status: "Competing", competition: id })
    passPair(step, issueId, { a, b }, id)
    lapse(step, issueId, "outcome")
  })

type Tally = "won" | "lost" | "expired"

const count = (step: Step, hotkey: AccountAddress, tally: Tally, by: 1 | -1): void => {
  const miner: Miner = minerOf(step, hotkey)
  putMiner(step, { ...miner, [tally]: miner[tally] + by })
}

const sidesOf = ({ a, b }: Competition, winner: 0 | 1) => (winner === 0 ? { winner: a, loser: b } : { winner: b, loser: a })

const end = (step: Step, competition: Competition, status: Competition["status"]): void => {
  step.state.history.put({ ...competition, status })
  step.ended.add(competition.id)
}

export const won = (step: Step, event: EventOf<"CompetitionWon">["event"]): Applied =>
  Either.gen(function* () {
    const competition = yield* competitionOf(step, event.competition)
    const issue = yield* issueOf(step, event.issue)
    const { hotkey, payableAt, pullRequest } = event
    const winner = event.winner === 0 ? 0 : 1
    end(step, competition, { _tag: "Won", winner, pullRequest, at: step.facts.number })
    const sides = sidesOf(competition, winner)
    count(step, sides.winner.hotkey, "won", 1)
    count(step, sides.loser.hotkey, "lost", 1)
    putIssue(step, { ...issue, ...NOTHING_WAITS, status: "Solved", payableAt })
    passOutcome(step, issue.id, { _tag: "Solved", hotkey, pullRequest })
  })

export const expired = (step: Step, event: EventOf<"CompetitionExpired">["event"]): Applied =>
  Either.gen(function* () {
    const competition = yield* competitionOf(step, event.competition)
    const issue = yield* issueOf(step, event.issue)
    end(step, competition, { _tag: "Expired", at: step.facts.number, unsolved: event.unsolved })
    for (const { hotkey } of [competition.a, competition.b]) count(step, hotkey, "expired", 1)
    putIssue(step, { ...issue, ...NOTHING_WAITS, status: "Open", competition: null, attempts: event.attempts })
    lapse(step, issue.id, "outcome")
  })

/** What cannot be undone was decided, and waits. */
export const decided = (step: Step, event: EventOf<"OutcomeDecided">["event"]): Applied =>
  Either.map(issueOf(step, event.issue), (issue) => {
    putIssue(step, { ...issue, waiting: event.choice, waitingFrom: event.from })
    passOutcome(step, issue.id, event.choice)
  })

export const takenBack = (step: Step, event: EventOf<"OutcomeTakenBack">["event"]): Applied =>
  Either.map(issueOf(step, event.issue), (issue) => {
    putIssue(step, { ...issue, ...NOTHING_WAITS, payableAt: event.payableAt })
    passOutcome(step, issue.id, { _tag: "TakenBack" })
  })

export const payeeNamed = (step: Step, event: EventOf<"PayeeNamed">["event"]): Applied =>
  Either.map(issueOf(step, event.issue), (issue) => {
    const { coldkey, payableAt } = event
    putIssue(step, { ...issue, payTo: coldkey, payableAt })
    passOutcome(step, issue.id, { _tag: "PayTo", coldkey })
  })

export const voided = (step: Step, event: EventOf<"CompetitionVoided">["event"]): Applied =>
  Either.gen(function* () {
    const competition = yield* competitionOf(step, event.competition)
    const { reason } = event
    if (reason._tag === "Dissolved") {
      const issue = yield* issueOf(step, event.issue)
      putIssue(step, { ...issue, ...NOTHING_WAITS, status: "Open", competition: null })
      passOutcome(step, issue.id, { _tag: "Dissolved" })
    }
    if (competition.status._tag === "Won") {
      step.state.history.overturn(competition.id, competition.status)
      step.reverted.set(competition.id, competition)
      const { loser, winner } = sidesOf(competition, competition.status.winner)
      count(step, winner.hotkey, "won", -1)
      count(step, loser.hotkey, "lost", -1)
    }
    end(step, competition, { _tag: "Void", reason, at: step.facts.number })
    if (reason._tag === "SubmittedTooEarly") count(step, reason.hotkey, "lost", 1)
  })
