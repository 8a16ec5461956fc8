/**
 * Runs of lines (`rules/contributions/copies.ts`): those that a pull request brought, and which of given ones stood in a tree. The runs of a file's contents are
 * kept beside the clone by the object's name, so that contents are fetched and read once, and a tree's next version costs what changed in it.
 */
import { join } from "node:path"
import { Array as Arrays, Effect } from "effect"
import { extensionOf } from "../../../domain/fileExtension.ts"
import { newRuns, RUN_EDITION, type Runs, runsOf } from "../../../rules/contributions/copies.ts"
import { isTestPath } from "../../../rules/contributions/files/path.ts"
import { type KeptValues, keptIn } from "../../storage/sqlite/kept.ts"
import { bytesOf, MAXIMUM_BYTES, type RawChange, rawChanges, type Side, sizesOf } from "../changedFiles.ts"
import { gitText } from "../git.ts"
import { LINK, SUBMODULE } from "../listTree.ts"
import { listedFiles, NO_MODE, RENAMES, tooLarge } from "./changes.ts"
import { fetchCommits, fetchObjects, KEPT_RUNS } from "./clone.ts"
import type { AskedCopies, RecordQuestion } from "./historyTask.ts"
import { type Budget, isCommit } from "./queries.ts"
import { EMPTY_TREE, type TreePair, treeDiffs, treesOf } from "./trees.ts"

/** Bytes of a list of all files of a tree, about half a million. */
const MOST_LISTED = 64 << 20
/** The most bytes of git's list of first parents. */
const MOST_HISTORY = 64 << 20
/** Bytes of contents that are read at once. */
const MOST_READ = 24 << 20
/** Objects whose runs are in memory at once. */
const OBJECTS_AT_ONCE = 500
/** Bytes that the runs of one repository's objects may take on the disk: 8 for each line. */
const MOST_KEPT = 256 << 20

const decoder = new TextDecoder("utf-8", { ignoreBOM: true })

const isSource =
  (extensions: ReadonlySet<string>) =>
  ({ path, previousPath = path }: RawChange): boolean =>
    (extensions.has(extensionOf(path)) || extensions.has(extensionOf(previousPath))) && !isTestPath(path)

const objectAt = ({ mode, object }: Side): ReadonlyArray<string> =>
  mode === NO_MODE || mode === LINK || mode === SUBMODULE ? [] : [object]

const NO_RUNS: Runs = new Float64Array(0)

type Store = KeptValues<Runs>

/** The runs of a repository's objects, beside its clone. */
const storeIn = (folder: string) =>
  keptIn<Runs>({ file: join(folder, KEPT_RUNS), name: "the cache of runs", instead: "contents are read again instead" }, MOST_KEPT, {
    bytesOf: (runs) => new Uint8Array(runs.buffer, runs.byteOffset, runs.byteLength),
    valueOf: (bytes) => (bytes.length % Float64Array.BYTES_PER_ELEMENT === 0 ? new Float64Array(Uint8Array.from(bytes).buffer) : undefined)
  })

const keyOf = (object: string): string => `${RUN_EDITION} ${object}`

/** The runs of lines of a content. A content with a NUL byte is no text and has none; nor has one that is larger than `MAXIMUM_BYTES`. */
const runsIn = (bytes: Uint8Array | undefined): Runs => (bytes === undefined || bytes.includes(0) ? NO_RUNS : runsOf(decoder.decode(bytes)))

/** Objects in groups that are read at once. */
const groupsOf = (objects: ReadonlyArray<string>, sizes: ReadonlyMap<string, number>): ReadonlyArray<ReadonlyArray<string>> => {
  const groups: Array<Array<string>> = []
  let left = 0
  for (const object of objects) {
    const size = Math.min(MAXIMUM_BYTES, sizes.get(object) ?? 0)
    if (groups.length === 0 || size > left) {
      groups.push([])
      left = MOST_READ
    }
    groups.at(-1)?.push(object)
    left -= size
  }
  return groups
}

