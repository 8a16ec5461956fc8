/**
 * Finds the commits that a branch's history reverts. git and GitHub's "Revert" button write what they revert into the commit message, and the button
 * into its pull request's description. Anybody can write such words into a pull request, and a bounty may depend on them. So a revert counts only if
 * somebody with write access to the repository backs it:
 * - the commit was pushed straight to the default branch (no merged pull request brought it), which takes write access; or
 * - every pull request that brought it was written by an owner, a member or a collaborator of the repository, came from a branch of the repository
 *   itself, or was merged by its own author. Each takes write access. The "Revert" button makes such pull requests, and only those with write access
 *   see it.
 * A commit written by an outsider does not count even if a maintainer merged it, because merging does not prove that the message was read. If an
 * outsider's pull request does revert the solution, whoever merges it can reopen the issue, which cancels as well.
 * A commit reverts only older commits.
 */
import type { Revert } from "../../../domain/IssueEvidence.ts"
import type { BackingPullRequest } from "./queries.ts"

export interface HistoryCommit {
  readonly oid: string
  readonly message: string
  /** Milliseconds since 1970. */
  readonly at: number
}

/** A merged pull request that may have been reverted. */
export interface Merged {
  readonly number: number
  readonly mergeCommit: string
}

/** What a text says it reverts: commits by (the start of) their hashes, and pull requests by number. */
interface Reverted {
  readonly commits: ReadonlyArray<string>
  readonly pullRequests: ReadonlyArray<number>
}

/** Who backs a commit of the default branch. */
export interface Backing {
  /** Whether somebody with write access does. */
  readonly byWriter: boolean
  /** The merged pull requests that brought it. */
  readonly pullRequests: ReadonlyArray<{ readonly number: number; readonly mergeCommit: string | null; readonly body: string }>
}

/** By commit hash. */
export type Backings = ReadonlyMap<string, Backing>

