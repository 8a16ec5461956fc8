/** How much of one pull request's change is in another change, and which of two was there first. */
import type { IssueFound, Likeness, PullRequestEvidence, Work } from "../../domain/IssueEvidence.ts"
import { pullRequestsIn } from "./project.ts"

/** The least lines of a copy, since two honest people may write the same few lines. These thresholds are in docs/protocol.md, “A verdict”. */
export const COPY_LINES = 10
/** How much older the copied work must be, in milliseconds. */
const COPY_LEAD = 30 * 60_000
/** From this share of the larger of two changes on, in percent, one is a copy of the other. */
const COPY = 90

/** Since when a pull request's last head counts: since its merge if nothing proves an earlier time. */
export const thereSince = ({ mergedAt, thereSince: proved }: PullRequestEvidence): number => proved ?? mergedAt ?? Number.POSITIVE_INFINITY

export const isFirstBy = (one: number, other: number): boolean => one + COPY_LEAD <= other

/** How much of one change is in the other; the other way round where this is not known, as for a commit. */
export const likenessOf = (issue: IssueFound, one: number | string, other: number | string): Likeness | undefined =>
  issue.likenesses?.find(({ pullRequest, with: counterpart }) => pullRequest === one && counterpart === other) ??
  issue.likenesses?.find(({ pullRequest, with: counterpart }) => pullRequest === other && counterpart === one)

export const reaches = (share: number, of: number, percent: number): boolean => of > 0 && share * 100 >= of * percent

/** How many lines of a change are in another, as they are or renamed. Names in few lines may be said to stand for anything. */
export const heldLines = ({ lines = 0, renamed = 0 }: Partial<Likeness> = {}): number => (renamed >= COPY_LINES ? renamed : lines)

/** The lines of a change that tools did not write, or those of them that are in another. */
const writtenOf = (counts: Pick<Work, "lines" | "written"> | undefined): number => counts?.written ?? counts?.lines ?? 0

/** Whether two changes are alike: at least `COPY` percent of the larger one is in the other. */
export const isCopy = (issue: IssueFound, one: PullRequestEvidence, other: PullRequestEvidence): boolean => {
  const isLarger = writtenOf(one.work) >= writtenOf(other.work)
  const [larger, smaller] = isLarger ? [one, other] : [other, one]
  const all = writtenOf(larger.work)
  return all >= COPY_LINES && reaches(writtenOf(likenessOf(issue, larger.number, smaller.number)), all, COPY)
}

/** The pull requests of others that are like one and were opened by a time, the first one first. */
export const alikeTo = (issue: IssueFound, own: PullRequestEvidence, by: number): ReadonlyArray<PullRequestEvidence> =>
  pullRequestsIn(issue)
    .filter(
      ({ authorId, createdAt, number }) => number !== own.number && createdAt <= by && (authorId === null || authorId !== own.authorId)
    )
    .filter((one) => isCopy(issue, one, own))
    .sort((one, other) => thereSince(one) - thereSince(other) || one.number - other.number)

/** The pull request of which one is proved to be a copy. */
export const firstOf = (issue: IssueFound, own: PullRequestEvidence): PullRequestEvidence | undefined =>
  alikeTo(issue, own, own.mergedAt ?? Number.POSITIVE_INFINITY).find((one) => isFirstBy(thereSince(one), thereSince(own)))
