/**
 * What a commit changed. Wherever it comes from, it is the diff of a commit against its first parent; for a pull request
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
