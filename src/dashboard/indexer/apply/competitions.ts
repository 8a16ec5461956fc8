/** Competitions and the ballots that start and end them. */
import { Either } from "effect"
import { bitmapBytes, uidsOfBitmap } from "../../../contract-client/bitmap.ts"
import type { AccountAddress } from "../../../domain/Account.ts"
import type { Competition } from "../../../domain/Competition.ts"
import { expectedScorePpm } from "../../../elo/expectedScore.ts"
import { defaultRatingRules } from "../../../elo/RatingRules.ts"
import { type Applied, competitionOf, type EventOf, issueOf, minerOf, putIssue, putMiner, type Step, settingsOf } from "./Step.ts"
import type { Miner } from "./stored.ts"
import { cast, castBefore, lapse, passOutcome, passPair, withdraw } from "./votes.ts"

/** 0x-prefixed hex in the text form of Postgres' bytea. */
const bytea = (hex: string): string => hex.replace(/^0x/, "\\x")

export const pairVoted = (step: Step, { event, index }: EventOf<"PairVoted">): Applied =>
  Either.map(issueOf(step, event.issue), (issue) => {
    const { a, b, round, validator } = event
    const where = { block: step.facts.number, event: index, issue: issue.id, competition: null }
    cast(step, { kind: "pair", ...where, round, validator, choice: { a, b }, since: step.facts.number, end: null })
  })

export const outcomeVoted = (step: Step, { event, index }: EventOf<"OutcomeVoted">): Applied =>
  Either.map(issueOf(step, event.issue), (issue) => {
    const { choice, competition, since, validator } = event
    const where = { block: step.facts.number, event: index, issue: issue.id, competition }
    const found = step.facts.casts.find((one) => one.issue === issue.id && one.validator === validator && one.since === since)
    const weight = found?.weight ?? castBefore(step, issue.id, validator, since)
    cast(step, { kind: "outcome", ...where, validator, choice, since, cast: weight, end: null })
  })

export const outcomeVoteWithdrawn = (step: Step, event: EventOf<"OutcomeVoteWithdrawn">["event"]): void =>
  withdraw(step, event.issue, event.validator)

/** Marks the miner as a player from now on, if it was none. */
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

/** Uses the ratings at the round's first block, by which the pair was drawn. */
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

const count = (step: Step, hotkey: AccountAddress, tally: Tally): void => {
  const miner: Miner = minerOf(step, hotkey)
  putMiner(step, { ...miner, [tally]: miner[tally] + 1 })
}

const end = (step: Step, competition: Competition, status: Competition["status"]): void => {
  step.state.history.put({ ...competition, status })
  step.ended.add(competition.id)
}

export const won = (step: Step, event: EventOf<"CompetitionWon">["event"]): Applied =>
  Either.gen(function* () {
    const competition = yield* competitionOf(step, event.competition)
    const issue = yield* issueOf(step, event.issue)
    const { hotkey, pullRequest } = event
    const winner = event.winner === 0 ? 0 : 1
    end(step, competition, { _tag: "Won", winner, pullRequest, at: step.facts.number })
    for (const one of [competition.a, competition.b]) count(step, one.hotkey, one.hotkey === hotkey ? "won" : "lost")
    putIssue(step, { ...issue, status: "Solved" })
    passOutcome(step, issue.id, { _tag: "Solved", hotkey, pullRequest })
  })

/** Ended without a verdict in time, or because the quorum found no solution. */
export const endedUnsolved = (step: Step, event: EventOf<"CompetitionExpired" | "CompetitionUnsolved">["event"]): Applied =>
  Either.gen(function* () {
    const competition = yield* competitionOf(step, event.competition)
    const issue = yield* issueOf(step, event.issue)
    const at = step.facts.number
    for (const { hotkey } of [competition.a, competition.b]) count(step, hotkey, "expired")
    putIssue(step, { ...issue, status: "Open", competition: null, attempts: event.attempts })
    if (event._tag === "CompetitionExpired") {
      end(step, competition, { _tag: "Expired", at })
      lapse(step, issue.id, "outcome")
    } else {
      const { slashA, slashB } = event
      end(step, competition, { _tag: "Unsolved", at, slashA, slashB })
      passOutcome(step, issue.id, { _tag: "Unsolved", slashA, slashB })
    }
  })

export const payeeNamed = (step: Step, { coldkey, competition: id, hotkey }: EventOf<"PayeeNamed">["event"]): Applied =>
  Either.map(competitionOf(step, id), ({ a }) => {
    step.changes.payees.set(`${id} ${hotkey === a.hotkey ? "a" : "b"}`, coldkey)
  })

export const voided = (step: Step, event: EventOf<"CompetitionVoided">["event"]): Applied =>
  Either.gen(function* () {
    const competition = yield* competitionOf(step, event.competition)
    const { reason } = event
    if (reason._tag === "Dissolved") {
      const issue = yield* issueOf(step, event.issue)
      putIssue(step, { ...issue, status: "Open", competition: null })
      passOutcome(step, issue.id, { _tag: "Dissolved" })
    }
    end(step, competition, { _tag: "Void", reason, at: step.facts.number })
    if (reason._tag === "SubmittedTooEarly") count(step, reason.hotkey, "lost")
  })
