/**
 * One repository's part of a round from GitHub's lists and details, and the evidence that is missing for each account. Pure. Timestamps are
 * microseconds since 1970.
 */
import { Either, Option } from "effect"
import type { MissingEvidence } from "../../../domain/contributions/MissingEvidence.ts"
import type { RecordedIssue } from "../../../domain/contributions/RoundRecord.ts"
import type { Issue, Listed } from "../../../domain/github/ContributionAnswers.ts"
import { isMaintainer } from "../../../domain/maintainers.ts"
import type { LandedChange, MergedPullRequest } from "./landedChanges.ts"
import { authorshipsIn, type People, type Trouble } from "./peopleOf.ts"
import { agree, type FullPullRequest, issueRecordOf, openIssueRecordOf, type RepositorySnapshot, solverIdOf, stateAt } from "./records.ts"

export const VANISHED_REASON = "GitHub listed it but no longer knows it"

/** GitHub hides accounts that it takes for spammers from some of its answers. */
const HIDDEN = "GitHub lists it with an author whom its details do not name"

/** GitHub answers from replicas of its data, some of which are behind (octokit/octokit.js#900). */
const REPLICA_BEHIND = "GitHub's list and its details do not agree on what it is, or whether it was closed and merged"

/** GitHub's answers about nodes, by node id; null: it no longer knows the node. */
type Answers<A> = ReadonlyMap<string, Either.Either<A | null, Trouble>>

/** A repository's entries that count, by GitHub's lists. */
export interface CountedEntries {
  /** As the roster spells it. */
  readonly repository: string
  readonly pullRequests: ReadonlyArray<Listed>
  readonly closedIssues: ReadonlyArray<Listed>
  readonly openIssues: ReadonlyArray<Listed>
}

interface Authored {
  readonly account: string | null
  readonly listed: Listed
  /** Undefined: its details are missing or do not match the list. */
  readonly full: FullPullRequest | undefined
}

interface Closed {
  readonly account: string | null
  readonly author: Listed["user"]
  readonly issue: Issue
  readonly solver: FullPullRequest | undefined
}

type Report = (account: string | null, only: number | "issues", why: string) => void

/** Collects missing evidence, by account and entry: the first reason counts. Accounts that are gone miss nothing. */
export const missingIn = (repository: string) => {
  const missing = new Map<string, MissingEvidence>()
  const report: Report = (account, only, why) => {
    const key = `${account} ${only}`
    if (account !== null && !missing.has(key)) missing.set(key, { repository, account, only, why })
  }
  return { report, all: (): ReadonlyArray<MissingEvidence> => [...missing.values()] }
}

const authorOf = ({ user }: Listed): string | null => (user === null ? null : String(user.id))

/** The answer for a node; if there is none, undefined, with a report. */
const answerFor = <A>(all: Answers<A>, id: string, report: (why: string) => void): A | undefined => {
  const one = all.get(id)
  if (one !== undefined && Either.isRight(one) && one.right !== null) return one.right
  report(one === undefined ? "it was not asked" : Either.isLeft(one) ? one.left.message : VANISHED_REASON)
  return undefined
}

/** The listed entries with the details that agree with them. */
export const matchDetails = (
  lists: CountedEntries,
  details: { readonly pullRequests: Answers<FullPullRequest>; readonly issues: Answers<Issue> },
  now: number,
  report: Report
) => {
  const authored = lists.pullRequests.map((listed): Authored => {
    const account = authorOf(listed)
    const full = answerFor(details.pullRequests, listed.node_id, (why) => report(account, listed.number, why))
    const why =
      full === undefined || !agree(listed, full.found)
        ? REPLICA_BEHIND
        : full.found.author?.databaseId === listed.user?.id
          ? undefined
          : HIDDEN
    if (full !== undefined && why !== undefined) report(account, listed.number, why)
    return { account, listed, full: why === undefined ? full : undefined }
  })
  const closed = lists.closedIssues.flatMap((listed): ReadonlyArray<Closed> => {
    const [account, author] = [authorOf(listed), listed.user]
    const reportIssues = (why: string) => report(account, "issues", why)
    const issue = answerFor(details.issues, listed.node_id, reportIssues)
    if (issue === undefined) return []
    if (!agree(listed, issue)) {
      reportIssues(REPLICA_BEHIND)
      return []
    }
    const solver = solverIdOf(issue, now)
    if (solver === null) return [{ account, author, issue, solver: undefined }]
    const full = answerFor(details.pullRequests, solver, reportIssues)
    return full === undefined ? [] : [{ account, author, issue, solver: full }]
  })
  const pullRequests = [...authored.flatMap(({ full }) => full ?? []), ...closed.flatMap(({ solver }) => solver ?? [])]
  const issues = new Map<string, Issue>()
  for (const id of [...closed.map(({ issue }) => issue.id), ...pullRequests.flatMap(({ closes }) => closes)]) {
    const one = details.issues.get(id)
    if (one !== undefined && Either.isRight(one) && one.right !== null) issues.set(id, one.right)
  }
  return { authored, closed, pullRequests, issues }
}

