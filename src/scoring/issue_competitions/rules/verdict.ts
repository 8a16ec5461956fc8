/**
 * What a validator votes on an issue, from GitHub's record and the competition's facts alone. Whoever sees the same record comes to the
 * same verdict; where the record does not name one solver beyond doubt there is no vote, because a cancellation cannot be taken back.
 */
import type { AccountAddress } from "../../../domain/Account.ts"
import type { CancelReason } from "../../../domain/Competition.ts"
import type { CloseReason, Closer, IssueEvidence, IssueFound, PullRequestEvidence } from "../../../domain/IssueEvidence.ts"

/** One competitor with its GitHub account as it was linked when the competition started. */
export interface CompetitorAccount {
  readonly hotkey: AccountAddress
  /** null: not known to us now. Nothing can then be said about a stranger's pull request, it might be this one's. */
  readonly githubId: number | null
}

/** Moments are milliseconds since 1970, from the chain's timestamps of the blocks. */
export interface CompetitionFacts {
  readonly competitors: readonly [CompetitorAccount, CompetitorAccount]
  readonly startedAt: number
  /** The time of the finalised head that the other moments were read at: what GitHub shows after it is judged when the chain has caught up. */
  readonly headAt: number
  /** null while the submission window runs: a pull request that exists already is too early. */
  readonly submissionsFrom: number | null
  /** null while it has not passed: all that is merged is merged by the deadline. */
  readonly deadline: number | null
}

/** A running competition, or an issue whose challenge period runs. */
export type VerdictCase =
  | { readonly _tag: "Competing"; readonly competition: CompetitionFacts }
  | { readonly _tag: "Challenge"; readonly pullRequest: number }

export type NoVoteReason =
  | "GitHubSilent"
  | "IssueOpen"
  | "SolutionStands"
  | "CompetitorUnknown"
  | "SharedAccount"
  | "AuthorUnknown"
  | "AmbiguousSolver"
  | "NotMerged"
  | "AlreadyReverted"
  | "MergedAfterDeadline"
  | "RecordIncomplete"
  | "AheadOfChain"

export type Verdict =
  | { readonly _tag: "Solved"; readonly hotkey: AccountAddress; readonly pullRequest: number }
  | { readonly _tag: "Cancelled"; readonly reason: CancelReason; readonly because: string }
  | { readonly _tag: "NoVote"; readonly why: NoVoteReason; readonly because: string }

/** The verdict on one issue. Pure; every row of the chapter's table is a branch here. */
export const verdictOf = (evidence: IssueEvidence, on: VerdictCase): Verdict =>
  on._tag === "Challenge" ? inChallenge(evidence, on.pullRequest) : whileCompeting(evidence, on.competition)

const cancelled = (reason: Exclude<CancelReason["_tag"], "SubmittedTooEarly">, because: string): Verdict => ({
  _tag: "Cancelled",
  reason: { _tag: reason },
  because
})

const noVote = (why: NoVoteReason, because: string): Verdict => ({ _tag: "NoVote", why, because })

const whileCompeting = (evidence: IssueEvidence, competition: CompetitionFacts): Verdict => {
  switch (evidence._tag) {
    case "GitHubSilent":
      return noVote("GitHubSilent", evidence.why)
    case "Deleted":
      return cancelled("Deleted", "GitHub says that the issue was deleted")
    case "Transferred":
      return cancelled("Transferred", `the issue was moved${evidence.to === null ? "" : ` to ${evidence.to}`}`)
    case "RepositoryGone":
      return cancelled("RepositoryGone", "the repository is gone or private")
    case "Found":
      return onFound(evidence, competition)
  }
}

interface Closing {
  readonly at: number
  readonly reason: CloseReason
  readonly closer: Closer
}

