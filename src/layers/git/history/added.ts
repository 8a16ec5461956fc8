/** What landings add to files: the words of a source, whatever its language, that its base does not have. */
import { Array as Arrays, Effect } from "effect"
import { extensionOf } from "../../../domain/fileExtension.ts"
import { type AddedText, addedText, countOf } from "../../../rules/contributions/had.ts"
import type { RawChange } from "../changedFiles.ts"
import { listedFiles, RENAMES, tooLarge } from "./changes.ts"
import { fetchCommits, fetchObjects } from "./clone.ts"
import { type Content, contentAt, eachText, objectsIn } from "./prints.ts"
import { type Budget, isCommit } from "./queries.ts"
import type { TreePair } from "./trees.ts"

export const isSource =
  (extensions: ReadonlySet<string>) =>
  ({ path, previousPath = path }: RawChange): boolean =>
    extensions.has(extensionOf(path)) || extensions.has(extensionOf(previousPath))

/** The contents on both sides; none where a file is missing, a link or a submodule. */
export const sidesOf = ({ base, head, path, previousPath = path }: RawChange) => ({
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

/** Files whose texts are in memory at once. */
const FILES_AT_ONCE = 20

/** Bytes of JSON of an added text: numbers are in base64. */
const bytesOfAdded = ({ lines, path, places, runs, words }: AddedText): number =>
  200 + 2 * path.length + 11 * runs.length + 6 * (places.length + words.length + lines.length)

const addedBy = Effect.fn("addedBy")(function* (
  folder: string,
  url: string,
  pair: TreePair,
  changed: ReadonlyArray<RawChange>,
  budget: Budget
) {
  const files: Array<AddedText> = []
  let words = 0
  const sources = (yield* withRenames(folder, pair, changed)).filter((source) => sidesOf(source).head.length > 0)
  // All texts of a landing would take too much memory.
  for (const some of Arrays.chunksOf(sources, FILES_AT_ONCE)) {
    const texts = new Map<Content, string>()
    yield* eachText(folder, url, Arrays.dedupe(contentsOf(some)), (read) =>
      Effect.sync(() => {
        for (const [content, text] of read) texts.set(content, text)
      })
    )
    const textOf = ([content = ""]: ReadonlyArray<Content>) => texts.get(content) ?? ""
    for (const source of some) {
      const { base, head } = sidesOf(source)
      const { path, previousPath = path } = source
      const added = addedText(textOf(base), textOf(head), path, previousPath, words)
      words += countOf(added)
      if (added.words.length === 0) continue
      if (!budget.takeBytes(bytesOfAdded(added))) return null
      files.push(added)
    }
  }
  return files
})

/** What each landing adds, file by file in the order of git's list. Null: the server does not show it, or it does not fit into this answer. Contents that are missing are fetched together. */
export const addedByAll = Effect.fn("addedByAll")(function* (
  folder: string,
  url: string,
  asked: ReadonlyArray<{ readonly base: string; readonly head: string }>,
  extensions: ReadonlySet<string>,
  budget: Budget
) {
  if (asked.length === 0) return []
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
    return sources === null ? Effect.succeed(null) : addedBy(folder, url, pair, sources, budget)
  })
})
