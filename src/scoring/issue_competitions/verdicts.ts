/** Judges running competitions: reads GitHub's record and applies the pure rules. */
import { Effect } from "effect"
import type { Competition, Issue } from "../../contract-client/generated.ts"
import { withRefusals } from "../../domain/consent.ts"
import type { IssueEvidence } from "../../domain/IssueEvidence.ts"
import * as IssueRef from "../../domain/IssueRef.ts"
import { Contract } from "../../layers/chain/contract/Contract.ts"
import { type BlockReference, Chain } from "../../layers/chain/node/Chain.ts"
import { GitHubAccounts } from "../../layers/github/accounts/GitHubAccounts.ts"
import type { EvidenceOptions } from "../../layers/github/evidence/readEvidence.ts"
import { GitHub, type GitHubUnavailable } from "../../layers/github/GitHub.ts"
import { judge, type RuleAsked } from "../../rules/verdicts/verdict.ts"
import type { CompetitorAccount, EarlierMatch, MatchContext, OwnObservations, Verdict } from "../../rules/verdicts/verdictCase.ts"

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
 * The competition's blocks as timestamps of the chain, and the competitors' accounts: those that their commitments named at the round's first block.
 * Validators with more than half of the weight attested them after they had seen the gists. So GitHub is not asked again, and neither a deleted gist
 * nor a later link changes a verdict.
 */
export const factsOf = Effect.fn("factsOfCompetition")(function* (issue: Issue, competition: Competition, head: BlockReference) {
  const [chain, accounts] = yield* Effect.all([Chain, GitHubAccounts])
  const timeOf = (block: number) => chain.hashOf(block).pipe(Effect.flatMap(chain.timeAt))
  const ifPast = (block: number) => (block > head.number ? Effect.succeed(null) : timeOf(block))
  const accountsOf = (one: Competition) =>
    Effect.gen(function* () {
      const claimed = yield* accounts.claimedAt(yield* roundOf(one, head), [one.a.hotkey, one.b.hotkey], head)
      const account = (competitor: Competition["a"]): CompetitorAccount => ({
        hotkey: competitor.hotkey,
        githubId: claimed.get(competitor.hotkey) ?? null
      })
      return [account(one.a), account(one.b)] as const
    })
  const [startedAt, headAt, submissionsFrom, deadline, graceEnds] = yield* Effect.all(
    [
      timeOf(competition.startedAt),
      chain.timeAt(head.hash),
      ifPast(competition.submissionsFrom),
      ifPast(competition.deadline),
      ifPast(competition.outcomeUntil)
    ],
    { concurrency: 5 }
  )
  const earlier = yield* Effect.forEach(yield* matchesBefore(issue, competition, head), (one) =>
    Effect.map(
      Effect.all([accountsOf(one), timeOf(one.startedAt), timeOf(one.submissionsFrom), timeOf(one.deadline)]),
      ([both, started, from, until]): EarlierMatch => ({
        accounts: both.map(({ githubId }) => githubId),
        startedAt: started,
        submissionsFrom: from,
        deadline: until
      })
    )
  )
  return {
    competitors: yield* accountsOf(competition),
    startedAt,
    headAt,
    submissionsFrom,
    deadline,
    isOverdue: head.number > overdueAfter(competition),
    graceEnds,
    ...(earlier.length === 0 ? {} : { earlier })
  } satisfies MatchContext
})

/** The matches for an issue before this one whose deadlines have passed, oldest first. */
const matchesBefore = Effect.fn("matchesBefore")(function* (issue: Issue, competition: Competition, head: BlockReference) {
  if (issue.attempts <= 1) return []
  const contract = yield* Contract
  const ids = (yield* contract.competitions(head)).filter((one) => one.issue === issue.id && one.id < competition.id).map(({ id }) => id)
  const all = yield* Effect.forEach(
    ids.toSorted((one, other) => one - other),
    (id) => contract.stored("competition", { id }, head)
  )
  return all.flatMap((one) => (one !== null && one.deadline <= head.number ? [one] : []))
})

/** GitHub's record of a registered issue. `refusals`: repositories that refuse bounties, from the roster. */
export const recordOf = Effect.fn("recordOf")(function* (issue: Issue, reading: EvidenceOptions, refusals: ReadonlyArray<string> = []) {
  const [chain, github] = yield* Effect.all([Chain, GitHub])
  const ref = yield* IssueRef.parse(`${issue.repository}#${issue.number}`)
  const registeredAt = yield* chain.hashOf(issue.registeredAt).pipe(Effect.flatMap(chain.timeAt))
  const found = yield* github.issueEvidence(ref, { ...reading, registeredAt })
  return found._tag === "Found" && found.consent !== undefined
    ? { ...found, consent: withRefusals(found.consent, refusals, issue.repository) }
    : found
})