/** The first closing that no reopening undid, or undefined where the record has none. */
const standingClosing = (issue: IssueFound): Closing | undefined => {
  const reopened = issue.timeline.findLastIndex(({ _tag }) => _tag === "Reopened")
  const event = issue.timeline.slice(reopened + 1).find(({ _tag }) => _tag === "Closed")
  return event?._tag === "Closed" ? event : undefined
}

const onFound = (issue: IssueFound, competition: CompetitionFacts): Verdict => {
  if (issue.state === "open") return noVote("IssueOpen", "the issue is open")
  const closing = standingClosing(issue)
  if (closing === undefined) return noVote("RecordIncomplete", "the issue is closed but its timeline names no closing")
  // Whether the window was over, or the deadline past, when it happened is known only once the head is as late.
  if (seconds(closing.at) > seconds(competition.headAt))
    return noVote("AheadOfChain", "it was closed after the time of the finalised head: judged when the chain is there")
  if (closing.reason === "not_planned") return cancelled("NotPlanned", "closed as not planned")
  if (closing.reason === "duplicate") return cancelled("Duplicate", "closed as a duplicate")
  if (seconds(closing.at) < seconds(competition.startedAt))
    return cancelled("SolvedOutside", "it was closed as completed before the competition started")
  const solving = solvingPullRequest(issue, closing.closer, competition)
  return "_tag" in solving ? solving : onPullRequest(issue, solving, competition)
}

/** The pull request that a closing goes back to, or the verdict where it goes back to none, or to nobody in particular. */
const solvingPullRequest = (issue: IssueFound, closer: Closer, competition: CompetitionFacts): PullRequestEvidence | Verdict => {
  switch (closer._tag) {
    case "PullRequest":
      return closer.pullRequest
    case "Commit": {
      const into = closer.pullRequests.filter((pullRequest) => intoDefaultBranch(issue, pullRequest) && pullRequest.mergedAt !== null)
      const [first] = [...into].sort(byMerge)
      return first ?? cancelled("SolvedOutside", `closed by commit ${closer.commit}, which no pull request brought to the default branch`)
    }
    case "Hand": {
      const claimed = issue.linkedPullRequests.find(
        (pullRequest) => isWithinTheRules(issue, pullRequest, competition) && pullRequest.revertedBy === null
      )
      return claimed === undefined
        ? cancelled("SolvedOutside", "closed by hand as completed")
        : noVote("AmbiguousSolver", `closed by hand, while #${claimed.number} of a competitor is merged and linked to it`)
    }
  }
}

const onPullRequest = (issue: IssueFound, pullRequest: PullRequestEvidence, competition: CompetitionFacts): Verdict => {
  const name = `#${pullRequest.number}`
  if (pullRequest.authorId === null) return noVote("AuthorUnknown", `the account behind ${name} is gone`)
  const mine = competition.competitors.filter(({ githubId }) => githubId === pullRequest.authorId)
  if (mine.length > 1) return noVote("SharedAccount", `both competitors have the GitHub account ${pullRequest.authorId}`)
  const [competitor] = mine
  if (competitor === undefined) {
    const unknown = competition.competitors.find(({ githubId }) => githubId === null)
    return unknown === undefined
      ? cancelled("SolvedOutside", `closed by ${name} of somebody else (account ${pullRequest.authorId})`)
      : noVote("CompetitorUnknown", `the GitHub account of ${unknown.hotkey} is not known, ${name} may be its`)
  }
  if (pullRequest.baseRepositoryId !== issue.repositoryId) return cancelled("SolvedOutside", `${name} was merged into another repository`)
  if (pullRequest.baseBranch !== issue.defaultBranch)
    return cancelled("SolvedOutside", `${name} was merged into ${pullRequest.baseBranch}, not into ${issue.defaultBranch}`)
  if (pullRequest.mergedAt === null) return noVote("NotMerged", `${name} is named as the closer but not as merged`)
  if (isTooEarly(pullRequest, competition))
    return {
      _tag: "Cancelled",
      reason: { _tag: "SubmittedTooEarly", hotkey: competitor.hotkey },
      because: `${name} was opened before the submission window was over`
    }
  if (isTooLate(pullRequest.mergedAt, competition))
    return noVote("MergedAfterDeadline", `${name} was merged after the deadline: the competition expires`)
  if (pullRequest.revertedBy !== null)
    return noVote("AlreadyReverted", `${name} was reverted by ${pullRequest.revertedBy.commit} before it was voted`)
  return { _tag: "Solved", hotkey: competitor.hotkey, pullRequest: pullRequest.number }
}

