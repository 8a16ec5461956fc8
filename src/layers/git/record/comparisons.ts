/**
 * What GitHub's comparison of two commits lists, from git. GitHub asks git too, but it does not say with which settings. So where settings would decide (several
 * merge bases, copies, changed kinds of files, attributes, very large files), git's list is no answer, and GitHub has to be asked.
 */
import { Effect } from "effect"
import { lineCounts, partsOf, type RawChange, type Side, sizesOf } from "../changedFiles.ts"
import { git } from "../git.ts"
import { SUBMODULE } from "../listTree.ts"
import { attributeFiles, decideByAttributes } from "./attributes.ts"
import { type Compared, compared, contentsOf, FLAGS, listed, NO_MODE } from "./changes.ts"
import { fetchCommits, fetchObjects } from "./clone.ts"
import { type Budget, isCommit, mergeBases } from "./facts.ts"
import { type ComparedFile, MOST_COMPARED, type RecordedComparison } from "./recordTask.ts"

/** git does not compare the lines of larger files here (`core.bigFileThreshold`), but GitHub may. */
const MOST_BYTES = 4 << 20

interface Pair {
  readonly base: string
  readonly head: string
}

const pathsOf = ({ files }: Compared): ReadonlyArray<string> => files.map(({ path }) => path)

/** Null: a commit is not there, the two have no single merge base, or too many files differ. */
const parted = Effect.fn("parted")(function* (folder: string, { base, head }: Pair) {
  for (const commit of [base, head]) if (!(yield* isCommit(folder, commit))) return null
  const [mergeBase, ...others] = yield* mergeBases(folder, base, head)
  if (mergeBase === undefined || others.length > 0 || mergeBase === head) return null
  const changed = yield* compared(folder, mergeBase, head)
  return changed === null || changed.files.length >= MOST_COMPARED ? null : changed
})

/** The attributes at both ends and on the default branch today: which ones GitHub reads, it does not say. */
const attributesOf = (folder: string, newest: string, changed: Compared) =>
  Effect.forEach([changed.from, changed.to, newest], (commit) => attributeFiles(folder, commit, pathsOf(changed)))

const statusOf = ({ status }: RawChange): ComparedFile["status"] | undefined =>
  status === "added" || status === "removed" || status === "modified" || status === "renamed" ? status : undefined

/** One file; undefined where GitHub could list it otherwise. */
const comparedFile = (
  change: RawChange,
  [additions, deletions]: readonly [number, number],
  sizes: ReadonlyMap<string, number>
): ComparedFile | undefined => {
  const { base, head, path, previousPath = null } = change
  const status = statusOf(change)
  const isModeOnly = status === "modified" && base.object === head.object
  const sides = [base, head].map(({ mode, object }: Side) => {
    if (mode === NO_MODE || mode === SUBMODULE) return null
    return { object, bytes: sizes.get(object) ?? Number.POSITIVE_INFINITY }
  })
  const [before = null, after = null] = sides
  if (status === undefined || isModeOnly || `${previousPath}${path}`.includes("\ufffd")) return undefined
  if (sides.some((side) => side !== null && side.bytes > MOST_BYTES)) return undefined
  const { object } = status === "removed" ? base : head
  return { path, previousPath, status, additions, deletions, object, before, after }
}

const comparisonIn = Effect.fn("comparisonIn")(function* (folder: string, { from, to }: Compared, budget: Budget) {
  const renames = yield* listed(folder, from, to, "--find-renames")
  // A file that looks like another one's earlier text is a copy if GitHub looks for copies.
  const copies = yield* listed(folder, from, to, "--find-copies")
  if (copies.some(({ status }) => status === "copied")) return null
  const counts = lineCounts(partsOf(yield* git(folder, ["diff-tree", ...FLAGS, "--find-renames", "--numstat", "-z", from, to])))
  const sizes = yield* sizesOf(folder, contentsOf([{ from, to, files: renames }]))
  const files = renames.flatMap((change, index) => comparedFile(change, counts[index] ?? [0, 0], sizes) ?? [])
  const comparison: RecordedComparison = { mergeBase: from, files }
  return files.length === renames.length && budget.take(comparison) ? comparison : null
})

/** `newest`: of the default branch. Commits and contents that are missing are fetched together. */
export const comparisonsOf = Effect.fn("comparisonsOf")(function* (
  folder: string,
  url: string,
  asked: ReadonlyArray<Pair>,
  newest: string,
  budget: Budget
) {
  yield* fetchCommits(
    folder,
    url,
    asked.flatMap(({ base, head }) => [base, head])
  )
  const all = yield* Effect.forEach(asked, (pair) => parted(folder, pair))
  const attributes = yield* Effect.forEach(all, (one) => (one === null ? Effect.succeed([]) : attributesOf(folder, newest, one)))
  const objects = attributes.flatMap((each) => each.flatMap((files) => (files ?? []).map(({ object }) => object)))
  yield* fetchObjects(folder, url, [...contentsOf(all), ...objects])
  return yield* Effect.forEach(all, (one, index) =>
    Effect.gen(function* () {
      if (one === null) return null
      for (const files of attributes[index] ?? [])
        if (files === null || (yield* decideByAttributes(folder, files, pathsOf(one)))) return null
      return yield* comparisonIn(folder, one, budget)
    })
  )
})