/** Tells the runs of each object, in any order. Contents are fetched and read where their runs are not kept. */
const eachRuns = Effect.fn("eachRuns")(function* (
  folder: string,
  url: string,
  { find, keep }: Store,
  objects: ReadonlyArray<string>,
  tell: (object: string, runs: Runs) => void
) {
  const unread: Array<string> = []
  for (const some of Arrays.chunksOf(Arrays.dedupe(objects), OBJECTS_AT_ONCE)) {
    const kept = yield* find(some.map(keyOf))
    for (const object of some) {
      const runs = kept.get(keyOf(object))
      if (runs === undefined) unread.push(object)
      else tell(object, runs)
    }
  }
  if (unread.length === 0) return
  yield* fetchObjects(folder, url, unread)
  for (const group of groupsOf(unread, yield* sizesOf(folder, unread))) {
    const bytes = yield* bytesOf(folder, group, MOST_READ)
    const read = new Map(group.map((object) => [keyOf(object), runsIn(bytes.get(object))]))
    for (const object of group) tell(object, read.get(keyOf(object)) ?? NO_RUNS)
    yield* keep(read)
  }
})

const objectsOf = (sources: ReadonlyArray<RawChange>): ReadonlyArray<string> =>
  sources.flatMap(({ base, head }) => [...objectAt(base), ...objectAt(head)])

/** The sources that differ. Null: the server does not show a commit, or too many files differ. */
const changedSources = Effect.fn("changedSources")(function* (folder: string, { from, to }: TreePair, extensions: ReadonlySet<string>) {
  for (const one of [from, to]) if (!(yield* isCommit(folder, one))) return null
  const changes = yield* tooLarge(listedFiles(folder, { from, to }, ["--no-renames"]))
  return changes === null ? null : changes.filter(isSource(extensions))
})

/** The same sources, with renamed ones found by their content. */
const withRenames = (folder: string, pair: TreePair, sources: ReadonlyArray<RawChange>) =>
  sources.some(({ status }) => status === "added") && sources.some(({ status }) => status === "removed")
    ? listedFiles(
        folder,
        pair,
        RENAMES,
        sources.map(({ path }) => path)
      )
    : Effect.succeed(sources)

const gainedBy = Effect.fn("gainedBy")(function* (
  folder: string,
  url: string,
  store: Store,
  pair: TreePair,
  changed: ReadonlyArray<RawChange>,
  budget: Budget
) {
  const sources = yield* withRenames(folder, pair, changed)
  const all = new Map<string, Runs>()
  yield* eachRuns(folder, url, store, objectsOf(sources), (object, runs) => all.set(object, runs))
  const runsAt = (side: Side): Runs => all.get(objectAt(side)[0] ?? "") ?? NO_RUNS
  const files = sources.flatMap(({ base, head, path }) => {
    const runs = newRuns(runsAt(base), runsAt(head))
    return runs.length === 0 ? [] : [{ path, runs }]
  })
  return budget.takeBytes(files.reduce((sum, { path, runs }) => sum + 64 + 2 * path.length + 11 * runs.length, 0)) ? files : null
})

/** Contents that are missing are fetched together. */
const gainedByAll = Effect.fn("gainedByAll")(function* (
  folder: string,
  url: string,
  store: Store,
  asked: ReadonlyArray<{ readonly base: string; readonly head: string }>,
  extensions: ReadonlySet<string>,
  budget: Budget
) {
  yield* fetchCommits(
    folder,
    url,
    asked.flatMap(({ base, head }) => [base, head])
  )
  const pairs = asked.map(({ base, head }) => ({ from: base, to: head }))
  const changed = yield* Effect.forEach(pairs, (pair) => changedSources(folder, pair, extensions))
  yield* fetchObjects(
    folder,
    url,
    changed.flatMap((sources) => objectsOf(sources ?? []))
  )
  return yield* Effect.forEach(pairs, (pair, index) => {
    const sources = changed[index] ?? null
    return sources === null ? Effect.succeed(null) : gainedBy(folder, url, store, pair, sources, budget)
  })
})

/** The commits on the first-parent line of `head`, oldest first, each with its committer's time in milliseconds. */
const lineOf = (folder: string, head: string) =>
  Effect.map(gitText(folder, ["log", "--first-parent", "--reverse", "--format=%H %ct", head], { most: MOST_HISTORY }), (text) =>
    text.split("\n").map((line) => {
      const [commit = "", seconds = ""] = line.split(" ")
      return { commit, at: 1_000 * Number(seconds) }
    })
  )

interface Step {
  readonly more: ReadonlyArray<string>
  readonly fewer: ReadonlyArray<string>
}

