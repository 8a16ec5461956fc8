/** An issue's timeline and its pull requests from GitHub's answers. Pure. Times are milliseconds since 1970. */

import { shownEntries } from "../../../domain/github/answerParts.ts"
import type {
  Account,
  Closer as ClosedBy,
  ListedPullRequest,
  PullRequest,
  Reason,
  TimelineItem
} from "../../../domain/github/IssueAnswers.ts"
import { numbersIn } from "../../../domain/github/numbersIn.ts"
import type { Actor, Closer, PullRequestEvidence, TimelineEvent } from "../../../domain/IssueEvidence.ts"

const reasonOf = (reason: Reason | null) =>
  reason === "NOT_PLANNED" ? ("not_planned" as const) : reason === "DUPLICATE" ? ("duplicate" as const) : ("completed" as const)

export const actorOf = (account: Account): Actor => ({
  id: account?.databaseId ?? null,
  ...(account?.__typename === "Bot" ? { isBot: true } : {})
})

/** The text that GitHub gives a pull request that its button “Revert” opens, and git's message of a revert. */
const REVERTS = /^Reverts (?:[\w.-]+\/[\w.-]+)?#([1-9][0-9]{0,8})\s*$/
const REVERTS_COMMIT = /^This reverts commit ([0-9a-f]{40})\b/m

const revertIn = (body: string): Pick<PullRequestEvidence, "reverts"> => {
  const [, number] = REVERTS.exec(body.trimStart().split("\n", 1)[0] ?? "") ?? []
  return number === undefined ? {} : { reverts: Number(number) }
}

/** A pull request as GraphQL shows it; null if its repository is unknown, since it then proves nothing. */
export const pullRequestOf = (pullRequest: PullRequest): PullRequestEvidence | null => {
  const { author, baseRefName, baseRepository, closedAt, createdAt, headRefName, headRefOid, headRepository, isDraft } = pullRequest
  const { mergeCommit, mergedAt, mergedBy, number } = pullRequest
  return typeof baseRepository?.databaseId === "number"
    ? {
        number,
        authorId: author?.databaseId ?? null,
        authorLogin: author?.login ?? null,
        ...(author?.__typename === "Bot" ? { isBots: true } : {}),
        createdAt,
        ...(isDraft ? { isDraft } : {}),
        closedAt,
        mergedAt,
        ...(mergedBy === null ? {} : { mergedBy: actorOf(mergedBy) }),
        baseRepositoryId: baseRepository.databaseId,
        baseBranch: baseRefName,
        ...(headRepository?.databaseId === baseRepository.databaseId ? { headBranch: headRefName } : {}),
        head: headRefOid,
        mergeCommit: mergeCommit?.oid ?? null,
        ...revertIn(pullRequest.body ?? ""),
        standing: null
      }
    : null
}

/** A pull request as REST shows it; undefined if its repository is unknown. */
export const listedPullRequestOf = (
  number: number,
  { base, closed_at, created_at, draft, head, merge_commit_sha, merged_at, merged_by, user }: typeof ListedPullRequest.Type
): PullRequestEvidence | undefined =>
  base.repo === null
    ? undefined
    : {
        number,
        authorId: user?.id ?? null,
        authorLogin: user?.login ?? null,
        ...(user?.type === "Bot" ? { isBots: true } : {}),
        createdAt: created_at,
        ...(draft === true ? { isDraft: true } : {}),
        closedAt: closed_at,
        mergedAt: merged_at,
        ...(merged_by == null ? {} : { mergedBy: { id: merged_by.id, ...(merged_by.type === "Bot" ? { isBot: true } : {}) } }),
        baseRepositoryId: base.repo.id,
        baseBranch: base.ref,
        ...(head.repo?.id === base.repo.id ? { headBranch: head.ref } : {}),
        head: head.sha,
        mergeCommit: merged_at === null ? null : merge_commit_sha,
        standing: null
      }

/** The most by which GitHub dates a merge later than the closing that the merge caused, in milliseconds. */
const CLOSING_TO_MERGE = 5_000

/** The most numbers that a commit is read to name. */
const MOST_NAMED = 50

/** The account, commit or pull request that closed the issue at `at`. */
const closerOf = (closer: ClosedBy | null, at: number, repository: string): Closer => {
  if (closer === null) return { _tag: "Hidden" }
  switch (closer.__typename) {
    case "ProjectV2":
      return { _tag: "Hand" }
    case "PullRequest": {
      const pullRequest = pullRequestOf(closer)
      return pullRequest === null ? { _tag: "Hidden" } : { _tag: "PullRequest", pullRequest }
    }
    case "Commit": {
      const { nodes, totalCount = 0 } = closer.associatedPullRequests
      const shown = shownEntries(shownEntries(nodes).map(pullRequestOf))
      const isPartial = shown.length < Math.max(totalCount, nodes.length) ? { isPartial: true } : {}
      // GitHub also lists later pull requests, whose branches got the commit from the default branch.
      const brought = shown.filter(
        ({ mergeCommit, mergedAt }) => mergeCommit === closer.oid || (mergedAt !== null && mergedAt <= at + CLOSING_TO_MERGE)
      )
      const names = [...numbersIn(closer.message, repository)].slice(0, MOST_NAMED)
      const [, reverts] = REVERTS_COMMIT.exec(closer.message) ?? []
      const merged = brought.filter(({ mergedAt }) => mergedAt !== null)
      const pullRequests = merged.length > 0 ? merged : shown.filter(({ createdAt, mergedAt }) => mergedAt === null && createdAt <= at)
      return {
        _tag: "Commit",
        commit: closer.oid,
        pullRequests,
        ...(names.length === 0 ? {} : { names }),
        ...(reverts === undefined ? {} : { reverts }),
        ...isPartial
      }
    }
  }
}

/**
 * The timeline, with an entry for each event that GitHub hides. `final`: the present state reason. Only the issue has the reason "duplicate",
 * never its closing event; it is that of the last closing. `repository`: the issue's, by its name today.
 */
export const timelineOf = (
  events: ReadonlyArray<TimelineItem | null>,
  final: Reason | null,
  repository: string
): ReadonlyArray<TimelineEvent> => {
  const lastClosing = events.findLastIndex((one) => one?.__typename === "ClosedEvent")
  return events.flatMap((event, index): ReadonlyArray<TimelineEvent> => {
    if (event === null) return [{ _tag: "Hidden", at: shownEntries(events.slice(0, index)).at(-1)?.createdAt ?? 0 }]
    if (event.__typename === "ReopenedEvent") return [{ _tag: "Reopened", at: event.createdAt, by: actorOf(event.actor) }]
    if (event.__typename !== "ClosedEvent") return []
    const reason = reasonOf(index === lastClosing && final === "DUPLICATE" ? final : event.stateReason)
    // Other reasons are only given by hand.
    const isByHand = event.closer === null && reason !== "completed"
    const closer: Closer = isByHand ? { _tag: "Hand" } : closerOf(event.closer, event.createdAt, repository)
    // An agent's closing is like a bot's, under whoever's name.
    const by = { ...actorOf(event.actor), ...(event.intent == null ? {} : { isBot: true }) }
    return [{ _tag: "Closed", at: event.createdAt, reason, closer, by }]
  })
}
