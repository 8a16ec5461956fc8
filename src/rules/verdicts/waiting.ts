/**
 * Whether a competitor's pull request waits for the project at the deadline. Its author then loses nothing, and a merge within the time for verdicts
 * is in time.
 */
import type { Answer, IssueFound, PullRequestEvidence } from "../../domain/IssueEvidence.ts"
import { isFor, isProjects, pullRequestsIn } from "./project.ts"
import { isLater, type MatchContext } from "./verdictCase.ts"

/** How long before the deadline the newest change must have been there, or the request for it may have come, in milliseconds (docs/verdicts.md, “Time”). */
const THREE_DAYS = 3 * 86_400_000

/** Since when the newest change counts. Doubt favours the author: without a timestamp of the push, the pull request's creation counts. */
const changedAt = ({ changedAt: proved, createdAt }: PullRequestEvidence): number => proved ?? createdAt

/** The maintainers' answers to a pull request until a timestamp, oldest first. */
const answersBy = (issue: IssueFound, facts: MatchContext, { answers = [] }: PullRequestEvidence, until: number): ReadonlyArray<Answer> =>
  answers
    .filter(
      ({ at, by, mayPush }) =>
        !isLater(at, until) &&
        (isProjects(issue, facts, by) || (mayPush === true && !facts.competitors.some(({ githubId }) => githubId === by)))
    )
    .toSorted((one, other) => one.at - other.at)

/** Whether the pull request was approved or waited for the project at the deadline. */
const waitedAt = (issue: IssueFound, facts: MatchContext, pullRequest: PullRequestEvidence, deadline: number): boolean => {
  const { closedAt = null, createdAt, isDraft, mergedAt } = pullRequest
  const isOpen = (mergedAt === null || isLater(mergedAt, deadline)) && (closedAt === null || isLater(closedAt, deadline))
  const changed = changedAt(pullRequest)
  if (isDraft === true || !isOpen || isLater(createdAt, deadline) || isLater(changed, deadline)) return false
  const answers = answersBy(issue, facts, pullRequest, deadline)
  const last = answers.findLast(({ as }) => as !== "Commented")
  if (last?.as === "Approved") return true
  // An answer in the same second as the change counts as one to it.
  const unanswered = !answers.some(({ at }) => !isLater(changed, at))
  if (!unanswered) return false
  const isThere = !isLater(changed, deadline - THREE_DAYS)
  return isThere || answers.some(({ as, at }) => as === "ChangesRequested" && !isLater(deadline - THREE_DAYS, at) && isLater(changed, at))
}

/** An account's pull requests for the issue that were approved at the deadline, or still waited for the project's answer then. */
export const waitingOf = (issue: IssueFound, facts: MatchContext, account: number, deadline: number): ReadonlyArray<PullRequestEvidence> =>
  pullRequestsIn(issue).filter(
    (one) => one.authorId === account && !isEarly(one, facts) && isFor(issue, facts, one) && waitedAt(issue, facts, one, deadline)
  )

/** Whether a pull request was opened before its author was paired for the issue, or within the submission window. */
export const isEarly = (
  { authorId, createdAt }: Pick<PullRequestEvidence, "authorId" | "createdAt">,
  { earlier = [], submissionsFrom }: Pick<MatchContext, "earlier" | "submissionsFrom">
): boolean =>
  (submissionsFrom === null || isLater(submissionsFrom, createdAt)) &&
  !earlier.some((one) => one.accounts.includes(authorId) && !isLater(one.submissionsFrom, createdAt) && !isLater(createdAt, one.deadline))

/** Whether work that landed at `at` was in time: by the deadline, or later if it waited for the project at the deadline. */
export const isInTime = (issue: IssueFound, facts: MatchContext, pullRequest: PullRequestEvidence, at: number): boolean => {
  const { deadline, graceEnds = null } = facts
  if (deadline === null || !isLater(at, deadline)) return deadline === null || !isLater(pullRequest.createdAt, deadline)
  return (graceEnds === null || !isLater(at, graceEnds)) && waitedAt(issue, facts, pullRequest, deadline)
}
