/**
 * Which commits a branch's history undoes. What git and GitHub's "Revert" button write into commit messages, and the button into its pull
 * request's description, says what is undone; but anybody can write such words into a pull request of their own, and a bounty hangs on them. So
 * words count only where somebody with write access to the repository stands behind them:
 * - the commit was pushed to the default branch (no merged pull request brought it), which takes write access; or
 * - every pull request that brought it was written by an owner, a member or a collaborator of the repository, came from a branch of the
 *   repository itself, or was merged by its own author, each of which takes write access too. This is what the "Revert" button makes: only who
 *   may write is shown it.
 * A commit that an outsider wrote does not count, though a maintainer merged it: merging is no proof that the message was read. Where an
 * outsider's pull request does undo the solution, whoever merges it can say so by reopening the issue, which cancels as well.
 * And a commit undoes only what is older than itself.
 */
import type { Revert } from "../../../domain/IssueEvidence.ts"
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

/** What a text says is undone: a commit by (the start of) its hash, or what a pull request brought. */
interface Undoes {
  readonly commits: ReadonlyArray<string>
  readonly pullRequests: ReadonlyArray<number>
}

/** Who stands behind a commit of the default branch. */
export interface Standing {
  /** Whether that is somebody with write access. */
  readonly vouched: boolean
  /** The merged pull requests that brought it. */
  readonly pullRequests: ReadonlyArray<{ readonly number: number; readonly mergeCommit: string | null; readonly body: string }>
}

/** By the hashes of commits. */
export type Standings = ReadonlyMap<string, Standing>

