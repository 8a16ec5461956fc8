/** Judges running competitions: reads GitHub's record and applies the pure rules. */
import { Effect } from "effect"
import type { Competition, Issue } from "../../contract-client/generated.ts"
import type { IssueEvidence, PullRequestEvidence } from "../../domain/IssueEvidence.ts"
import * as IssueRef from "../../domain/IssueRef.ts"
import { type BlockReference, Chain } from "../../layers/chain/Chain.ts"
import { Contract } from "../../layers/contract/Contract.ts"
import { GitHub, type GitHubUnavailable } from "../../layers/github/GitHub.ts"
import { GitHubAccounts } from "../../layers/github/GitHubAccounts.ts"
import { judge, type RuleAsked } from "./rules/verdict.ts"
import type { CompetitionFacts, OwnFacts, Verdict } from "./rules/verdictCase.ts"

export interface IssueVerdict {
  readonly issue: Issue
  readonly competition: Competition
  readonly evidence: IssueEvidence
  readonly verdict: Verdict
  /** Every rule that led to the verdict, with its answer. */
  readonly asked: ReadonlyArray<RuleAsked>
}

const referenceTo = (number: number) =>
  Effect.flatMap(Chain, (chain) => Effect.map(chain.hashOf(number), (hash): BlockReference => ({ number, hash })))

/** The first block of the round whose votes started a competition. Rounds may have had another length then. */
const roundStartOf = Effect.fn("roundStartOf")(function* (competition: Competition, head: BlockReference) {
  const contract = yield* Contract
  const holds = (start: number, length: number) => start <= competition.startedAt && competition.startedAt < start + length
  const { config: now } = yield* contract.stateAt(head)
  if (holds(competition.round * now.roundLength, now.roundLength)) return competition.round * now.roundLength
  const then = yield* contract.read("config", {}, yield* referenceTo(competition.startedAt - 1))
  const start = competition.round * then.roundLength
  return holds(start, then.roundLength) ? start : competition.startedAt
})

/** The first block of a competition's round, at which its competitors' GitHub accounts are read. */
export const roundOf = (competition: Competition, head: BlockReference) => Effect.flatMap(roundStartOf(competition, head), referenceTo)

/** The last block in which a solution that GitHub does not show yet may still be late. */
const overdueAfter = ({ deadline, outcomeUntil }: Competition): number => deadline + Math.floor((outcomeUntil - deadline) / 2)

/**
 * The competition's blocks as times of the chain's clock, and each competitor's account. The account is the one that the commitment named at the
 * round's first block. Validators with more than half of the weight attested it after they had seen its gist. So GitHub need not be asked
 * again, and neither a deleted gist nor a later link changes a verdict.
 */
export const factsOf = Effect.fn("factsOfCompetition")(function* (competition: Competition, head: BlockReference) {
  const [chain, accounts] = yield* Effect.all([Chain, GitHubAccounts])
  const roundStart = yield* roundOf(competition, head)
  const claimed = yield* accounts.claimedAt(roundStart, [competition.a.hotkey, competition.b.hotkey], head)
  const timeOfBlock = (block: number) =>
    block > head.number ? Effect.succeed(null) : chain.hashOf(block).pipe(Effect.flatMap(chain.timeAt))
  const [startedAt, headAt, submissionsFrom, deadline] = yield* Effect.all(
    [
      chain.hashOf(competition.startedAt).pipe(Effect.flatMap(chain.timeAt)),
      chain.timeAt(head.hash),
      timeOfBlock(competition.submissionsFrom),
      timeOfBlock(competition.deadline)
    ],
    { concurrency: 4 }
  )
  const account = (competitor: Competition["a"]) => ({ hotkey: competitor.hotkey, githubId: claimed.get(competitor.hotkey) ?? null })
  return {
    competitors: [account(competition.a), account(competition.b)],
    startedAt,
    headAt,
    submissionsFrom,
    deadline,
    isOverdue: head.number > overdueAfter(competition)
  } satisfies CompetitionFacts
})

/**
 * The pull requests that may be a solution although GitHub does not call them merged: the competitors', and those of accounts that are gone, which may have been a
 * competitor's.
 */
export const maySolve =
  ({ competitors }: Pick<CompetitionFacts, "competitors">) =>
  ({ authorId }: PullRequestEvidence): boolean =>
    authorId === null || competitors.some(({ githubId }) => githubId === authorId)

