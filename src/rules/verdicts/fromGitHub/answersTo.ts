/** The reviews and comments on a pull request, and since when its newest commit is proved to exist. Pure. Times are milliseconds since 1970. */
import type { Details } from "../../../domain/github/IssueAnswers.ts"
import type { Answer, PullRequestEvidence } from "../../../domain/IssueEvidence.ts"

const STATES: Readonly<Record<string, Answer["as"]>> = {
  APPROVED: "Approved",
  CHANGES_REQUESTED: "ChangesRequested",
  COMMENTED: "Commented"
}

/** A pull request with its details. `moved`: when its branch got its head, by GitHub's list of the branch's pushes, if that is shown. */
export const withDetails = (one: PullRequestEvidence, details: Details, moved: number | undefined): PullRequestEvidence => {
  const { headRefOid, reviews, statusCheckRollup, timelineItems } = details
  const checks = statusCheckRollup?.contexts.nodes.flatMap((check) => check?.completedAt ?? check?.createdAt ?? []) ?? []
  const seen = (reviews?.nodes ?? []).flatMap((review) => (review?.commit?.oid === headRefOid ? (review.submittedAt ?? []) : []))
  const pushes = timelineItems.nodes.flatMap((item) =>
    item?.__typename === "HeadRefForcePushedEvent" && item.afterCommit?.oid === headRefOid ? [item.createdAt] : []
  )
  // These are timestamps of pushes; the others only prove that the commit was there by then.
  const pushed = [...pushes, ...(moved === undefined ? [] : [moved])]
  const changedAt = pushed.length === 0 ? undefined : Math.max(one.createdAt, ...pushed)
  const proofs = [...checks, ...seen, ...pushed]
  const thereSince = proofs.length === 0 ? undefined : Math.max(one.createdAt, Math.min(...proofs))
  const reviewed = (reviews?.nodes ?? []).flatMap((review): ReadonlyArray<Answer> => {
    const as = STATES[review?.state ?? ""]
    if (review === null || review.submittedAt === null || as === undefined) return []
    return [{ at: review.submittedAt, by: review.author?.databaseId ?? null, as, mayPush: review.authorCanPushToRepository }]
  })
  const commented = timelineItems.nodes.flatMap(
    (item): ReadonlyArray<Answer> =>
      item?.__typename === "IssueComment" ? [{ at: item.createdAt, by: item.author?.databaseId ?? null, as: "Commented" }] : []
  )
  const answers = [...reviewed, ...commented].toSorted((left, right) => left.at - right.at)
  return {
    ...one,
    ...(thereSince === undefined ? {} : { thereSince }),
    ...(changedAt === undefined ? {} : { changedAt }),
    answers
  }
}
