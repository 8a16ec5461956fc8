/**
 * When something that GitHub does not show counts as gone. Nothing that GitHub says at one look proves it: neither a 404 nor an empty answer. What counts is that it
 * was missing at every look over hours, while other things were there. Whether it is gone depends only on the looks: the block of each, and what was seen in it. Pure.
 */
import { GONE, goneAgain, type Watch } from "./Watch.ts"

/** What a look showed of one thing. */
export interface Sighting {
  /** Tells it from others of its kind. */
  readonly name: string
  /** Whose it is. */
  readonly owner: string
  /** What is to be remembered of it while it is missing, "" for nothing; null: GitHub says that it is not there. */
  readonly seen: string | null
}

/** A look, as far as it decides about what is missing in it. */
export interface Look {
  /** The finalised head. */
  readonly block: number
  /** From `whyNotCounted`. */
  readonly counts: boolean
  /** How long a thing must be missing, in blocks. */
  readonly needed: number
}

/** What the world says of something that is there. */
const THERE = "there"

/** How often it is written down that something is still there, in blocks: a day. */
const TOUCHED_EVERY = 7_200

export const isMissing = (watch: Watch | undefined): watch is Watch => watch?.says === GONE

/** The watch over a thing after a look; undefined: nothing of it needs to be remembered. The same object as before: nothing has changed. */
export const sighted = (
  before: Watch | undefined,
  { seen }: Pick<Sighting, "seen">,
  { block, counts, needed }: Look
): Watch | undefined => {
  if (seen === null) {
    if (!counts) return before
    return { ...goneAgain(before, block, needed), ...(before?.last === undefined ? {} : { last: before.last }) }
  }
  if (seen === "") return undefined
  const isKnown = before?.says === THERE && before.last === seen && block < before.lastLook + TOUCHED_EVERY
  return isKnown ? before : { says: THERE, lastLook: block, blocks: 0, last: seen }
}

/** Whether it is proved that the thing is gone. */
export const isProved = (watch: Watch | undefined, needed: number): boolean => isMissing(watch) && watch.blocks >= needed

/**
 * Why a look proves nothing about what is gone; null if it does. GitHub hides what exists when it is ill, so a look counts only if little is gone in it. `ill`: what
 * GitHub's status page or a repository that is known to exist say against it. `gone`, `found`: the owners of what is gone, and of what is there.
 */
export const whyNotCounted = (
  ill: string | null,
  what: string,
  { gone, found }: { readonly gone: Iterable<string>; readonly found: Iterable<string> }
): string | null => {
  if (ill !== null) return ill
  const [lost, present] = [gone, found].map((owners) => new Set([...owners].map((owner) => owner.toLowerCase())).size)
  // The repository that is known to exist is one more that was found.
  return (lost ?? 0) > (present ?? 0) + 1 ? `${what} of ${lost} owners are gone at once, and those of only ${present} are there` : null
}
