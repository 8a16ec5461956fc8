/** Questions that GitHub's record of an issue answers by itself, whatever is judged. */
import type { CloseReason, Closer, IssueFound, PullRequestEvidence } from "../../../domain/IssueEvidence.ts"

export interface Closing {
  readonly at: number
  readonly reason: CloseReason
  readonly closer: Closer
}

/** The first closing after the last reopening; undefined if the record has none, or hides what may have been before or instead of it. */
export const standingClosing = (issue: IssueFound): Closing | undefined => {
  const reopened = issue.timeline.findLastIndex(({ _tag }) => _tag === "Reopened")
  const since = issue.timeline.slice(reopened + 1)
  const first = since.findIndex(({ _tag }) => _tag === "Closed")
  const event = since[first]
  const hidden = since.flatMap(({ _tag }, index) => (_tag === "Hidden" ? [index] : []))
  // One hidden event behind the last closing is no reopening, because the issue is closed.
  const last = since.findLastIndex(({ _tag }) => _tag === "Closed")
  if (hidden.length > 1 || hidden.some((index) => index < last)) return undefined
  return event?._tag === "Closed" ? event : undefined
}

export const closerOf = ({ closer }: Closing): string => {
  switch (closer._tag) {
    case "PullRequest":
      return `by pull request #${closer.pullRequest.number}`
    case "Commit":
      return `by commit ${closer.commit}`
    case "Hand":
      return "by hand"
    case "Hidden":
      return "by what GitHub does not show"
  }
}

const pullRequestsOf = (closer: Closer): ReadonlyArray<PullRequestEvidence> =>
  closer._tag === "PullRequest" ? [closer.pullRequest, ...(closer.carries ?? [])] : closer._tag === "Commit" ? closer.pullRequests : []

/** When the default branch got a merged pull request; null unless merged. */
export const arrivalOf = ({ arrivedAt, mergedAt }: PullRequestEvidence): number | null => arrivedAt ?? mergedAt

export const intoDefaultBranch = (issue: IssueFound, { baseRepositoryId, baseBranch, intoDefaultBranch }: PullRequestEvidence): boolean =>
  baseRepositoryId === issue.repositoryId && (intoDefaultBranch ?? baseBranch === issue.defaultBranch)

export const branchOf = (issue: IssueFound, pullRequest: PullRequestEvidence): string =>
  intoDefaultBranch(issue, pullRequest) && pullRequest.baseBranch !== issue.defaultBranch
    ? `${pullRequest.baseBranch}, which was the default branch then (today it is ${issue.defaultBranch})`
    : pullRequest.baseBranch

/** The latest time that the verdict on a closing depends on. */
export const latestOf = ({ at, closer }: Closing): number =>
  Math.max(at, ...pullRequestsOf(closer).flatMap(({ createdAt, mergedAt }) => [createdAt, mergedAt ?? createdAt]))

/** By time of merge, then by number. */
export const byMerge = (left: PullRequestEvidence, right: PullRequestEvidence): number =>
  (left.mergedAt ?? 0) - (right.mergedAt ?? 0) || left.number - right.number
