/**
 * Whether a head repeats what another miner showed earlier, by fingerprints. Who was first is decided by the order in which heads were seen, never by dates of
 * commits, which their authors choose.
 */
import { DUPLICATE } from "./checks.ts"

/** Different numbers, ascending. */
export type Fingerprints = Uint32Array

/** A head that was seen before the one that is checked. */
export interface EarlierHead {
  /** How findings name it, such as `owner/name#7 at 1a2b3c4`. */
  readonly name: string
  readonly commit: string
  /** GitHub account and hotkey of its author. */
  readonly account: string
  readonly hotkey: string
  /** Its place in the order in which heads were seen. */
  readonly seen: number
  /** Without those that its own base has. */
  readonly fingerprints: Fingerprints
}

export interface Author {
  readonly account: string
  readonly hotkey: string
}

export interface Similarity {
  readonly head: EarlierHead
  readonly shared: number
  /** New fingerprints of the head that is checked, and of the earlier one. */
  readonly own: number
  readonly theirs: number
  readonly verdict: "rejected" | "shown"
}

export const without = (all: Fingerprints, ...others: ReadonlyArray<Fingerprints>): Fingerprints => {
  const known = new Set(others.flatMap((one) => [...one]))
  return all.filter((one) => !known.has(one))
}

export const union = (all: Iterable<Fingerprints>): Fingerprints => {
  const found = new Set<number>()
  for (const one of all) for (const fingerprint of one) found.add(fingerprint)
  return Uint32Array.from(found).sort()
}

/** How many numbers two ascending lists share. */
export const sharedBy = (one: Fingerprints, other: Fingerprints): number => {
  let shared = 0
  for (let left = 0, right = 0; left < one.length && right < other.length; ) {
    const [a = 0, b = 0] = [one[left], other[right]]
    if (a === b) shared += 1
    if (a <= b) left += 1
    if (b <= a) right += 1
  }
  return shared
}

/** Whole hundredths, rounded down: comparisons of shares are comparisons of integers. */
const hundredths = (part: number, whole: number): number => (whole === 0 ? 0 : Math.floor((100 * part) / whole))
export const jaccard = (shared: number, own: number, theirs: number): number => hundredths(shared, own + theirs - shared)
/** The share of the smaller side that the other has too. */
export const containment = (shared: number, own: number, theirs: number): number => hundredths(shared, Math.min(own, theirs))

const isOf = (head: EarlierHead, author: Author): boolean => head.account === author.account || head.hotkey === author.hotkey

/**
 * The earlier heads of others that a head resembles, the most similar first. `head`: its fingerprints without those of its base. What the author's own heads had before
 * the other head was seen is the author's, so that nobody is rejected for having been copied.
 */
export const duplicatesOf = (
  head: Fingerprints,
  base: Fingerprints,
  earlier: ReadonlyArray<EarlierHead>,
  author: Author
): ReadonlyArray<Similarity> => {
  const fresh = without(head, base)
  const ours = earlier.filter((one) => isOf(one, author))
  return earlier
    .filter((one) => !isOf(one, author))
    .flatMap((one): ReadonlyArray<Similarity> => {
      const before = ours.filter(({ seen }) => seen < one.seen).map(({ fingerprints }) => fingerprints)
      const own = without(fresh, ...before)
      const theirs = without(one.fingerprints, base, ...before)
      const figures = { shared: sharedBy(own, theirs), own: own.length, theirs: theirs.length }
      const similar = jaccard(figures.shared, figures.own, figures.theirs)
      const contained = containment(figures.shared, figures.own, figures.theirs)
      if (similar >= DUPLICATE.rejected && own.length >= DUPLICATE.fewest) return [{ head: one, ...figures, verdict: "rejected" }]
      return figures.shared > 0 && (similar >= DUPLICATE.shown || contained >= DUPLICATE.contained)
        ? [{ head: one, ...figures, verdict: "shown" }]
        : []
    })
    .toSorted((one, other) => other.shared - one.shared || one.head.seen - other.head.seen)
}

/** The earlier heads that are this very commit under another hotkey, the first one first. Whose it is, the first of them says. */
export const reusedFrom = (commit: string, earlier: ReadonlyArray<EarlierHead>, { hotkey }: Author): ReadonlyArray<EarlierHead> =>
  earlier.filter((one) => one.commit === commit && one.hotkey !== hotkey).toSorted((a, b) => a.seen - b.seen)
