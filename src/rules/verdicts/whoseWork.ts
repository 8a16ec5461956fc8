/**
 * Splits what landed for an issue into each author's part: the second question of a verdict. Names, addresses, author fields, co-authors and hashes
 * of commits decide nothing: anybody can claim, copy or write them.
 */
import type { IssueFound, Likeness, PullRequestEvidence, Work } from "../../domain/IssueEvidence.ts"
import type { WorkStanding } from "../../domain/WorkStanding.ts"
import { isFor, isProjects, pullRequestsIn } from "./project.ts"
import type { MatchContext } from "./verdictCase.ts"

/** The least lines of a copy, since two honest people may write the same few lines. These thresholds are in docs/verdicts.md, “Whose work landed?”. */
const COPY_LINES = 10
/** How much older the copied work must be, in milliseconds. */
const COPY_LEAD = 30 * 60_000
/**
 * Thresholds in percent. Two pull requests are copies from `COPY` on, which is shared of the larger change. A pull request's change landed from `LANDED` on, or from
 * `LANDED_NAMED` on if the merge names the pull request. Below `DOUBTFUL` it surely did not land.
 */
const COPY = 90
const LANDED = 90
const LANDED_NAMED = 60
const DOUBTFUL = 50
/** The share of all landed work, in percent, that makes somebody's part the solution. */
export const SOLUTION = 75

/** A merge, or a push that closed the issue. */
interface MergeOrPush {
  readonly id: number | string
  readonly at: number
  /** Undefined: not known. */
  readonly work: Work | undefined
  readonly pullRequest: PullRequestEvidence | undefined
  readonly standing: WorkStanding | null
  /** Whether it was taken back. */
  readonly isUndone: boolean
}

/** One author's part of a landing. `pullRequest`: undefined for pushed work that is in no pull request. */
export interface Part {
  readonly pullRequest: PullRequestEvidence | undefined
  readonly landing: number | string
  readonly at: number
  /** Undefined: not known, which matters only beside other parts. */
  readonly work: Work | undefined
  /** Whether it landed as a copy or inside another pull request, and not by its own merge. */
  readonly isCarried: boolean
  readonly standing: WorkStanding | null
  /** Whether it was taken back. */
  readonly isUndone: boolean
}

/** The parts, or why they cannot be told. */
export type Landed =
  | { readonly _tag: "Parts"; readonly parts: ReadonlyArray<Part> }
  | { readonly _tag: "Unproved"; readonly because: string }

const linesOf = ({ work }: { readonly work?: Work | undefined }): number => work?.lines ?? 0

/** Since when a pull request's last head counts: since its merge if nothing proves an earlier time. */
const thereSince = ({ mergedAt, thereSince: proved }: PullRequestEvidence): number => proved ?? mergedAt ?? Number.POSITIVE_INFINITY

const likenessOf = (issue: IssueFound, one: number, other: number | string): Likeness | undefined =>
  issue.likenesses?.find(({ pullRequest, with: counterpart }) => pullRequest === one && counterpart === other) ??
  issue.likenesses?.find(({ pullRequest, with: counterpart }) => pullRequest === other && counterpart === one)

const reaches = (share: number, of: number, percent: number): boolean => of > 0 && share * 100 >= of * percent

/** Whether two changes are copies: at least COPY percent of the larger one is shared. */
const isAlike = (issue: IssueFound, one: PullRequestEvidence, other: MergeOrPush | PullRequestEvidence): boolean => {
  const larger = Math.max(linesOf(one), linesOf(other))
  const shared = likenessOf(issue, one.number, "number" in other ? other.number : other.id)?.lines ?? 0
  return larger >= COPY_LINES && reaches(shared, larger, COPY)
}

const minus = (work: Work | undefined, less: Work): Work | undefined =>
  work && { lines: Math.max(0, work.lines - less.lines), product: Math.max(0, work.product - less.product) }

const isTakenBack = ({ standing }: Pick<MergeOrPush, "standing">): boolean => standing?._tag === "TakenBack"

