/** The start and the end of competitions. */
import { Either, HashMap, Option } from "effect"
import { bitmapBytes } from "../../src/contract-client/bitmap.ts"
import type { CancelReason, Competition, Issue, MessageArguments, OutcomeChoice, PairVote } from "../../src/contract-client/generated.ts"
import { samePair } from "../../src/contract-client/outcome.ts"
import { waitOf } from "../../src/contract-client/standing.ts"
import { type AccountAddress, toPublicKeyHex } from "../../src/domain/Account.ts"
import { collateralRequired, shareOfAmount } from "../../src/domain/Collateral.ts"
import { hasUid } from "../../src/domain/UidBitmap.ts"
import { collateralOf, free, lock } from "./collateral.ts"
import { hasEnded, wonIssue } from "./ending.ts"
import { countingAttestations, majority, replaceEntry } from "./enrolment.ts"
import { isSettingUp, payeeKey, type Round, type State } from "./State.ts"
import {
  competitionOf,
  isSameRound,
  issueOf,
  onlyValidator,
  pairVotesFrom,
  putCompetition,
  type Ruled,
  refuse,
  roundAt,
  type Turn,
  turnIssue,
  unless
} from "./Turn.ts"
import { counts, isShare, noteSnapshot, sumOf, takeSnapshot } from "./weights.ts"

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
    const weights = yield* takeSnapshot(turn.state, turn.subnet)
    const entries = countingAttestations(turn.state, block, id, current)
    const enrolled = majority(weights, entries, "enrolled")
    const required = collateralRequired(issue.bounty, turn.state.config.collateralBps)
    for (const competitor of [a, b]) {
      const { coldkey, hotkey, uid } = competitor
      yield* unless(hotkey !== turn.state.config.treasuryHotkey, { _tag: "ReservedHotkey", hotkey })
      yield* unless(!isReserved(turn, coldkey), { _tag: "ReservedColdkey", coldkey })
      yield* unless(hasUid(bitmapBytes(enrolled), uid), { _tag: "NotAttested", uid })
      yield* unless(runningOf(turn, competitor.hotkey) < turn.state.config.maxCompetitionsPerMiner, { _tag: "TooManyCompetitions", uid })
      const { deposited, locked } = collateralOf(turn.state, competitor)
      const free = deposited - locked
      yield* unless(free >= required, { _tag: "TooLittleCollateral", uid, free, required })
    }
    const listed = pairVotesOf(turn.state, id, current).filter(({ validator }) =>
      weights.validators.some(({ hotkey }) => hotkey === validator)
    )
    const votes = replaceEntry(listed, { validator: turn.caller, round, a, b })
    turn.state = { ...turn.state, pairBallots: HashMap.set(turn.state.pairBallots, id, { round: current, votes }) }
    const voters = votes
      .filter((vote) => samePair(vote, { a, b }) && counts(turn.state, block, vote.validator, current.from))
      .map(({ validator }) => validator)
    const weight = sumOf(weights, voters)
    turn.events.push({ _tag: "PairVoted", issue: id, validator: turn.caller, round, a, b, weight, totalWeight: weights.total })
    if (isShare(weight, weights, turn.state.config.quorumBps)) {
      noteSnapshot(turn, weights)
      start(turn, issue, { round, a, b, enrolled, skipped: majority(weights, entries, "skipped") })
    }
    return null
  })

/** Whether an account is the contract or the treasury, which must not be paid. */
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
    challengePeriod: waitOf(null, config),
    collateral,
    slash: shareOfAmount(collateral, config.slashBps)
  }
  putCompetition(turn, { id, issue: issue.id, ...drawn, startedAt: block, ...terms, status: { _tag: "Running" } })
  turnIssue(turn, { ...issue, status: { _tag: "Competing" }, competition: id })
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
  turn.events.push({ _tag: "CompetitionStarted", competition: id, issue: issue.id, ...drawn, ...terms })
}

/** 0 for competitor a, 1 for competitor b. */
export const sideOf = ({ a, b }: Competition, hotkey: AccountAddress): 0 | 1 | undefined =>
  hotkey === a.hotkey ? 0 : hotkey === b.hotkey ? 1 : undefined

