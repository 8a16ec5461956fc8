/** How competitions start and end. */
import { Either, HashMap, Option } from "effect"
import { bitmapBytes } from "../../src/contract-client/bitmap.ts"
import type {
  CancelReason,
  Competition,
  Issue,
  MessageArguments,
  OutcomeChoice,
  OutcomeVote,
  PairVote
} from "../../src/contract-client/generated.ts"
import { sameOutcome, samePair } from "../../src/contract-client/outcome.ts"
import { type AccountAddress, toPublicKeyHex } from "../../src/domain/Account.ts"
import { collateralRequired, share } from "../../src/domain/Collateral.ts"
import { hasUid } from "../../src/domain/UidBitmap.ts"
import { collateralOf, lock, lose, loserOf } from "./collateral.ts"
import { attestationsOf, majority, replaced } from "./enrolment.ts"
import { closeCancelled, isClosed } from "./issues.ts"
import { isSettingUp, type Round, type State } from "./State.ts"
import {
  competitionOf,
  forgetOutcomeVotes,
  isQuorum,
  isSameRound,
  issueOf,
  liveWeights,
  onlyValidator,
  pairVotesFrom,
  putCompetition,
  putIssue,
  type Ruled,
  refuse,
  roundAt,
  type Turn,
  unless,
  weightOf
} from "./Turn.ts"
import { decide, takeBack, unlessWaiting } from "./waiting.ts"

const runningOf = (turn: Turn, hotkey: AccountAddress): number => Option.getOrElse(HashMap.get(turn.state.running, hotkey), () => 0)

const countRunning = (turn: Turn, { a, b }: Pick<Competition, "a" | "b">, change: 1 | -1): void => {
  for (const { hotkey } of [a, b]) {
    const count = runningOf(turn, hotkey) + change
    const running = count === 0 ? HashMap.remove(turn.state.running, hotkey) : HashMap.set(turn.state.running, hotkey, count)
    turn.state = { ...turn.state, running }
  }
}

export const votePair = (turn: Turn, args: MessageArguments<"votePair">): Ruled<null> =>
  Either.gen(function* () {
    const { issue: id, round } = args
    yield* onlyValidator(turn)
    yield* unless(!turn.state.paused, "Paused")
    yield* unless(!isSettingUp(turn.state), "InSetup")
    const issue = yield* issueOf(turn, id)
    yield* unless(issue.status._tag === "Open", { _tag: "IssueNotOpen", issue: id })
    const { block } = turn.subnet
    const current = roundAt(turn.state, block)
    yield* unless(round === current.number, { _tag: "WrongRound", current: current.number })
    const from = pairVotesFrom(turn.state, current)
    yield* unless(block >= from, { _tag: "TooEarly", from })
    const [a, b] = toPublicKeyHex(args.a.hotkey) <= toPublicKeyHex(args.b.hotkey) ? [args.a, args.b] : [args.b, args.a]
    for (const { uid } of [args.a, args.b]) yield* unless(uid < 256, { _tag: "UidOutOfRange", uid })
    yield* unless(a.hotkey !== b.hotkey, "SameHotkey")
    yield* unless(a.coldkey !== b.coldkey, "SameColdkey")
    yield* unless(a.uid !== b.uid, "SameUid")
    for (const { coldkey, hotkey } of [a, b]) {
      yield* unless(hotkey !== turn.state.config.treasuryHotkey, { _tag: "ReservedHotkey", hotkey })
      yield* unless(!isReserved(turn, coldkey), { _tag: "ReservedColdkey", coldkey })
    }
    const weights = yield* liveWeights(turn.state, turn.subnet)
    const entries = attestationsOf(turn.state, id, current)
    const enrolled = majority(weights, entries, "enrolled")
    const required = collateralRequired(issue.bounty, turn.state.config.collateralBps)
    for (const competitor of [a, b]) {
      const { uid } = competitor
      yield* unless(hasUid(bitmapBytes(enrolled), uid), { _tag: "NotAttested", uid })
      yield* unless(runningOf(turn, competitor.hotkey) < turn.state.config.maxCompetitionsPerMiner, { _tag: "TooManyCompetitions", uid })
      const { deposited, locked } = collateralOf(turn.state, competitor)
      const free = deposited - locked
      yield* unless(free >= required, { _tag: "TooLittleCollateral", uid, free, required })
    }
    const votes = replaced(pairVotesOf(turn.state, id, current), { validator: turn.caller, round, a, b })
    turn.state = { ...turn.state, pairBallots: HashMap.set(turn.state.pairBallots, id, { round: current, votes }) }
    const voters = votes.filter((vote) => samePair(vote, { a, b })).map(({ validator }) => validator)
    const weight = weightOf(weights, voters)
    turn.events.push({ _tag: "PairVoted", issue: id, validator: turn.caller, round, a, b, weight, totalWeight: weights.total })
    if (isQuorum(turn.state, weight, weights.total)) {
      start(turn, issue, { round, a, b, enrolled, skipped: majority(weights, entries, "skipped") })
    }
    return null
  })