/** GitHub's record of an issue from its competition's start on, as far as it matters to what is judged. */
export const evidenceOn = Effect.fn("evidenceOn")(function* (issue: Issue, competition: Competition, facts: CompetitionFacts) {
  const [chain, github] = yield* Effect.all([Chain, GitHub])
  const ref = yield* IssueRef.parse(`${issue.repository}#${issue.number}`)
  const timeOf = (block: number) => chain.hashOf(block).pipe(Effect.flatMap(chain.timeAt))
  const [since, registeredAt] = yield* Effect.all([timeOf(competition.startedAt), timeOf(issue.registeredAt)])
  return yield* github.issueEvidence(ref, { since, registeredAt, mayHaveLanded: maySolve(facts) })
})

/** Whether the verdict may be another if GitHub does not show a competitor's account. */
const dependsOnAccounts = (verdict: Verdict): boolean =>
  (verdict._tag === "NoVote" && verdict.why === "AuthorUnknown") ||
  (verdict._tag === "Cancelled" && verdict.reason._tag === "SolvedOutside")

/**
 * Judges by the evidence, and asks GitHub whether the competitors' accounts exist where that matters: an existing account cannot be an author who is gone, and what
 * belongs to an account that GitHub hides is hidden with it.
 */
export const judgeFully = Effect.fn("judgeFully")(function* (evidence: IssueEvidence, facts: CompetitionFacts) {
  const judged = judge(evidence, facts)
  if (!dependsOnAccounts(judged.verdict)) return { ...judged, facts }
  const github = yield* GitHub
  const competitors = yield* Effect.forEach(facts.competitors, (competitor) =>
    competitor.githubId === null
      ? Effect.succeed(competitor)
      : github.userById(competitor.githubId).pipe(
          Effect.as({ ...competitor, exists: true }),
          Effect.catchTag("AccountNotFound", () => Effect.succeed({ ...competitor, exists: false }))
        )
  )
  const [a, b] = competitors
  if (a === undefined || b === undefined) return { ...judged, facts }
  const asked: CompetitionFacts = { ...facts, competitors: [a, b] }
  return { ...judge(evidence, asked), facts: asked }
})

/** Whether an issue has a running competition; only then is there a verdict. */
export const hasVerdict = ({ status }: Issue): boolean => status._tag === "Competing"

/** What a look at GitHub found about an issue with a running competition. */
export interface Look {
  readonly issue: Issue
  readonly competition: Competition
  readonly facts: CompetitionFacts
  readonly evidence: IssueEvidence
}

/** Looks at one issue at a finalised head; `undefined` if `hasVerdict` is false. */
export const lookAt = Effect.fn("lookAt")(function* (issue: Issue, head: BlockReference) {
  const contract = yield* Contract
  yield* Effect.annotateCurrentSpan({ issue: issue.id, repository: issue.repository, number: issue.number })
  if (issue.competition === null || !hasVerdict(issue)) return undefined
  const competition = (yield* contract.stateAt(head)).competitions.get(issue.competition)
  if (competition === undefined) return undefined
  const facts = yield* factsOf(competition, head)
  const silent = (error: GitHubUnavailable): Effect.Effect<IssueEvidence> =>
    Effect.succeed({ _tag: "GitHubSilent", why: error.message, isIll: error.ill === true })
  const evidence = yield* evidenceOn(issue, competition, facts).pipe(Effect.catchTag("GitHubUnavailable", silent))
  return { issue, competition, facts, evidence } satisfies Look
})

/** The verdict after a look. `own`: what this validator alone knows. */
export const verdictFrom = Effect.fn("verdictFrom")(function* (look: Look, own: OwnFacts) {
  const { competition, evidence, issue } = look
  const facts: CompetitionFacts = { ...look.facts, ...own }
  const judged = judgeFully(evidence, facts).pipe(
    Effect.map(({ verdict, asked }) => ({ evidence, verdict, asked })),
    Effect.catchTag("GitHubUnavailable", ({ message }) => {
      const silent: IssueEvidence = { _tag: "GitHubSilent", why: message }
      return Effect.succeed({ evidence: silent, ...judge(silent, facts) })
    })
  )
  return { issue, competition, ...(yield* judged) } satisfies IssueVerdict
})
