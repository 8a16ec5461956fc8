/** GitHub's record in a simulation: every event with its timestamp, so that it can be read as of any time. */
import {
  type IssueEvidence,
  type IssueFound,
  mapEveryPullRequest,
  type PullRequestEvidence,
  type TimelineEvent
} from "../../../src/domain/IssueEvidence.ts"

/** An entry that appears on the record at a time (milliseconds since 1970). */
export type Entry =
  | { readonly _tag: "Timeline"; readonly event: TimelineEvent }
  /** `isMention`: it names the issue and does not say that it closes it. */
  | { readonly _tag: "PullRequest"; readonly pullRequest: PullRequestEvidence; readonly isMention?: true }
  /** The changes of a pull request are reverted. */
  | { readonly _tag: "TakenBack"; readonly at: number; readonly number: number }
  | { readonly _tag: "Gone"; readonly at: number; readonly as: Exclude<IssueEvidence, { readonly _tag: "Found" | "GitHubSilent" }> }

export interface RecordedIssue {
  readonly repository: string
  readonly number: number
  readonly repositoryId: number
  readonly authorId: number
  readonly defaultBranch: string
}

export interface GitHubRecord {
  readonly open: (issue: RecordedIssue) => void
  readonly issue: (repository: string, number: number) => RecordedIssue | undefined
  /** Adds entries; they may lie in the future. */
  readonly write: (issue: RecordedIssue, entries: ReadonlyArray<Entry>) => void
  /** The issue's evidence at a time. */
  readonly evidenceAt: (issue: RecordedIssue, now: number) => IssueEvidence
}

const keyOf = ({ number, repository }: Pick<RecordedIssue, "repository" | "number">): string => `${repository.toLowerCase()}#${number}`

const momentsOf = (entry: Entry): ReadonlyArray<number> => {
  switch (entry._tag) {
    case "Timeline":
      return [entry.event.at]
    case "Gone":
    case "TakenBack":
      return [entry.at]
    case "PullRequest": {
      const { createdAt, mergedAt } = entry.pullRequest
      return [createdAt, mergedAt ?? createdAt]
    }
  }
}

const TAKEN_BACK = { _tag: "TakenBack", changed: 10, takenBack: 10 } as const

const pullRequestAt = (pullRequest: PullRequestEvidence, now: number, takenBack: ReadonlySet<number>): PullRequestEvidence => ({
  ...pullRequest,
  mergedAt: pullRequest.mergedAt !== null && pullRequest.mergedAt <= now ? pullRequest.mergedAt : null,
  mergeCommit: pullRequest.mergedAt !== null && pullRequest.mergedAt <= now ? pullRequest.mergeCommit : null,
  standing: takenBack.has(pullRequest.number) ? TAKEN_BACK : pullRequest.standing
})

export const make = (): GitHubRecord => {
  const issues = new Map<string, RecordedIssue>()
  const entries = new Map<RecordedIssue, ReadonlyArray<Entry>>()
  /** Cached evidence, valid until the next entry takes effect. */
  const read = new Map<RecordedIssue, { readonly from: number; readonly until: number; readonly evidence: IssueEvidence }>()

  const compose = (issue: RecordedIssue, now: number): IssueEvidence => {
    const all = entries.get(issue) ?? []
    const gone = all.find((entry) => entry._tag === "Gone" && entry.at <= now)
    if (gone?._tag === "Gone") return gone.as
    const takenBack = new Set(all.flatMap((entry) => (entry._tag === "TakenBack" && entry.at <= now ? [entry.number] : [])))
    const timeline = all
      .flatMap((entry) => (entry._tag === "Timeline" && entry.event.at <= now ? [entry.event] : []))
      .toSorted((left, right) => left.at - right.at)
    const shown = all.flatMap((entry) => (entry._tag === "PullRequest" && entry.pullRequest.createdAt <= now ? [entry] : []))
    const named = shown.flatMap(({ isMention = false, pullRequest }) => (isMention ? [{ ...pullRequest, says: "mention" as const }] : []))
    const found: IssueFound = {
      _tag: "Found",
      repositoryId: issue.repositoryId,
      repository: issue.repository,
      defaultBranch: issue.defaultBranch,
      number: issue.number,
      state: timeline.at(-1)?._tag === "Closed" ? "closed" : "open",
      timeline,
      linkedPullRequests: shown.flatMap(({ isMention = false, pullRequest }) => (isMention ? [] : [{ ...pullRequest, says: "closing" }])),
      namedPullRequests: named,
      namings: named.map(({ authorId, createdAt, number }) => ({ pullRequest: number, at: createdAt, by: authorId }))
    }
    return mapEveryPullRequest(found, (one) => pullRequestAt(one, now, takenBack))
  }

  return {
    open: (issue) => void issues.set(keyOf(issue), issue),
    issue: (repository, number) => issues.get(keyOf({ repository, number })),
    write: (issue, more) => {
      entries.set(issue, [...(entries.get(issue) ?? []), ...more])
      read.delete(issue)
    },
    evidenceAt: (issue, now) => {
      const known = read.get(issue)
      if (known !== undefined && known.from <= now && now < known.until) return known.evidence
      const moments = (entries.get(issue) ?? []).flatMap(momentsOf)
      const from = Math.max(0, ...moments.filter((moment) => moment <= now))
      const until = Math.min(Number.MAX_SAFE_INTEGER, ...moments.filter((moment) => moment > now))
      const evidence = compose(issue, now)
      read.set(issue, { from, until, evidence })
      return evidence
    }
  }
}
