/**
 * What a commit changed, and whether one change takes another back. Wherever it comes from, it is the diff of a commit against its first parent; for a pull request
 * that landed as several commits, their diffs together. White space and line numbers do not matter.
 */

/** A file's part of a change. */
export interface FileChange {
  /** Its path before; null: the change adds it. */
  readonly before: string | null
  /** Its path afterwards; null: the change removes it. */
  readonly after: string | null
  /** The lines of its patch without white space, each after its sign: " ", "-" or "+". Undefined: not known, as for binary and very large files. */
  readonly lines: ReadonlyArray<string> | undefined
  /** How many lines it adds and removes. */
  readonly additions: number
  readonly deletions: number
  /** The hashes of its contents, where they are known; null: there is none on that side. */
  readonly blobs: { readonly before?: string | null; readonly after?: string | null }
}
export type Change = ReadonlyArray<FileChange>

/** A line of a patch without white space, after its sign; nothing for what is no line of a file. */
export const signedLine = (line: string): ReadonlyArray<string> =>
  /^[ +-]/.test(line) ? [`${line.charAt(0)}${line.slice(1).replaceAll(/\s/g, "")}`] : []

/** The lines of a patch in git's form, from its first "@@" on. */
export const linesOfPatch = (patch: string): ReadonlyArray<string> => patch.split("\n").flatMap(signedLine)

const SIGNS: Readonly<Record<string, string>> = { "+": "-", "-": "+" }

/** The lines of the inverse patch: what was added is removed. Within a run, git lists removed lines first. */
const inverted = (lines: ReadonlyArray<string>): ReadonlyArray<string> => {
  const inverse: Array<string> = []
  let added: Array<string> = []
  for (const line of lines) {
    const sign = SIGNS[line.charAt(0)]
    if (sign === "+") added.push(`+${line.slice(1)}`)
    else {
      if (sign === undefined) {
        inverse.push(...added)
        added = []
      }
      inverse.push(sign === undefined ? line : `-${line.slice(1)}`)
    }
  }
  return [...inverse, ...added]
}

/** Whether all hold; undefined if none fails and one is not known. */
const all = (answers: ReadonlyArray<boolean | undefined>): boolean | undefined =>
  answers.includes(false) ? false : answers.includes(undefined) ? undefined : true

const isSame = (one: string | null | undefined, other: string | null | undefined): boolean | undefined =>
  one === undefined || other === undefined ? undefined : one === other

const isFileInverse = (one: FileChange, other: FileChange): boolean | undefined => {
  if (one.additions !== other.deletions || one.deletions !== other.additions) return false
  if (one.lines !== undefined && other.lines !== undefined) {
    const inverse = inverted(one.lines)
    return inverse.length === other.lines.length && inverse.every((line, index) => line === other.lines?.[index])
  }
  return all([isSame(one.blobs.before, other.blobs.after), isSame(one.blobs.after, other.blobs.before)])
}

/** Whether each file of a change belongs to one of another, to which it fits. Nothing fits nothing. */
const isEach = (
  one: Change,
  other: Change,
  belongs: (file: FileChange, to: FileChange) => boolean,
  fits: (file: FileChange, to: FileChange) => boolean | undefined
): boolean | undefined => {
  if (one.length === 0 || one.length !== other.length) return false
  return all(
    one.map((file) => {
      const counterpart = other.find((each) => belongs(file, each))
      return counterpart === undefined ? false : fits(file, counterpart)
    })
  )
}

/** Whether a change is the exact inverse of another, as by equal patch ids; undefined if that is not known. */
export const isInverse = (one: Change, other: Change): boolean | undefined =>
  isEach(one, other, (file, { before, after }) => before === file.after && after === file.before, isFileInverse)

const isFileSame = (one: FileChange, other: FileChange): boolean | undefined => {
  if (one.lines === undefined && other.lines === undefined) return isSame(one.blobs.after, other.blobs.after)
  if (one.lines === undefined || other.lines === undefined) return undefined
  return one.lines.length === other.lines.length && one.lines.every((line, index) => line === other.lines?.[index])
}

/** Whether two changes are the same, as by equal patch ids; a file without a patch is, where it has the same content afterwards. Undefined if that is not known. */
export const isSameChange = (one: Change, other: Change): boolean | undefined =>
  isEach(one, other, (file, { before, after }) => before === file.before && after === file.after, isFileSame)

/** How often each line occurs, by file; the empty ones prove nothing. */
type Counts = ReadonlyMap<string, ReadonlyMap<string, number>>

const countsOf = (change: Change, sign: "+" | "-", nameOf: (file: FileChange) => string | null): Counts => {
  const counts = new Map<string, Map<string, number>>()
  for (const file of change)
    for (const line of file.lines ?? []) {
      if (!line.startsWith(sign) || line.length === 1) continue
      const ofLine = counts.get(line.slice(1)) ?? new Map<string, number>()
      const name = nameOf(file) ?? ""
      counts.set(line.slice(1), ofLine.set(name, (ofLine.get(name) ?? 0) + 1))
    }
  return counts
}

const total = (counts: ReadonlyMap<string, number> = new Map()): number => [...counts.values()].reduce((sum, count) => sum + count, 0)

/** How many occurrences of a line two changes share: in the same files, and in any. */
const shared = (line: string, one: Counts, other: Counts) => {
  const [ofOne, ofOther] = [one.get(line) ?? new Map<string, number>(), other.get(line) ?? new Map<string, number>()]
  const inFiles = [...ofOne].reduce((sum, [file, count]) => sum + Math.min(count, ofOther.get(file) ?? 0), 0)
  return { inFiles, anywhere: Math.min(total(ofOne), total(ofOther)) }
}

/**
 * Whether later changes together take back more than half of the lines that a change added and removed; undefined if that is not known. A line that they only
 * move elsewhere is not taken back. Where a file was renamed in between, whose lines they are is not known.
 */
export const takesBack = (change: Change, later: Change): boolean | undefined => {
  const nameNow = ({ before, after }: FileChange) => after ?? before
  const nameBefore = ({ before, after }: FileChange) => before ?? after
  const [added, removed] = [countsOf(change, "+", nameNow), countsOf(change, "-", nameNow)]
  const [addedLater, removedLater] = [countsOf(later, "+", nameBefore), countsOf(later, "-", nameBefore)]
  const [unknown, known] = [change.filter(({ lines }) => lines === undefined), new Set([...added.keys(), ...removed.keys()])]
  let [certain, possible, whole] = [0, 0, 0]
  for (const line of known) {
    const gone = shared(line, added, removedLater)
    const restored = shared(line, removed, addedLater)
    const [addedAll, removedAll] = [total(addedLater.get(line)), total(removedLater.get(line))]
    const counted = (goneNow: number, restoredNow: number) =>
      Math.max(0, goneNow - (addedAll - restoredNow)) + Math.max(0, restoredNow - (removedAll - goneNow))
    certain += counted(gone.inFiles, restored.inFiles)
    possible += counted(gone.anywhere, restored.anywhere)
    whole += total(added.get(line)) + total(removed.get(line))
  }
  for (const { additions, deletions } of unknown) whole += additions + deletions
  for (const file of later) {
    const touched = change.filter((one) => nameNow(one) === nameBefore(file) && (one.lines === undefined || file.lines === undefined))
    for (const one of touched) possible += Math.min(one.additions, file.deletions) + Math.min(one.deletions, file.additions)
  }
  return certain * 2 > whole ? true : possible * 2 > whole ? undefined : false
}
