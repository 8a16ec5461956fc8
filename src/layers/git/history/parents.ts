/**
 * Reads what a change's parent tree says of the changed files: whether its `.gitattributes` declare a file generated or vendored, and whether a new
 * file names a licence or a copyright holder that no file of that tree names. The change's own attributes are ignored, because its author wrote them.
 */
import { Effect } from "effect"
import type { FileParent } from "../../../domain/contributions/ChangedFile.ts"
import { extensionOf } from "../../../domain/fileExtension.ts"
import { isNamedIn, namedLicences, namesLicences } from "../../../rules/contributions/work/foreignFile.ts"
import { bytesOf, partsOf, type RawChange, rawChanges } from "../changedFiles.ts"
import { git } from "../git.ts"
import { attributeFiles, attributesOf } from "./attributes.ts"
import { NO_MODE } from "./changes.ts"
import { fetchCommits, fetchObjects } from "./clone.ts"
import type { RecordedParent } from "./historyTask.ts"
import { longBefore } from "./places.ts"
import type { Budget } from "./queries.ts"
import { type TreePair, treeDiffs, treesOf } from "./trees.ts"

/** The most files of a tree to search for a licence. A larger tree is not searched, and nothing follows. */
const MOST_SEARCHED = 5_000
/** Bytes of objects that are read at once. */
const MOST_READ = 24 << 20
const MOST_LISTED = 64 << 20

const GENERATED = "linguist-generated"
const ATTRIBUTES = [GENERATED, "linguist-vendored"]
const SET_VALUES: ReadonlySet<string> = new Set(["set", "true"])
const UNSET_VALUES: ReadonlySet<string> = new Set(["unset", "false"])

const decoder = new TextDecoder("utf-8", { ignoreBOM: true })

/** The texts of objects, as many as fit. */
const textsOf = (folder: string, url: string, objects: ReadonlyArray<string>) =>
  Effect.zipRight(
    fetchObjects(folder, url, objects),
    Effect.map(
      bytesOf(folder, objects, MOST_READ),
      (found) => new Map([...found].map(([object, bytes]) => [object, decoder.decode(bytes)]))
    )
  )

/** The objects of a tree's files that may name a licence: files about licences, and sources like the new ones. */
const searchedIn = (folder: string, tree: string, extensions: ReadonlySet<string>) =>
  Effect.map(git(folder, ["ls-tree", "-r", "-z", "--full-tree", tree], { most: MOST_LISTED }), (output) => [
    ...new Set(
      partsOf(output).flatMap((line) => {
        const [, , object, path] = /^(\d+) blob ([0-9a-f]+)\t([\s\S]*)$/.exec(line) ?? []
        return object !== undefined && path !== undefined && (namesLicences(path) || extensions.has(extensionOf(path))) ? [object] : []
      })
    )
  ])

/** The new files that name a licence or a copyright holder that no file of the parent tree names. Empty if the tree cannot be searched whole. */
const licencesOf = Effect.fn("licencesOf")(function* (folder: string, url: string, { from }: TreePair, changes: ReadonlyArray<RawChange>) {
  const added = changes.filter(({ base, head }) => base.mode === NO_MODE && head.mode.startsWith("100"))
  const texts = yield* textsOf(
    folder,
    url,
    added.map(({ head }) => head.object)
  )
  const named = added.flatMap(({ head, path }) => namedLicences(texts.get(head.object) ?? "").map((name) => ({ path, name })))
  if (named.length === 0) return []
  const unknown = new Set(named.map(({ name }) => name))
  const searched = yield* searchedIn(folder, from, new Set(named.map(({ path }) => extensionOf(path))))
  if (searched.length > MOST_SEARCHED) return []
  yield* fetchObjects(folder, url, searched)
  for (let left = searched; left.length > 0 && unknown.size > 0; ) {
    const found = yield* bytesOf(folder, left, MOST_READ)
    // The remaining files are too large to read, and one of them may name it.
    if (found.size === 0) return []
    for (const bytes of found.values()) {
      const text = decoder.decode(bytes)
      for (const name of unknown) if (isNamedIn(text, name)) unknown.delete(name)
    }
    left = left.filter((object) => !found.has(object))
  }
  return named.filter(({ name }) => unknown.has(name))
})

