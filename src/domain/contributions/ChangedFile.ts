/** One changed file of a pull request, as it is scored: GitHub's description of the change, and both texts. */

export interface ChangedFile {
  /** From the repository's root, with `/`. The new path of a renamed file. */
  readonly path: string
  /** The old path of a renamed file, where its base text is. */
  readonly previousPath?: string | undefined
  /** GitHub's status. The rules distinguish only `removed` and `added` from all others. */
  readonly status: string
  /** Lines, as GitHub counts them. */
  readonly additions: number
  readonly deletions: number
  /** Changed lines: `additions + deletions` unless the source has its own figure. */
  readonly changes: number
  readonly isBinary: boolean
  /** The text at the merge base; null if the file was added, is binary, or could not be loaded. */
  readonly base: string | null
  /** The text at the head; null if the file was removed, is binary, or could not be loaded. */
  readonly head: string | null
  /** Facts about this path in the tree before the change, which is the merge's first parent. Present only under `"scoring": "work"`. */
  readonly parent?: FileParent | undefined
}

export interface FileParent {
  /** What `.gitattributes` declares: `foreign`: generated or vendored; `own`: neither; null: nothing. */
  readonly declared: "foreign" | "own" | null
  /** Its attributes say that the file is not generated, and did 90 days before. */
  readonly isHandwritten?: true
  /** A licence or copyright holder that the file names and no file of the tree. */
  readonly strangersLicence?: string
}
