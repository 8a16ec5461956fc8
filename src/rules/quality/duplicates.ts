/**
 * Whether a head repeats another miner's earlier head, by fingerprints. The order in which heads were seen decides who was first, never commit dates, which
 * authors choose.
 */
import { DUPLICATE } from "./checks.ts"

/** Distinct numbers, ascending. */
export type Fingerprints = Uint32Array

/** A head seen before the one that is checked. */
export interface EarlierHead {
  /** Its name in findings, such as `owner/name#7 at 1a2b3c4`. */
  readonly name: string
  readonly commit: string
  /** GitHub account and hotkey of its author. */
  readonly account: string
  readonly hotkey: string
  /** Its number in the order in which heads were seen. */
  readonly seen: number
  /** Minus those of its own base. */
  readonly fingerprints: Fingerprints
  /** Whether it is in another repository. What resembles such a head is shown, and never rejected: forks and ports have the same fixes. */
  readonly isElsewhere: boolean
}

export interface Author {
  readonly account: string
  readonly hotkey: string
}

export interface Similarity {
  readonly head: EarlierHead
  readonly shared: number
  /** Number of new fingerprints of the checked head (`own`) and of the earlier one (`theirs`). */
  readonly own: number
  readonly theirs: number
  readonly verdict: "rejected" | "shown"
}

export const fingerprintsWithout = (all: Fingerprints, ...others: ReadonlyArray<Fingerprints>): Fingerprints => {
  const known = new Set(others.flatMap((one) => [...one]))
  return all.filter((one) => !known.has(one))
}

export const union = (all: Iterable<Fingerprints>): Fingerprints => {
  const found = new Set<number>()
  for (const one of all) for (const fingerprint of one) found.add(fingerprint)
  return Uint32Array.from(found).sort()
}

/** The number of common values of two ascending lists. */
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

/** Percent, rounded down, so that shares compare as integers. */
const hundredths = (part: number, whole: number): number => (whole === 0 ? 0 : Math.floor((100 * part) / whole))
export const jaccard = (shared: number, own: number, theirs: number): number => hundredths(shared, own + theirs - shared)
/** The share of the smaller side that is also on the other side. */
export const containment = (shared: number, own: number, theirs: number): number => hundredths(shared, Math.min(own, theirs))

const isOf = (head: EarlierHead, author: Author): boolean => head.account === author.account || head.hotkey === author.hotkey

/**
 * Earlier heads by others that a head resembles, most similar first. `head`: the head's fingerprints. Fingerprints of the author's own heads from before the
 * other head are ignored, so that no author is rejected for having been copied.
 */
export const duplicatesOf = (
  head: Fingerprints,
  base: Fingerprints,
  earlier: ReadonlyArray<EarlierHead>,
  author: Author
): ReadonlyArray<Similarity> => {
  const fresh = fingerprintsWithout(head, base)
  const ours = earlier.filter((one) => isOf(one, author))
  return earlier
    .filter((one) => !isOf(one, author))
    .flatMap((one): ReadonlyArray<Similarity> => {
      const before = ours.filter(({ seen }) => seen < one.seen).map(({ fingerprints }) => fingerprints)
      const own = fingerprintsWithout(fresh, ...before)
      const theirs = fingerprintsWithout(one.fingerprints, base, ...before)
      const figures = { shared: sharedBy(own, theirs), own: own.length, theirs: theirs.length }
      const similar = jaccard(figures.shared, figures.own, figures.theirs)
      const contained = containment(figures.shared, figures.own, figures.theirs)
      if (similar >= DUPLICATE.rejected && own.length >= DUPLICATE.fewest && !one.isElsewhere)
        return [{ head: one, ...figures, verdict: "rejected" }]
      return figures.shared > 0 && (similar >= DUPLICATE.shown || contained >= DUPLICATE.contained)
        ? [{ head: one, ...figures, verdict: "shown" }]
        : []
    })
    .toSorted((one, other) => other.shared - one.shared || one.head.seen - other.head.seen)
}

/** Earlier heads with this very commit under another hotkey, in the order seen. The first one says whose commit it is. */
export const reusedFrom = (commit: string, earlier: ReadonlyArray<EarlierHead>, { hotkey }: Author): ReadonlyArray<EarlierHead> =>
  earlier.filter((one) => one.commit === commit && one.hotkey !== hotkey).toSorted((a, b) => a.seen - b.seen)
