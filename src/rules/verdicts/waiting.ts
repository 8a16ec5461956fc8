/**
 * Whether a competitor's pull request waits for the project at the deadline, and whether what the project merged was in time. Whose pull request
 * waited or was merged loses nothing.
 */
import type { Answer, IssueFound, PullRequestEvidence, Turn } from "../../domain/IssueEvidence.ts"
import { reaches } from "./likeness.ts"
import { isCompetitors, isFor, isProjects, pullRequestsIn } from "./project.ts"
import { isLater, type MatchContext } from "./verdictCase.ts"

/**
 * For how long before the deadline a pull request must have been there for the project to look at it, or its author must have left a request
 * unanswered, in milliseconds (docs/protocol.md, “A verdict”).
 */
const THREE_DAYS = 3 * 86_400_000

/** The words of the project's people on a pull request until a timestamp, oldest first. */
const wordsUntil = (issue: IssueFound, facts: MatchContext, { answers = [] }: PullRequestEvidence, until: number): ReadonlyArray<Answer> =>
  answers.filter(
    ({ at, by, isBot, mayPush }) =>
      isBot !== true &&
      !isLater(at, until) &&
      (isProjects(issue, facts, by) || (mayPush === true && !facts.competitors.some(({ githubId }) => githubId === by)))
  )

const isDraftTurn = ({ as }: Turn): boolean => as === "Draft" || as === "Ready"

/** Whether a pull request was a draft at a timestamp that its author had made one, and not because of a limit, as its text said then. */
const isAuthorsDraft = ({ authorId, isDraft = false, limitedSince, turns = [] }: PullRequestEvidence, at: number): boolean => {
  if (limitedSince !== undefined && !isLater(limitedSince, at)) return false
  const turn = turns.findLast((one) => isDraftTurn(one) && !isLater(one.at, at))
  if (turn !== undefined) return turn.as === "Draft" && turn.by.id === authorId
  // Without an earlier turn it is as its author opened it.
  const next = turns.find(isDraftTurn)
  return next === undefined ? isDraft : next.as === "Ready"
}

/** Who closed a pull request by a timestamp; undefined if it was open then, or was opened again in the time for verdicts. */
const closedBy = (
  { graceEnds }: MatchContext,
  { closedAt = null, mergedAt, turns = [] }: PullRequestEvidence,
  at: number
): Turn | "unknown" | undefined => {
  const until = graceEnds ?? Number.POSITIVE_INFINITY
  const before = turns.findLast((one) => !isDraftTurn(one) && !isLater(one.at, at))
  const again = turns.some((one) => one.as === "Reopened" && isLater(one.at, at) && !isLater(one.at, until))
  if (before?.as === "Closed") return again ? undefined : before
  return before === undefined && mergedAt === null && closedAt !== null && !isLater(closedAt, at) ? "unknown" : undefined
}

/** Whether a pull request was open at the deadline. What a bot or the other competitor closed counts as open. */
const isOpenAt = (facts: MatchContext, pullRequest: PullRequestEvidence, deadline: number): boolean => {
  const { authorId, mergedAt } = pullRequest
  if (mergedAt !== null && !isLater(mergedAt, deadline)) return false
  const closed = closedBy(facts, pullRequest, deadline)
  if (closed === undefined) return true
  if (closed === "unknown" || closed.isByCommit === true) return false
  const { id, isBot } = closed.by
  return isBot === true || (id !== authorId && isCompetitors(facts, id))
}

/** Whether the project's people may have landed a pull request by hand: a commit closed it, or one of them closed it and named a commit. */
const mayBeByHand = (issue: IssueFound, facts: MatchContext, pullRequest: PullRequestEvidence, deadline: number): boolean => {
  const { authorId } = pullRequest
  const closed = closedBy(facts, pullRequest, deadline)
  if (closed === undefined || closed === "unknown" || pullRequest.mergedAt !== null) return false
  const isNamed = () =>
    closed.by.id !== authorId && wordsUntil(issue, facts, pullRequest, facts.headAt).some(({ as }) => as === "NamedCommit")
  return closed.isByCommit === true || isNamed()
}

/** Whether no line has been changed since a review: a rebase is no answer. */
const isSameSince = ({ earlier = [] }: PullRequestEvidence, { head }: Answer): boolean =>
  earlier.some((one) => one.head === head && one.of > 0 && one.lines === one.kept && one.kept === one.of)

/** Shares, in percent: of the head that waited in what was merged, and of what was merged in that head. */
const [KEPT, FROM_BEFORE] = [90, 60]

