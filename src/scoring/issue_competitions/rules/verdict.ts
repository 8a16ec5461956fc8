/**
 * Decides what a validator votes on an issue. The verdict depends only on GitHub's record and the competition's facts, so that validators who see
 * the same record agree. If the record leaves any doubt about the solver there is no vote.
 */
import type { IssueEvidence, IssueFound, PullRequestEvidence } from "../../../domain/IssueEvidence.ts"
import { standingText } from "../../../domain/standing.ts"
import { GONE_FOR } from "../../../domain/Watch.ts"
import { moment, seconds } from "./moments.ts"
import { noVoteReasons } from "./noVoteReasons.ts"
import { arrivalOf, branchOf, closerOf, intoDefaultBranch, latestOf, standingClosing } from "./record.ts"
import { solvingPullRequest } from "./solver.ts"
import { type Ask, type CompetitionFacts, cancelled, isTooEarly, isTooLate, noVote, type Verdict } from "./verdictCase.ts"

/** One rule that was applied on the way to a verdict, with its answer from the record. */
export interface RuleAsked {
  readonly rule: string
  readonly answer: string
}

/** A verdict with every rule that led to it, in the order of application. */
export interface Judgement {
  readonly verdict: Verdict
  readonly asked: ReadonlyArray<RuleAsked>
}

/** The verdict on one issue with its reasons. Pure; every row of the table in docs/verdicts.md is a branch here. */
export const judge = (evidence: IssueEvidence, competition: CompetitionFacts): Judgement => {
  const asked: Array<RuleAsked> = []
  const ask: Ask = (rule, holds, answer) => {
    asked.push({ rule, answer: `${holds ? "yes" : "no"}${answer === undefined ? "" : `: ${answer}`}` })
    return holds
  }
  const verdict = verdictOn(evidence, competition, ask)
  return { verdict, asked }
}

/** Whether a validator takes back its own vote on the ballot. */
export const takesVoteBack = (verdict: Verdict): boolean => verdict._tag === "NoVote" && noVoteReasons[verdict.why].takesVoteBack

const verdictOn = (evidence: IssueEvidence, competition: CompetitionFacts, ask: Ask): Verdict => {
  ask("Is the issue on GitHub where it was registered?", evidence._tag === "Found", evidence._tag)
  switch (evidence._tag) {
    case "GitHubSilent":
      return noVote("GitHubSilent", evidence.why)
    case "Deleted":
      return onGone(cancelled("Deleted", "GitHub says that the issue was deleted"), competition, ask)
    case "Transferred":
      return onGone(cancelled("Transferred", `the issue was moved${evidence.to === null ? "" : ` to ${evidence.to}`}`), competition, ask)
    case "RepositoryGone":
      return onGone(cancelled("RepositoryGone", evidence.why ?? "the repository is gone or private"), competition, ask)
    case "Found":
      return onFound(evidence, competition, ask)
  }
}

/** What is gone may be back soon, or GitHub may be ill: it is voted once it was gone at every look for long enough. */
const onGone = (verdict: Extract<Verdict, { readonly _tag: "Cancelled" }>, { watched }: CompetitionFacts, ask: Ask): Verdict => {
  const waits = (why: string) => noVote("GoneRecently", `${verdict.because}${why}`)
  const question = "Has it been gone at every look for long enough?"
  if (watched === undefined) {
    ask(question, false, "each validator counts its own looks")
    return waits(`: a validator votes once it has been so at all of its looks for ${GONE_FOR} blocks`)
  }
  const { blocks, needed, notCounted } = watched
  if (!ask(question, blocks >= needed, `for ${blocks} of ${needed} blocks`)) return waits(`, for ${blocks} of ${needed} blocks so far`)
  const well = ask("Does GitHub seem well?", notCounted === null, notCounted ?? undefined)
  return well ? verdict : waits(`, but GitHub may be ill: ${notCounted}`)
}

/** Nobody is slashed for an issue that is open a moment after the deadline: a solution may still have to show up. */
const isOverdue = (competition: CompetitionFacts, ask: Ask): boolean =>
  ask("Has half of the time for verdicts after the deadline passed?", competition.isOverdue)

const onOpen = (competition: CompetitionFacts, ask: Ask): Verdict => {
  const due = competition.deadline !== null
  return ask("Has the deadline passed?", due, competition.deadline === null ? undefined : moment(competition.deadline)) &&
    isOverdue(competition, ask)
    ? { _tag: "Unsolved", because: "the issue is still open after the deadline" }
    : noVote("IssueOpen", "the issue is open")
}

const onFound = (issue: IssueFound, competition: CompetitionFacts, ask: Ask): Verdict => {
  if (!ask("Is it closed?", issue.state === "closed")) return onOpen(competition, ask)
  const closing = standingClosing(issue)
  ask(
    "Does its timeline name a closing that no reopening undid?",
    closing !== undefined,
    closing && `${moment(closing.at)}, ${closerOf(closing)}`
  )
  if (closing === undefined) return noVote("RecordIncomplete", "the issue is closed, and GitHub does not show for certain by what")
  // Only when the head is in a later second is it certain whether the window or the deadline had passed at that time.
  const seen = seconds(latestOf(closing)) < seconds(competition.headAt)
  if (!ask("Has the chain's clock passed that moment?", seen, moment(competition.headAt)))
    return noVote("AheadOfChain", "it was closed after the time of the finalised head: judged once the chain has reached that time")
  ask("Was it closed as completed?", closing.reason === "completed", closing.reason)
  if (closing.reason === "not_planned") return cancelled("NotPlanned", "closed as not planned")
  if (closing.reason === "duplicate") return cancelled("Duplicate", "closed as a duplicate")
  const after = seconds(closing.at) >= seconds(competition.startedAt)
  if (!ask("Was it closed after the match's start?", after, moment(competition.startedAt)))
    return cancelled("SolvedOutside", "it was closed as completed before the match started")
  const solving = solvingPullRequest(issue, closing, competition, ask)
  if ("_tag" in solving) return unlessHidden(issue, solving, competition.competitors, ask)
  // The author of a pull request is known by his id, whatever else GitHub hides.
  return unlessHidden(issue, onPullRequest(issue, solving, competition, ask), solving.authorId === null ? competition.competitors : [], ask)
}