interface Landing {
  readonly base: string
  readonly head: string
}

/** What a tree's attributes say of paths. */
const saidIn = Effect.fn("saidIn")(function* (folder: string, url: string, tree: string, paths: ReadonlyArray<string>) {
  const [found = null] = yield* attributeFiles(folder, [{ trees: [tree], paths }])
  const files = found?.[0] ?? []
  yield* fetchObjects(
    folder,
    url,
    files.map(({ object }) => object)
  )
  return files.length === 0 ? [] : yield* attributesOf(folder, files, paths, ATTRIBUTES)
})

/** The paths that are said not to be generated. */
const handwrittenIn = (said: Effect.Effect.Success<ReturnType<typeof saidIn>>): ReadonlyArray<string> =>
  said.flatMap(({ name, path, value }) => (name === GENERATED && UNSET_VALUES.has(value) ? [path] : []))

/** Those of these paths of which the same was said 90 days before a landing. */
const longHandwritten = Effect.fn("longHandwritten")(function* (
  folder: string,
  url: string,
  landing: Landing,
  paths: ReadonlyArray<string>
) {
  const before = paths.length === 0 ? null : yield* longBefore(folder, landing)
  const tree = before === null ? undefined : (yield* treesOf(folder, [before])).get(before)
  return tree === undefined ? [] : handwrittenIn(yield* saidIn(folder, url, tree, paths))
})

/** Returns facts about a changed file in the tree before the change, by its path. */
export type ParentOf = (path: string) => FileParent

export const parentOf = ({ foreign, handwritten, licences, own }: RecordedParent): ParentOf => {
  const byHand = new Set(handwritten)
  const declared = new Map([...own.map((path) => [path, "own"] as const), ...foreign.map((path) => [path, "foreign"] as const)])
  const named = new Map(licences.map(({ name, path }) => [path, name]))
  return (path) => {
    const strangersLicence = named.get(path)
    return {
      declared: declared.get(path) ?? null,
      ...(byHand.has(path) ? { isHandwritten: true } : {}),
      ...(strangersLicence === undefined ? {} : { strangersLicence })
    }
  }
}

/** Null: a commit is not there, or too much changed. */
export const parentsOf = Effect.fn("parentsOf")(function* (folder: string, url: string, asked: ReadonlyArray<Landing>, budget: Budget) {
  if (asked.length === 0) return []
  const ends = asked.flatMap(({ base, head }) => [base, head])
  yield* fetchCommits(folder, url, ends)
  const trees = yield* treesOf(folder, ends)
  const pairs = asked.map(({ base, head }) => ({ base, head, from: trees.get(base) ?? "", to: trees.get(head) ?? "" }))
  const there = pairs.filter(({ from, to }) => from !== "" && to !== "")
  const listed = yield* treeDiffs(folder, there, ["--no-renames", "--raw", "--no-abbrev"])
  const lists = new Map(there.map((pair, index) => [pair, listed[index] ?? null]))
  return yield* Effect.forEach(pairs, (pair) =>
    Effect.gen(function* () {
      const list = lists.get(pair) ?? null
      if (list === null) return null
      const changes = rawChanges(list)
      const paths = changes.flatMap(({ head, path }) => (head.mode === NO_MODE ? [] : [path]))
      const said = yield* saidIn(folder, url, pair.from, paths)
      const handwritten = yield* longHandwritten(folder, url, pair, handwrittenIn(said))
      const foreign = new Set(said.flatMap(({ path, value }) => (SET_VALUES.has(value) ? [path] : [])))
      const own = new Set(said.flatMap(({ path, value }) => (UNSET_VALUES.has(value) && !foreign.has(path) ? [path] : [])))
      const licences = yield* licencesOf(folder, url, pair, changes)
      const answer: RecordedParent = { foreign: [...foreign], own: [...own], handwritten, licences }
      return budget.take(answer) ? answer : null
    })
  )
})