/** The contents that each tree adds and drops, compared with the tree before it. Null: there are too many to list. */
const stepsThrough = Effect.fn("stepsThrough")(function* (folder: string, trees: ReadonlyArray<string>, extensions: ReadonlySet<string>) {
  const pairs = trees.map((to, index): TreePair => ({ from: trees[index - 1] ?? EMPTY_TREE, to }))
  const lists = yield* treeDiffs(folder, pairs, ["--no-renames", "--raw", "--no-abbrev"])
  const steps: Array<Step> = []
  for (const [index, pair] of pairs.entries()) {
    const list = lists[index] ?? null
    // A first tree is longer than what is listed for many at once.
    const changes = list === null ? yield* tooLarge(listedFiles(folder, pair, ["--no-renames"], [], MOST_LISTED)) : rawChanges(list)
    if (changes === null) return null
    const sources = changes.filter(isSource(extensions))
    steps.push({ more: sources.flatMap(({ head }) => objectAt(head)), fewer: sources.flatMap(({ base }) => objectAt(base)) })
  }
  return steps
})

/**
 * Which of the given runs stood in each tree, as places in the list that was asked about. A tree is that of a commit, or of the default branch at a moment: of the commit
 * before the first one on its first-parent line that its committer's clock dates later. Whatever a later commit is dated, the past stays as it was. Null: the server does
 * not show the commit, or the trees are too large to be listed.
 */
const standingIn = Effect.fn("standingIn")(function* (
  folder: string,
  url: string,
  newest: string,
  store: Store,
  asked: ReadonlyArray<AskedCopies>,
  extensions: ReadonlySet<string>
) {
  const line = asked.some(({ until }) => until !== undefined) ? yield* lineOf(folder, newest) : []
  const places = new Map(line.map(({ commit }, index) => [commit, index]))
  const lastBy = (until: number): string => {
    const later = line.findIndex(({ at }) => at > until)
    return (later < 0 ? line.at(-1) : line[later - 1])?.commit ?? EMPTY_TREE
  }
  const commits = asked.map(({ commit, until = 0 }) => commit ?? lastBy(until))
  const trees = new Map([[EMPTY_TREE, EMPTY_TREE], ...(yield* treesOf(folder, commits))])
  const inOrder = Arrays.dedupe(commits)
    .filter((one) => trees.has(one))
    .toSorted((one, other) => (places.get(one) ?? -1) - (places.get(other) ?? -1))
  const steps = yield* stepsThrough(
    folder,
    inOrder.map((one) => trees.get(one) ?? EMPTY_TREE),
    extensions
  )
  if (steps === null) return asked.map(() => null)
  const wanted = new Set(asked.flatMap(({ runs }) => [...runs]))
  const hits = new Map<string, ReadonlyArray<number>>()
  yield* eachRuns(
    folder,
    url,
    store,
    steps.flatMap(({ more }) => more),
    (object, runs) => {
      const own = new Set(runs.filter((run) => wanted.has(run)))
      if (own.size > 0) hits.set(object, [...own])
    }
  )
  const standing = new Map<number, number>()
  const count = (objects: ReadonlyArray<string>, by: number) => {
    for (const object of objects) for (const run of hits.get(object) ?? []) standing.set(run, (standing.get(run) ?? 0) + by)
  }
  const answers: Array<Uint32Array | null> = asked.map(() => null)
  for (const [index, { fewer, more }] of steps.entries()) {
    count(more, 1)
    count(fewer, -1)
    for (const [at, { runs }] of asked.entries())
      if (commits[at] === inOrder[index])
        answers[at] = Uint32Array.from(runs.keys()).filter((place) => (standing.get(runs[place] ?? 0) ?? 0) > 0)
  }
  return answers
})

/** Answers both questions about runs. `gained`: file by file in the order of git's list; null: the server does not show it, or it does not fit into this answer. */
export const copiesOf = Effect.fn("copiesOf")(function* (
  folder: string,
  url: string,
  newest: string,
  { copies, gained, sources }: Pick<RecordQuestion, "copies" | "gained" | "sources">,
  budget: Budget
) {
  if (copies.length + gained.length === 0) return { copies: [], gained: [] }
  const extensions = new Set(sources)
  const store = yield* storeIn(folder)
  return {
    gained: yield* gainedByAll(folder, url, store, gained, extensions, budget),
    copies: copies.length === 0 ? [] : yield* standingIn(folder, url, newest, store, copies, extensions)
  }
})
