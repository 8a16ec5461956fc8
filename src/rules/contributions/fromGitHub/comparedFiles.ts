/** The files that a pull request changes, and their texts that count, by GitHub's comparison of two commits or its own lists. Pure. */
import type { ChangedFile } from "../../../domain/contributions/ChangedFile.ts"
import type { Comparison, DiffEntry } from "../../../domain/github/ContributionAnswers.ts"

/** In bytes. Longer texts are not scored. */
export const MAX_BYTES = 1_000_000

/**
 * The most bytes of text that a pull request may have. More could not be compared within its time budget, and must not fill a validator's memory.
 */
export const MAX_ALL_BYTES = 67_108_864

/** GitHub's comparison names at most this many files. A longer list is not made from git either. */
export const MOST_COMPARED = 300

/**
 * The changed files, and the commit of the texts before. It is null if both sides share no commit, or the base already contains the head: then these
 * texts are the base's own.
 */
export interface ComparedFiles {
  readonly mergeBase: string | null
  readonly entries: ReadonlyArray<DiffEntry>
}

/**
 * Reads a comparison; null: both sides share no commit that GitHub knows. `entries` is null if the comparison does not list all files, as when the
 * base already contains the head. The pull request's own list of files is then used.
 */
export const comparedBy = (
  comparison: typeof Comparison.Type | null,
  head: string
): { readonly mergeBase: string | null; readonly entries: ReadonlyArray<DiffEntry> | null } => {
  const [mergeBase, named] = comparison === null ? [null, []] : [comparison.merge_base_commit.sha, comparison.files]
  const isWhole = named.length > 0 && named.length < MOST_COMPARED && mergeBase !== head
  return { mergeBase: mergeBase === head ? null : mergeBase, entries: isWhole ? named : null }
}

/** A commit of a pull request's own branch. */
interface Own {
  readonly sha: string
  readonly parents?: ReadonlyArray<{ readonly sha: string }> | undefined
}

/**
 * The merge base of a branch, from the branch's own commits: their only parent that is not one of them. Null if there are several, as after a merge
 * of the base into the branch: the last merge's one is not known.
 */
const leftAt = (commits: ReadonlyArray<Own>): string | null => {
  const own = new Set(commits.map(({ sha }) => sha))
  const [parent, ...others] = new Set(commits.flatMap(({ parents = [] }) => parents.flatMap(({ sha }) => (own.has(sha) ? [] : [sha]))))
  const isKnown = commits.every(({ parents }) => parents !== undefined)
  return isKnown && parent !== undefined && others.length === 0 ? parent : null
}

/**
 * The comparison of a pull request that GitHub cannot compare, from its lists of files and commits; null if they do not tell. The lists follow its
 * newest head, so the commits must end at `head`.
 */
export const comparedByLists = (
  entries: ReadonlyArray<DiffEntry> | null,
  own: { readonly commits: ReadonlyArray<Own>; readonly isAll: boolean } | undefined,
  head: string
): ComparedFiles | null => {
  if (entries === null || own?.isAll !== true || own.commits.at(-1)?.sha !== head) return null
  const mergeBase = leftAt(own.commits)
  return mergeBase === null ? null : { mergeBase, entries }
}

/** A changed file without its texts. */
export const changedFile = (entry: DiffEntry): ChangedFile => ({
  path: entry.filename,
  previousPath: entry.previous_filename,
  status: entry.status,
  additions: entry.additions,
  deletions: entry.deletions,
  changes: entry.changes,
  isBinary: false,
  base: null,
  head: null
})

/** The texts of a changed file, as `commit:path`; null for a side that does not exist. */
export const sidesOf = (entry: DiffEntry, base: string, head: string) => ({
  base: entry.status === "added" ? null : `${base}:${entry.previous_filename ?? entry.filename}`,
  head: entry.status === "removed" ? null : `${head}:${entry.filename}`
})

/** The content at a path: a text, or the reason why there is none. `blob`: null if there is no file. */
export interface Content {
  readonly blob: string | null
  readonly isBinary: boolean
  readonly text: string | null
}

/** The content of a path without a file. */
export const NO_CONTENT: Content = { blob: null, isBinary: false, text: null }

/** GitHub's answer for a path. */
type ShownPath =
  | {
      readonly __typename: "Blob"
      readonly oid: string
      readonly byteSize: number
      readonly isBinary: boolean | null
      readonly isTruncated: boolean
      readonly text: string | null
    }
  | { readonly __typename: string }
  | null

/**
 * The content from GitHub's answer; undefined if the text is cut off and has to be read whole. Too long files have no text. A file without a shown
 * text is binary.
 */
export const contentOf = (shown: ShownPath): Content | undefined => {
  if (shown === null || !("oid" in shown)) return NO_CONTENT
  const { byteSize, isBinary, isTruncated, oid: blob, text } = shown
  if (isBinary === true) return { blob, isBinary: true, text: null }
  if (byteSize > MAX_BYTES) return { blob, isBinary: false, text: null }
  return isTruncated ? undefined : { blob, isBinary: text === null, text }
}

/** A changed file with the contents of its two sides; undefined for one that was not asked for. */
export const withContents = (entry: DiffEntry, before: Content | undefined, after: Content | undefined): ChangedFile => ({
  ...changedFile(entry),
  isBinary: before?.isBinary === true || after?.isBinary === true,
  base: before?.text ?? null,
  head: after?.text ?? null
})