/** What a check sees while GitHub does not answer. */
export const silent = ({ ill, message }: GitHubUnavailable): Effect.Effect<IssueEvidence> =>
  Effect.succeed({ _tag: "GitHubSilent", why: message, isIll: ill === true })

/** The record since the start of the issue's first match, as far as the judgement needs it. */
export const evidenceOn = (issue: Issue, facts: MatchContext, refusals: ReadonlyArray<string> = []) =>
  recordOf(issue, readingOf(facts), refusals)

/** The options for reading a match's record. */
export const readingOf = ({ competitors, deadline, earlier = [], startedAt }: MatchContext) => ({
  since: Math.min(startedAt, ...earlier.map((one) => one.startedAt)),
  competitors: competitors.map(({ githubId }) => githubId),
  ...(deadline === null ? {} : { deadline })
})

/** Endings that GitHub may show because it hides what a competitor did. */
const BY_OTHERS: ReadonlyArray<string | undefined> = ["SolvedOutside", "Duplicate", "NotPlanned"]

/** Whether the verdict may be another if GitHub does not show a competitor's account. */
const dependsOnAccounts = (verdict: Verdict): boolean =>
  (verdict._tag === "NoVote" && (verdict.why === "AuthorUnknown" || BY_OTHERS.includes(verdict.ending))) ||
  (verdict._tag === "Cancelled" && BY_OTHERS.includes(verdict.reason._tag))

/** Whether an issue alone is gone, and its repository could still show what was merged for it. */
const isIssueGone = (verdict: Verdict): boolean =>
  verdict._tag === "Cancelled" && (verdict.reason._tag === "Deleted" || verdict.reason._tag === "Transferred")

/**
 * Judges by the evidence, and asks GitHub whether the competitors' accounts exist if that matters. An existing account cannot be an author that is
 * gone, and GitHub hides everything of an account that it hides. Before an issue that is gone is voted, asks its repository for work that landed.
 */
export const judgeFully = Effect.fn("judgeFully")(function* (
  evidence: IssueEvidence,
  facts: MatchContext,
  issue: Pick<Issue, "repository" | "number">
) {
  const judged = judge(evidence, facts)
  const github = yield* GitHub
  if (isIssueGone(judged.verdict)) {
    const { competitors: accounts, since } = readingOf(facts)
    const hadLanded = yield* github.hasLandedFor(yield* IssueRef.parse(`${issue.repository}#${issue.number}`), { accounts, since })
    const known: MatchContext = { ...facts, hadLanded }
    return { ...judge(evidence, known), facts: known }
  }
  if (!dependsOnAccounts(judged.verdict)) return { ...judged, facts }
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
  const asked: MatchContext = { ...facts, competitors: [a, b] }
  return { ...judge(evidence, asked), facts: asked }
})

/** Whether an issue has a running competition; only then is there a verdict. */
export const hasVerdict = ({ status }: Issue): boolean => status._tag === "Competing"

/** The result of checking GitHub for an issue with a running competition. */
export interface Look {
  readonly issue: Issue
  readonly competition: Competition
  readonly facts: MatchContext
  readonly evidence: IssueEvidence
}

/** Checks one issue at a finalised head; `undefined` if `hasVerdict` is false. `refusals`: repositories that refuse bounties, from the roster. */
export const lookAt = Effect.fn("lookAt")(function* (issue: Issue, head: BlockReference, refusals: ReadonlyArray<string> = []) {
  const contract = yield* Contract
  yield* Effect.annotateCurrentSpan({ issue: issue.id, repository: issue.repository, number: issue.number })
  if (issue.competition === null || !hasVerdict(issue)) return undefined
  const competition = (yield* contract.stateAt(head)).competitions.get(issue.competition)
  if (competition === undefined) return undefined
  const facts = yield* factsOf(issue, competition, head)
  const evidence = yield* Effect.catchTag(evidenceOn(issue, facts, refusals), "GitHubUnavailable", silent)
  return { issue, competition, facts, evidence } satisfies Look
})

/** The verdict after a check. */
export const verdictFrom = Effect.fn("verdictFrom")(function* (look: Look, own: OwnObservations) {
  const { competition, evidence, issue } = look
  const facts: MatchContext = { ...look.facts, ...own }
  const judged = judgeFully(evidence, facts, issue).pipe(
    Effect.map(({ verdict, asked }) => ({ evidence, verdict, asked })),
    Effect.catchTag("GitHubUnavailable", ({ message }) => {
      const silent: IssueEvidence = { _tag: "GitHubSilent", why: message }
      return Effect.succeed({ evidence: silent, ...judge(silent, facts) })
    })
  )
  return { issue, competition, ...(yield* judged) } satisfies IssueVerdict
})
