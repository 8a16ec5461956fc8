/** GitHub's record of every running competition and every issue in its challenge period, turned into votes by the pure rules. */
import { Effect } from "effect"
import type { Competition, Issue, OutcomeChoice } from "../../contract-client/generated.ts"
import type { IssueEvidence } from "../../domain/IssueEvidence.ts"
import * as IssueRef from "../../domain/IssueRef.ts"
import { type BlockReference, Chain } from "../../layers/Chain.ts"
import { Contract } from "../../layers/Contract.ts"
import { GitHub } from "../../layers/GitHub.ts"
import { GitHubAccounts } from "../../layers/GitHubAccounts.ts"
import { type CompetitionFacts, judge, type RuleAsked, type Verdict, type VerdictCase } from "./rules/verdict.ts"

export interface IssueVerdict {
  readonly issue: Issue
  readonly competition: Competition
  readonly evidence: IssueEvidence
  readonly verdict: Verdict
  /** Every rule that led to the verdict, with its answer. */
  readonly asked: ReadonlyArray<RuleAsked>
}

/** The competition with its blocks as moments of the chain's clock, and each competitor with the account linked when it started. */
export const factsOf = Effect.fn("factsOfCompetition")(function* (competition: Competition, head: BlockReference) {
  const [chain, accounts] = yield* Effect.all([Chain, GitHubAccounts])
  const started: BlockReference = { number: competition.startedAt, hash: yield* chain.hashOf(competition.startedAt) }
  const { accounts: linked } = yield* accounts.linkedAt(started)
  const timeOfBlock = (block: number) =>
    block > head.number ? Effect.succeed(null) : chain.hashOf(block).pipe(Effect.flatMap(chain.timeAt))
  const [startedAt, headAt, submissionsFrom, deadline] = yield* Effect.all(
    [chain.timeAt(started.hash), chain.timeAt(head.hash), timeOfBlock(competition.submissionsFrom), timeOfBlock(competition.deadline)],
    { concurrency: 4 }
  )
  const account = (competitor: Competition["a"]) => ({ hotkey: competitor.hotkey, githubId: linked.get(competitor.hotkey) ?? null })
  return {
    competitors: [account(competition.a), account(competition.b)],
    startedAt,
    headAt,
    submissionsFrom,
    deadline
  } satisfies CompetitionFacts
})

/** GitHub's record of an issue from its competition's start on. */
export const evidenceOn = Effect.fn("evidenceOn")(function* (issue: Issue, competition: Competition) {
  const [chain, github] = yield* Effect.all([Chain, GitHub])
  const ref = yield* IssueRef.parse(`${issue.repository}#${issue.number}`)
  const since = yield* chain.hashOf(competition.startedAt).pipe(Effect.flatMap(chain.timeAt))
  return yield* github.issueEvidence(ref, { since })
})

/** The verdict on one issue at a finalised head; `undefined` when it is neither competed for nor in its challenge period. */
export const verdictOn = Effect.fn("verdictOn")(function* (issue: Issue, head: BlockReference) {
  const contract = yield* Contract
  yield* Effect.annotateCurrentSpan({ issue: issue.id, repository: issue.repository, number: issue.number })
  if (issue.competition === null || (issue.status._tag !== "Competing" && issue.status._tag !== "Solved")) return undefined
  const competition = yield* contract.read("competition", { id: issue.competition }, head)
  if (competition === null) return undefined
  const on: VerdictCase =
    competition.status._tag === "Won"
      ? { _tag: "Challenge", pullRequest: competition.status.pullRequest }
      : { _tag: "Competing", competition: yield* factsOf(competition, head) }
  const evidence: IssueEvidence = yield* evidenceOn(issue, competition).pipe(
    Effect.catchTags({
      GitHubUnavailable: (error) => Effect.succeed({ _tag: "GitHubSilent", why: error.message } as const),
      NotAnIssue: (error) => Effect.succeed({ _tag: "GitHubSilent", why: error.message } as const)
    })
  )
  return { issue, competition, evidence, ...judge(evidence, on) } satisfies IssueVerdict
})

/** The vote that a verdict asks for, if any. */
export const choiceOf = (verdict: Verdict): OutcomeChoice | undefined => {
  switch (verdict._tag) {
    case "Solved":
      return { _tag: "Solved", hotkey: verdict.hotkey, pullRequest: verdict.pullRequest }
    case "Cancelled":
      return { _tag: "Cancelled", reason: verdict.reason }
    case "NoVote":
      return undefined
  }
}