/** Whether an account is the contract's or the treasury's: paying it would pay nobody. */
const isReserved = ({ state }: Turn, coldkey: AccountAddress): boolean =>
  coldkey === state.contract || coldkey === state.config.treasuryColdkey

/** The pair votes of a round on an issue. Votes of earlier rounds no longer count. */
export const pairVotesOf = (state: State, issue: number, round: Round): ReadonlyArray<PairVote> =>
  Option.match(HashMap.get(state.pairBallots, issue), {
    onNone: () => [],
    onSome: (ballot) => (isSameRound(ballot.round, round) ? ballot.votes : [])
  })

const start = (turn: Turn, issue: Issue, drawn: Pick<Competition, "round" | "a" | "b" | "enrolled" | "skipped">): void => {
  const { config } = turn.state
  const { block } = turn.subnet
  const id = turn.state.competitionCount + 1
  const deadline = block + config.competitionLength
  const collateral = collateralRequired(issue.bounty, config.collateralBps)
  const terms = {
    submissionsFrom: block + config.submissionWindow,
    deadline,
    outcomeUntil: deadline + config.outcomeGrace,
    challengePeriod: config.challengePeriod,
    collateral,
    slash: share(collateral, config.slashBps)
  }
  putCompetition(turn, { id, issue: issue.id, ...drawn, startedAt: block, ...terms, status: { _tag: "Running" } })
  putIssue(turn, { ...issue, status: { _tag: "Competing" }, competition: id })
  countRunning(turn, drawn, 1)
  for (const competitor of [drawn.a, drawn.b]) lock(turn, competitor, collateral)
  let { competitionsOf } = turn.state
  for (const { hotkey } of [drawn.a, drawn.b]) {
    const earlier = Option.getOrElse(HashMap.get(competitionsOf, hotkey), () => [])
    competitionsOf = HashMap.set(competitionsOf, hotkey, [...earlier, id])
  }
  turn.state = {
    ...turn.state,
    competitionCount: id,
    competitionsOf,
    attestations: HashMap.remove(turn.state.attestations, issue.id),
    pairBallots: HashMap.remove(turn.state.pairBallots, issue.id)
  }
  forgetOutcomeVotes(turn, issue)
  turn.events.push({ _tag: "CompetitionStarted", competition: id, issue: issue.id, ...drawn, ...terms })
}

/** Refuses a reason that validators may not give in the issue's present state. */
const checkReason = (turn: Turn, issue: Issue, competition: Competition | undefined, reason: CancelReason): Ruled<void> => {
  const solved = issue.status._tag === "Solved"
  const allowed =
    reason._tag === "PaymentImpossible"
      ? solved && turn.subnet.block >= (issue.payableAt ?? 0)
      : reason._tag !== "Owner" && reason._tag !== "Dissolved" && (reason._tag !== "Reverted" || solved)
  if (!allowed) return refuse("ReasonNotAllowed")
  if (reason._tag !== "SubmittedTooEarly") return Either.void
  return unless(competition !== undefined && competes(competition, reason.hotkey), { _tag: "NotACompetitor", hotkey: reason.hotkey })
}

/** Who gets the bounty of a solved issue. */
const payeeOf = (issue: Issue, competition: Competition): AccountAddress | null => {
  const { a, b, status } = competition
  return issue.payTo ?? (status._tag === "Won" ? (status.winner === 0 ? a : b).coldkey : null)
}

const competes = ({ a, b }: Competition, hotkey: AccountAddress): boolean => hotkey === a.hotkey || hotkey === b.hotkey

