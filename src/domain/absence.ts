/**
 * When something that GitHub does not show counts as gone. No single check proves it: neither a 404 nor an empty answer. It must have been missing at
 * every check over hours, while other things were there. The result depends only on the checks: the block of each, and what it saw. Pure.
 */
import { GONE, goneAgain, type Watch } from "./Watch.ts"

/** The result of a check for one thing. */
export interface Sighting {
  /** Unique among its kind. */
  readonly name: string
  /** The login of the repository's owner on GitHub. */
  readonly owner: string
  /** The state to keep while it is missing, "" for none; null: GitHub says that it is not there. */
  readonly seen: string | null
}

/** The terms of a check. */
export interface Look {
  /** The finalised head. */
  readonly block: number
  /** Whether the look counts, by `whyNotCounted`. */
  readonly counts: boolean
  /** How long a thing must be missing, in blocks. */
  readonly needed: number
}

/** The result for something that is there. */
const PRESENT = "there"

/** How often it is stored that something is still there, in blocks: a day. */
const TOUCHED_EVERY = 7_200

export const isMissing = (watch: Watch | undefined): watch is Watch => watch?.says === GONE

/** The watch of a thing after a check; undefined: nothing need be stored. The same object as before: nothing has changed. */
export const recordSighting = (
  before: Watch | undefined,
  { seen }: Pick<Sighting, "seen">,
  { block, counts, needed }: Look
): Watch | undefined => {
  if (seen === null) {
    if (!counts) return before
    return { ...goneAgain(before, block, needed), ...(before?.last === undefined ? {} : { last: before.last }) }
  }
  if (seen === "") return undefined
  const isKnown = before?.says === PRESENT && before.last === seen && block < before.lastLook + TOUCHED_EVERY
  return isKnown ? before : { says: PRESENT, lastLook: block, blocks: 0, last: seen }
}

/** Whether the thing is proved to be gone. */
export const isProved = (watch: Watch | undefined, needed: number): boolean => isMissing(watch) && watch.blocks >= needed

/**
 * Why a check proves nothing about missing things; null if it does. GitHub hides existing things during an outage, so a check counts only if few are
 * missing in it. `ill`: a sign of an outage from GitHub's status page or from a repository that is known to exist. `gone`, `found`: the owners of
 * missing and of present things.
 */
export const whyNotCounted = (
  ill: string | null,
  what: string,
  { gone, found }: { readonly gone: Iterable<string>; readonly found: Iterable<string> }
): string | null => {
  if (ill !== null) return ill
  const [lost, present] = [gone, found].map((owners) => new Set([...owners].map((owner) => owner.toLowerCase())).size)
  // The repository that is known to exist counts as found.
  return (lost ?? 0) > (present ?? 0) + 1 ? `${what} of ${lost} owners are gone at once, and those of only ${present} are there` : null
}
