/**
 * Which commits a branch's history undoes: by what git and GitHub's "Revert" button write into commit messages.
 */
import type { Revert } from "../../domain/IssueEvidence.ts"

export interface HistoryCommit {
  readonly oid: string
  readonly message: string
  /** Milliseconds since 1970. */
  readonly at: number
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

/**
 * The revert that holds for a merged pull request at the newest commit of `history` (newest first), or null. A revert that was itself
 * reverted does not hold.
 */
export const revertOf = (
  history: ReadonlyArray<HistoryCommit>,
  repository: string
): ((merged: { readonly number: number; readonly mergeCommit: string }) => Revert | null) => {
  const byCommit: Array<{ readonly start: string; readonly revert: Revert }> = []
  const byPullRequest = new Map<number, Revert>()
  const holding = (oid: string, pullRequest: number | undefined): Revert | undefined =>
    byCommit.find(({ start }) => oid.startsWith(start))?.revert ?? (pullRequest === undefined ? undefined : byPullRequest.get(pullRequest))
  for (const { oid, message, at } of history) {
    if (holding(oid, broughtBy(message)) !== undefined) continue
    const { commits, pullRequests } = undoes(message, repository)
    for (const start of commits) byCommit.push({ start, revert: { commit: oid, at } })
    for (const number of pullRequests) if (!byPullRequest.has(number)) byPullRequest.set(number, { commit: oid, at })
  }
  return ({ number, mergeCommit }) => holding(mergeCommit, number) ?? null
}
