/**
 * One file of a pull request as it is scored: what GitHub says of the change, and both texts.
 */

export interface ChangedFile {
  /** From the repository's root, with `/`; of a renamed file the new one. */
  readonly path: string
  /** Where a renamed file was. Its base text is the one there. */
  readonly previousPath?: string | undefined
  /** GitHub's word for what happened. Only `removed` and `added` are told apart from all others. */
  readonly status: string
  /** Lines, as GitHub counts them. */
  readonly additions: number
  readonly deletions: number
  /** Lines changed, `additions + deletions` where the source has no figure of its own. */
  readonly changes: number
  readonly isBinary: boolean
  /** The text at the merge base; null when there is none (an added file), it is binary, or it could not be had. */
  readonly base: string | null
  /** The text at the head; null when there is none (a removed file), it is binary, or it could not be had. */
  readonly head: string | null
}
