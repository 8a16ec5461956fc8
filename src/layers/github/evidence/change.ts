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
const signedLine = (line: string): ReadonlyArray<string> =>
  /^[ +-]/.test(line) ? [`${line.charAt(0)}${line.slice(1).replaceAll(/\s/g, "")}`] : []

/** The lines of a patch in git's form, from its first "@@" on. */
export const linesOfPatch = (patch: string): ReadonlyArray<string> => patch.split("\n").flatMap(signedLine)

/** Whether all hold; undefined if none fails and one is not known. */
const all = (answers: ReadonlyArray<boolean | undefined>): boolean | undefined =>
  answers.includes(false) ? false : answers.includes(undefined) ? undefined : true

const isSame = (one: string | null | undefined, other: string | null | undefined): boolean | undefined =>
  one === undefined || other === undefined ? undefined : one === other

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

const isFileSame = (one: FileChange, other: FileChange): boolean | undefined => {
  if (one.lines === undefined && other.lines === undefined) return isSame(one.blobs.after, other.blobs.after)
  if (one.lines === undefined || other.lines === undefined) return undefined
  return one.lines.length === other.lines.length && one.lines.every((line, index) => line === other.lines?.[index])
}

/** Whether two changes are the same, as by equal patch ids; a file without a patch is, where it has the same content afterwards. Undefined if that is not known. */
export const isSameChange = (one: Change, other: Change): boolean | undefined =>
  isEach(one, other, (file, { before, after }) => before === file.before && after === file.after, isFileSame)
