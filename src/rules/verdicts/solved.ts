/** The verdict on an issue of which the project says that it is solved: what landed, whose it is, and whether it stands. */
import type { IssueFound, PullRequestEvidence } from "../../domain/IssueEvidence.ts"
import { standingText } from "../../domain/WorkStanding.ts"
import { type Case, ending, isPast, mayHideWork, unsolved } from "./endings.ts"
import { isTakenBack, type Landed, type Landing, landedBy, matchesSince, nameOf } from "./landing.ts"
import { type Closing, isCompetitors, isFor, isProjects, pullRequestsIn } from "./project.ts"
import { seconds } from "./timestamps.ts"
import { cancelled, type MatchContext, noVote, type Verdict } from "./verdictCase.ts"
import { isEarly, isInTime } from "./waiting.ts"
import { otherWorkOf, whoseIs } from "./whose.ts"

/** The landed work is neither competitor's, unless GitHub may hide theirs. `isKnown`: GitHub names its author. */
const solvedOutside = (on: Case, because: string, isKnown = false): Verdict =>
  mayHideWork(on, isKnown) ?? ending(on, cancelled("SolvedOutside", because))

/** The maintainers say that it is solved, and nobody's work landed for it. */
const onNothing = (on: Case, closing: Closing): Verdict => {
  const { ask, facts, issue } = on
  const all = pullRequestsIn(issue)
  const later = all.find(
    (one) => one.mergedAt !== null && one.mergedAt >= facts.startedAt && isCompetitors(facts, one.authorId) && one.says === "afterwards"
  )
  if (later !== undefined) {
    ask("Did a competitor's merged pull request name the issue before the merge?", false, `#${later.number}`)
    return noVote("NamedAfterwards", `#${later.number} named the issue only after it was merged`)
  }
  if (seconds(closing.at) < seconds(facts.startedAt)) return solvedOutside(on, "it was closed as completed before the match started")
  const unmerged = all.find((one) => {
    const { authorId, closedAt = null, mergedAt, turns = [] } = one
    if (mergedAt !== null || !isCompetitors(facts, authorId) || !isFor(issue, facts, one)) return false
    return closedAt === null || (closedAt >= matchesSince(facts) && turns.findLast(({ as }) => as === "Closed")?.by.id !== authorId)
  })
  if (unmerged !== undefined) {
    ask("Is it certain that no competitor's pull request was merged by hand?", false, `#${unmerged.number}`)
    return (
      mayHideWork(on) ??
      noVote("WorkUnproved", `#${unmerged.number} was not merged on GitHub, but a maintainer may have pushed its commits by hand`)
    )
  }
  if (closing.closer._tag === "Hidden") {
    ask("Does GitHub show what closed it?", false)
    return noVote("RecordIncomplete", "GitHub does not show what closed it")
  }
  if (!isPast(on)) return noVote("NothingLanded", "it was closed as completed, and no competitor's work has been merged")
  return solvedOutside(on, "it was closed as completed, and no competitor's work had been merged")
}

const isNobodys = ({ facts }: Case, { pullRequest }: Landing): boolean =>
  pullRequest === undefined || (pullRequest.authorId !== null && !isCompetitors(facts, pullRequest.authorId))

export const onSolved = (on: Case, closing: Closing, since: number, isProjectsWord: boolean): Verdict => {
  const { ask, facts, issue } = on
  const landed: Landed = landedBy(issue, facts, closing, since, isProjectsWord)
  switch (landed._tag) {
    case "Nothing":
      ask("Was work for the issue merged?", false)
      return onNothing(on, closing)
    case "Elsewhere": {
      const { authorId, number } = landed.pullRequest
      return ask("Was it closed by a competitor's pull request in another repository?", isCompetitors(facts, authorId), `#${number}`)
        ? noVote("WorkUnproved", "a competitor's pull request in another repository closed it")
        : solvedOutside(on, "a pull request in another repository closed it", authorId !== null)
    }
    case "MentionsOnly":
      ask("Did a maintainer close it, or state what solved it?", false)
      return isNobodys(on, landed.landing)
        ? onNothing(on, closing)
        : noVote("EndedAfterMerge", `${nameOf(landed.landing)} only mentions the issue, and no maintainer closed it`)
    case "Several": {
      const names = landed.landings.map(nameOf).join(", ")
      ask("Is all merged work for it by one author?", false, names)
      const areOutside = landed.landings.every((one) => {
        const whose = whoseIs(issue, facts, one)
        return isNobodys(on, one) && whose._tag === "Author" && !whose.isCarried
      })
      return areOutside
        ? solvedOutside(on, `solved by ${names} of other authors`, true)
        : noVote("SharedWork", `${names} were merged for it`)
    }
    case "Landing":
      return seconds(landed.landing.at) < seconds(matchesSince(facts)) ? onNothing(on, closing) : onLanding(on, closing, landed.landing)
  }
}

