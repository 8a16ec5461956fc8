/**
 * Whether a merge is still in effect. A commit takes a change back if
 * - its change is the exact inverse, whatever it says; or
 * - it names the change, or what brought it, and takes back more than half of its lines, alone or together with others that name it.
 * Words alone decide nothing, whoever wrote them: anybody can write them, and who merges them may not read them. A commit that takes back a revert brings the
 * change again, by the same test; for it, the name of the reverted change is as good as that of the revert.
 * Only what came later can take something back.
 */
import type { Revert } from "../../../domain/IssueEvidence.ts"
import { type Change, isInverse, takesBack } from "./change.ts"
import { means, type Named, together } from "./revertWords.ts"

/** A commit that came later than the merge. */
export interface Later {
  readonly oid: string
  /** Milliseconds since 1970. */
  readonly at: number
  /** What it says it takes back or brings again. */
  readonly says: Named
  /** Whether it may mean something else than it seems to, because not all names of the merge are known. */
  readonly isVague: boolean
  /** What others may call it. */
  readonly names: Named
  /** Lines added and removed; undefined: not known. */
  readonly size: Size | undefined
}

export interface Size {
  readonly additions: number
  readonly deletions: number
}

/** A change under all its names. */
export interface Target {
  readonly names: Named
  readonly size: Size | undefined
}

/** Changes by commit; undefined, or missing: not known. */
export type Changes = ReadonlyMap<string, Change | undefined>

const isSwapped = (one: Size | undefined, other: Size | undefined): boolean =>
  one !== undefined &&
  other !== undefined &&
  one.additions + one.deletions > 0 &&
  one.additions === other.deletions &&
  one.deletions === other.additions

/** The later commits that could decide whether a change stands: by their words, or by their size alone. */
export const concerning = (target: Target, later: ReadonlyArray<Later>): ReadonlyArray<Later> => {
  const found = new Set<Later>()
  const look = (names: Named, size: Size | undefined): void => {
    for (const one of later) {
      if (found.has(one) || !(one.isVague || means(one.says, names) || isSwapped(one.size, size))) continue
      found.add(one)
      look(together([names, one.names]), one.size)
    }
  }
  look(target.names, target.size)
  return later.filter((one) => found.has(one))
}

/** A later commit as far as one change goes. */
interface Candidate {
  readonly one: Later
  readonly change: Change | undefined
  /** Whether it names the change; undefined: perhaps. */
  readonly claims: boolean | undefined
  readonly isInverse: boolean | undefined
  /** Whether it is not taken back itself; undefined: that is not known. */
  readonly stands: boolean | undefined
}

/** Whether some commits take a change back that they name. */
const takenBackBy = (change: Change | undefined, candidates: ReadonlyArray<Candidate>): boolean | undefined => {
  if (candidates.length === 0) return false
  const later = candidates.flatMap((one) => one.change ?? [])
  return change === undefined || candidates.some((one) => one.change === undefined) ? undefined : takesBack(change, later)
}

/**
 * The revert that is in effect at the branch's head; null: the change stands; undefined: that is not known. `later`: the commits that concern it, newest first.
 * `change`: what the target changed.
 */
export const revertOf = (
  target: Target,
  change: Change | undefined,
  later: ReadonlyArray<Later>,
  changes: Changes
): Revert | null | undefined => {
  const known = new Map<string, Revert | null | undefined>()
  const stateOf = ({ names, size }: Target, changed: Change | undefined, newer: ReadonlyArray<Later>): Revert | null | undefined => {
    const candidates = newer.flatMap((one, position): ReadonlyArray<Candidate> => {
      const itsChange = changes.get(one.oid)
      const isKnown = changed !== undefined && itsChange !== undefined
      const inverse = isKnown ? isInverse(changed, itsChange) : isSwapped(size, one.size) ? undefined : false
      const claims = means(one.says, names) || (one.isVague ? undefined : false)
      if (inverse === false && claims === false) return []
      if (!known.has(one.oid)) {
        const itself = { names: together([names, one.names]), size: one.size }
        known.set(one.oid, stateOf(itself, itsChange, newer.slice(0, position)))
      }
      const revert = known.get(one.oid)
      if (revert !== null && revert !== undefined) return []
      return [{ one, change: itsChange, claims, isInverse: inverse, stands: revert === null ? true : undefined }]
    })
    const exact = candidates.find((one) => one.isInverse === true && one.stands === true)
    if (exact !== undefined) return { commit: exact.one.oid, at: exact.one.at }
    const claiming = candidates.filter(({ claims }) => claims !== false)
    const certain = claiming.filter(({ claims, stands }) => claims === true && stands === true)
    const [byCertain, byAll] = [takenBackBy(changed, certain), takenBackBy(changed, claiming)]
    const [newest] = certain
    if (byCertain === true && byAll === true && newest !== undefined) return { commit: newest.one.oid, at: newest.one.at }
    const isClear = candidates.every((one) => one.isInverse === false || one.claims !== false)
    return byCertain === false && byAll === false && isClear ? null : undefined
  }
  return stateOf(target, change, later)
}
