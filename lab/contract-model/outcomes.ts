/**
 * How issues end. A vote stands until its validator changes it. Anybody may settle a choice once a quorum's votes for it are all as old as the
 * challenge period.
 */
import { Either, HashMap, Option } from "effect"
import type { Cast, Competition, Issue, MessageArguments, OutcomeChoice, OutcomeVote } from "../../src/contract-client/generated.ts"
import { sameOutcome } from "../../src/contract-client/outcome.ts"
import type { CastVote } from "../../src/contract-client/readings.ts"
import { waitOf } from "../../src/contract-client/standing.ts"
import { least } from "../../src/domain/Amount.ts"
import { endUnsolved, reopen, sideOf, voidCompetition, win } from "./competitions.ts"
import { unlessEnded } from "./ending.ts"
import { replaceEntry } from "./enrolment.ts"
import { closeCancelled } from "./issues.ts"
import type { State } from "./State.ts"
import { competitionOf, issueOf, onlyValidator, type Ruled, refuse, type Turn, unless } from "./Turn.ts"
import { asNoted, counts, isOwn, isRemnant, isShare, note, sumUp, weightOf } from "./weights.ts"

const votesOf = ({ state }: Turn, id: number): ReadonlyArray<OutcomeVote> =>
  Option.getOrElse(HashMap.get(state.outcomeBallots, id), () => [])

/** What the votes on an issue weighed when they were cast. A vote without it, of the edition before, counts fully. */
const castsOf = ({ state }: Turn, id: number): ReadonlyArray<Cast> => Option.getOrElse(HashMap.get(state.casts, id), () => [])

const isAbout = (cast: Cast, { since, validator }: OutcomeVote): boolean => cast.validator === validator && cast.since === since

/** The votes on an issue's end, and what they weighed when they were cast. */
export const outcomeVotesOf = (state: State, id: number): ReadonlyArray<CastVote> => {
  const casts = Option.getOrElse(HashMap.get(state.casts, id), () => [])
  const votes = Option.getOrElse(HashMap.get(state.outcomeBallots, id), () => [])
  return votes.map((vote) => ({ ...vote, cast: casts.find((cast) => isAbout(cast, vote))?.weight ?? null }))
}

const keepVotes = (turn: Turn, id: number, votes: ReadonlyArray<OutcomeVote>): void => {
  turn.state = { ...turn.state, outcomeBallots: HashMap.set(turn.state.outcomeBallots, id, votes) }
}

/** The votes that are their validators' own. */
const listedVotes = (turn: Turn, id: number): ReadonlyArray<OutcomeVote> =>
  votesOf(turn, id).filter(({ since, validator }) => isOwn(turn.state, validator, since))

/** An issue whose outcome is not decided, and its running competition. */
const undecidedOf = (turn: Turn, id: number): Ruled<{ readonly issue: Issue; readonly running: Competition | null }> =>
  Either.gen(function* () {
    const issue = yield* issueOf(turn, id)
    yield* unless(["Funding", "Open", "Competing"].includes(issue.status._tag), { _tag: "IssueClosed", issue: id })
    return { issue, running: issue.competition === null ? null : yield* competitionOf(turn, issue.competition) }
  })

/**
 * Refuses what votes decide no more. While the end is shown and not written nothing is settled. From then on only a solution is: it may be voted for one
 * wait and settled for two, until the rest is assigned.
 */
const stillDecides = (turn: Turn, { _tag }: OutcomeChoice, running: Competition | null, waits: 1 | 2): Ruled<void> => {
  const { config, restTo, woundUpAt } = turn.state
  if (woundUpAt === null) return waits === 1 ? Either.void : unlessEnded(turn)
  if (restTo !== null || _tag !== "Solved") return refuse("SubnetEnded")
  const until = woundUpAt + waits * waitOf(running, config)
  return unless(turn.subnet.block <= until, { _tag: "TooLate", until })
}

const checkChoice = (turn: Turn, issue: Issue, running: Competition | null, choice: OutcomeChoice): Ruled<void> =>
  Either.gen(function* () {
    // A vote asks the chain nothing.
    yield* stillDecides(turn, choice, running, 1)
    const { block } = turn.subnet
    const reason = choice._tag === "Cancelled" ? choice.reason : undefined
    yield* unless(reason?._tag !== "Owner" && reason?._tag !== "Dissolved", "ReasonNotAllowed")
    if (reason !== undefined && reason._tag !== "SubmittedTooEarly") return
    if (running === null) return yield* refuse({ _tag: "NoRunningCompetition", issue: issue.id })
    const about = choice._tag === "Solved" ? choice.hotkey : reason?._tag === "SubmittedTooEarly" ? reason.hotkey : undefined
    if (about !== undefined && sideOf(running, about) === undefined) return yield* refuse({ _tag: "NotACompetitor", hotkey: about })
    if (choice._tag === "Solved") yield* unless(choice.pullRequest > 0, "ZeroNumber")
    const from = choice._tag === "Solved" ? running.submissionsFrom : choice._tag === "Unsolved" ? running.deadline + 1 : 0
    yield* unless(block >= from, { _tag: "TooEarly", from })
  })

