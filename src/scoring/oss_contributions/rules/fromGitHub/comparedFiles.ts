/** Which files a pull request changes, and which texts of them count, by GitHub's comparison of two commits or its own lists. Pure. */
import type { ChangedFile } from "../../../../domain/contributions/ChangedFile.ts"
import type { Comparison, DiffEntry } from "../../../../domain/github/ContributionAnswers.ts"

/** In bytes. Longer texts are not scored. */
export const MAX_BYTES = 1_000_000

/**
 * The most bytes of text that a pull request may have. More could not be compared within its time budget, and must not fill a validator's memory.
 */
export const MAX_ALL_BYTES = 67_108_864

/** A comparison of GitHub's names at most this many files. A longer list is not made from git either. */
export const MOST_COMPARED = 300

/** The changed files, and the commit of the texts before; null: both sides share no commit, or the base has the head already, so that the texts are the base's own. */
export interface Compared {
  readonly mergeBase: string | null
  readonly entries: ReadonlyArray<DiffEntry>
}

/**
 * What a comparison says; null: GitHub knows no commit that both sides share. `entries` is null where it does not name all files, so that the pull request's own list
 * says which they are: as of a base that already contains the head, from which it does not differ.
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
 * The commit at which a branch left its base, from the branch's own commits: the only parent of them that is not one of them. Null where several are, as
 * after a merge of the base into the branch: then it is not known which one the last merge brought.
 */
const leftAt = (commits: ReadonlyArray<Own>): string | null => {
  const own = new Set(commits.map(({ sha }) => sha))
  const [parent, ...others] = new Set(commits.flatMap(({ parents = [] }) => parents.flatMap(({ sha }) => (own.has(sha) ? [] : [sha]))))
  const isKnown = commits.every(({ parents }) => parents !== undefined)
  return isKnown && parent !== undefined && others.length === 0 ? parent : null
}

/**
 * What a comparison would say of a pull request that GitHub cannot compare, from the pull request's lists of files and commits. They follow its newest head, so the
 * commits must end at the head that was asked for. null: they do not tell.
 */
export const comparedByLists = (
  entries: ReadonlyArray<DiffEntry> | null,
  own: { readonly commits: ReadonlyArray<Own>; readonly isAll: boolean } | undefined,
  head: string
): Compared | null => {
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

/** Where the texts of a changed file are, as `commit:path`; null for a side that does not exist. */
export const sidesOf = (entry: DiffEntry, base: string, head: string) => ({
  base: entry.status === "added" ? null : `${base}:${entry.previous_filename ?? entry.filename}`,
  head: entry.status === "removed" ? null : `${head}:${entry.filename}`
})

/** What is at a path: a text, or the reason why there is none. `blob`: null where nothing is there, or what is no file. */
export interface Content {
  readonly blob: string | null
  readonly isBinary: boolean
  readonly text: string | null
}

/** What is at a path where nothing is. */
export const NOTHING: Content = { blob: null, isBinary: false, text: null }

/** What GitHub shows at a path. */
type Shown =
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

/** What counts of it; undefined: it is cut off, and the whole text counts. What is too long has no text, and neither has what GitHub shows none of: it is binary. */
export const contentOf = (shown: Shown): Content | undefined => {
  if (shown === null || !("oid" in shown)) return NOTHING
  const { byteSize, isBinary, isTruncated, oid: blob, text } = shown
  if (isBinary === true) return { blob, isBinary: true, text: null }
  if (byteSize > MAX_BYTES) return { blob, isBinary: false, text: null }
  return isTruncated ? undefined : { blob, isBinary: text === null, text }
}

/** A changed file with the blobs of its texts: null for a side that does not exist, undefined for one that was not asked for. */
export interface ContributionFile extends ChangedFile {
  readonly baseBlob: string | null | undefined
  readonly headBlob: string | null | undefined
}

/** A changed file with what is at its two sides; undefined: it was not asked for. */
export const withContents = (entry: DiffEntry, before: Content | undefined, after: Content | undefined): ContributionFile => ({
  ...changedFile(entry),
  isBinary: before?.isBinary === true || after?.isBinary === true,
  base: before?.text ?? null,
  head: after?.text ?? null,
  baseBlob: entry.status === "added" ? null : before?.blob,
  headBlob: entry.status === "removed" ? null : (after?.blob ?? entry.sha ?? undefined)
})