const undoes = (text: string, repository: string): Undoes => {
  const [headline = ""] = text.split("\n", 1)
  const commits = [...text.matchAll(/^This reverts commit ([0-9a-f]{7,64})/gim)].flatMap((match) => match[1]?.toLowerCase() ?? [])
  const named = [...text.matchAll(/^Reverts (?:([\w.-]+\/[\w.-]+))?#(\d+)\s*$/gim)].filter(
    ([, place]) => place === undefined || place.toLowerCase() === repository.toLowerCase()
  )
  // Revert "Title (#57)" (#58): what is in the quotes is undone, its own number stands behind them.
  const quoted = /^Revert "(.*)"(?:\s+\(#\d+\))?\s*$/.exec(headline)?.[1]
  const title = quoted === undefined ? undefined : /\(#(\d+)\)\s*$/.exec(quoted)?.[1]
  return { commits, pullRequests: [...named.map(([, , number]) => Number(number)), ...(title === undefined ? [] : [Number(title)])] }
}

/** A revert by its headline, which may leave it to its pull request's description to say of what. */
const isTitledRevert = (message: string): boolean => /^revert\b/i.test(message)

/** The pull request that brought a commit, by its headline: `Title (#57)` or `Merge pull request #57 from …`. */
const broughtBy = (message: string): ReadonlyArray<number> => {
  const [headline = ""] = message.split("\n", 1)
  const number = /\(#(\d+)\)\s*$/.exec(headline)?.[1] ?? /^Merge pull request #(\d+) /.exec(headline)?.[1]
  return number === undefined ? [] : [Number(number)]
}

/** GitHub's words for those who may write to a repository. */
const WRITERS: ReadonlySet<string> = new Set(["OWNER", "MEMBER", "COLLABORATOR"])

/** Who stands behind a commit on the default branch. `brought`: the pull requests that GitHub links to it. */
export const standingOf = (brought: ReadonlyArray<StandingPullRequest>, repositoryId: number): Standing => {
  const merged = brought.filter(({ mergedAt, baseRepository }) => mergedAt !== null && baseRepository?.databaseId === repositoryId)
  return {
    vouched: merged.every(
      ({ authorAssociation, author, isCrossRepository, mergedBy }) =>
        WRITERS.has(authorAssociation) || !isCrossRepository || (author !== null && author.login === mergedBy?.login)
    ),
    pullRequests: merged.map(({ number, mergeCommit, body }) => ({ number, mergeCommit: mergeCommit?.oid ?? null, body }))
  }
}

/** A change by all names that a revert may call it by. */
interface Target {
  readonly oid: string
  /** The commit itself, and the merge commits of the pull requests that brought it. */
  readonly commits: ReadonlyArray<string>
  readonly pullRequests: ReadonlyArray<number>
}

const targetOf = ({ number, mergeCommit }: Merged): Target => ({ oid: mergeCommit, commits: [mergeCommit], pullRequests: [number] })

const says = ({ commits, pullRequests }: Undoes, target: Target): boolean =>
  commits.some((start) => target.commits.some((oid) => oid.startsWith(start))) ||
  pullRequests.some((number) => target.pullRequests.includes(number))

/** The commits that say they undo a target, newest first; `history` is the branch's, newest first. */
const undoersIn = (history: ReadonlyArray<HistoryCommit>, repository: string, standings: Standings) => {
  const positions = new Map(history.map(({ oid }, index) => [oid, index]))
  const undoers = history.flatMap(({ oid, message, at }, position) => {
    const { commits, pullRequests } = undoes(message, repository)
    const titled = isTitledRevert(message)
    if (commits.length + pullRequests.length === 0 && !titled) return []
    const brought = standings.get(oid)?.pullRequests ?? []
    const described = titled ? brought.map(({ body }) => undoes(body, repository)) : []
    const target: Target = {
      oid,
      commits: [oid, ...brought.flatMap(({ mergeCommit }) => mergeCommit ?? [])],
      pullRequests: [...broughtBy(message), ...brought.map(({ number }) => number)]
    }
    // A titled one may say more once its pull request is read.
    return [{ oid, at, position, target, undone: [{ commits, pullRequests }, ...described], unread: titled && !standings.has(oid) }]
  })
  return (target: Target) => {
    // What the history does not reach back to is older than all of it.
    const position = positions.get(target.oid) ?? history.length
    const newer = undoers.filter((undoer) => undoer.position < position)
    return {
      undoers: newer.filter(({ undone }) => undone.some((one) => says(one, target))),
      unread: newer.filter(({ unread }) => unread)
    }
  }
}

/**
 * The commits whose words could decide whether one of the merged pull requests is undone, and of which it is not known yet who stands behind
 * them. What is learned of them may lead to more: ask again until there are none.
 */
export const claims = (
  history: ReadonlyArray<HistoryCommit>,
  repository: string,
  merged: ReadonlyArray<Merged>,
  standings: Standings
): ReadonlyArray<string> => {
  const undoersOf = undoersIn(history, repository, standings)
  const found = new Set<string>()
  const visited = new Set<string>()
  const visit = (target: Target): void => {
    if (visited.has(target.oid)) return
    visited.add(target.oid)
    const { undoers, unread } = undoersOf(target)
    for (const { oid } of unread) found.add(oid)
    for (const undoer of undoers) {
      found.add(undoer.oid)
      visit(undoer.target)
    }
  }
  for (const one of merged) visit(targetOf(one))
  return [...found].filter((oid) => !standings.has(oid))
}

/**
 * The revert that holds for a merged pull request at the newest commit of `history` (newest first), or null. A revert that was itself
 * reverted does not hold. `standings` are those of all the claims.
 */
export const revertOf = (
  history: ReadonlyArray<HistoryCommit>,
  repository: string,
  standings: Standings
): ((merged: Merged) => Revert | null) => {
  const undoersOf = undoersIn(history, repository, standings)
  const known = new Map<string, Revert | null>()
  const holding = (target: Target): Revert | null => {
    const before = known.get(target.oid)
    if (before !== undefined) return before
    const undoer = undoersOf(target).undoers.find((one) => standings.get(one.oid)?.vouched === true && holding(one.target) === null)
    const revert = undoer === undefined ? null : { commit: undoer.oid, at: undoer.at }
    known.set(target.oid, revert)
    return revert
  }
  return (merged) => holding(targetOf(merged))
}
