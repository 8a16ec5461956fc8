/** How much of one pull request's change is in another change, and which of two was there first. */
import type { IssueFound, Likeness, PullRequestEvidence } from "../../domain/IssueEvidence.ts"
import { pullRequestsIn } from "./project.ts"

/** The least lines of a copy, since two honest people may write the same few lines. These thresholds are in docs/verdicts.md, “Whose is it?”. */
export const COPY_LINES = 10
/** How much older the copied work must be, in milliseconds. */
const COPY_LEAD = 30 * 60_000
/** From this share of the larger of two changes on, in percent, one is a copy of the other. */
const COPY = 90

/** A merge or a push, or a pull request. */
interface Change {
  readonly id: number | string
  readonly lines: number
}

export const changeOf = ({ number, work }: PullRequestEvidence): Change => ({ id: number, lines: work?.lines ?? 0 })

/** Since when a pull request's last head counts: since its merge if nothing proves an earlier time. */
export const thereSince = ({ mergedAt, thereSince: proved }: PullRequestEvidence): number => proved ?? mergedAt ?? Number.POSITIVE_INFINITY

export const isFirstBy = (one: number, other: number): boolean => one + COPY_LEAD <= other

export const likenessOf = (issue: IssueFound, one: number, other: number | string): Likeness | undefined =>
  issue.likenesses?.find(({ pullRequest, with: counterpart }) => pullRequest === one && counterpart === other) ??
  issue.likenesses?.find(({ pullRequest, with: counterpart }) => pullRequest === other && counterpart === one)

export const reaches = (share: number, of: number, percent: number): boolean => of > 0 && share * 100 >= of * percent

/** Whether two changes are alike: at least `COPY` percent of the larger one is shared. */
export const isCopy = (issue: IssueFound, one: PullRequestEvidence, other: Change): boolean => {
  const larger = Math.max(one.work?.lines ?? 0, other.lines)
  return larger >= COPY_LINES && reaches(likenessOf(issue, one.number, other.id)?.lines ?? 0, larger, COPY)
}

/** The pull requests of others that are like one and were opened by a time, the first one first. */
export const alikeTo = (issue: IssueFound, own: PullRequestEvidence, by: number): ReadonlyArray<PullRequestEvidence> =>
  pullRequestsIn(issue)
    .filter(
      ({ authorId, createdAt, number }) => number !== own.number && createdAt <= by && (authorId === null || authorId !== own.authorId)
    )
    .filter((one) => isCopy(issue, one, changeOf(own)))
    .sort((one, other) => thereSince(one) - thereSince(other) || one.number - other.number)

/** The pull request of which one is proved to be a copy. */
export const firstOf = (issue: IssueFound, own: PullRequestEvidence): PullRequestEvidence | undefined =>
  alikeTo(issue, own, own.mergedAt ?? Number.POSITIVE_INFINITY).find((one) => isFirstBy(thereSince(one), thereSince(own)))
