/**
 * The diff of a commit against its first parent, from any source; for a pull request that landed as several commits, their diffs together. White
 * space and line numbers do not matter. Pure.
 */
import type { File } from "../../../domain/github/IssueAnswers.ts"

export interface FileChange {
  /** Its path before; null: the change adds it. */
  readonly before: string | null
  /** Its path afterwards; null: the change removes it. */
  readonly after: string | null
  /** The lines of its patch without white space, each after its sign: " ", "-" or "+". Undefined: not known, as for binary and very large files. */
  readonly lines: ReadonlyArray<string> | undefined
  /** Counts of added and removed lines. */
  readonly additions: number
  readonly deletions: number
  /** Blob hashes, where they are known; null: no file on that side. */
  readonly blobs: { readonly before?: string | null; readonly after?: string | null }
}
export type Change = ReadonlyArray<FileChange>

/** A line of a patch without white space, after its sign; empty for lines that are not a file's. */
const signedLine = (line: string): ReadonlyArray<string> =>
  /^[ +-]/.test(line) ? [`${line.charAt(0)}${line.slice(1).replaceAll(/\s/g, "")}`] : []

/** The lines of a patch in git's form, from its first "@@" on. */
const linesOfPatch = (patch: string): ReadonlyArray<string> => patch.split("\n").flatMap(signedLine)

/** A file's part of a change, as GitHub lists it. A pure rename has no lines. Where GitHub gives no patch, the lines are not known. */
export const fileChangeOf = ({ additions, deletions, filename, patch, previous_filename, sha, status }: File): FileChange => ({
  before: status === "added" || status === "copied" ? null : (previous_filename ?? filename),
  after: status === "removed" ? null : filename,
  lines: patch !== undefined ? linesOfPatch(patch) : status === "renamed" && additions + deletions === 0 ? [] : undefined,
  additions,
  deletions,
  blobs:
    status === "removed"
      ? { ...(sha === null ? {} : { before: sha }), after: null }
      : { ...(status === "added" ? { before: null } : {}), ...(sha === null ? {} : { after: sha }) }
})

/** A changed file as git shows it. `lines`: each after its sign; null: they are not known. */
interface GitsFile extends Pick<FileChange, "before" | "after" | "blobs"> {
  readonly lines: ReadonlyArray<string> | null
}

const countOf = (lines: GitsFile["lines"], sign: string): number => lines?.filter((line) => line.startsWith(sign)).length ?? 0

export const gitsFileChange = ({ before, after, blobs, lines }: GitsFile): FileChange => ({
  before,
  after,
  lines: lines === null ? undefined : lines.flatMap(signedLine),
  additions: countOf(lines, "+"),
  deletions: countOf(lines, "-"),
  blobs
})
