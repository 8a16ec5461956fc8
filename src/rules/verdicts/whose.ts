/**
 * Whose work a landing is: the second question of a verdict. Names, addresses, author fields, co-authors and hashes of commits decide nothing: anybody
 * can claim, copy or write them.
 */
import type { IssueFound, PullRequestEvidence } from "../../domain/IssueEvidence.ts"
import { type Landing, matchesSince, nameOf } from "./landing.ts"
import { alikeTo, COPY_LINES, heldLines, isCopy, isFirstBy, likenessOf, reaches, thereSince } from "./likeness.ts"
import { isCompetitors, pullRequestsIn, tiedSince, tieOf } from "./project.ts"
import { isLater, type MatchContext, type NoVote, noVote } from "./verdictCase.ts"
import { isEarly } from "./waiting.ts"

/** Shares of a competitor's pull request in a landing, in percent: from `CARRIED` on it is carried, from `HELD` on in part. */
const CARRIED = 90
const HELD = 60
/** The share of the landing, in percent, below which it is not the other's work that landed. */
const CONTAINED = 10
const HALF = 50

export type Whose =
  /** `isCarried`: it landed as a copy or inside other work, not by its own merge. Undefined: in no pull request. */
  { readonly _tag: "Author"; readonly pullRequest: PullRequestEvidence | undefined; readonly isCarried: boolean } | NoVote

const unproved = (because: string): NoVote => noVote("WorkUnproved", because)
const shared = (because: string): NoVote => noVote("SharedWork", because)

/** Whether a pull request is or may be a competitor's. */
const mayBeTheirs = ({ competitors }: MatchContext, { authorId }: PullRequestEvidence): boolean =>
  authorId === null
    ? !competitors.every(({ exists }) => exists === true)
    : competitors.some(({ githubId }) => githubId === null || githubId === authorId)

/** What is in a landing of a competitor's tied pull request. */
interface Held {
  readonly pullRequest: PullRequestEvidence
  readonly lines: number
  /** Whether it landed with this: all but little of it is there, it was there before, and it is half of the landing or is named by it. */
  readonly isCarried: boolean
  /** Whether only the proof is missing that it was there before. */
  readonly isUnproved: boolean
}

const heldIn = (issue: IssueFound, { at, id, pullRequest: own, work }: Landing, pullRequest: PullRequestEvidence): Held | undefined => {
  const found = likenessOf(issue, pullRequest.number, id)
  const [lines, all, names] = [found?.lines ?? 0, pullRequest.work?.lines ?? 0, found?.names === true]
  if (!reaches(heldLines(found), all, HELD) && !names) return undefined
  const isThere = own === undefined ? thereSince(pullRequest) <= at : isFirstBy(thereSince(pullRequest), thereSince(own))
  const isHalf = reaches(likenessOf(issue, id, pullRequest.number)?.lines ?? 0, work?.lines ?? 0, HALF)
  const isWhole = all >= COPY_LINES && reaches(lines, all, CARRIED) && isHalf
  const isLike = isWhole || (reaches(lines, all, HELD) && names)
  return { pullRequest, lines, isCarried: isThere && isLike, isUnproved: !isThere && isLike }
}

/**
 * Whether one pull request contains another's fresh lines, as they are or renamed: enough of them, and a tenth of itself in lines of either, which
 * may be wrapped otherwise.
 */
const contains = (issue: IssueFound, own: PullRequestEvidence, other: PullRequestEvidence): boolean => {
  const [held, back] = [likenessOf(issue, other.number, own.number), likenessOf(issue, own.number, other.number)]
  const fresh = held?.fresh ?? held?.lines ?? 0
  const isTenth = reaches(Math.max(heldLines(held), back?.lines ?? 0), own.work?.lines ?? 0, CONTAINED)
  return fresh >= COPY_LINES && reaches(fresh, other.work?.fresh ?? other.work?.lines ?? 0, HELD) && isTenth
}