/** What seems to be somebody else's may have been a competitor's where GitHub hides linked pull requests, or her account, with which it hides all that is hers. */
const unlessHidden = (
  issue: IssueFound,
  verdict: Verdict,
  competitors: ReadonlyArray<CompetitionFacts["competitors"][number]>,
  ask: Ask
): Verdict => {
  if (verdict._tag !== "Cancelled" || verdict.reason._tag !== "SolvedOutside") return verdict
  if (issue.hasHiddenLinks === true) {
    ask("Does GitHub show all linked pull requests?", false)
    return noVote("RecordIncomplete", "GitHub links more pull requests to it than it shows")
  }
  const hidden = competitors.find(({ exists }) => exists === false)
  if (hidden === undefined) return verdict
  ask("Does GitHub show the accounts of both competitors?", false, `not that of ${hidden.hotkey}`)
  return noVote("RecordIncomplete", `GitHub does not show the account of ${hidden.hotkey}, and may hide its pull requests`)
}

const onPullRequest = (issue: IssueFound, pullRequest: PullRequestEvidence, competition: CompetitionFacts, ask: Ask): Verdict => {
  const { number, authorId } = pullRequest
  const mergedAt = arrivalOf(pullRequest)
  const name = `#${number}`
  const author =
    authorId === null ? undefined : `account ${authorId}${pullRequest.authorLogin === null ? "" : ` (${pullRequest.authorLogin})`}`
  if (!ask(`Is the author of ${name} known?`, authorId !== null, author)) {
    const isGone = pullRequest.authorLogin === null
    ask("Is that account gone?", isGone, pullRequest.authorLogin ?? undefined)
    if (!isGone) return noVote("AuthorUnknown", `GitHub does not say which account ${pullRequest.authorLogin} is, who wrote ${name}`)
    const both = competition.competitors.every(({ exists }) => exists === true)
    return ask("Do the accounts of both competitors still exist?", both)
      ? cancelled("SolvedOutside", `closed by ${name} of an account that is gone, which is neither competitor's`)
      : noVote("AuthorUnknown", `the account behind ${name} is gone, and may have been a competitor's`)
  }
  const mine = competition.competitors.filter(({ githubId }) => githubId === authorId)
  if (!ask("Does at most one competitor have that account?", mine.length <= 1))
    return noVote("SharedAccount", `both competitors have the GitHub account ${authorId}`)
  const [competitor] = mine
  ask("Is it a competitor's, as linked at the start?", competitor !== undefined, competitor?.hotkey)
  if (competitor === undefined) {
    const unknown = competition.competitors.find(({ githubId }) => githubId === null)
    ask("Are the accounts of both competitors known?", unknown === undefined, unknown && `not that of ${unknown.hotkey}`)
    return unknown === undefined
      ? cancelled("SolvedOutside", `closed by ${name} of somebody else (account ${authorId})`)
      : noVote("CompetitorUnknown", `the GitHub account of ${unknown.hotkey} is not known, and ${name} may be from it`)
  }
  if (
    !ask(
      "Was it merged into the issue's own repository?",
      pullRequest.baseRepositoryId === issue.repositoryId,
      `repository ${pullRequest.baseRepositoryId}`
    )
  )
    return cancelled("SolvedOutside", `${name} was merged into another repository`)
  if (!ask("Into its default branch?", intoDefaultBranch(issue, pullRequest), branchOf(issue, pullRequest)))
    return cancelled("SolvedOutside", `${name} was merged into ${pullRequest.baseBranch}, not into ${issue.defaultBranch}`)
  ask("Is it merged?", mergedAt !== null, mergedAt === null ? undefined : moment(mergedAt))
  if (mergedAt === null) return noVote("NotMerged", `${name} is named as the closer but not as merged`)
  const window = competition.submissionsFrom === null ? "which is not over yet" : `which ended ${moment(competition.submissionsFrom)}`
  if (
    !ask(
      "Was it opened after the submission window?",
      !isTooEarly(pullRequest, competition),
      `${moment(pullRequest.createdAt)}; the window, ${window}`
    )
  )
    return {
      _tag: "Cancelled",
      reason: { _tag: "SubmittedTooEarly", hotkey: competitor.hotkey },
      because: `${name} was opened before the submission window was over`
    }
  const deadline = competition.deadline === null ? "not past yet" : moment(competition.deadline)
  if (!ask("Was it merged by the deadline?", !isTooLate(mergedAt, competition), `the deadline: ${deadline}`))
    return isOverdue(competition, ask)
      ? { _tag: "Unsolved", because: `${name} was merged after the deadline` }
      : noVote("MergedAfterDeadline", `${name} was merged after the deadline`)
  const { standing } = pullRequest
  const isDoubted = standing !== null && standing._tag !== "Stands"
  ask("Does what it brought stand?", !isDoubted, standing === null ? undefined : `it ${standingText(standing)}`)
  if (isDoubted) return noVote(standing._tag === "TakenBack" ? "AlreadyReverted" : "RevertUnproved", `${name} ${standingText(standing)}`)
  return { _tag: "Solved", hotkey: competitor.hotkey, pullRequest: number }
}