const checkChoice = (turn: Turn, issue: Issue, competition: Competition | undefined, choice: OutcomeChoice): Ruled<void> =>
  Either.gen(function* () {
    const { block } = turn.subnet
    const replaces = choice._tag === "TakenBack" || choice._tag === "Solved" || choice._tag === "Dissolved"
    if (!replaces) yield* unlessWaiting(issue)
    switch (choice._tag) {
      case "Cancelled":
        yield* checkReason(turn, issue, competition, choice.reason)
        if (issue.status._tag !== "Competing" || competition === undefined) return
        return yield* unless(block <= competition.outcomeUntil, { _tag: "TooLate", until: competition.outcomeUntil })
      case "TakenBack":
        return yield* unless(issue.waiting !== null, { _tag: "NothingWaits", issue: issue.id })
      case "Dissolved": {
        if (issue.status._tag !== "Competing" || competition === undefined)
          return yield* refuse({ _tag: "NoRunningCompetition", issue: issue.id })
        const until = competition.submissionsFrom - 1
        return yield* unless(block <= until, { _tag: "TooLate", until })
      }
      case "Solved": {
        const { hotkey, pullRequest } = choice
        if (issue.status._tag !== "Competing" || competition === undefined)
          return yield* refuse({ _tag: "NoRunningCompetition", issue: issue.id })
        yield* unless(competes(competition, hotkey), { _tag: "NotACompetitor", hotkey })
        yield* unless(pullRequest > 0, "ZeroNumber")
        yield* unless(block >= competition.submissionsFrom, { _tag: "TooEarly", from: competition.submissionsFrom })
        return yield* unless(block <= competition.outcomeUntil, { _tag: "TooLate", until: competition.outcomeUntil })
      }
      case "Unsolved":
        if (issue.status._tag !== "Competing" || competition === undefined)
          return yield* refuse({ _tag: "NoRunningCompetition", issue: issue.id })
        yield* unless(block > competition.deadline, { _tag: "TooEarly", from: competition.deadline + 1 })
        return yield* unless(block <= competition.outcomeUntil, { _tag: "TooLate", until: competition.outcomeUntil })
      case "PayTo": {
        const { coldkey } = choice
        if (issue.status._tag !== "Solved" || issue.payableAt === null || competition === undefined)
          return yield* refuse({ _tag: "NotSolved", issue: issue.id })
        yield* unless(block >= issue.payableAt, { _tag: "TooEarly", from: issue.payableAt })
        yield* unless(!isReserved(turn, coldkey), { _tag: "ReservedColdkey", coldkey })
        return yield* unless(coldkey !== payeeOf(issue, competition), "PayeeUnchanged")
      }
    }
  })

/** The outcome votes on an issue in its present state. */
const outcomeVotesOf = (turn: Turn, id: number): ReadonlyArray<OutcomeVote> =>
  Option.getOrElse(HashMap.get(turn.state.outcomeBallots, id), () => [])

const keepOutcomeVotes = (turn: Turn, id: number, votes: ReadonlyArray<OutcomeVote>): void => {
  turn.state = { ...turn.state, outcomeBallots: HashMap.set(turn.state.outcomeBallots, id, votes) }
}

export const withdrawOutcomeVote = (turn: Turn, { issue: id }: MessageArguments<"withdrawOutcomeVote">): Ruled<null> =>
  Either.gen(function* () {
    yield* onlyValidator(turn)
    yield* unless(!isClosed(yield* issueOf(turn, id)), { _tag: "IssueClosed", issue: id })
    const others = outcomeVotesOf(turn, id).filter(({ validator }) => validator !== turn.caller)
    keepOutcomeVotes(turn, id, others)
    turn.events.push({ _tag: "OutcomeVoteWithdrawn", issue: id, validator: turn.caller })
    return null
  })

export const voteOutcome = (turn: Turn, { choice, issue: id }: MessageArguments<"voteOutcome">): Ruled<null> =>
  Either.gen(function* () {
    yield* onlyValidator(turn)
    const issue = yield* issueOf(turn, id)
    yield* unless(!isClosed(issue), { _tag: "IssueClosed", issue: id })
    const competition = issue.competition === null ? undefined : yield* competitionOf(turn, issue.competition)
    yield* checkChoice(turn, issue, competition, choice)
    const weights = yield* liveWeights(turn.state, turn.subnet)
    const votes = replaced(outcomeVotesOf(turn, id), { validator: turn.caller, choice })
    keepOutcomeVotes(turn, id, votes)
    const voters = votes.filter((vote) => sameOutcome(vote.choice, choice)).map(({ validator }) => validator)
    const weight = weightOf(weights, voters)
    turn.events.push({
      _tag: "OutcomeVoted",
      issue: id,
      validator: turn.caller,
      competition: issue.competition,
      choice,
      weight,
      totalWeight: weights.total
    })
    if (!isQuorum(turn.state, weight, weights.total)) return null
    if (competition !== undefined) pass(turn, issue, competition, choice)
    else if (choice._tag === "Cancelled") closeCancelled(turn, issue, choice.reason)
    return null
  })

const pass = (turn: Turn, issue: Issue, competition: Competition, choice: OutcomeChoice): void => {
  switch (choice._tag) {
    case "Cancelled":
    case "Unsolved":
      decide(turn, issue, competition, choice)
      break
    case "Solved":
      win(turn, issue, competition, choice)
      break
    case "PayTo":
      namePayee(turn, issue, competition, choice.coldkey)
      break
    case "TakenBack":
      takeBack(turn, issue, competition)
      break
    case "Dissolved":
      voidCompetition(turn, competition, { _tag: "Dissolved" })
      reopen(turn, issue)
  }
}

