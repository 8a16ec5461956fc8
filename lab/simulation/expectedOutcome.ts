/** The course of an issue that two miners compete for: the entries on GitHub's record, and the right verdict at each time. */
import type { CancelReason, Competition, OutcomeChoice } from "../../src/contract-client/generated.ts"
import { BLOCK_SECONDS } from "../../src/domain/Blocks.ts"
import type { CloseReason, Closer, PullRequestEvidence } from "../../src/domain/IssueEvidence.ts"
import { GONE_FOR, STANDS_FOR } from "../../src/domain/Watch.ts"
import type { MilliPoints } from "../../src/elo/expectedScore.ts"
import type { Effort } from "./miners/MinerStrategy.ts"
import { solve } from "./miners/skill.ts"
import type { Entry, RecordedIssue } from "./network/gitHubRecord.ts"
import type { Random } from "./random.ts"

/** The right verdict from a time on; null: no vote, the issue is open. */
export interface ExpectedVerdict {
  readonly from: number
  readonly right: OutcomeChoice | null
}

export interface DrawnOutcome {
  readonly name: string
  readonly entries: ReadonlyArray<Entry>
  /** Ordered by time; the first applies from the beginning. */
  readonly truth: ReadonlyArray<ExpectedVerdict>
}

/** How often, in parts per million of competitions, something unusual happens. Usually the better miner solves the issue, or nobody does. */
export interface Mishaps {
  /** The issue is closed for another reason, or gone. */
  readonly endsOtherwise: number
  /** The issue is closed as not planned by mistake, and reopened. */
  readonly flickers: number
  /** The solution is reverted, or its issue is reopened. */
  readonly undone: number
  /** The solution is merged after the deadline. */
  readonly late: number
  /** Both competitors' pull requests are merged, one after the other, of which the second only names the issue. */
  readonly both: number
}

export const defaultMishaps: Mishaps = { endsOtherwise: 80_000, flickers: 50_000, undone: 50_000, late: 30_000, both: 100_000 }

export interface Contender {
  readonly hotkey: Competition["a"]["hotkey"]
  readonly account: number
  readonly skill: MilliPoints
  readonly effort: Effort
}

interface Setting {
  readonly competition: Competition
  readonly issue: RecordedIssue
  readonly contenders: readonly [Contender, Contender]
  readonly difficulty: MilliPoints
  readonly mishaps: Mishaps
  readonly timeOf: (block: number) => number
  readonly random: Random
}

const STRANGER = 999
/** How long before the deadline a pull request must have been created to count if it is merged late, in milliseconds. */
const LATE_MERGE_MARGIN = 3 * 86_400_000

/** Outcomes without a winning competitor: how each looks on the record, and its reason. */
const otherEnds: ReadonlyArray<CancelReason["_tag"]> = [
  "NotPlanned",
  "Duplicate",
  "SolvedOutside",
  "Deleted",
  "Transferred",
  "RepositoryGone"
]