/** The base branches of merged pull requests that are not today's default branch, each with the name of today's: the default branch may have been renamed. */
export const otherBranchesIn = (pullRequests: ReadonlyArray<FullPullRequest>): ReadonlyMap<string, string> =>
  new Map(
    pullRequests.flatMap(({ found }) => {
      const now = found.repository.defaultBranchRef.name
      return found.mergedAt === null || found.baseRefName === now ? [] : [[found.baseRefName, now] as const]
    })
  )

/** The pull requests that were merged by `now`, each once. */
export const mergesAt = (all: ReadonlyArray<FullPullRequest>, now: number): ReadonlyArray<MergedPullRequest> => [
  ...new Map(
    all.flatMap(({ found }) => {
      const { baseRefOid: base, headRefOid: head, mergeCommit, mergedAt, number } = found
      return mergedAt === null || stateAt(found, now) !== "MERGED"
        ? []
        : [[number, { number, base, head, mergedAt, mergeCommit: mergeCommit?.oid ?? null }] as const]
    })
  ).values()
]

/** The data read about a repository's accounts, branches, merges and issues. */
export interface RepositoryFacts {
  readonly people: People
  /** Whether the default branch had a name in the past, by name. */
  readonly former: ReadonlyMap<string, Either.Either<boolean, Trouble>>
  /** Net changes of the default branch, by pull request. */
  readonly landedChanges: ReadonlyMap<number, Either.Either<LandedChange, Trouble>>
  /** By node id. */
  readonly issues: ReadonlyMap<string, Issue>
}

/** Combines the answers about a repository into its state at one moment. */
export const snapshotAt = (
  repository: string,
  { former, landedChanges, issues, people }: RepositoryFacts,
  { isForWork, now }: Pick<RepositorySnapshot, "isForWork" | "now">
): RepositorySnapshot => ({
  repository,
  isForWork,
  now,
  issues,
  landedChangeOf: (number) => Option.getOrUndefined(Option.flatMap(Option.fromNullable(landedChanges.get(number)), Either.getRight)),
  associationOf: (account) => people.known.get(account) ?? null,
  everybodysView: people.view,
  isFormerDefault: (branch) => Option.contains(Option.flatMap(Option.fromNullable(former.get(branch)), Either.getRight), true)
})

/** Reports evidence without which the matched entries cannot be judged. */
export const reportUnknown = (
  { authored, closed }: Pick<ReturnType<typeof matchDetails>, "authored" | "closed">,
  asked: Answers<Issue>,
  { former, landedChanges, issues, people }: RepositoryFacts,
  report: Report
): void => {
  const checkPullRequest = (account: string | null, only: number | "issues", full: FullPullRequest) => {
    const { events, found } = full
    // The effect of a label, a review or a linked issue depends on its author's association.
    const labelled = events.map((event) => (event.__typename === "LabeledEvent" ? event.actor?.databaseId : undefined))
    for (const id of [...labelled, ...authorshipsIn(full, issues).map((one) => one.account)]) {
      const error = people.failed.get(id ?? 0)
      if (error !== undefined) report(account, only, error.message)
    }
    const branch = former.get(found.baseRefName)
    if (found.mergedAt !== null && branch !== undefined && Either.isLeft(branch)) report(account, only, branch.left.message)
    const landedChange = landedChanges.get(found.number)
    if (landedChange !== undefined && Either.isLeft(landedChange)) report(account, only, landedChange.left.message)
  }
  for (const { account, listed, full } of authored) {
    if (full === undefined) continue
    checkPullRequest(account, listed.number, full)
    for (const id of full.closes) {
      const one = asked.get(id)
      if (one === undefined || Either.isLeft(one))
        report(account, listed.number, one?.left.message ?? "an issue that it closes was not asked")
      else if (one.right === null) report(account, listed.number, `of an issue that it closes: ${VANISHED_REASON}`)
    }
  }
  for (const { account, issue, solver } of closed) {
    const error = people.failed.get(issue.author?.databaseId ?? 0)
    if (error !== undefined) report(account, "issues", error.message)
    if (solver !== undefined) checkPullRequest(account, "issues", solver)
  }
}

/** The records of the issues that count. */
export const issuesAt = (
  { closed }: Pick<ReturnType<typeof matchDetails>, "closed">,
  { openIssues }: Pick<CountedEntries, "openIssues">,
  snapshot: RepositorySnapshot
): ReadonlyArray<RecordedIssue> => [
  ...closed.map(({ author, issue, solver }) => issueRecordOf(issue, author, solver, snapshot)),
  ...openIssues.map((listed) => openIssueRecordOf(listed, snapshot))
]

/** GitHub's ids of the accounts that may merge. */
export const maintainersIn = ({ known }: Pick<People, "known">): ReadonlySet<string> =>
  new Set([...known].flatMap(([id, association]) => (isMaintainer(association) ? [String(id)] : [])))
