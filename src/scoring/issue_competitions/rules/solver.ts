/** Which pull request led to the closing of an issue. Whatever may be a competitor's work and is not proved to be, pays nobody and takes no bounty away. */
import type { Closer, IssueFound, PullRequestEvidence } from "../../../domain/IssueEvidence.ts"
import { seconds } from "./moments.ts"
import { arrivalOf, byMerge, type Closing, intoDefaultBranch } from "./record.ts"
import { type Ask, type CompetitionFacts, cancelled, isTooEarly, isTooLate, noVote, type Verdict } from "./verdictCase.ts"

/** Whether a competitor's pull request would have solved the issue had it closed it. */
const isInTime = (issue: IssueFound, pullRequest: PullRequestEvidence, competition: CompetitionFacts): boolean =>
  intoDefaultBranch(issue, pullRequest) &&
  pullRequest.mergedAt !== null &&
  !isTooEarly(pullRequest, competition) &&
  !isTooLate(arrivalOf(pullRequest) ?? pullRequest.mergedAt, competition)

/** Whose a pull request is, as far as it matters: nobody's here, a competitor's, or perhaps a competitor's. */
const ownerOf = (
  { authorId, authorLogin }: PullRequestEvidence,
  { competitors }: CompetitionFacts
): "Competitor" | "AuthorUnknown" | "CompetitorUnknown" | undefined => {
  if (authorId === null) return authorLogin === null && competitors.every(({ exists }) => exists === true) ? undefined : "AuthorUnknown"
  if (competitors.some(({ githubId }) => githubId === authorId)) return "Competitor"
  return competitors.some(({ githubId }) => githubId === null) ? "CompetitorUnknown" : undefined
}

const NOT_TOLD = {
  AuthorUnknown: "GitHub does not say who wrote it, and it may be a competitor's",
  CompetitorUnknown: "a competitor's GitHub account is not known, and it may be from it"
} as const

/** A commit that no pull request brought: a maintainer's own, or a merge bot's, which may carry a competitor's pull request. */
const onUnbrought = (
  issue: IssueFound,
  { at, closer }: { readonly at: number; readonly closer: Extract<Closer, { readonly _tag: "Commit" }> },
  competition: CompetitionFacts,
  ask: Ask
): Verdict => {
  const unmerged = [...issue.linkedPullRequests, ...closer.pullRequests].filter(
    ({ baseRepositoryId, createdAt, mergedAt }) =>
      mergedAt === null && baseRepositoryId === issue.repositoryId && seconds(createdAt) <= seconds(at)
  )
  const theirs = unmerged.find((one) => ownerOf(one, competition) === "Competitor")
  const question = "Is a competitor's unmerged pull request linked, which it may carry?"
  if (ask(question, theirs !== undefined, theirs && `#${theirs.number}`) && theirs !== undefined)
    return noVote("LandingUnproved", `closed by commit ${closer.commit}; whether it carries #${theirs.number} cannot be proved`)
  return (
    notTold(unmerged, competition, ask) ??
    cancelled("SolvedOutside", `closed by commit ${closer.commit}, which no pull request brought to the default branch`)
  )
}

/** No vote where one of these may be a competitor's. */
const notTold = (pullRequests: ReadonlyArray<PullRequestEvidence>, competition: CompetitionFacts, ask: Ask): Verdict | undefined => {
  for (const one of pullRequests) {
    const why = ownerOf(one, competition)
    if (why !== "AuthorUnknown" && why !== "CompetitorUnknown") continue
    ask(`Is it known whether #${one.number}, which is linked, is a competitor's?`, false)
    return noVote(why, `#${one.number} is linked to it: ${NOT_TOLD[why]}`)
  }
  return undefined
}

