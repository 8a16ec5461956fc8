/** Explains the verdict on an issue, with the reads and rules by which validators vote. */
import { Effect } from "effect"
import type { Competition, Issue, OutcomeChoice, ValidatorInfo } from "../../contract-client/generated.ts"
import type { AccountAddress } from "../../domain/Account.ts"
import type { IssueEvidence } from "../../domain/IssueEvidence.ts"
import { type BlockReference, Chain } from "../../layers/chain/Chain.ts"
import { Contract } from "../../layers/contract/Contract.ts"
import { type AccountClaims, accountClaims } from "./accountClaims.ts"
import { inThePast } from "./archive.ts"
import { choiceOn } from "./outcomeBallot.ts"
import { type Judgement, judge } from "./rules/verdict.ts"
import type { CompetitionFacts } from "./rules/verdictCase.ts"
import { evidenceOn, factsOf, hasVerdict, judgeFully, questionOn, roundOf } from "./verdicts.ts"

export interface CastOutcomeVote {
  readonly validator: AccountAddress
  readonly weight: bigint
  readonly choice: OutcomeChoice
}

export interface VerdictExplanation {
  readonly issue: Issue
  readonly block: number
  /** null if there is no such competition; without one there is nothing to judge. */
  readonly judged: {
    readonly competition: Competition
    /** Moments of the chain's clock, and the competitors' GitHub accounts as linked at the start. */
    readonly facts: CompetitionFacts
    /** Each competitor's account, and which other hotkeys named it before. */
    readonly accounts: ReadonlyArray<AccountClaims>
    /** GitHub's record today. */
    readonly evidence: IssueEvidence
    /** Who solved it, by today's record. */
    readonly solution: Judgement
    /** Whether the solution still stands; null before there is a winner. */
    readonly challenge: Judgement | null
    /** Which of the two judgements validators vote by now: neither once the issue is paid or cancelled, or the competition has expired. */
    readonly asked: "solution" | "challenge" | "nothing"
  } | null
  /** The votes that decided last, with their weights at that block; null if none did, or what they decided has waited and taken effect since. */
  readonly decided: { readonly block: number; readonly votes: ReadonlyArray<CastOutcomeVote>; readonly totalWeight: bigint } | null
  /** What a validator would vote now; null for no vote. */
  readonly vote: OutcomeChoice | null
  /** The present ballot. It is cleared by every decision. */
  readonly votes: ReadonlyArray<CastOutcomeVote>
  readonly totalWeight: bigint
}

/** The competition of a round, or else the running one or the one that ended the issue, or else the last one. */
const competitionOf = Effect.fn("competitionToJudge")(function* (issue: Issue, round: number | undefined, head: BlockReference) {
  const contract = yield* Contract
  if (round === undefined && issue.competition !== null) return yield* contract.read("competition", { id: issue.competition }, head)
  const ids = (yield* contract.competitions(head)).filter((one) => one.issue === issue.id).map(({ id }) => id)
  const all = yield* Effect.forEach(ids, (id) => contract.read("competition", { id }, head))
  return all.findLast((one) => one !== null && (round === undefined || one.round === round)) ?? null
})

/** Explains the verdict on an issue at a finalised head: on the competition of a round, or else on the issue's last. Fails if GitHub does not answer. */
export const explainVerdict = Effect.fn("explainVerdict")(function* (issue: Issue, round: number | undefined, head: BlockReference) {
  const contract = yield* Contract
  const [competition, ballot, validators] = yield* Effect.all([
    competitionOf(issue, round, head),
    contract.read("ballotOutcome", { issue: issue.id }, head),
    contract.read("validators", {}, head)
  ])
  const judged = competition === null ? null : yield* judgedOn(issue, competition, head)
  const judgement = judged === null || judged.asked === "nothing" ? null : judged[judged.asked]
  return {
    issue,
    block: head.number,
    judged,
    decided: competition === null ? null : yield* decidedBy(competition, issue),
    vote:
      judgement === null || competition === null ? null : (choiceOn({ issue, competition, block: head.number }, judgement.verdict) ?? null),
    ...weighed(ballot, validators)
  } satisfies VerdictExplanation
})