/** The landings for the issue since its first match, oldest first. What was opened after the issue was closed is none. */
const landingsOf = (issue: IssueFound, facts: MatchContext, closedAt: number): ReadonlyArray<MergeOrPush> => {
  const since = Math.min(facts.startedAt, ...(facts.earlier ?? []).map(({ startedAt }) => startedAt))
  const all = pullRequestsIn(issue)
  const undone = all.filter(isTakenBack)
  const merged = all.flatMap((one): ReadonlyArray<MergeOrPush> => {
    const { baseBranch, createdAt, mergedAt, number, standing, work } = one
    if (mergedAt === null || mergedAt < since || createdAt > closedAt || !isFor(issue, facts, one)) return []
    // Also if the merge that brought it from another branch was taken back.
    const isUndone =
      isTakenBack(one) ||
      undone.some(
        (other) => other.baseBranch !== baseBranch && reaches(likenessOf(issue, number, other.number)?.lines ?? 0, linesOf(one), LANDED)
      )
    return [{ id: number, at: mergedAt, work, pullRequest: one, standing, isUndone }]
  })
  const pushed = issue.timeline.flatMap((event): ReadonlyArray<MergeOrPush> => {
    if (event._tag !== "Closed" || event.closer._tag !== "Commit" || event.at < since) return []
    const { commit, pullRequests } = event.closer
    if (pullRequests.some(({ baseRepositoryId }) => baseRepositoryId === issue.repositoryId)) return []
    const push = issue.pushes?.find((one) => one.commit === commit)
    const { standing, work } = push ?? { standing: null, work: undefined }
    return [{ id: commit, at: event.at, work, pullRequest: undefined, standing, isUndone: standing?._tag === "TakenBack" }]
  })
  return [...merged, ...pushed].sort((one, other) => one.at - other.at || (String(one.id) < String(other.id) ? -1 : 1))
}

/** Whether a pull request is or may be a competitor's. */
const mayBeTheirs = ({ competitors }: MatchContext, { authorId }: PullRequestEvidence): boolean =>
  authorId === null
    ? !competitors.every(({ exists }) => exists === true)
    : competitors.some(({ githubId }) => githubId === null || githubId === authorId)