/** A person, a bot or a project's workflow closed it: what the default branch had got by then may have been the reason. */
const onHand = (
  issue: IssueFound,
  { at, closer }: { readonly at: number; readonly closer: Extract<Closer, { readonly _tag: "Hand" }> },
  competition: CompetitionFacts,
  ask: Ask
): Verdict => {
  const claimed = issue.linkedPullRequests.filter(
    (one) => isInTime(issue, one, competition) && seconds(one.mergedAt ?? Number.POSITIVE_INFINITY) <= seconds(at)
  )
  const theirs = claimed.filter((one) => ownerOf(one, competition) === "Competitor")
  const isTakenBack = ({ standing }: PullRequestEvidence) => standing?._tag === "TakenBack"
  const standing = theirs.find((one) => !isTakenBack(one))
  const linked = "Is a competitor's pull request within the rules linked to the issue, and was merged before that?"
  if (ask(linked, standing !== undefined, standing && `#${standing.number}`) && standing !== undefined)
    return noVote("AmbiguousSolver", `closed by hand, while #${standing.number} of a competitor is merged and linked to it`)
  const [undone] = theirs
  if (undone !== undefined) {
    ask("Does what it brought stand?", false, `#${undone.number} was taken back`)
    return noVote("AlreadyReverted", `closed by hand, and #${undone.number} of a competitor, which was merged before, was taken back`)
  }
  const { mayCarry = [] } = closer
  if (mayCarry.length > 0) {
    const numbers = mayCarry.map((one) => `#${one}`).join(", ")
    ask("Is it known whether the default branch had got a competitor's work?", false, numbers)
    return noVote("LandingUnproved", `closed by hand; whether a commit before that carries ${numbers} cannot be proved`)
  }
  return (
    notTold(
      claimed.filter((one) => !isTakenBack(one)),
      competition,
      ask
    ) ?? cancelled("SolvedOutside", "closed by hand as completed")
  )
}

/** The pull request of a competitor that what closed the issue carries; undefined: it carries none. `carrier`: the pull request that did close it. */
const carriedIn = (
  { mayCarry = [] }: { readonly mayCarry?: ReadonlyArray<number> | undefined },
  {
    carried,
    carrier,
    what
  }: { readonly carried: ReadonlyArray<PullRequestEvidence>; readonly carrier: PullRequestEvidence | undefined; readonly what: string },
  competition: CompetitionFacts,
  ask: Ask
): PullRequestEvidence | Verdict | undefined => {
  const [first] = carried
  if (first === undefined) {
    if (mayCarry.length === 0) return undefined
    const numbers = mayCarry.map((one) => `#${one}`).join(", ")
    ask("Is it known whether it carries a competitor's pull request?", false, numbers)
    return noVote("LandingUnproved", `closed by ${what}; whether it carries ${numbers} cannot be proved`)
  }
  ask(
    "Does it carry a competitor's pull request?",
    true,
    `${first.landedBy === "patch" ? "the same patch" : "all commits"} of #${first.number}`
  )
  const theirs = carrier !== undefined && ownerOf(carrier, competition) === "Competitor" ? [...carried, carrier] : carried
  const isOne = theirs.every(({ authorId }) => authorId === first.authorId)
  return ask("Is it one competitor's work only?", isOne) ? first : noVote("AmbiguousSolver", `${what} has work of both competitors`)
}

/** The pull request that led to a closing, or the verdict if there is none or it is ambiguous. */
export const solvingPullRequest = (
  issue: IssueFound,
  { at, closer }: Closing,
  competition: CompetitionFacts,
  ask: Ask
): PullRequestEvidence | Verdict => {
  const question = "Did a pull request cause the closing?"
  switch (closer._tag) {
    case "PullRequest": {
      ask(question, true, `#${closer.pullRequest.number}`)
      const { carries = [], pullRequest } = closer
      const what = `#${pullRequest.number}`
      return carriedIn(closer, { carried: carries, carrier: pullRequest, what }, competition, ask) ?? pullRequest
    }
    case "Commit": {
      const into = closer.pullRequests.filter((pullRequest) => intoDefaultBranch(issue, pullRequest) && pullRequest.mergedAt !== null)
      const [first] = [...into].sort(byMerge)
      if (closer.isPartial === true && first?.mergeCommit !== closer.commit) {
        ask("Does GitHub show all pull requests of the commit that closed it?", false, closer.commit)
        return noVote("RecordIncomplete", `GitHub hides pull requests of commit ${closer.commit}, which closed it`)
      }
      ask(question, first !== undefined, first && `#${first.number}, the first merged that brought commit ${closer.commit}`)
      const carried = into.filter(({ landedBy }) => landedBy !== undefined).sort(byMerge)
      const carrier = into.find(({ landedBy }) => landedBy === undefined)
      return (
        carriedIn(closer, { carried, carrier, what: `commit ${closer.commit}` }, competition, ask) ??
        first ??
        onUnbrought(issue, { at, closer }, competition, ask)
      )
    }
    case "Hidden":
      ask(question, false, "GitHub does not show what did")
      return noVote("RecordIncomplete", "GitHub does not show what closed it, and not that it was by hand")
    case "Hand": {
      ask(question, false, "closed by hand")
      return onHand(issue, { at, closer }, competition, ask)
    }
  }
}
