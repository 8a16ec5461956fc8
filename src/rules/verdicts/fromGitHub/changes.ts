/** The diff of a commit against its first parent, from any source; for a pull request that landed as several commits, their diffs together. Pure. */
import type { File } from "../../../domain/github/IssueAnswers.ts"

export interface FileChange {
  /** Its path afterwards, or before where the change removes it. */
  readonly path: string
  /** The lines of its patch, each after its sign (" ", "-" or "+"), and the headers of its hunks. Undefined: not known, as for very large files. */
  readonly lines: ReadonlyArray<string> | undefined
}
export type Change = ReadonlyArray<FileChange>

/** A file's part of a change, as GitHub lists it. It counts no lines of a picture or a pure rename. */
export const fileChangeOf = ({ additions, deletions, filename, patch }: File): FileChange => ({
  path: filename,
  lines: patch?.split("\n") ?? (additions + deletions === 0 ? [] : undefined)
})

/** A changed file as git shows it. `lines`: null where it is no text. */
interface GitsFile {
  readonly before: string | null
  readonly after: string | null
  readonly lines: ReadonlyArray<string> | null
}

export const gitsFileChange = ({ after, before, lines }: GitsFile): FileChange => ({ path: after ?? before ?? "", lines: lines ?? [] })