/** The author of a landing, unless it is a copy, contains the rival's work, or carries a competitor's. */
export const whoseIs = (issue: IssueFound, facts: MatchContext, landing: Landing): Whose => {
  const { at, pullRequest: own, work } = landing
  const theirs = pullRequestsIn(issue)
    .filter((one) => one.number !== own?.number && (own === undefined || one.authorId === null || one.authorId !== own.authorId))
    .filter((one) => one.createdAt <= at && tieOf(issue, facts, one) !== undefined && mayBeTheirs(facts, one))
  const isSmall = own !== undefined && work !== undefined && work.lines < COPY_LINES
  const unread = theirs.find((one) => work === undefined || (one.work === undefined && !isSmall))
  if (unread !== undefined) return unproved(`GitHub does not show how much #${unread.number} shares with ${nameOf(landing)}`)
  if (own !== undefined) {
    const copied = alikeTo(issue, own, at)
    const isFirst = (one: PullRequestEvidence) => isFirstBy(thereSince(one), thereSince(own))
    const first = copied.find(isFirst)
    const isUnsure = first !== undefined && own.thereSince === undefined && isFirstBy(own.createdAt, thereSince(first))
    const unsure = isUnsure ? first : first === undefined && own.thereSince === undefined ? copied[0] : undefined
    if (unsure !== undefined) return unproved(`#${own.number} and #${unsure.number} are alike, and nothing proves which came first`)
    if (first !== undefined)
      return mayBeTheirs(facts, first)
        ? { _tag: "Author", pullRequest: first, isCarried: true }
        : noVote("NotACompetitors", `${nameOf(landing)} is a copy of #${first.number}, which is by neither competitor`)
    if (isCompetitors(facts, own.authorId)) {
      const contained = theirs.find((one) => isFirst(one) && contains(issue, own, one))
      return contained === undefined
        ? { _tag: "Author", pullRequest: own, isCarried: false }
        : shared(`#${own.number} contains work of #${contained.number}`)
    }
  }
  return carriedBy(issue, landing, theirs)
}

/** Whose work a landing of neither competitor carries. */
const carriedBy = (issue: IssueFound, landing: Landing, theirs: ReadonlyArray<PullRequestEvidence>): Whose => {
  const held = theirs.flatMap((one) => heldIn(issue, landing, one) ?? []).sort((one, other) => other.lines - one.lines)
  const [main] = held.filter(({ isCarried }) => isCarried)
  const name = nameOf(landing)
  if (main === undefined) {
    const part = held.find(({ isUnproved }) => isUnproved) ?? held[0]
    if (part?.isUnproved === true) return unproved(`nothing proves that #${part.pullRequest.number} had this work before ${name}`)
    return part === undefined
      ? { _tag: "Author", pullRequest: landing.pullRequest, isCarried: false }
      : shared(`${name} contains or names work of #${part.pullRequest.number}`)
  }
  const { pullRequest } = main
  const isTheirCopy = (one: PullRequestEvidence) => isCopy(issue, one, pullRequest) && isFirstBy(thereSince(pullRequest), thereSince(one))
  const other = held.find((one) => one.pullRequest.authorId !== pullRequest.authorId && !isTheirCopy(one.pullRequest))
  if (other !== undefined)
    return isCopy(issue, other.pullRequest, pullRequest)
      ? unproved(`#${pullRequest.number} and #${other.pullRequest.number} are alike, and nothing proves which came first`)
      : shared(`${name} contains work of #${pullRequest.number} and #${other.pullRequest.number}`)
  const rival = alikeTo(issue, pullRequest, landing.at).find((one) => !isFirstBy(thereSince(pullRequest), thereSince(one)))
  return rival === undefined
    ? { _tag: "Author", pullRequest, isCarried: true }
    : unproved(`#${pullRequest.number} and #${rival.number} are alike, and nothing proves which came first`)
}

/** Finds the other competitor's pull request that the project also merged for the issue, and that may have solved it. `solver`: whose work landed. */
export const otherWorkOf = (
  issue: IssueFound,
  facts: MatchContext,
  { id, work }: Landing,
  solver: PullRequestEvidence | undefined,
  closedAt: number
): PullRequestEvidence | undefined => {
  const isNeithers = !isCompetitors(facts, solver?.authorId)
  return pullRequestsIn(issue).find((one) => {
    const { authorId, createdAt, mergedAt, mergedBy, number, standing } = one
    if (!isCompetitors(facts, authorId) || authorId === solver?.authorId || number === id || number === solver?.number) return false
    if (mergedAt === null || mergedAt < matchesSince(facts) || isCompetitors(facts, mergedBy?.id) || standing?._tag === "TakenBack")
      return false
    if (createdAt > closedAt || isEarly(one, facts) || (facts.deadline !== null && isLater(createdAt, facts.deadline))) return false
    if (tiedSince(issue, facts, one) > closedAt) return false
    if (solver !== undefined && isCopy(issue, one, solver)) return false
    if (isNeithers || tieOf(issue, facts, one) === "closing") return true
    const [landed, lines] = [work?.lines ?? 0, one.work?.lines ?? Number.POSITIVE_INFINITY]
    return landed * 10 < lines || (landed < COPY_LINES && lines >= COPY_LINES)
  })
}