/** Carries out what has waited. */
export const finish = (turn: Turn, { issue: id }: MessageArguments<"finish">): Ruled<null> =>
  Either.gen(function* () {
    const issue = yield* issueOf(turn, id)
    const { waiting } = issue
    if (waiting === null) return yield* refuse({ _tag: "NothingWaits", issue: id })
    yield* unless(turn.subnet.block >= waiting.from, { _tag: "TooEarly", from: waiting.from })
    if (issue.competition === null) return yield* refuse({ _tag: "NoRunningCompetition", issue: id })
    const competition = yield* competitionOf(turn, issue.competition)
    if (waiting.choice._tag === "Cancelled") {
      voidCompetition(turn, competition, waiting.choice.reason)
      closeCancelled(turn, issue, waiting.choice.reason)
    } else {
      endUnsolved(turn, issue, competition, true)
      for (const competitor of [competition.a, competition.b]) lose(turn, competition, competitor)
    }
    return null
  })

const win = (turn: Turn, issue: Issue, competition: Competition, choice: Extract<OutcomeChoice, { _tag: "Solved" }>): void => {
  const { block } = turn.subnet
  const { hotkey, pullRequest } = choice
  const winner = competition.a.hotkey === hotkey ? 0 : 1
  const payableAt = block + competition.challengePeriod
  putCompetition(turn, { ...competition, status: { _tag: "Won", winner, pullRequest, at: block } })
  putIssue(turn, { ...issue, status: { _tag: "Solved" }, payableAt, waiting: null })
  forgetOutcomeVotes(turn, issue)
  countRunning(turn, competition, -1)
  lock(turn, winner === 0 ? competition.a : competition.b, -competition.collateral)
  turn.events.push({ _tag: "CompetitionWon", competition: competition.id, issue: issue.id, hotkey, winner, pullRequest, payableAt })
}

/** The validators name another account of the winner's. The challenge period starts over. */
const namePayee = (turn: Turn, issue: Issue, competition: Competition, coldkey: AccountAddress): void => {
  const payableAt = turn.subnet.block + competition.challengePeriod
  putIssue(turn, { ...issue, payableAt, payTo: coldkey })
  forgetOutcomeVotes(turn, issue)
  turn.events.push({ _tag: "PayeeNamed", issue: issue.id, competition: competition.id, coldkey, payableAt })
}

const voidCompetition = (turn: Turn, competition: Competition, reason: CancelReason): void => {
  if (competition.status._tag === "Running") countRunning(turn, competition, -1)
  // The winner's collateral is unlocked already.
  const bound = competition.status._tag === "Won" ? [loserOf(competition, competition.status.winner)] : [competition.a, competition.b]
  for (const competitor of bound) lock(turn, competitor, -competition.collateral)
  putCompetition(turn, { ...competition, status: { _tag: "Void", reason, at: turn.subnet.block } })
  turn.events.push({ _tag: "CompetitionVoided", competition: competition.id, issue: competition.issue, reason })
}

/** A competition without a solution ends, and its issue is open again. Does not touch the competitors' collateral. */
const endUnsolved = (turn: Turn, issue: Issue, competition: Competition, unsolved: boolean): void => {
  const attempts = issue.attempts + 1
  putCompetition(turn, { ...competition, status: { _tag: "Expired", at: turn.subnet.block, unsolved } })
  countRunning(turn, competition, -1)
  reopen(turn, { ...issue, attempts })
  turn.events.push({ _tag: "CompetitionExpired", competition: competition.id, issue: issue.id, attempts, unsolved })
}

const reopen = (turn: Turn, issue: Issue): void => {
  putIssue(turn, { ...issue, status: { _tag: "Open" }, competition: null, waiting: null })
  forgetOutcomeVotes(turn, issue)
}

/** Ends a competition on which the validators were silent. It costs nobody anything. */
export const expire = (turn: Turn, { competition: id }: MessageArguments<"expire">): Ruled<null> =>
  Either.gen(function* () {
    const competition = yield* competitionOf(turn, id)
    yield* unless(competition.status._tag === "Running", { _tag: "CompetitionOver", competition: id })
    const from = competition.outcomeUntil + 1
    yield* unless(turn.subnet.block >= from, { _tag: "TooEarly", from })
    const issue = yield* issueOf(turn, competition.issue)
    yield* unlessWaiting(issue)
    endUnsolved(turn, issue, competition, false)
    for (const competitor of [competition.a, competition.b]) lock(turn, competitor, -competition.collateral)
    return null
  })
