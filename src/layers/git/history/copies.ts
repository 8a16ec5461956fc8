/**
 * Runs of words (`rules/contributions/copies.ts`): those that a pull request brought, and which of given ones stood in a tree. The runs of a file's contents are
 * kept beside the clone by the object's name, so that contents are fetched and read once, and a tree's next version costs what changed in it.
 */
import { join } from "node:path"
import { Array as Arrays, Effect } from "effect"
import { extensionOf } from "../../../domain/fileExtension.ts"
import { newRuns, RUN_EDITION, type Runs, runsOf } from "../../../rules/contributions/copies.ts"
import { isTestPath } from "../../../rules/contributions/files/path.ts"
import { languageOf } from "../../../rules/text/lexer.ts"
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
/** Bytes that the runs of one repository's contents may take on the disk: about one for each word. */
const MOST_KEPT = 256 << 20

const decoder = new TextDecoder("utf-8", { ignoreBOM: true })

const isSource =
  (extensions: ReadonlySet<string>) =>
  ({ path, previousPath = path }: RawChange): boolean =>
    (extensions.has(extensionOf(path)) || extensions.has(extensionOf(previousPath))) && !isTestPath(path)

/** An object, read as a file of a language: its extension and the object's name. */
type Content = string

const contentAt = ({ mode, object }: Side, path: string): ReadonlyArray<Content> =>
  mode === NO_MODE || mode === LINK || mode === SUBMODULE ? [] : [`.${languageOf(path).name} ${object}`]

const partsOf = (content: Content): readonly [path: string, object: string] => {
  const [path = "", object = ""] = content.split(" ")
  return [path, object]
}
const objectsIn = (contents: ReadonlyArray<Content>): ReadonlyArray<string> => Arrays.dedupe(contents.map((one) => partsOf(one)[1]))

const NO_RUNS: Runs = new Float64Array(0)

type Store = KeptValues<Runs>

/** The runs of a repository's contents, beside its clone. */
const storeIn = (folder: string) =>
  keptIn<Runs>({ file: join(folder, KEPT_RUNS), name: "the cache of runs", instead: "contents are read again instead" }, MOST_KEPT, {
    bytesOf: (runs) => new Uint8Array(runs.buffer, runs.byteOffset, runs.byteLength),
    valueOf: (bytes) => (bytes.length % Float64Array.BYTES_PER_ELEMENT === 0 ? new Float64Array(Uint8Array.from(bytes).buffer) : undefined)
  })

const keyOf = (content: Content): string => `${RUN_EDITION} ${content}`

/** The runs of a content. One with a NUL byte is no text and has none; nor has one that is larger than `MAXIMUM_BYTES`. */
const runsIn = (bytes: Uint8Array | undefined, path: string): Runs =>
  bytes === undefined || bytes.includes(0) ? NO_RUNS : runsOf(decoder.decode(bytes), path)

/** Contents in groups that are read at once. */
const groupsOf = (contents: ReadonlyArray<Content>, sizes: ReadonlyMap<string, number>): ReadonlyArray<ReadonlyArray<Content>> => {
  const groups: Array<Array<Content>> = []
  let left = 0
  for (const content of contents) {
    const size = Math.min(MAXIMUM_BYTES, sizes.get(partsOf(content)[1]) ?? 0)
    if (groups.length === 0 || size > left) {
      groups.push([])
      left = MOST_READ
    }
    groups.at(-1)?.push(content)
    left -= size
  }
  return groups
}

/** Tells the runs of each content, in any order. Contents are fetched and read where their runs are not kept. */
const eachRuns = Effect.fn("eachRuns")(function* (
  folder: string,
  url: string,
  { find, keep }: Store,
  contents: ReadonlyArray<Content>,
  tell: (content: Content, runs: Runs) => void
) {
  const unread: Array<Content> = []
  for (const some of Arrays.chunksOf(Arrays.dedupe(contents), OBJECTS_AT_ONCE)) {
    const kept = yield* find(some.map(keyOf))
    for (const content of some) {
      const runs = kept.get(keyOf(content))
      if (runs === undefined) unread.push(content)
      else tell(content, runs)
    }
  }
  if (unread.length === 0) return
  const objects = objectsIn(unread)
  yield* fetchObjects(folder, url, objects)
  for (const group of groupsOf(unread, yield* sizesOf(folder, objects))) {
    const bytes = yield* bytesOf(folder, objectsIn(group), MOST_READ)
    const read = new Map(
      group.map((content) => {
        const [path, object] = partsOf(content)
        return [content, runsIn(bytes.get(object), path)] as const
      })
    )
    for (const [content, runs] of read) tell(content, runs)
    yield* keep(new Map([...read].map(([content, runs]) => [keyOf(content), runs])))
  }
})

/** The contents on both sides; none where a file is missing, a link or a submodule. */
const sidesOf = ({ base, head, path, previousPath = path }: RawChange) => ({
  base: contentAt(base, previousPath),
  head: contentAt(head, path)
})

const contentsOf = (sources: ReadonlyArray<RawChange>): ReadonlyArray<Content> =>
  sources.map(sidesOf).flatMap(({ base, head }) => [...base, ...head])

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
  yield* eachRuns(folder, url, store, contentsOf(sources), (content, runs) => all.set(content, runs))
  const runsAt = ([content = ""]: ReadonlyArray<Content>): Runs => all.get(content) ?? NO_RUNS
  const files = sources.flatMap((source) => {
    const { base, head } = sidesOf(source)
    const runs = newRuns(runsAt(base), runsAt(head))
    return runs.length === 0 ? [] : [{ path: source.path, runs }]
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
  yield* fetchObjects(folder, url, objectsIn(changed.flatMap((sources) => contentsOf(sources ?? []))))
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
  readonly more: ReadonlyArray<Content>
  readonly fewer: ReadonlyArray<Content>
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
    const sides = changes.filter(isSource(extensions)).map(sidesOf)
    steps.push({ more: sides.flatMap(({ head }) => head), fewer: sides.flatMap(({ base }) => base) })
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
  const hits = new Map<Content, ReadonlyArray<number>>()
  yield* eachRuns(
    folder,
    url,
    store,
    steps.flatMap(({ more }) => more),
    (content, runs) => {
      const own = new Set(runs.filter((run) => wanted.has(run)))
      if (own.size > 0) hits.set(content, [...own])
    }
  )
  const standing = new Map<number, number>()
  const count = (contents: ReadonlyArray<Content>, by: number) => {
    for (const content of contents) for (const run of hits.get(content) ?? []) standing.set(run, (standing.get(run) ?? 0) + by)
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