/** Splits what landed for the issue into parts. `closedAt`: when the project closed it. */
export const landedFor = (issue: IssueFound, facts: MatchContext, closedAt: number): Landed => {
  const landings = landingsOf(issue, facts, closedAt)
  const all = pullRequestsIn(issue)
  const ids = facts.competitors.flatMap(({ githubId }) => githubId ?? [])
  const parts: Array<Part> = []
  const has = (one: PullRequestEvidence) =>
    landings.some(({ id }) => id === one.number) || parts.some(({ pullRequest }) => pullRequest?.number === one.number)
  for (const landing of landings) {
    const { at, id, isUndone, pullRequest: own, standing, work } = landing
    const others = all
      .filter((one) => one.number !== own?.number && (own === undefined || one.authorId === null || one.authorId !== own.authorId))
      .filter((one) => one.createdAt <= at)
      .sort((one, other) => thereSince(one) - thereSince(other) || one.number - other.number)
    const theirs = others.filter((one) => mayBeTheirs(facts, one))
    const isLarge = work === undefined || work.lines >= COPY_LINES
    // Unknown changes matter only for a competitor's pull request that was opened by then.
    const unread = theirs.find((one) => !has(one) && ((one.work === undefined && (own === undefined || isLarge)) || work === undefined))
    if (unread !== undefined) return { _tag: "Unproved", because: `what #${unread.number} shares with ${nameOf(id)} is not known` }
    if (own !== undefined) {
      const copied = others.filter((one) => isAlike(issue, one, landing))
      const isFirst = (one: PullRequestEvidence) => thereSince(one) + COPY_LEAD <= thereSince(own)
      const first = copied.find(isFirst)
      const doubtful = own.thereSince === undefined ? copied.find((one) => !isFirst(one)) : undefined
      const isUnsure = first !== undefined && own.thereSince === undefined && own.createdAt + COPY_LEAD < thereSince(first)
      const unsure = first === undefined ? doubtful : isUnsure ? first : undefined
      if (unsure !== undefined)
        return { _tag: "Unproved", because: `#${own.number} and #${unsure.number} are alike, and nothing proves which was first` }
      if (first !== undefined) {
        if (!has(first)) parts.push({ pullRequest: first, landing: id, at, work, isCarried: true, standing, isUndone })
        continue
      }
    }
    const inside: Array<PullRequestEvidence> = []
    let rest = work
    for (const one of others) {
      const likeness = likenessOf(issue, one.number, id)
      if (likeness === undefined || inside.some((other) => isAlike(issue, one, other))) continue
      const isIn = reaches(likeness.lines, linesOf(one), likeness.names === true ? LANDED_NAMED : LANDED)
      if (!isIn) {
        if (own === undefined && theirs.includes(one) && reaches(likeness.lines, linesOf(one), DOUBTFUL))
          return { _tag: "Unproved", because: `whether ${nameOf(id)} has the work of #${one.number} cannot be told` }
        continue
      }
      if (own !== undefined && likeness.names !== true && !has(one) && linesOf(one) < COPY_LINES) continue
      const isOthers = own === undefined || own.authorId === null || !ids.includes(own.authorId)
      const limit = own === undefined ? at : thereSince(own)
      if (thereSince(one) + (own === undefined || has(one) ? 0 : COPY_LEAD) > limit) {
        const mayBeFirst = own === undefined || one.createdAt < own.createdAt
        if (!has(one) && isOthers && mayBeFirst && theirs.includes(one))
          return { _tag: "Unproved", because: `nothing proves that #${one.number} had it before ${nameOf(id)}` }
        continue
      }
      const rival = others.find(
        (other) => other.authorId !== one.authorId && isAlike(issue, one, other) && thereSince(other) < thereSince(one) + COPY_LEAD
      )
      if (rival !== undefined && !has(one))
        return { _tag: "Unproved", because: `#${one.number} and #${rival.number} are alike, and nothing proves which was first` }
      inside.push(one)
      // A merge of another branch brings nothing of its own: its changes were merged into that branch before.
      rest = has(one) && one.baseBranch !== own?.baseBranch ? { lines: 0, product: 0 } : minus(rest, likeness)
      if (!has(one)) parts.push({ pullRequest: one, landing: id, at, work: likeness, isCarried: true, standing, isUndone })
    }
    if (inside.length === 0 || (rest?.lines ?? 0) > 0)
      parts.push({ pullRequest: own, landing: id, at, work: rest, isCarried: false, standing, isUndone })
  }
  return { _tag: "Parts", parts }
}

export const nameOf = (landing: number | string): string => (typeof landing === "number" ? `#${landing}` : `commit ${landing}`)

/** The share of some parts in all, in percent, rounded down; undefined if it is not known. */
export const shareOf = (some: ReadonlyArray<Part>, all: ReadonlyArray<Part>): number | undefined => {
  if (some.length === all.length) return 100
  if (all.some(({ work }) => work === undefined)) return undefined
  const sum = (parts: ReadonlyArray<Part>, kind: keyof Work) => parts.reduce((total, { work }) => total + (work?.[kind] ?? 0), 0)
  const kind = sum(all, "product") > 0 ? "product" : "lines"
  const whole = sum(all, kind)
  return whole === 0 ? undefined : Math.floor((sum(some, kind) * 100) / whole)
}

/** Whether an author merged their own pull request or has write access, and no other account with write access has merged or approved it. */
export const isOwnMerge = (issue: IssueFound, facts: MatchContext, { answers = [], authorId, mergedBy }: PullRequestEvidence): boolean => {
  const isAuthors = (id: number | null | undefined) => id !== null && id === authorId
  if (!isAuthors(mergedBy?.id) && !(issue.writers ?? []).some(isAuthors)) return false
  const isOthers = (id: number | null, mayPush = false) =>
    id !== null && !isAuthors(id) && (mayPush ? !facts.competitors.some(({ githubId }) => githubId === id) : isProjects(issue, facts, id))
  return !(isOthers(mergedBy?.id ?? null) || answers.some(({ as, by, mayPush }) => as === "Approved" && isOthers(by, mayPush)))
}
