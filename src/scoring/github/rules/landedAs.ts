/** As which commits a pull request landed. Pure. */
import type { History } from "./branchHistory.ts"

/** Characters of a message by which two commits are compared. */
const MOST_COMPARED = 1_000

/** As much of a message as tells a commit from others. */
export const headOfMessage = (message: string): string => message.slice(0, MOST_COMPARED).trimEnd()

/**
 * The commit on which a rebase put a pull request's commits, which are as many as the pull request has, with their messages (`own`, oldest first). Undefined: it landed
 * as one commit; null: that is not known.
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
  // Where there are fewer, the history was not read so far.
  return (landed.length === own.length ? landed[0]?.parents[0] : undefined) ?? null
}