export const draw = (setting: Setting): DrawnOutcome => {
  const { competition, contenders, difficulty, issue, mishaps, random, timeOf } = setting
  const beginning: ExpectedVerdict = { from: 0, right: null }
  const blocksFrom = (from: number, to: number, ppm: number): number => from + Math.floor(((to - from) * ppm) / 1_000_000)
  const happens = (name: keyof Mishaps): boolean => random.chance(mishaps[name])
  const numberOf = (who: number): number => 10_000 + competition.id * 10 + who
  const pullRequest = (who: number, author: number, created: number, merged: number | null): PullRequestEvidence => ({
    number: numberOf(who),
    authorId: author,
    authorLogin: `account-${author}`,
    createdAt: created,
    mergedAt: merged,
    baseRepositoryId: issue.repositoryId,
    baseBranch: issue.defaultBranch,
    mergeCommit: merged === null ? null : `c${numberOf(who)}`,
    work: { lines: 400 },
    standing: null
  })
  const closed = (at: number, reason: CloseReason, closer: Closer): Entry => ({
    _tag: "Timeline",
    event: { _tag: "Closed", at, reason, closer }
  })
  const { startedAt, submissionsFrom, deadline, outcomeUntil } = competition
  const stood = (at: number, blocks: number): number => at + 1_000 * BLOCK_SECONDS * blocks
  /** A cancellation is voted for once its cause has lasted long enough, or from the deadline on. */
  const cancelled = (at: number, reason: CancelReason, isGone = false): ExpectedVerdict => ({
    from: Math.min(stood(at, STANDS_FOR), Math.max(timeOf(deadline), isGone ? stood(at, GONE_FOR) : at)),
    right: { _tag: "Cancelled", reason }
  })
  const anyTime = random.below(1_000_000)

  const early = contenders.findIndex(({ effort }) => effort === "early")
  const contender = contenders[early]
  if (contender !== undefined) {
    const created = timeOf(startedAt) + 1_000 * random.below((submissionsFrom - startedAt) * BLOCK_SECONDS)
    const at = Math.max(created, timeOf(blocksFrom(startedAt, deadline, anyTime)))
    const request = pullRequest(early, contender.account, created, at)
    return {
      name: "early",
      entries: [{ _tag: "PullRequest", pullRequest: request }, closed(at, "completed", { _tag: "PullRequest", pullRequest: request })],
      truth: [beginning, cancelled(at, { _tag: "SubmittedTooEarly", hotkey: contender.hotkey })]
    }
  }

  if (happens("endsOtherwise")) {
    const at = timeOf(blocksFrom(startedAt + 1, deadline, anyTime))
    const name = random.oneOf(otherEnds)
    const request = pullRequest(5, STRANGER, at - 60_000, at)
    const byPullRequest = random.chance(500_000)
    const entries: Record<string, ReadonlyArray<Entry>> = {
      NotPlanned: [closed(at, "not_planned", { _tag: "Hand" })],
      Duplicate: [closed(at, "duplicate", { _tag: "Hand" })],
      SolvedOutside: [closed(at, "completed", byPullRequest ? { _tag: "PullRequest", pullRequest: request } : { _tag: "Hand" })],
      Deleted: [{ _tag: "Gone", at, as: { _tag: "Deleted" } }],
      Transferred: [{ _tag: "Gone", at, as: { _tag: "Transferred", to: null } }],
      RepositoryGone: [{ _tag: "Gone", at, as: { _tag: "RepositoryGone" } }]
    }
    // The list above contains no reason with a hotkey.
    const reason = name === "SubmittedTooEarly" ? undefined : ({ _tag: name } as const)
    const isGone = entries[name]?.some(({ _tag }) => _tag === "Gone") === true
    // Until a solution has landed, a competitor may still solve the issue.
    const isEmpty = name === "SolvedOutside" && !byPullRequest
    const truth = reason === undefined ? [] : [cancelled(isEmpty ? timeOf(deadline) : at, reason, isGone)]
    return { name, entries: entries[name] ?? [], truth: [beginning, ...truth] }
  }

  const entries: Array<Entry> = []
  const truth: Array<ExpectedVerdict> = [beginning]
  if (happens("flickers")) {
    const at = timeOf(blocksFrom(startedAt + 1, submissionsFrom, anyTime))
    const again = Math.min(at + 1_000 * (60 + random.below(3_600)), Math.max(at, timeOf(submissionsFrom)))
    entries.push(closed(at, "not_planned", { _tag: "Hand" }), { _tag: "Timeline", event: { _tag: "Reopened", at: again } })
  }
  const attempts = contenders.map(({ effort, skill }) => (effort === "full" ? skill : null))
  const solution = solve(random, attempts[0] ?? null, attempts[1] ?? null, difficulty)
  const isLate = happens("late")
  const isUndone = happens("undone")
  const isBoth = happens("both")
  if (solution === null) return { name: "unsolved", entries, truth }

  const [begin, end] = isLate ? [deadline + 1, outcomeUntil] : [submissionsFrom + 1, deadline]
  const merged = timeOf(blocksFrom(begin, end, solution.atPpm))
  const created = timeOf(submissionsFrom) + 1_000 * random.below((merged - timeOf(submissionsFrom)) / 1_000)
  const winner = contenders[solution.solver]
  const undoneAt = merged + 1_000 * BLOCK_SECONDS * (1 + random.below(competition.challengePeriod * 2))
  const byRevert = random.chance(500_000)
  const request = pullRequest(solution.solver, winner.account, created, merged)
  if (isUndone && byRevert) entries.push({ _tag: "TakenBack", at: undoneAt, number: request.number })
  const closer: Closer = random.chance(200_000)
    ? { _tag: "Commit", commit: `c${request.number}`, pullRequests: [request] }
    : { _tag: "PullRequest", pullRequest: request }
  entries.push({ _tag: "PullRequest", pullRequest: request }, closed(merged, "completed", closer))
  // A pull request that was waiting for the maintainers at the deadline is in time when it is merged later.
  const isInTime = !isLate || created <= timeOf(deadline) - LATE_MERGE_MARGIN
  truth.push({ from: merged, right: isInTime ? { _tag: "Solved", hotkey: winner.hotkey, pullRequest: request.number } : null })
  if (isBoth) {
    const other = contenders[solution.solver === 0 ? 1 : 0]
    const second = {
      ...pullRequest(solution.solver === 0 ? 1 : 0, other.account, created, merged + 60_000),
      work: { lines: 20 }
    }
    entries.push({ _tag: "PullRequest", pullRequest: second, isMention: true })
  }
  if (isUndone) {
    if (!byRevert) entries.push({ _tag: "Timeline", event: { _tag: "Reopened", at: undoneAt } })
    truth.push({ ...beginning, from: undoneAt })
  }
  return { name: isLate ? "late" : isUndone ? "undone" : "solved", entries, truth }
}
