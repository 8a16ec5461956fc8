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
    ask("Did a merged pull request of a competitor name the issue before it landed?", false, `#${later.number}`)
    return noVote("NamedAfterwards", `#${later.number} was merged, and named the issue only afterwards`)
  }
  if (seconds(closing.at) < seconds(facts.startedAt)) return solvedOutside(on, "it was closed as completed before the match started")
  const unmerged = all.find((one) => {
    const { authorId, closedAt = null, mergedAt, turns = [] } = one
    if (mergedAt !== null || !isCompetitors(facts, authorId) || !isFor(issue, facts, one)) return false
    return closedAt === null || (closedAt >= matchesSince(facts) && turns.findLast(({ as }) => as === "Closed")?.by.id !== authorId)
  })
  if (unmerged !== undefined) {
    ask("Is it known that nobody landed a competitor's pull request by hand?", false, `#${unmerged.number}`)
    return mayHideWork(on) ?? noVote("WorkUnproved", `#${unmerged.number} was not merged, and somebody may have landed it by hand`)
  }
  if (closing.closer._tag === "Hidden") {
    ask("Does GitHub show what closed it?", false)
    return noVote("RecordIncomplete", "GitHub does not show what closed it, and not that it was by hand")
  }
  if (!isPast(on)) return noVote("NothingLanded", "the project closed it as completed, and neither competitor's work has landed")
  return solvedOutside(on, "the project closed it as completed, and neither competitor's work had landed")
}

const isNobodys = ({ facts }: Case, { pullRequest }: Landing): boolean =>
  pullRequest === undefined || (pullRequest.authorId !== null && !isCompetitors(facts, pullRequest.authorId))

export const onSolved = (on: Case, closing: Closing, since: number, isProjectsWord: boolean): Verdict => {
  const { ask, facts, issue } = on
  const landed: Landed = landedBy(issue, facts, closing, since, isProjectsWord)
  switch (landed._tag) {
    case "Nothing":
      ask("Has work for the issue landed?", false)
      return onNothing(on, closing)
    case "Elsewhere": {
      const { authorId, number } = landed.pullRequest
      return ask("Was it closed by a competitor's pull request of another repository?", isCompetitors(facts, authorId), `#${number}`)
        ? noVote("WorkUnproved", "a competitor's pull request of another repository closed it")
        : solvedOutside(on, "a pull request of another repository closed it", authorId !== null)
    }
    case "MentionsOnly":
      ask("Did somebody of the project close it, or say what solved it?", false)
      return isNobodys(on, landed.landing)
        ? onNothing(on, closing)
        : noVote("EndedAfterMerge", `${nameOf(landed.landing)} only names it, and nobody of the project closed it`)
    case "Several": {
      const names = landed.landings.map(nameOf).join(", ")
      ask("Is what landed for it one author's?", false, names)
      const areOutside = landed.landings.every((one) => {
        const whose = whoseIs(issue, facts, one)
        return isNobodys(on, one) && whose._tag === "Author" && !whose.isCarried
      })
      return areOutside ? solvedOutside(on, `solved by ${names} of others`, true) : noVote("SharedWork", `${names} landed for it`)
    }
    case "Landing":
      return seconds(landed.landing.at) < seconds(matchesSince(facts)) ? onNothing(on, closing) : onLanding(on, closing, landed.landing)
  }
}

const onLanding = (on: Case, closing: Closing, landing: Landing): Verdict => {
  const { ask, facts, issue } = on
  const name = nameOf(landing)
  ask("Has work for the issue landed?", true, name)
  if (!ask("Was it not taken back?", !isTakenBack(landing)))
    return noVote("AlreadyReverted", `${name}, which landed for it, was taken back`)
  const whose = whoseIs(issue, facts, landing)
  const isTold = whose._tag === "Author"
  ask("Can it be told whose work it is?", isTold, isTold ? undefined : whose.because)
  if (whose._tag !== "Author") return whose
  const { isCarried, pullRequest } = whose
  const other = otherWorkOf(issue, facts, landing, pullRequest, closing.at)
  if (!ask("Has no other competitor's work landed for it?", other === undefined, other && `#${other.number}`))
    return noVote("SharedWork", `${name} and #${other?.number} landed for it`)
  if (pullRequest === undefined) return onPush(on, closing, name)
  const { authorId, number } = pullRequest
  const unknown = unknownAuthor(on, pullRequest)
  if (unknown !== undefined) return unknown
  const competitor = facts.competitors.find(({ githubId }) => githubId !== null && githubId === authorId)
  if (!ask("Is it a competitor's?", competitor !== undefined, competitor?.hotkey) || competitor === undefined)
    return pullRequest.isBots === true
      ? noVote("NotACompetitors", `what landed is a bot's #${number}, which is neither competitor's`)
      : solvedOutside(on, `solved by #${number} of somebody else (account ${authorId ?? "gone"})`, authorId !== null)
  if (facts.competitors.every(({ githubId }) => githubId === authorId)) {
    ask("Does at most one competitor have that account?", false)
    return noVote("SharedAccount", `both competitors have the GitHub account ${authorId}`)
  }
  if (!ask("Was it opened when pull requests counted?", !isEarly(pullRequest, facts)))
    return ending(on, {
      _tag: "Cancelled",
      reason: { _tag: "SubmittedTooEarly", hotkey: competitor.hotkey },
      because: "what solved it was opened before pull requests counted"
    })
  // What was merged itself landed then, whatever carried it on later.
  if (!ask("Did it land in time?", isInTime(issue, facts, pullRequest, Math.min(landing.at, pullRequest.mergedAt ?? landing.at)))) {
    isPast(on)
    return unsolved(on, "LandedLate", "what a competitor landed for it came after the deadline")
  }
  const isPush = typeof landing.id === "string"
  const isOwn = isPush ? isCompetitors(facts, closing.by?.id) : !isCarried && isOwnMerge(issue, facts, pullRequest)
  if (!ask("Was it landed, or approved, by somebody else of the project?", !isOwn))
    return noVote("OwnMerge", `${isPush ? name : `#${number}`} is of somebody who can push, and nobody else of the project has approved it`)
  const doubt = landing.standing?._tag === "Unknown" ? `${name} ${standingText(landing.standing)}` : undefined
  if (!ask("Does it stand?", doubt === undefined, doubt)) return noVote("RevertUnproved", doubt ?? "")
  return { _tag: "Solved", hotkey: competitor.hotkey, pullRequest: number }
}

/** A push that is in no pull request closed it. */
const onPush = (on: Case, { by }: Closing, name: string): Verdict =>
  isCompetitors(on.facts, by?.id)
    ? noVote("OwnMerge", "a competitor pushed what closed it, and nobody of the project has approved it")
    : solvedOutside(on, `${name} closed it, which no pull request brought`)

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
      `the account behind #${number} is ${authorLogin === null ? "gone" : `not known (${authorLogin})`}, and may be a competitor's`
    )
  }
  const unlinked = competitors.find(({ githubId }) => githubId === null)
  if (unlinked === undefined || isCompetitors(facts, authorId)) return undefined
  ask("Are the accounts of both competitors known?", false, `not that of ${unlinked.hotkey}`)
  return noVote("CompetitorUnknown", `the GitHub account of ${unlinked.hotkey} is not known, and #${number} may be from it`)
}