/** Ends a running competition, and frees each competitor's collateral except for its cost. */
const end = (turn: Turn, competition: Competition, status: Competition["status"], costs: readonly [a: bigint, b: bigint]): void => {
  putCompetition(turn, { ...competition, status })
  countRunning(turn, competition, -1)
  free(turn, competition, competition.a, costs[0])
  free(turn, competition, competition.b, costs[1])
}

/** Settles a win for good. The loser pays, unless the subnet has ended. */
export const win = (
  turn: Turn,
  issue: Issue,
  competition: Competition,
  { hotkey, pullRequest }: Extract<OutcomeChoice, { _tag: "Solved" }>
): Ruled<void> =>
  Either.map(hasEnded(turn.state, turn.subnet), (ended) => {
    const winner = competition.a.hotkey === hotkey ? 0 : 1
    const cost = ended ? 0n : competition.slash
    turnIssue(turn, { ...issue, status: { _tag: "Solved" } })
    turn.events.push({ _tag: "CompetitionWon", competition: competition.id, issue: issue.id, hotkey, winner, pullRequest })
    const status = { _tag: "Won", winner, pullRequest, at: turn.subnet.block } as const
    end(turn, competition, status, winner === 0 ? [0n, cost] : [cost, 0n])
  })

/** Voids a competition. Does not touch the issue. */
export const voidCompetition = (turn: Turn, competition: Competition, reason: CancelReason): void => {
  turn.events.push({ _tag: "CompetitionVoided", competition: competition.id, issue: competition.issue, reason })
  end(turn, competition, { _tag: "Void", reason, at: turn.subnet.block }, [0n, 0n])
}

/** Ends a competition that was not solved before the deadline. The quorum may have decided which competitors pay for it. */
export const endUnsolved = (
  turn: Turn,
  issue: Issue,
  competition: Competition,
  unsolved: Omit<Extract<OutcomeChoice, { _tag: "Unsolved" }>, "_tag"> | null
): void => {
  const at = turn.subnet.block
  const attempts = issue.attempts + 1
  const told = { competition: competition.id, issue: issue.id, attempts }
  reopen(turn, { ...issue, attempts })
  if (unsolved === null) {
    turn.events.push({ _tag: "CompetitionExpired", ...told })
    end(turn, competition, { _tag: "Expired", at }, [0n, 0n])
    return
  }
  const { slashA, slashB } = unsolved
  turn.events.push({ _tag: "CompetitionUnsolved", ...told, slashA, slashB })
  end(turn, competition, { _tag: "Unsolved", at, slashA, slashB }, [slashA ? competition.slash : 0n, slashB ? competition.slash : 0n])
}

/** Reopens the issue for another pair; it keeps its bounty. */
export const reopen = (turn: Turn, issue: Issue): void => turnIssue(turn, { ...issue, status: { _tag: "Open" }, competition: null })

/** A competitor's own coldkey names another account to be paid instead, until the bounty is paid. */
export const payTo = (turn: Turn, { coldkey, competition: id }: MessageArguments<"payTo">): Ruled<null> =>
  Either.gen(function* () {
    const { a, b, issue, status } = yield* competitionOf(turn, id)
    const side = turn.caller === a.coldkey ? 0 : turn.caller === b.coldkey ? 1 : undefined
    if (side === undefined) return yield* refuse("NotACompetitorsColdkey")
    if (status._tag !== "Running") {
      const won = yield* wonIssue(turn, issue)
      yield* unless(won.competition.id === id && won.side === side, { _tag: "CompetitionOver", competition: id })
    }
    yield* unless(!isReserved(turn, coldkey), { _tag: "ReservedColdkey", coldkey })
    turn.state = { ...turn.state, payees: HashMap.set(turn.state.payees, payeeKey(id, side), coldkey) }
    turn.events.push({ _tag: "PayeeNamed", competition: id, issue, hotkey: (side === 0 ? a : b).hotkey, coldkey })
    return null
  })