/** Whether the head at the deadline is proved, and most of it is what was merged: a rebase, or the maintainer's touch. */
const isMuchTheSame = (facts: MatchContext, pullRequest: PullRequestEvidence, deadline: number): boolean => {
  const { earlier = [], pushes = [] } = pullRequest
  const replaced = pushes.find(({ at }) => isLater(at, deadline))
  if (replaced === undefined) return false
  const { before, thereSince } = replaced
  const own = facts.seen?.find(({ head }) => head === before)?.at
  if (isLater(Math.min(thereSince ?? Number.POSITIVE_INFINITY, own ?? Number.POSITIVE_INFINITY), deadline)) return false
  return earlier.some(({ head, kept, lines, of }) => head === before && reaches(kept, lines, KEPT) && reaches(kept, of, FROM_BEFORE))
}

/** Whether the pull request waited for the project at the deadline, or was approved. Pushes never make anybody lose. */
const waitedAt = (issue: IssueFound, facts: MatchContext, pullRequest: PullRequestEvidence, deadline: number): boolean => {
  const { changedAt, createdAt, thereSince = Number.POSITIVE_INFINITY, turns = [] } = pullRequest
  if (isLater(createdAt, deadline) || isAuthorsDraft(pullRequest, deadline) || !isOpenAt(facts, pullRequest, deadline)) return false
  const word = wordsUntil(issue, facts, pullRequest, deadline).findLast(({ as }) => as !== "NamedCommit")
  const start = deadline - THREE_DAYS
  if (word === undefined) {
    const ready = turns.findLast(({ as, at }) => as === "Ready" && !isLater(at, deadline))?.at ?? createdAt
    return !isLater(ready, start)
  }
  // Only what is proved to have been there when the change was requested, or to be the same, left the request unanswered.
  const isUnanswered = !isLater(changedAt ?? thereSince, word.at) || isSameSince(pullRequest, word)
  return word.as === "Approved" || isLater(word.at, start) || !isUnanswered
}

const ofAccount = (issue: IssueFound, facts: MatchContext, account: number): ReadonlyArray<PullRequestEvidence> =>
  pullRequestsIn(issue).filter((one) => one.authorId === account && !isEarly(one, facts) && isFor(issue, facts, one))

/** An account's pull requests for the issue that were approved at the deadline, or still waited for the project's answer then. */
export const waitingOf = (issue: IssueFound, facts: MatchContext, account: number, deadline: number): ReadonlyArray<PullRequestEvidence> =>
  ofAccount(issue, facts, account).filter((one) => waitedAt(issue, facts, one, deadline))

/** An account's pull requests for the issue that the project's people may have landed by hand, by the deadline. */
export const byHandOf = (issue: IssueFound, facts: MatchContext, account: number, deadline: number): ReadonlyArray<PullRequestEvidence> =>
  ofAccount(issue, facts, account).filter((one) => mayBeByHand(issue, facts, one, deadline))

/**
 * An account's pull requests for the issue, opened by the deadline, that were merged by then, or by the end of the time for verdicts by anybody who
 * does not compete: who merges can push.
 */
export const mergedOf = (issue: IssueFound, facts: MatchContext, account: number, deadline: number): ReadonlyArray<PullRequestEvidence> =>
  ofAccount(issue, facts, account).filter(({ createdAt, mergedAt, mergedBy }) => {
    if (mergedAt === null || isLater(createdAt, deadline)) return false
    const isInGrace = facts.graceEnds == null || !isLater(mergedAt, facts.graceEnds)
    return !isLater(mergedAt, deadline) || (isInGrace && !isCompetitors(facts, mergedBy?.id))
  })

/** Whether a pull request was opened before its author was paired for the issue, or before pull requests counted. */
export const isEarly = (
  { authorId, createdAt }: Pick<PullRequestEvidence, "authorId" | "createdAt">,
  { earlier = [], submissionsFrom }: Pick<MatchContext, "earlier" | "submissionsFrom">
): boolean =>
  (submissionsFrom === null || isLater(submissionsFrom, createdAt)) &&
  !earlier.some((one) => one.accounts.includes(authorId) && !isLater(one.submissionsFrom, createdAt) && !isLater(createdAt, one.deadline))

/**
 * Whether work that landed at `at` was in time: by the deadline, or later if it waited for the project at the deadline and was not filled since.
 */
export const isInTime = (issue: IssueFound, facts: MatchContext, pullRequest: PullRequestEvidence, at: number): boolean => {
  const { deadline, graceEnds = null } = facts
  if (deadline === null || !isLater(at, deadline)) return deadline === null || !isLater(pullRequest.createdAt, deadline)
  const isUnchanged = !isLater(pullRequest.changedAt ?? pullRequest.createdAt, deadline) || isMuchTheSame(facts, pullRequest, deadline)
  return isUnchanged && (graceEnds === null || !isLater(at, graceEnds)) && waitedAt(issue, facts, pullRequest, deadline)
}