const onLanding = (on: Case, closing: Closing, landing: Landing): Verdict => {
  const { ask, facts, issue } = on
  const name = nameOf(landing)
  ask("Was work for the issue merged?", true, name)
  if (!ask("Does it remain merged?", !isTakenBack(landing)))
    return noVote("AlreadyReverted", `${name} reached the default branch for it, and was reverted`)
  const whose = whoseIs(issue, facts, landing)
  const isTold = whose._tag === "Author"
  ask("Is it clear whose work it is?", isTold, isTold ? undefined : whose.because)
  if (whose._tag !== "Author") return whose
  const { isCarried, pullRequest } = whose
  const other = otherWorkOf(issue, facts, landing, pullRequest, closing.at)
  if (!ask("Was no other competitor's work merged for it?", other === undefined, other && `#${other.number}`))
    return noVote("SharedWork", `${name} and #${other?.number} were merged for it`)
  if (pullRequest === undefined) return onPush(on, closing, name)
  const { authorId, number } = pullRequest
  const unknown = unknownAuthor(on, pullRequest)
  if (unknown !== undefined) return unknown
  const competitor = facts.competitors.find(({ githubId }) => githubId !== null && githubId === authorId)
  if (!ask("Is it a competitor's?", competitor !== undefined, competitor?.hotkey) || competitor === undefined)
    return pullRequest.isBots === true
      ? noVote("NotACompetitors", `#${number}, which was merged for it, is by a bot and not by a competitor`)
      : solvedOutside(on, `solved by #${number} of another author (account ${authorId ?? "gone"})`, authorId !== null)
  if (facts.competitors.every(({ githubId }) => githubId === authorId)) {
    ask("Is that account linked to at most one competitor?", false)
    return noVote("SharedAccount", `both competitors linked the GitHub account ${authorId}`)
  }
  if (!ask("Was it opened after pull requests began to count?", !isEarly(pullRequest, facts)))
    return ending(on, {
      _tag: "Cancelled",
      reason: { _tag: "SubmittedTooEarly", hotkey: competitor.hotkey },
      because: "the pull request that solved it was opened before pull requests began to count"
    })
  // What was merged itself landed then, whatever carried it on later.
  if (!ask("Was it merged in time?", isInTime(issue, facts, pullRequest, Math.min(landing.at, pullRequest.mergedAt ?? landing.at)))) {
    isPast(on)
    return unsolved(on, "LandedLate", "a competitor's work for it was merged after the deadline")
  }
  const isPush = typeof landing.id === "string"
  const isOwn = isPush ? isCompetitors(facts, closing.by?.id) : !isCarried && isOwnMerge(issue, facts, pullRequest)
  if (!ask("Did another maintainer merge or approve it?", !isOwn))
    return noVote(
      "OwnMerge",
      `${isPush ? name : `#${number}`} comes from an account with write access, and no other maintainer has merged or approved it`
    )
  const doubt = landing.standing?._tag === "Unknown" ? `${name} ${standingText(landing.standing)}` : undefined
  if (!ask("Does it stand?", doubt === undefined, doubt)) return noVote("RevertUnproved", doubt ?? "")
  return { _tag: "Solved", hotkey: competitor.hotkey, pullRequest: number }
}

/** A push that is in no pull request closed it. */
const onPush = (on: Case, { by }: Closing, name: string): Verdict =>
  isCompetitors(on.facts, by?.id)
    ? noVote("OwnMerge", "a competitor pushed the commit that closed it, and no maintainer has approved it")
    : solvedOutside(on, `${name}, which belongs to no pull request, closed it`)

/** Whether an author merged their own pull request or has write access, and no other account with write access has merged or approved it. */
export const isOwnMerge = (issue: IssueFound, facts: MatchContext, { answers = [], authorId, mergedBy }: PullRequestEvidence): boolean => {
  const isAuthors = (id: number | null | undefined) => id !== null && id === authorId
  if (!isAuthors(mergedBy?.id) && !(issue.writers ?? []).some(isAuthors)) return false
  const isOthers = (id: number | null, mayPush = false) =>
    id !== null && !isAuthors(id) && (mayPush ? !isCompetitors(facts, id) : isProjects(issue, facts, id))
  return !(isOthers(mergedBy?.id ?? null) || answers.some(({ as, by, mayPush }) => as === "Approved" && isOthers(by, mayPush)))
}

/** No vote if a pull request of unknown author may be a competitor's. */
const unknownAuthor = (
  { ask, facts }: Case,
  { authorId, authorLogin, number }: { readonly authorId: number | null; readonly authorLogin: string | null; readonly number: number }
): Verdict | undefined => {
  const { competitors } = facts
  if (authorId === null) {
    if (
      authorLogin === null &&
      ask(
        "Do the accounts of both competitors still exist?",
        competitors.every(({ exists }) => exists === true)
      )
    )
      return undefined
    ask(`Is the author of #${number} known?`, false, authorLogin ?? undefined)
    return noVote(
      "AuthorUnknown",
      `the author of #${number} is ${authorLogin === null ? "no longer on GitHub" : `not known (${authorLogin})`}, and may be a competitor`
    )
  }
  const unlinked = competitors.find(({ githubId }) => githubId === null)
  if (unlinked === undefined || isCompetitors(facts, authorId)) return undefined
  ask("Are the accounts of both competitors known?", false, `not that of ${unlinked.hotkey}`)
  return noVote("CompetitorUnknown", `the GitHub account of ${unlinked.hotkey} is not known, and may be the author of #${number}`)
}
