/**
 * Finds the pull request or push that solved an issue: the one that closed it, or that the project named, or else the only tied work that landed. Its
 * size decides nothing (docs/protocol.md, “A verdict”).
 */
import type { Closer, IssueFound, PullRequestEvidence, Work } from "../../domain/IssueEvidence.ts"
import type { WorkStanding } from "../../domain/WorkStanding.ts"
import { broughtBy } from "./fromGitHub/candidates.ts"
import { firstOf, thereSince } from "./likeness.ts"
import { type Closing, isProjects, pullRequestsIn, tieOf } from "./project.ts"
import type { MatchContext } from "./verdictCase.ts"

/** A merge, or a push that is in no pull request. */
export interface Landing {
  readonly id: number | string
  readonly at: number
  /** Undefined: not known. */
  readonly work: Work | undefined
  readonly pullRequest: PullRequestEvidence | undefined
  readonly standing: WorkStanding | null
}

export type Landed =
  | { readonly _tag: "Landing"; readonly landing: Landing }
  | { readonly _tag: "Several"; readonly landings: ReadonlyArray<Landing> }
  /** Only mentions of the issue landed, and nobody of the project closed it. */
  | { readonly _tag: "MentionsOnly"; readonly landing: Landing }
  | { readonly _tag: "Elsewhere"; readonly pullRequest: PullRequestEvidence }
  | { readonly _tag: "Nothing" }

export const nameOf = ({ id }: Pick<Landing, "id">): string => (typeof id === "number" ? `#${id}` : `commit ${id}`)

export const isTakenBack = ({ standing }: Pick<Landing, "standing">): boolean => standing?._tag === "TakenBack"

const landingOf = (pullRequest: PullRequestEvidence): Landing => ({
  id: pullRequest.number,
  at: pullRequest.mergedAt ?? 0,
  work: pullRequest.work,
  pullRequest,
  standing: pullRequest.standing
})

/** When the issue's first match began: what landed before it is nobody's of a match. */
export const matchesSince = ({ earlier = [], startedAt }: MatchContext): number =>
  Math.min(startedAt, ...earlier.map((one) => one.startedAt))

/** The landing of one author's pull requests: the largest. Copies count as their first author's. */
const among = (issue: IssueFound, landings: ReadonlyArray<Landing>): Landed => {
  const [only] = landings
  if (only === undefined) return { _tag: "Nothing" }
  const authorOf = ({ id, pullRequest }: Landing) =>
    pullRequest === undefined ? id : ((firstOf(issue, pullRequest) ?? pullRequest).authorId ?? `#${id}`)
  if (new Set(landings.map(authorOf)).size > 1) return { _tag: "Several", landings }
  const largest = landings.toSorted((one, other) => (other.work?.lines ?? 0) - (one.work?.lines ?? 0) || one.at - other.at)[0] ?? only
  return { _tag: "Landing", landing: largest }
}

/**
 * What a merged pull request brought to the default branch: itself, or those for the issue that were merged into its branch before, at their times; both, if a
 * tenth of its lines came by no other.
 */
const throughBranches = (
  issue: IssueFound,
  facts: MatchContext,
  by: PullRequestEvidence,
  others: ReadonlyArray<PullRequestEvidence>
): Landed => {
  const brought = new Map([...broughtBy(by, pullRequestsIn(issue)), ...others].map((one) => [one.number, one]))
  const tied = [...brought.values()].filter((one) => tieOf(issue, facts, one) !== undefined)
  if (tied.length === 0) return { _tag: "Landing", landing: landingOf(by) }
  return among(issue, [...tied, ...(by.bringsOwn === true ? [by] : [])].map(landingOf))
}

const byCommit = (
  issue: IssueFound,
  facts: MatchContext,
  { commit, pullRequests }: Extract<Closer, { readonly _tag: "Commit" }>,
  at: number
): Landed => {
  const has = pullRequestsIn(issue).filter(({ number }) => pullRequests.some((one) => one.number === number))
  const merged = has.filter(({ mergedAt }) => mergedAt !== null)
  const onOthers = merged.filter(({ baseBranch }) => baseBranch !== issue.defaultBranch)
  const brought = merged
    .filter(({ baseBranch }) => baseBranch === issue.defaultBranch)
    .toSorted((one, other) => (one.mergedAt ?? 0) - (other.mergedAt ?? 0))[0]
  if (brought !== undefined) return throughBranches(issue, facts, brought, onOthers)
  if (onOthers.length > 0) return among(issue, onOthers.map(landingOf))
  const push = issue.pushes?.find((one) => one.commit === commit)
  const [first] = has.filter((one) => thereSince(one) <= at).toSorted((one, other) => thereSince(one) - thereSince(other))
  return {
    _tag: "Landing",
    landing: { id: commit, at, work: push?.work ?? first?.work, pullRequest: first, standing: push?.standing ?? null }
  }
}

/** What landed for an issue that was closed by hand. `since`: its last opening that counts. */
const byHand = (issue: IssueFound, facts: MatchContext, closing: Closing, since: number, isProjectsWord: boolean): Landed => {
  const merged = pullRequestsIn(issue).filter(({ mergedAt }) => mergedAt !== null && mergedAt >= matchesSince(facts))
  const named = merged.filter(({ number }) =>
    issue.namings?.some((one) => one.solves === true && one.pullRequest === number && one.at > since && isProjects(issue, facts, one.by))
  )
  const [one] = named
  if (one !== undefined && named.length === 1) return { _tag: "Landing", landing: landingOf(one) }
  const candidates = merged.filter(({ createdAt }) => createdAt <= closing.at)
  for (const some of [
    candidates.filter((each) => (each.mergedAt ?? 0) > since),
    candidates.filter((each) => (each.mergedAt ?? 0) <= since && !isTakenBack(each))
  ]) {
    const isBefore = ({ mergedAt }: PullRequestEvidence) => (mergedAt ?? 0) <= closing.at
    const closers = some.filter((each) => tieOf(issue, facts, each) === "closing")
    const before = closers.filter(isBefore)
    const all =
      before.length > 0 ? before : [...closers, ...some.filter((each) => tieOf(issue, facts, each) === "mention" && isBefore(each))]
    if (all.length === 0) continue
    const found = among(issue, all.map(landingOf))
    return closers.length === 0 && !isProjectsWord && found._tag === "Landing" ? { _tag: "MentionsOnly", landing: found.landing } : found
  }
  return { _tag: "Nothing" }
}

/** What solved the issue, by its closing. `isProjectsWord`: whether somebody of the project, or a bystander, closed it. */
export const landedBy = (issue: IssueFound, facts: MatchContext, closing: Closing, since: number, isProjectsWord: boolean): Landed => {
  const { closer } = closing
  if (closer._tag === "Commit") return byCommit(issue, facts, closer, closing.at)
  if (closer._tag !== "PullRequest") return byHand(issue, facts, closing, since, isProjectsWord)
  const { number, baseRepositoryId } = closer.pullRequest
  const pullRequest = pullRequestsIn(issue).find((one) => one.number === number)
  if (baseRepositoryId !== issue.repositoryId || pullRequest === undefined) return { _tag: "Elsewhere", pullRequest: closer.pullRequest }
  return throughBranches(issue, facts, pullRequest, [])
}
