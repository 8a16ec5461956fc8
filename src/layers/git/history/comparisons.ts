/**
 * Reproduces GitHub's comparison of two commits with git. GitHub uses git too, but does not publish its settings. So where settings would decide
 * (several merge bases, copies, changes of type, attributes, very large files), the answer is null, and GitHub has to be asked.
 */
import { Effect } from "effect"
import { MOST_COMPARED } from "../../../rules/contributions/fromGitHub/comparedFiles.ts"
import { lineCounts, type RawChange, rawChanges, type Side, sizesOf } from "../changedFiles.ts"
import { SUBMODULE } from "../listTree.ts"
import { attributeFiles, decideByAttributes } from "./attributes.ts"
import { type ComparedTrees, contentsOf, NO_MODE } from "./changes.ts"
import { fetchCommits, fetchObjects } from "./clone.ts"
import type { ComparedFile, RecordedComparison } from "./historyTask.ts"
import { type Budget, mergeBases } from "./queries.ts"
import { type TreePair, treeDiffs, treesOf } from "./trees.ts"

/** git does not compare the lines of larger files here (`core.bigFileThreshold`), but GitHub may. */
const MOST_BYTES = 4 << 20

interface Pair {
  readonly base: string
  readonly head: string
}

/** Two commits with a single merge base, and the files that differ between it and the second commit. */
interface Parted extends ComparedTrees {
  readonly trees: TreePair
}

const pathsOf = ({ files }: ComparedTrees): ReadonlyArray<string> => files.map(({ path }) => path)

/** Asks about the items that are not null. The others stay null. */
const ofSome = <A, B, E>(
  all: ReadonlyArray<A | null>,
  ask: (some: ReadonlyArray<A>) => Effect.Effect<ReadonlyArray<B | null>, E>
): Effect.Effect<ReadonlyArray<B | null>, E> =>
  Effect.map(ask(all.flatMap((one) => (one === null ? [] : [one]))), (answers) => {
    const left = answers.values()
    return all.map((one) => (one === null ? null : (left.next().value ?? null)))
  })

/** Null: a commit is missing, there is no single merge base, or too many files differ. */
const partedAll = Effect.fn("partedAll")(function* (folder: string, asked: ReadonlyArray<Pair>) {
  const ends = yield* treesOf(
    folder,
    asked.flatMap(({ base, head }) => [base, head])
  )
  const bases = yield* Effect.forEach(asked, ({ base, head }) =>
    ends.has(base) && ends.has(head) ? mergeBases(folder, base, head) : Effect.succeed([])
  )
  const trees = new Map([...ends, ...(yield* treesOf(folder, bases.flat()))])
  const pairs = asked.map(({ head }, index) => {
    const [from = "", ...others] = bases[index] ?? []
    const between = { from: trees.get(from), to: trees.get(head) }
    if (others.length > 0 || from === head || between.from === undefined || between.to === undefined) return null
    return { from, to: head, trees: { from: between.from, to: between.to } }
  })
  return yield* ofSome(pairs, (some) =>
    Effect.map(listedAll(folder, some, "--no-renames"), (lists) =>
      some.map((pair, index): Parted | null => {
        const files = lists[index] ?? null
        return files === null || files.length >= MOST_COMPARED ? null : { ...pair, files }
      })
    )
  )
})

/** The files that differ, by path; null where too many do. */
const listedAll = (folder: string, all: ReadonlyArray<{ readonly trees: TreePair }>, ...flags: ReadonlyArray<string>) =>
  Effect.map(
    treeDiffs(
      folder,
      all.map(({ trees }) => trees),
      [...flags, "--raw", "--no-abbrev"]
    ),
    (lists) => lists.map((list) => (list === null ? null : rawChanges(list)))
  )

/**
 * Null for a comparison that attributes decide: those of its merge base, its head, or today's default branch. GitHub does not document which it
 * reads.
 */
const undecided = Effect.fn("undecided")(function* (folder: string, url: string, newest: string, all: ReadonlyArray<Parted>) {
  const own = (yield* treesOf(folder, [newest])).get(newest)
  if (own === undefined) return all.map(() => null)
  const concerned = all.map((one) => ({ trees: [one.trees.from, one.trees.to, own], paths: pathsOf(one) }))
  const attributes = yield* attributeFiles(folder, concerned)
  const objects = attributes.flatMap((each) => (each ?? []).flatMap((files) => files.map(({ object }) => object)))
  yield* fetchObjects(folder, url, [...contentsOf(all), ...objects])
  const isDecided = yield* decideByAttributes(
    folder,
    attributes.map((files, index) => ({ files: files ?? [], paths: concerned[index]?.paths ?? [] }))
  )
  return all.map((one, index) => (attributes[index] === null || isDecided[index] === true ? null : one))
})

const statusOf = ({ status }: RawChange): ComparedFile["status"] | undefined =>
  status === "added" || status === "removed" || status === "modified" || status === "renamed" ? status : undefined

/** One file; undefined where GitHub may list it otherwise. */
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

const comparedAll = Effect.fn("comparedAll")(function* (folder: string, all: ReadonlyArray<Parted>, budget: Budget) {
  const renames = yield* listedAll(folder, all, "--find-renames")
  // With copy detection, GitHub would list a file as a copy if it resembles another file's earlier text.
  const copies = yield* listedAll(folder, all, "--find-copies")
  const counts = yield* treeDiffs(
    folder,
    all.map(({ trees }) => trees),
    ["--find-renames", "--numstat"]
  )
  const sizes = yield* sizesOf(folder, contentsOf(all))
  return all.map(({ from }, index): RecordedComparison | null => {
    const [renamed, copied, counted] = [renames[index] ?? null, copies[index] ?? null, counts[index] ?? null]
    if (renamed === null || copied === null || counted === null || copied.some(({ status }) => status === "copied")) return null
    const lines = lineCounts(counted)
    const files = renamed.flatMap((change, at) => comparedFile(change, lines[at] ?? [0, 0], sizes) ?? [])
    const comparison = { mergeBase: from, files }
    return files.length === renamed.length && budget.take(comparison) ? comparison : null
  })
})

/** Compares pairs of commits. `newest`: the default branch's head. Fetches missing commits and blobs together. */
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
  const parted = yield* partedAll(folder, asked)
  const compared = yield* ofSome(parted, (some) => undecided(folder, url, newest, some))
  return yield* ofSome(compared, (some) => comparedAll(folder, some, budget))
})
