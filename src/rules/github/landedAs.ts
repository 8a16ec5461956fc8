/** Decides whether a pull request landed as one commit or as a rebase. Pure. */
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
