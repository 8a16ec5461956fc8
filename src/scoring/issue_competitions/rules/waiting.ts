/** Whether a competitor's pull request waits for the project at the deadline. Its author loses nothing, and it is in time when it is merged in the time for verdicts. */
import type { Answer, IssueFound, PullRequestEvidence } from "../../../domain/IssueEvidence.ts"
import { isFor, isProjects, pullRequestsIn } from "./project.ts"
import { isLater, type MatchContext } from "./verdictCase.ts"

/** How long before the deadline a change must have been there, or may have been asked for, in milliseconds. */
const THREE_DAYS = 3 * 86_400_000

/** Since when its newest change of the program counts. A doubt is the author's good: what only proves that it was there by a moment says nothing against an earlier one. */
const changedAt = ({ changedAt: proved, createdAt }: PullRequestEvidence): number => proved ?? createdAt

/** What the project's people said to it by a moment, oldest first. */
const answersBy = (issue: IssueFound, facts: MatchContext, { answers = [] }: PullRequestEvidence, until: number): ReadonlyArray<Answer> =>
  answers
    .filter(
      ({ at, by, mayPush }) =>
        !isLater(at, until) &&
        (isProjects(issue, facts, by) || (mayPush === true && !facts.competitors.some(({ githubId }) => githubId === by)))
    )
    .toSorted((one, other) => one.at - other.at)

/** Whether it was approved by the project at the deadline, or waited for it. */
const waitedAt = (issue: IssueFound, facts: MatchContext, pullRequest: PullRequestEvidence, deadline: number): boolean => {
  const { closedAt = null, createdAt, isDraft, mergedAt } = pullRequest
  const isOpen = (mergedAt === null || isLater(mergedAt, deadline)) && (closedAt === null || isLater(closedAt, deadline))
  const changed = changedAt(pullRequest)
  if (isDraft === true || !isOpen || isLater(createdAt, deadline) || isLater(changed, deadline)) return false
  const answers = answersBy(issue, facts, pullRequest, deadline)
  const last = answers.findLast(({ as }) => as !== "Commented")
  if (last?.as === "Approved") return true
  // Whoever answers in the second of the change has seen it.
  const unanswered = !answers.some(({ at }) => !isLater(changed, at))
  if (!unanswered) return false
  const isThere = !isLater(changed, deadline - THREE_DAYS)
  return isThere || answers.some(({ as, at }) => as === "ChangesRequested" && !isLater(deadline - THREE_DAYS, at) && isLater(changed, at))
}

/** The pull requests of an account for the issue that waited at the deadline. */
export const waitingOf = (issue: IssueFound, facts: MatchContext, account: number, deadline: number): ReadonlyArray<PullRequestEvidence> =>
  pullRequestsIn(issue).filter(
    (one) => one.authorId === account && !isEarly(one, facts) && isFor(issue, facts, one) && waitedAt(issue, facts, one, deadline)
  )

/** Whether a pull request was opened before its author was paired for the issue, or before the submission window was over then. */
export const isEarly = (
  { authorId, createdAt }: Pick<PullRequestEvidence, "authorId" | "createdAt">,
  { earlier = [], submissionsFrom }: Pick<MatchContext, "earlier" | "submissionsFrom">
): boolean =>
  (submissionsFrom === null || isLater(submissionsFrom, createdAt)) &&
  !earlier.some((one) => one.accounts.includes(authorId) && !isLater(one.submissionsFrom, createdAt) && !isLater(createdAt, one.deadline))

/** Whether what landed at a moment was in time: by the deadline, or afterwards where it waited for the project then. */
export const isInTime = (issue: IssueFound, facts: MatchContext, pullRequest: PullRequestEvidence, at: number): boolean => {
  const { deadline, graceEnds = null } = facts
  if (deadline === null || !isLater(at, deadline)) return deadline === null || !isLater(pullRequest.createdAt, deadline)
  return (graceEnds === null || !isLater(at, graceEnds)) && waitedAt(issue, facts, pullRequest, deadline)
}
