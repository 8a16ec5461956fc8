/** Decides as which commits a pull request landed. Pure. */
import type { History } from "./branchHistory.ts"

/** How many characters of two commit messages are compared. */
const MOST_COMPARED = 1_000

/** The part of a commit message that is compared. */
export const headOfMessage = (message: string): string => message.slice(0, MOST_COMPARED).trimEnd()

/**
 * The commit onto which GitHub rebased a pull request's commits; undefined if it landed as one commit; null if that is not known. `own`: the messages
 * of the pull request's commits, oldest first.
 */
export const rebasedOn = (history: History, mergeCommit: string, own: ReadonlyArray<string> | undefined): string | null | undefined => {
  const known = new Map(history.map((one) => [one.commit, one]))
  const isMerge = (known.get(mergeCommit)?.parents.length ?? 1) > 1
  if (isMerge || own?.length === 1) return undefined
  if (own === undefined) return null
  const landed: Array<History[number]> = []
  for (let one = known.get(mergeCommit); one !== undefined && landed.length < own.length; one = known.get(one.parents[0] ?? ""))
    landed.unshift(one)
  const isRebase = landed.every(({ message }, index) => {
    const theirs = own[index + own.length - landed.length]
    return theirs !== undefined && headOfMessage(message) === headOfMessage(theirs)
  })
  if (!isRebase) return undefined
  // The listed history does not reach back to the base.
  return (landed.length === own.length ? landed[0]?.parents[0] : undefined) ?? null
}

/**
 * A pull request's own part of what landed as one commit with others, such as a stack: its commits after the last of theirs. Undefined: it cannot be told.
 * `commits`: its own, oldest first; `together`: the others' heads.
 */
export const ownPart = (
  commits: ReadonlyArray<{ readonly sha: string; readonly parents?: ReadonlyArray<{ readonly sha: string }> | undefined }>,
  together: ReadonlyArray<string>
): { readonly commit: string; readonly since: string } | undefined => {
  const part = commits.slice(commits.findLastIndex(({ sha }) => together.includes(sha)) + 1)
  const [since, commit] = [part[0]?.parents?.[0]?.sha, part.at(-1)?.sha]
  const isLine = part.every(({ parents = [] }) => parents.length === 1)
  return since === undefined || commit === undefined || !isLine ? undefined : { commit, since }
}
