/**
 * Chooses the earlier heads of a pull request on which its verdict depends: the one at the deadline, if it was pushed to afterwards, and the one that
 * the project asked to be changed last. Pure.
 */
import type { Details } from "../../../domain/github/IssueAnswers.ts"
import type { PullRequestEvidence, Push } from "../../../domain/IssueEvidence.ts"
import type { ComparedWork } from "./comparedWork.ts"

/** A change of a branch, as the repository's activity lists it. */
export interface Move {
  readonly before: string
  readonly after: string
  readonly timestamp: number
}

/**
 * The pushes to a pull request's branch: all since a time before it was opened, from its repository's activity (`moves`, newest first), or else the
 * force-pushes that GitHub shows.
 */
export const pushesOf = ({ reviews, timelineItems }: Details, moves: ReadonlyArray<Move> | undefined): ReadonlyArray<Push> => {
  const forced = timelineItems.nodes.flatMap((item): ReadonlyArray<Move> => {
    const isPush = item?.__typename === "HeadRefForcePushedEvent" && item.beforeCommit != null
    return isPush ? [{ before: item.beforeCommit?.oid ?? "", after: item.afterCommit?.oid ?? "", timestamp: item.createdAt }] : []
  })
  const pushes = (moves ?? forced).toSorted((one, other) => one.timestamp - other.timestamp)
  const seen = (reviews?.nodes ?? []).map((review) => ({ head: review?.commit?.oid, at: review?.submittedAt ?? null }))
  return pushes.map(({ before, timestamp }) => {
    const times = [
      ...seen.flatMap(({ at, head }) => (head === before && at !== null ? [at] : [])),
      ...pushes.flatMap((one) => (one.after === before ? [one.timestamp] : []))
    ]
    return { at: timestamp, before, ...(times.length === 0 ? {} : { thereSince: Math.min(...times) }) }
  })
}

/** The first push after a time, in milliseconds since 1970. */
const pushAfter = ({ pushes = [] }: PullRequestEvidence, time: number) => pushes.find(({ at }) => at > time)

/** The commits to compare with the pull request's last head. `deadline`: undefined before it has passed, when none decides. */
export const earlierHeadsOf = (pullRequest: PullRequestEvidence, deadline: number | undefined): ReadonlyArray<string> => {
  if (deadline === undefined) return []
  const { answers = [], head, mergedAt } = pullRequest
  const replaced = mergedAt === null || mergedAt > deadline ? pushAfter(pullRequest, deadline)?.before : undefined
  // Anybody may review: who may not push asks for nothing.
  const asked = mergedAt === null ? answers.findLast(({ as, mayPush }) => as === "ChangesRequested" && mayPush === true)?.head : undefined
  return [...new Set([replaced, asked])].flatMap((one) => (one === undefined || one === head ? [] : [one]))
}

/** A pull request with what its earlier heads share with its last one. `compared`: it alone, with these heads in place of commits. */
export const withEarlier = (
  pullRequest: PullRequestEvidence,
  heads: ReadonlyArray<string>,
  { likenesses, pullRequests: [whole], pushes }: ComparedWork
): PullRequestEvidence => ({
  ...pullRequest,
  earlier: heads.flatMap((head) => {
    const [lines, of] = [pushes.get(head)?.lines, whole?.work?.lines]
    const kept = likenesses.find((one) => one.with === head)?.lines ?? 0
    return lines === undefined || of === undefined ? [] : [{ head, lines, kept, of }]
  })
})