export const voteOutcome = (turn: Turn, { choice, issue: id }: MessageArguments<"voteOutcome">): Ruled<null> =>
  Either.gen(function* () {
    const validator = turn.caller
    yield* onlyValidator(turn)
    const { issue, running } = yield* undecidedOf(turn, id)
    yield* checkChoice(turn, issue, running, choice)
    const votes = listedVotes(turn, id)
    const before = votes.find((vote) => vote.validator === validator)
    const isSame = before !== undefined && sameOutcome(before.choice, choice)
    const since = isSame ? before.since : turn.subnet.block
    if (!isSame) {
      const others = votes.filter((vote) => vote.validator !== validator)
      const kept = castsOf(turn, id).filter((cast) => others.some((vote) => isAbout(cast, vote)))
      const weight = weightOf(asNoted(turn.state), validator)
      turn.state = { ...turn.state, casts: HashMap.set(turn.state.casts, id, [...kept, { validator, since, weight }]) }
    }
    keepVotes(turn, id, replaceEntry(votes, { validator, choice, since }))
    turn.events.push({ _tag: "OutcomeVoted", issue: id, validator, competition: issue.competition, choice, since })
    return null
  })

export const withdrawOutcomeVote = (turn: Turn, { issue: id }: MessageArguments<"withdrawOutcomeVote">): Ruled<null> =>
  Either.gen(function* () {
    yield* onlyValidator(turn)
    yield* undecidedOf(turn, id)
    const votes = listedVotes(turn, id)
    const others = votes.filter(({ validator }) => validator !== turn.caller)
    yield* unless(others.length < votes.length, "NothingToDo")
    keepVotes(turn, id, others)
    turn.events.push({ _tag: "OutcomeVoteWithdrawn", issue: id, validator: turn.caller })
    return null
  })

interface Standing {
  /** Null if no vote with weight is old enough. */
  readonly choice: OutcomeChoice | null
  readonly weight: bigint
  readonly totalWeight: bigint
  readonly passes: boolean
}

/** Notes the weights, and finds the heaviest choice among the votes that are as old as the challenge period. */
const standingChoice = (turn: Turn, issue: Issue, running: Competition | null): Ruled<Standing> =>
  Either.map(note(turn), (weights) => {
    const { config } = turn.state
    const wait = waitOf(running, config)
    const { block } = turn.subnet
    const old = votesOf(turn, issue.id).filter(
      ({ since, validator }) => block - since >= wait && counts(turn.state, block, validator, since)
    )
    const casts = castsOf(turn, issue.id)
    const weighs = (vote: OutcomeVote): bigint => {
      const now = weightOf(weights, vote.validator)
      return least(now, casts.find((cast) => isAbout(cast, vote))?.weight ?? now)
    }
    const found: { choice: OutcomeChoice | null; weight: bigint } = { choice: null, weight: 0n }
    for (const { choice } of old) {
      const weight = sumUp(old.filter((vote) => sameOutcome(vote.choice, choice)).map(weighs))
      if (weight > found.weight) Object.assign(found, { choice, weight })
    }
    return { ...found, totalWeight: weights.total, passes: isShare(found.weight, weights, config.quorumBps) && !isRemnant(weights) }
  })

export const settle = (turn: Turn, { issue: id }: MessageArguments<"settle">): Ruled<null> =>
  Either.gen(function* () {
    const { issue, running } = yield* undecidedOf(turn, id)
    const { choice, passes, totalWeight, weight } = yield* standingChoice(turn, issue, running)
    if (choice === null || !passes) return yield* refuse({ _tag: "NothingToSettle", issue: id, weight, totalWeight })
    yield* stillDecides(turn, choice, running, 2)
    if (choice._tag === "Cancelled") {
      if (running !== null) voidCompetition(turn, running, choice.reason)
      closeCancelled(turn, issue, choice.reason)
      return null
    }
    if (running === null) return yield* refuse({ _tag: "NoRunningCompetition", issue: id })
    if (choice._tag === "Solved") yield* win(turn, issue, running, choice)
    else if (choice._tag === "Unsolved") endUnsolved(turn, issue, running, choice)
    else {
      voidCompetition(turn, running, { _tag: "Dissolved" })
      reopen(turn, issue)
    }
    return null
  })

/** Ends a competition for which no outcome can be settled, at no cost. */
export const expire = (turn: Turn, { competition: id }: MessageArguments<"expire">): Ruled<null> =>
  Either.gen(function* () {
    const competition = yield* competitionOf(turn, id)
    yield* unless(competition.status._tag === "Running", { _tag: "CompetitionOver", competition: id })
    const from = competition.outcomeUntil + 3 * waitOf(competition, turn.state.config) + 1
    yield* unless(turn.subnet.block >= from, { _tag: "TooEarly", from })
    const issue = yield* issueOf(turn, competition.issue)
    const { passes } = yield* standingChoice(turn, issue, competition)
    yield* unless(!passes, { _tag: "OutcomeStands", issue: issue.id })
    endUnsolved(turn, issue, competition, null)
    return null
  })
