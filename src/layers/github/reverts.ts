/**
 * Which commits a branch's history undoes. What git and GitHub's "Revert" button write into commit messages says which commit undoes which;
 * but anybody can write such words into a pull request of their own, and a bounty hangs on them. So words count only where somebody with
 * write access to the repository stands behind them:
 * - the commit was pushed to the default branch (no merged pull request brought it), which takes write access; or
 * - every pull request that brought it was written by an owner, a member or a collaborator of the repository, or merged by its own author,
 *   which takes write access too. This is what the "Revert" button makes: only who may write is shown it.
 * A commit that an outsider wrote does not count, though a maintainer merged it: merging is no proof that the message was read. Where an
 * outsider's pull request does undo the solution, whoever merges it can say so by reopening the issue, which cancels as well.
 * And a commit undoes only what is older than itself.
 */
import type { Revert } from "../../domain/IssueEvidence.ts"
import type { StandingPullRequest } from "./queries.ts"

export interface HistoryCommit {
  readonly oid: string
  readonly message: string
  /** Milliseconds since 1970. */
  readonly at: number
}

/** A merged pull request that may have been undone. */
export interface Merged {
  readonly number: number
  readonly mergeCommit: string
}

/** What a message says is undone: a commit by (the start of) its hash, or what a pull request brought. */
interface Undoes {
  readonly commits: ReadonlyArray<string>
  readonly pullRequests: ReadonlyArray<number>
}

const undoes = (message: string, repository: string): Undoes => {
  const [headline = ""] = message.split("\n", 1)
  const commits = [...message.matchAll(/^This reverts commit ([0-9a-f]{7,64})/gim)].flatMap((match) => match[1]?.toLowerCase() ?? [])
  const named = [...message.matchAll(/^Reverts (?:([\w.-]+\/[\w.-]+))?#(\d+)\s*$/gim)].filter(
    ([, place]) => place === undefined || place.toLowerCase() === repository.toLowerCase()
  )
  // Revert "Title (#57)" (#58): what is in the quotes is undone, its own number stands behind them.
  const quoted = /^Revert "(.*)"(?:\s+\(#\d+\))?\s*$/.exec(headline)?.[1]
  const title = quoted === undefined ? undefined : /\(#(\d+)\)\s*$/.exec(quoted)?.[1]
  return { commits, pullRequests: [...named.map(([, , number]) => Number(number)), ...(title === undefined ? [] : [Number(title)])] }
}

/** The pull request that brought a commit, by its headline: `Title (#57)` or `Merge pull request #57 from …`. */
const broughtBy = (message: string): number | undefined => {
  const [headline = ""] = message.split("\n", 1)
  const number = /\(#(\d+)\)\s*$/.exec(headline)?.[1] ?? /^Merge pull request #(\d+) /.exec(headline)?.[1]
  return number === undefined ? undefined : Number(number)
}

/** GitHub's words for those who may write to a repository. */
const WRITERS: ReadonlySet<string> = new Set(["OWNER", "MEMBER", "COLLABORATOR"])

/** Whether the words of a commit on the default branch are those of somebody with write access. `brought`: the pull requests that GitHub links to it. */
export const isVouched = (brought: ReadonlyArray<StandingPullRequest>, repositoryId: number): boolean =>
  brought
    .filter(({ mergedAt, baseRepository }) => mergedAt !== null && baseRepository?.databaseId === repositoryId)
    .every(
      ({ authorAssociation, author, mergedBy }) => WRITERS.has(authorAssociation) || (author !== null && author.login === mergedBy?.login)
    )

interface Target {
  readonly oid: string
  readonly pullRequest: number | undefined
}

const targetOf = ({ number, mergeCommit }: Merged): Target => ({ oid: mergeCommit, pullRequest: number })

/** The commits that say they undo a target, newest first; `history` is the branch's, newest first. */
const undoersIn = (history: ReadonlyArray<HistoryCommit>, repository: string) => {
  const positions = new Map(history.map(({ oid }, index) => [oid, index]))
  const undoers = history.flatMap(({ oid, message, at }, position) => {
    const { commits, pullRequests } = undoes(message, repository)
    return commits.length + pullRequests.length === 0 ? [] : [{ oid, pullRequest: broughtBy(message), at, position, commits, pullRequests }]
  })
  return ({ oid, pullRequest }: Target) => {
    // What the history does not reach back to is older than all of it.
    const position = positions.get(oid) ?? history.length
    return undoers.filter(
      (undoer) =>
        undoer.position < position &&
        (undoer.commits.some((start) => oid.startsWith(start)) || (pullRequest !== undefined && undoer.pullRequests.includes(pullRequest)))
    )
  }
}

/** The commits whose words could decide whether one of the merged pull requests is undone: whether somebody stands behind them must be known. */
export const claims = (history: ReadonlyArray<HistoryCommit>, repository: string, merged: ReadonlyArray<Merged>): ReadonlyArray<string> => {
  const undoersOf = undoersIn(history, repository)
  const found = new Set<string>()
  const visit = (target: Target): void => {
    for (const undoer of undoersOf(target)) {
      if (found.has(undoer.oid)) continue
      found.add(undoer.oid)
      visit(undoer)
    }
  }
  for (const one of merged) visit(targetOf(one))
  return [...found]
}

/**
 * The revert that holds for a merged pull request at the newest commit of `history` (newest first), or null. A revert that was itself
 * reverted does not hold. `vouched`: those of the claims that somebody with write access stands behind.
 */
export const revertOf = (
  history: ReadonlyArray<HistoryCommit>,
  repository: string,
  vouched: ReadonlySet<string>
): ((merged: Merged) => Revert | null) => {
  const undoersOf = undoersIn(history, repository)
  const holding = (target: Target): Revert | null => {
    const undoer = undoersOf(target).find((one) => vouched.has(one.oid) && holding(one) === null)
    return undoer === undefined ? null : { commit: undoer.oid, at: undoer.at }
  }
  return (merged) => holding(targetOf(merged))
}