/** GitHub's moments have whole seconds, the chain's do not: both are cut, so that the second in doubt is the miner's. */
const seconds = (milliseconds: number): number => Math.floor(milliseconds / 1000)

const isTooEarly = ({ createdAt }: PullRequestEvidence, { submissionsFrom }: CompetitionFacts): boolean =>
  submissionsFrom === null || seconds(createdAt) < seconds(submissionsFrom)

const isTooLate = (mergedAt: number, { deadline }: CompetitionFacts): boolean => deadline !== null && seconds(mergedAt) > seconds(deadline)

const intoDefaultBranch = (issue: IssueFound, pullRequest: PullRequestEvidence): boolean =>
  pullRequest.baseRepositoryId === issue.repositoryId && pullRequest.baseBranch === issue.defaultBranch

/** Whether it would be Solved, had it closed the issue. */
const isWithinTheRules = (issue: IssueFound, pullRequest: PullRequestEvidence, competition: CompetitionFacts): boolean =>
  competition.competitors.some(({ githubId }) => githubId !== null && githubId === pullRequest.authorId) &&
  intoDefaultBranch(issue, pullRequest) &&
  pullRequest.mergedAt !== null &&
  !isTooEarly(pullRequest, competition) &&
  !isTooLate(pullRequest.mergedAt, competition)

/** The one merged first, then the lower number. */
const byMerge = (left: PullRequestEvidence, right: PullRequestEvidence): number =>
  (left.mergedAt ?? 0) - (right.mergedAt ?? 0) || left.number - right.number

/** After the verdict only a reopening or a revert counts: the solution was there, and its bounty is not lost to what happens to the page. */
const inChallenge = (evidence: IssueEvidence, winning: number): Verdict => {
  if (evidence._tag === "GitHubSilent") return noVote("GitHubSilent", evidence.why)
  if (evidence._tag !== "Found") return noVote("SolutionStands", "what happens to the issue's page after the verdict changes nothing")
  if (evidence.state === "open") return cancelled("Reverted", "the issue was reopened in the challenge period")
  const closers = evidence.timeline.flatMap((event) => (event._tag === "Closed" ? pullRequestsOf(event.closer) : []))
  const isWinner = ({ number, baseRepositoryId }: PullRequestEvidence) => number === winning && baseRepositoryId === evidence.repositoryId
  const reverted = [...closers, ...evidence.linkedPullRequests].find((found) => isWinner(found) && found.revertedBy !== null)
  if (reverted?.revertedBy) return cancelled("Reverted", `the merge of #${winning} was reverted by ${reverted.revertedBy.commit}`)
  const closing = standingClosing(evidence)
  const again = evidence.timeline.some(({ _tag }) => _tag === "Reopened")
  if (closing === undefined || !again) return noVote("SolutionStands", "the issue is still closed")
  const byWinner = pullRequestsOf(closing.closer).some(isWinner)
  const restored = closing.reason === "completed" && (closing.closer._tag === "Hand" || byWinner)
  return restored
    ? noVote("SolutionStands", "the issue was reopened and closed again as completed")
    : cancelled("Reverted", "the issue was reopened, and closed again by something else")
}

const pullRequestsOf = (closer: Closer): ReadonlyArray<PullRequestEvidence> =>
  closer._tag === "PullRequest" ? [closer.pullRequest] : closer._tag === "Commit" ? closer.pullRequests : []