const weighed = (votes: ReadonlyArray<Pick<CastOutcomeVote, "validator" | "choice">>, validators: ReadonlyArray<ValidatorInfo>) => {
  const weights = new Map(validators.map(({ hotkey, weight }) => [hotkey, weight]))
  return {
    votes: votes
      .map(({ validator, choice }) => ({ validator, weight: weights.get(validator) ?? 0n, choice }))
      .toSorted((a, b) => (a.validator < b.validator ? -1 : 1)),
    totalWeight: validators.reduce((sum, { weight }) => sum + weight, 0n)
  }
}

/** The block in which votes decided last; null if none did, or if the chain does not tell any more: what has waited ends later than it was decided. */
const decisionBlock = ({ challengePeriod, id, status }: Competition, { competition, waiting }: Issue): number | null => {
  if (waiting !== null && competition === id) return waiting.from - challengePeriod
  return status._tag === "Won" || (status._tag === "Void" && status.reason._tag === "Dissolved") ? status.at : null
}

/** The votes that decided on a competition: the ballot before that block, and the votes in it. */
const decidedBy = Effect.fn("decidedBy")(function* (competition: Competition, onIssue: Issue) {
  const { id, issue } = competition
  const block = decisionBlock(competition, onIssue)
  if (block === null) return null
  const [chain, contract] = yield* Effect.all([Chain, Contract])
  const referenceTo = (number: number) => Effect.map(chain.hashOf(number), (hash): BlockReference => ({ number, hash }))
  return yield* Effect.gen(function* () {
    const [before, at] = yield* Effect.all([referenceTo(block - 1), referenceTo(block)])
    const [ballot, validators, events] = yield* Effect.all(
      [contract.read("ballotOutcome", { issue }, before), contract.read("validators", {}, before), contract.eventsAt(at)],
      { concurrency: 3 }
    )
    const cast = events.flatMap((event) =>
      event._tag === "OutcomeVoted" && event.issue === issue && event.competition === id ? [event] : []
    )
    const votes = new Map([...ballot, ...cast].map(({ validator, choice }) => [validator, { validator, choice }]))
    return { block, ...weighed([...votes.values()], validators) }
  }).pipe(inThePast(`the decision on match ${id}, block ${block}`))
})

/** Which judgement validators vote by. */
const askedOn = (issue: Issue, competition: Competition): NonNullable<VerdictExplanation["judged"]>["asked"] => {
  if (competition.id !== issue.competition || !hasVerdict(issue)) return "nothing"
  return questionOn(competition) === "Challenge" ? "challenge" : "solution"
}

const judgedOn = Effect.fn("judgedOn")(function* (issue: Issue, competition: Competition, head: BlockReference) {
  const past = inThePast(`the start of match ${competition.id}, block ${competition.startedAt}`)
  const facts = yield* factsOf(competition, head).pipe(past)
  const round = yield* roundOf(competition, head).pipe(past)
  const accounts = yield* accountClaims([competition.a.hotkey, competition.b.hotkey], round, head).pipe(past)
  const evidence = yield* evidenceOn(issue, competition, { _tag: "Competing", competition: facts }).pipe(past)
  const { on, ...solution } = yield* judgeFully(evidence, { _tag: "Competing", competition: facts })
  const { status } = competition
  return {
    competition,
    facts: on._tag === "Competing" ? on.competition : facts,
    accounts,
    evidence,
    solution,
    challenge: status._tag === "Won" ? judge(evidence, { _tag: "Challenge", pullRequest: status.pullRequest }) : null,
    asked: askedOn(issue, competition)
  } as const
})