const revertedIn = (text: string, repository: string): Reverted => {
  const [headline = ""] = text.split("\n", 1)
  const commits = [...text.matchAll(/^This reverts commit ([0-9a-f]{7,64})/gim)].flatMap((match) => match[1]?.toLowerCase() ?? [])
  const named = [...text.matchAll(/^Reverts (?:([\w.-]+\/[\w.-]+))?#(\d+)\s*$/gim)].filter(
    ([, place]) => place === undefined || place.toLowerCase() === repository.toLowerCase()
  )
  // In `Revert "Title (#57)" (#58)`, #57 is reverted and #58 is the number of the revert itself.
  const quoted = /^Revert "(.*)"(?:\s+\(#\d+\))?\s*$/.exec(headline)?.[1]
  const title = quoted === undefined ? undefined : /\(#(\d+)\)\s*$/.exec(quoted)?.[1]
  return { commits, pullRequests: [...named.map(([, , number]) => Number(number)), ...(title === undefined ? [] : [Number(title)])] }
}

/** Whether the headline announces a revert. Its pull request's description may say of what. */
const isTitledRevert = (message: string): boolean => /^revert\b/i.test(message)

/** The pull request that brought a commit, according to its headline: `Title (#57)` or `Merge pull request #57 from …`. */
const broughtBy = (message: string): ReadonlyArray<number> => {
  const [headline = ""] = message.split("\n", 1)
  const number = /\(#(\d+)\)\s*$/.exec(headline)?.[1] ?? /^Merge pull request #(\d+) /.exec(headline)?.[1]
  return number === undefined ? [] : [Number(number)]
}

/** The associations whose accounts may write to a repository. */
const WRITERS: ReadonlySet<string> = new Set(["OWNER", "MEMBER", "COLLABORATOR"])

/** The backing of a commit on the default branch. `brought`: the pull requests that GitHub links to it. */
export const backingOf = (brought: ReadonlyArray<BackingPullRequest>, repositoryId: number): Backing => {
  const merged = brought.filter(({ mergedAt, baseRepository }) => mergedAt !== null && baseRepository?.databaseId === repositoryId)
  return {
    byWriter: merged.every(
      ({ authorAssociation, author, isCrossRepository, mergedBy }) =>
        WRITERS.has(authorAssociation) || !isCrossRepository || (author !== null && author.login === mergedBy?.login)
    ),
    pullRequests: merged.map(({ number, mergeCommit, body }) => ({ number, mergeCommit: mergeCommit?.oid ?? null, body }))
  }
}

/** A change under all the names that a revert may use for it. */
interface Target {
  readonly oid: string
  /** The commit itself, and the merge commits of the pull requests that brought it. */
  readonly commits: ReadonlyArray<string>
  readonly pullRequests: ReadonlyArray<number>
}

const targetOf = ({ number, mergeCommit }: Merged): Target => ({ oid: mergeCommit, commits: [mergeCommit], pullRequests: [number] })

const says = ({ commits, pullRequests }: Reverted, target: Target): boolean =>
  commits.some((start) => target.commits.some((oid) => oid.startsWith(start))) ||
  pullRequests.some((number) => target.pullRequests.includes(number))

/** Finds the commits that say they revert a target, newest first. `history`: the branch's commits, newest first. */
const revertersIn = (history: ReadonlyArray<HistoryCommit>, repository: string, backings: Backings) => {
  const positions = new Map(history.map(({ oid }, index) => [oid, index]))
  const reverters = history.flatMap(({ oid, message, at }, position) => {
    const { commits, pullRequests } = revertedIn(message, repository)
    const titled = isTitledRevert(message)
    if (commits.length + pullRequests.length === 0 && !titled) return []
    const brought = backings.get(oid)?.pullRequests ?? []
    const described = titled ? brought.map(({ body }) => revertedIn(body, repository)) : []
    const target: Target = {
      oid,
      commits: [oid, ...brought.flatMap(({ mergeCommit }) => mergeCommit ?? [])],
      pullRequests: [...broughtBy(message), ...brought.map(({ number }) => number)]
    }
    // A commit announced as a revert may say more once its pull request is read.
    return [{ oid, at, position, target, undone: [{ commits, pullRequests }, ...described], unread: titled && !backings.has(oid) }]
  })
  return (target: Target) => {
    // A target outside the history is older than all of it.
    const position = positions.get(target.oid) ?? history.length
    const newer = reverters.filter((reverter) => reverter.position < position)
    return {
      reverters: newer.filter(({ undone }) => undone.some((one) => says(one, target))),
      unread: newer.filter(({ unread }) => unread)
    }
  }
}

/**
 * The commits whose messages could decide whether one of the merged pull requests is reverted, and whose backing is not known yet. Their backing may
 * lead to more such commits: call again until there are none.
 */
export const claims = (
  history: ReadonlyArray<HistoryCommit>,
  repository: string,
  merged: ReadonlyArray<Merged>,
  backings: Backings
): ReadonlyArray<string> => {
  const revertersOf = revertersIn(history, repository, backings)
  const found = new Set<string>()
  const visited = new Set<string>()
  const visit = (target: Target): void => {
    if (visited.has(target.oid)) return
    visited.add(target.oid)
    const { reverters, unread } = revertersOf(target)
    for (const { oid } of unread) found.add(oid)
    for (const reverter of reverters) {
      found.add(reverter.oid)
      visit(reverter.target)
    }
  }
  for (const one of merged) visit(targetOf(one))
  return [...found].filter((oid) => !backings.has(oid))
}

/**
 * The revert of a merged pull request that is in effect at the newest commit of `history` (newest first), or null. A reverted revert is not in
 * effect. `backings`: those of all `claims`.
 */
export const revertOf = (
  history: ReadonlyArray<HistoryCommit>,
  repository: string,
  backings: Backings
): ((merged: Merged) => Revert | null) => {
  const revertersOf = revertersIn(history, repository, backings)
  const known = new Map<string, Revert | null>()
  const holding = (target: Target): Revert | null => {
    const before = known.get(target.oid)
    if (before !== undefined) return before
    const reverter = revertersOf(target).reverters.find((one) => backings.get(one.oid)?.byWriter === true && holding(one.target) === null)
    const revert = reverter === undefined ? null : { commit: reverter.oid, at: reverter.at }
    known.set(target.oid, revert)
    return revert
  }
  return (merged) => holding(targetOf(merged))
}
