/** The reviews of a pull request, its turns, and since when its newest commit is proved to exist. Pure. Times are milliseconds since 1970. */
import type { Details } from "../../../domain/github/IssueAnswers.ts"
import type { Answer, PullRequestEvidence, Turn } from "../../../domain/IssueEvidence.ts"
import { type Move, pushesOf } from "./earlierHeads.ts"
import { actorOf } from "./timeline.ts"

const STATES: Readonly<Record<string, Answer["as"]>> = {
  APPROVED: "Approved",
  CHANGES_REQUESTED: "ChangesRequested"
}

/** Whether a text names a commit by its short or whole hash: a word of hexadecimal digits, one of them no letter. */
const namesCommit = (text: string): boolean => text.match(/\b[0-9a-f]{7,40}\b/g)?.some((word) => /\d/.test(word)) === true

const TURNS: Readonly<Record<string, Turn["as"]>> = {
  ConvertToDraftEvent: "Draft",
  ReadyForReviewEvent: "Ready",
  ClosedEvent: "Closed",
  ReopenedEvent: "Reopened"
}

/** How a miner says that only the repository's limit on open pull requests made it a draft (docs/miner.md). */
const LIMITED = /^draft because of the limit on open pull requests\.?$/im

/** Whether a tenth or more of a branch's lines came by no pull request but the branch's own. Merge commits bring nothing of their own. */
const bringsOwn = (number: number, { nodes, totalCount }: NonNullable<Details["branch"]>): boolean => {
  let [own, all] = [0, 0]
  for (const node of nodes) {
    if (node === null) return true
    const { additions, associatedPullRequests, deletions, parents } = node.commit
    if (parents.totalCount > 1) continue
    const isOthers = associatedPullRequests.nodes.some((one) => one !== null && one.number !== number && one.mergedAt !== null)
    all += additions + deletions
    if (!isOthers) own += additions + deletions
  }
  return totalCount > nodes.length || (own > 0 && own * 10 >= all)
}

/** A pull request with its details. `moves`: the changes of its branch since it was opened, newest first, if GitHub shows them. */
export const withDetails = (one: PullRequestEvidence, details: Details, moves: ReadonlyArray<Move> | undefined): PullRequestEvidence => {
  const { branch, headRefOid, reviews, statusCheckRollup, timelineItems } = details
  const checks = statusCheckRollup?.contexts.nodes.flatMap((check) => check?.completedAt ?? check?.createdAt ?? []) ?? []
  const seen = (reviews?.nodes ?? []).flatMap((review) => (review?.commit?.oid === headRefOid ? (review.submittedAt ?? []) : []))
  const pushes = timelineItems.nodes.flatMap((item) =>
    item?.__typename === "HeadRefForcePushedEvent" && item.afterCommit?.oid === headRefOid ? [item.createdAt] : []
  )
  const moved = moves?.findLast(({ after }) => after === headRefOid)?.timestamp
  // These are timestamps of pushes; the others only prove that the commit was there by then.
  const pushed = [...pushes, ...(moved === undefined ? [] : [moved])]
  const changedAt = pushed.length === 0 ? undefined : Math.max(one.createdAt, ...pushed)
  const proofs = [...checks, ...seen, ...pushed]
  const thereSince = proofs.length === 0 ? undefined : Math.max(one.createdAt, Math.min(...proofs))
  const reviewed = (reviews?.nodes ?? []).flatMap((review): ReadonlyArray<Answer> => {
    const as = STATES[review?.state ?? ""]
    if (review === null || review.submittedAt === null || as === undefined) return []
    const { id: by, isBot } = actorOf(review.author)
    const head = review.commit?.oid
    const said = { at: review.submittedAt, by, as, mayPush: review.authorCanPushToRepository }
    return [{ ...said, ...(isBot === undefined ? {} : { isBot }), ...(head === undefined ? {} : { head }) }]
  })
  const named = timelineItems.nodes.flatMap((item): ReadonlyArray<Answer> => {
    if (item?.__typename !== "IssueComment" || !namesCommit(item.body)) return []
    const { id: by, isBot } = actorOf(item.author)
    return [{ at: item.createdAt, by, as: "NamedCommit", ...(isBot === undefined ? {} : { isBot }) }]
  })
  const turns = timelineItems.nodes.flatMap((item): ReadonlyArray<Turn> => {
    const as = TURNS[item?.__typename ?? ""]
    if (item === null || as === undefined || !("actor" in item)) return []
    const isByCommit = item.__typename === "ClosedEvent" && item.closer?.__typename === "Commit"
    return [{ at: item.createdAt, by: actorOf(item.actor), as, ...(isByCommit ? { isByCommit } : {}) }]
  })
  return {
    ...one,
    ...(thereSince === undefined ? {} : { thereSince }),
    ...(changedAt === undefined ? {} : { changedAt }),
    ...(LIMITED.test(details.body.replaceAll("\r", "")) ? { limitedSince: details.lastEditedAt ?? one.createdAt } : {}),
    answers: [...reviewed, ...named].toSorted((left, right) => left.at - right.at),
    turns: turns.toSorted((left, right) => left.at - right.at),
    pushes: pushesOf(details, moves),
    ...(branch === undefined ? {} : { bringsOwn: bringsOwn(one.number, branch) })
  }
}
