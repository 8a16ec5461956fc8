/** Explains the verdict on an issue, with the reads and rules by which validators vote. */
import { Effect } from "effect"
import type { Competition, Issue, OutcomeChoice, OutcomeVote } from "../../contract-client/generated.ts"
import { quorumOf, standingsOf, type VotesStanding, waitOf, weighedBy } from "../../contract-client/standing.ts"
import type { IssueEvidence } from "../../domain/IssueEvidence.ts"
import { Contract } from "../../layers/chain/contract/Contract.ts"
import { type BlockReference, Chain } from "../../layers/chain/node/Chain.ts"
import type { Judgement } from "../../rules/verdicts/verdict.ts"
import type { MatchContext, Verdict } from "../../rules/verdicts/verdictCase.ts"
import { judgeWithoutMatch } from "../../rules/verdicts/withoutMatch.ts"
import { type AccountClaims, accountClaims } from "./accountClaims.ts"
import { orStatePruned } from "./historicalState.ts"
import { hasNoMatch } from "./judge.ts"
import { choiceOf } from "./outcomeBallot.ts"
import { evidenceOn, factsOf, hasVerdict, judgeFully, recordOf, roundOf } from "./verdicts.ts"

export interface CastOutcomeVote extends OutcomeVote {
  /** Voting weight in rao, by the noted stake and the stake in that block. */
  readonly weight: bigint
}

/** Votes on an issue's end at a block, and the weight of each choice. */
export interface StandingVotes {
  readonly block: number
  /** By validator. */
  readonly votes: ReadonlyArray<CastOutcomeVote>
  /** The heaviest choice first. */
  readonly standings: ReadonlyArray<VotesStanding<OutcomeChoice>>
  /** For how many blocks a vote must have stood before it counts. */
  readonly wait: number
  /** The quorum in rao, and the total of which it is a share. */
  readonly neededWeight: bigint
  readonly totalWeight: bigint
}

export interface VerdictExplanation {
  readonly issue: Issue
  readonly block: number
  /** null if there is no such competition; without one there is nothing to judge. */
  readonly judged: {
    readonly competition: Competition
    /** The chain's timestamps, and the competitors' GitHub accounts as linked at the start. */
    readonly facts: MatchContext
    /** Each competitor's account, and which other hotkeys named it before. */
    readonly accounts: ReadonlyArray<AccountClaims>
    /** GitHub's record today. */
    readonly evidence: IssueEvidence
    /** The judgement by today's record. */
    readonly solution: Judgement
    /** Whether validators vote by it: not once the match is over. */
    readonly isAsked: boolean
  } | null
  /** The verdict by today's record on an issue for which nobody competes, once all looks for long enough find the same; null with a match to judge. */
  readonly withoutMatch: Verdict | null
  /** The votes that ended the match, in the block before it was settled; null if none did. */
  readonly settledBy: StandingVotes | null
  /** A validator's vote by today's record; null for no vote. */
  readonly vote: OutcomeChoice | null
  /** The present votes. A match's start and its end clear them. */
  readonly now: StandingVotes
}

/** The competition of a round, or else the running one or the one that ended the issue, or else the last one. */
const competitionOf = Effect.fn("competitionToJudge")(function* (issue: Issue, round: number | undefined, head: BlockReference) {
  const contract = yield* Contract
  if (round === undefined && issue.competition !== null) return yield* contract.stored("competition", { id: issue.competition }, head)
  const ids = (yield* contract.competitions(head)).filter((one) => one.issue === issue.id).map(({ id }) => id)
  const all = yield* Effect.forEach(ids, (id) => contract.stored("competition", { id }, head))
  return all.findLast((one) => one !== null && (round === undefined || one.round === round)) ?? null
})

/**
 * Explains the verdict on an issue at a finalised head: on the competition of a round, or else on the issue's last, or on the issue without one. Fails if
 * GitHub does not answer. `refusals`: repositories that refuse bounties, from the roster.
 */
export const explainVerdict = Effect.fn("explainVerdict")(function* (
  issue: Issue,
  round: number | undefined,
  head: BlockReference,
  refusals: ReadonlyArray<string>
) {
  const competition = yield* competitionOf(issue, round, head)
  const judged = competition === null ? null : yield* judgedOn(issue, competition, head, refusals)
  const running = issue.competition === competition?.id ? competition : null
  return {
    issue,
    block: head.number,
    judged,
    withoutMatch: judged?.isAsked !== true && hasNoMatch(issue) ? yield* verdictWithoutMatch(issue, refusals) : null,
    settledBy: competition === null ? null : yield* settledBy(competition),
    vote: judged?.isAsked === true ? (choiceOf(judged.solution.verdict) ?? null) : null,
    now: yield* votesAt(issue.id, running, head)
  } satisfies VerdictExplanation
})

/** The votes on an issue's end at a block; `competition`: the one that runs there. */
const votesAt = Effect.fn("outcomeVotesAt")(function* (issue: number, competition: Competition | null, at: BlockReference) {
  const contract = yield* Contract
  const [ballot, electorate, config] = yield* Effect.all(
    [contract.stored("ballotOutcome", { issue }, at), contract.read("validators", {}, at), contract.read("config", {}, at)],
    { concurrency: 3 }
  )
  const votes = weighedBy(electorate, ballot).toSorted((a, b) => (a.validator < b.validator ? -1 : 1))
  const [wait, totalWeight] = [waitOf(competition, config), electorate.total]
  const terms = { block: at.number + 1, wait, totalWeight, quorumBps: config.quorumBps }
  return {
    block: at.number,
    votes,
    standings: standingsOf(votes, terms),
    wait,
    neededWeight: quorumOf(terms),
    totalWeight
  } satisfies StandingVotes
})

/** The votes that ended a competition, as they stood when somebody settled it; null if it runs or has expired. */
const settledBy = Effect.fn("settledBy")(function* (competition: Competition) {
  const { id, issue, status } = competition
  if (status._tag === "Running" || status._tag === "Expired") return null
  const chain = yield* Chain
  const before = status.at - 1
  return yield* chain.hashOf(before).pipe(
    Effect.flatMap((hash) => votesAt(issue, competition, { number: before, hash })),
    orStatePruned(`the end of match ${id}, block ${status.at}`)
  )
})

const verdictWithoutMatch = (issue: Issue, refusals: ReadonlyArray<string>) =>
  Effect.map(recordOf(issue, { competitors: [] }, refusals), (evidence) =>
    judgeWithoutMatch(evidence, { hadMatches: issue.attempts > 0, watched: { blocks: 0, needed: 0, notCounted: null } })
  )

const judgedOn = Effect.fn("judgedOn")(function* (
  issue: Issue,
  competition: Competition,
  head: BlockReference,
  refusals: ReadonlyArray<string>
) {
  const past = orStatePruned(`the start of match ${competition.id}, block ${competition.startedAt}`)
  const facts = yield* factsOf(issue, competition, head).pipe(past)
  const round = yield* roundOf(competition, head).pipe(past)
  const accounts = yield* accountClaims([competition.a.hotkey, competition.b.hotkey], round, head).pipe(past)
  const evidence = yield* evidenceOn(issue, facts, refusals).pipe(past)
  const { facts: asked, ...solution } = yield* judgeFully(evidence, facts, issue)
  return { competition, facts: asked, accounts, evidence, solution, isAsked: competition.id === issue.competition && hasVerdict(issue) }
})
