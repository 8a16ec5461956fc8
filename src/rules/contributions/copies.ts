/**
 * How much of what a pull request adds is copied: from a repository of the roster, or from elsewhere in the same pull request. Pure. Texts are compared by runs of
 * consecutive words, wherever lines end, so that other names, comments, quotes and line breaks hide no copy.
 */
import { languageOf, tokensOf } from "../text/lexer.ts"
import { rowHashes, winnowed, wordsOf } from "../text/rows.ts"

/**
 * Words in a run. Fewer in a row are alike in unrelated files too: of 480 landings of six repositories (hono, poetry, vitest, uv, prometheus and gittensor), beside
 * their own trees, three quarters have none, and the copied share is 11.5 % at the 95th percentile; it was 8 % with runs of twelve lines, which a comment hid.
 */
export const RUN_WORDS = 30
/** Of so many runs in a row one is kept. */
const RUNS_IN_WINDOW = 16

/** Changes with what a run is. Runs of different editions are not compared. */
export const RUN_EDITION = 4

/**
 * Runs, each as 53 bits of a hash, which are whole numbers of JavaScript. Whoever looks for two different runs with one hash finds what only makes a text of his own
 * count as copied: to make another's count so, he could as well have landed that text first.
 */
export type Runs = Float64Array

/** The runs of a text, in its order; none for fewer words than a run has. Takes time in proportion to the text. */
export const runsOf = (text: string, path: string): Runs =>
  winnowed(rowHashes(wordsOf(tokensOf(text, languageOf(path))), RUN_WORDS), RUNS_IN_WINDOW)

/** The runs of a head that the same file's base has not, in their order. */
export const newRuns = (base: Runs, head: Runs): Runs => {
  const before = new Set(base)
  return head.filter((run) => !before.has(run))
}

/** How much a file adds, and how much of that was had before. */
export interface HadFile {
  readonly path: string
  readonly added: number
  readonly had: number
}

/** Counts the copies among the new runs of a pull request's files, in their order. `stands`: whether a repository of the roster had a run before. */
export const copiedIn = (
  files: ReadonlyArray<{ readonly path: string; readonly runs: Runs }>,
  stands: (run: number) => boolean
): ReadonlyArray<HadFile> => {
  const seen = new Set<number>()
  return files.map(({ path, runs }) => {
    let had = 0
    for (const run of runs) {
      if (seen.has(run) || stands(run)) had += 1
      seen.add(run)
    }
    return { path, added: runs.length, had }
  })
}

const MILLION_PARTS = 1_000_000

/** Of all that these files add, the part that was had before, in parts per million, rounded down; 0 where nothing is added. */
export const hadShare = (files: ReadonlyArray<Omit<HadFile, "path">>): number => {
  const added = files.reduce((sum, one) => sum + one.added, 0)
  const had = files.reduce((sum, one) => sum + one.had, 0)
  return added === 0 ? 0 : Math.floor((MILLION_PARTS * had) / added)
}

/** The shares of a measured pull request: of all of it, and of a file. A file of which nothing was found adds nothing that was had. */
export interface HadShares {
  readonly whole: number
  readonly of: (path: string) => number
}

export const hadShares = (files: ReadonlyArray<HadFile>): HadShares => {
  const shares = new Map(files.map((file) => [file.path, hadShare([file])]))
  return { whole: hadShare(files), of: (path) => shares.get(path) ?? 0 }
}
