/**
 * Checks whether merges stand, by three trees of a clone: see rules/github/standing.ts. It reads a bounded amount, however long the history
 * since then is.
 */
import { Effect } from "effect"
import { linesOf } from "../../../domain/lines.ts"
import type { WorkStanding } from "../../../domain/WorkStanding.ts"
import { rebasedOn } from "../../../rules/github/landedAs.ts"
import { type FileThen, pathNow, standingOf, type TouchedFile } from "../../../rules/github/standing.ts"
import { bytesOf, MAXIMUM_BYTES, type RawChange, type Side, sizesOf } from "../changedFiles.ts"
import { git } from "../git.ts"
import { LINK, SUBMODULE } from "../listTree.ts"
import { listedFiles, NO_MODE, RENAMES, tooLarge } from "./changes.ts"
import { fetchCommits, fetchObjects } from "./clone.ts"
import type { AskedStanding } from "./historyTask.ts"
import { filesOfPatch } from "./patches.ts"
import { firstParents, isCommit, mergeBases, parentOf } from "./queries.ts"
import { EMPTY_TREE, FLAGS } from "./trees.ts"

/** The most files that the merge touched. The most other files that changed since; the merge's lines may have moved to them. */
const MOST_TOUCHED = 1_000
const MOST_ELSEWHERE = 3_000
/** The most bytes of the touched files in all three trees. A file larger than `MAXIMUM_BYTES` is not read. */
const MOST_READ = 32 << 20
/** The most bytes of a patch. */
const MOST_GAINED = 24 << 20
/** In percent. */
const LEAST_LANDED = 60

interface Place {
  readonly path: string
  readonly side: Side
}

interface Touched {
  readonly before: Place | null
  readonly after: Place | null
}

const unknown = (why: string): WorkStanding => ({ _tag: "Unknown", why })

const decoder = new TextDecoder("utf-8", { ignoreBOM: true })

const placeAt = (path: string, side: Side): Place | null => (side.mode === NO_MODE ? null : { path, side })
const placesOf = (changes: ReadonlyArray<RawChange>): ReadonlyArray<Touched> =>
  changes.map(({ base, head, path, previousPath }) => ({ before: placeAt(previousPath ?? path, base), after: placeAt(path, head) }))

/** The blobs at some places. */
const objectsAt = (places: ReadonlyArray<Place | null>): ReadonlyArray<string> => [
  ...new Set(places.flatMap((one) => (one === null || one.side.mode === SUBMODULE ? [] : [one.side.object])))
]

/** The files that the merge touched, with its renames. */
const movedIn = Effect.fn("movedIn")(function* (
  folder: string,
  url: string,
  landing: { readonly from: string; readonly to: string },
  own: ReadonlyArray<RawChange>
) {
  const touched = placesOf(own)
  if (!own.some(({ status }) => status === "added") || !own.some(({ status }) => status === "removed")) return touched
  yield* fetchObjects(folder, url, objectsAt(touched.flatMap(({ after, before }) => [before, after])))
  return placesOf(
    yield* listedFiles(
      folder,
      landing,
      RENAMES,
      own.map(({ path }) => path)
    )
  )
})

/** The new names of removed files among the added ones, by their former names. */
const namesNow = Effect.fn("namesNow")(function* (
  folder: string,
  url: string,
  later: { readonly from: string; readonly to: string },
  lost: ReadonlyArray<Place>,
  added: ReadonlyArray<RawChange>
) {
  yield* fetchObjects(folder, url, objectsAt([...lost, ...placesOf(added).map(({ after }) => after)]))
  const paths = [...lost.map(({ path }) => path), ...added.map(({ path }) => path)]
  const found = added.length === 0 ? [] : yield* listedFiles(folder, later, RENAMES, paths)
  return new Map(found.flatMap(({ path, previousPath }) => (previousPath === undefined ? [] : [[previousPath, path] as const])))
})

/** The texts of touched files. Null: too many bytes. */
const withTexts = Effect.fn("withTexts")(function* (
  folder: string,
  url: string,
  touched: ReadonlyArray<Touched & { readonly now: Place | null }>
) {
  const objects = objectsAt(touched.flatMap(({ after, before, now }) => [before, after, now]))
  yield* fetchObjects(folder, url, objects)
  const sizes = yield* sizesOf(folder, objects)
  const readable = objects.filter((object) => (sizes.get(object) ?? 0) <= MAXIMUM_BYTES)
  if (readable.reduce((sum, object) => sum + (sizes.get(object) ?? 0), 0) > MOST_READ) return null
  const bytes = yield* bytesOf(folder, readable, MOST_READ)
  const fileAt = (place: Place | null): FileThen | null => {
    if (place === null) return null
    const { mode, object } = place.side
    const found = mode === LINK || mode === SUBMODULE ? undefined : bytes.get(object)
    return { path: place.path, object, text: found === undefined || found.includes(0) ? null : decoder.decode(found) }
  }
  return touched.map(({ after, before, now }): TouchedFile => ({ before: fileAt(before), after: fileAt(after), now: fileAt(now) }))
})

/** The lines of files that differ between two commits, by file, each after its sign. Null: too many. */
const changedLines = Effect.fn("changedLines")(function* (
  folder: string,
  url: string,
  { from, to }: { readonly from: string; readonly to: string },
  files: ReadonlyArray<RawChange>,
  flags: ReadonlyArray<string>
) {
  if (files.length === 0) return []
  if (files.length > MOST_ELSEWHERE) return null
  yield* fetchObjects(folder, url, objectsAt(placesOf(files).flatMap(({ after, before }) => [before, after])))
  const patch = yield* tooLarge(
    git(folder, ["diff-tree", ...FLAGS, ...flags, "-p", "-U0", from, to, "--", ...files.map(({ path }) => path)], {
      most: MOST_GAINED,
      variables: { GIT_LITERAL_PATHSPECS: "1" }
    })
  )
  return patch === null ? null : filesOfPatch(decoder.decode(patch)).map((lines) => (lines ?? []).filter((line) => /^[-+]/.test(line)))
})

/** The commit before the merged commits; null: not known. */
const beforeWork = Effect.fn("beforeWork")(function* (folder: string, { commit, own, since }: AskedStanding) {
  if (since !== undefined) return since
  const history = yield* firstParents(folder, commit, own?.length ?? 1)
  const base = rebasedOn(history, commit, own ?? undefined)
  return base === undefined ? ((yield* parentOf(folder, commit)) ?? EMPTY_TREE) : base
})

/** Whether what landed holds most of a pull request's own change, as far as that is known. GitHub's merge queue landed others' trees on 23 April 2026. */
const holdsOwn = Effect.fn("holdsOwn")(function* (folder: string, url: string, { head, ...asked }: AskedStanding) {
  const from = yield* beforeWork(folder, asked)
  if (from === null || head === undefined || !(yield* isCommit(folder, head))) return true
  const [base] = yield* mergeBases(folder, head, from)
  if (base === undefined) return true
  const ways = [
    { from: base, to: head },
    { from, to: asked.commit }
  ]
  const lists = yield* Effect.forEach(ways, (way) => tooLarge(listedFiles(folder, way, ["--no-renames"])))
  const [own, landed] = lists
  if (!own || !landed) return true
  const same = new Set(landed.map(({ head: side, path }) => `${side.object} ${path}`))
  if (own.every(({ head: side, path }) => same.has(`${side.object} ${path}`))) return true
  const texts = yield* Effect.forEach(ways, (way, index) => changedLines(folder, url, way, lists[index] ?? [], ["--no-renames"]))
  const [mine, theirs] = texts.map(
    (files) => files && linesOf(files.flat().join("\n")).flatMap(({ counts, text }) => (counts ? [text] : []))
  )
  if (!mine || !theirs) return true
  const left = new Map<string, number>()
  for (const line of theirs) left.set(line, (left.get(line) ?? 0) + 1)
  const held = mine.filter((line) => {
    const count = left.get(line) ?? 0
    left.set(line, count - 1)
    return count > 0
  })
  return held.length * 100 >= LEAST_LANDED * mine.length
})

const standingAt = Effect.fn("standingAt")(function* (folder: string, url: string, newest: string, asked: AskedStanding) {
  const { commit, now = newest } = asked
  if (commit === now) return standingOf([])
  for (const one of [commit, now]) if (!(yield* isCommit(folder, one))) return null
  const before = yield* beforeWork(folder, asked)
  if (before === null) return unknown("it is not known as which commits it landed")
  const landing = { from: before, to: commit }
  const later = { from: commit, to: now }
  const work = yield* tooLarge(listedFiles(folder, landing, ["--no-renames"]))
  const changed = yield* tooLarge(listedFiles(folder, later, ["--no-renames"]))
  if (work === null || changed === null) return unknown("more files have changed than are compared")
  if (work.length > MOST_TOUCHED) return unknown(`it changed more than ${MOST_TOUCHED} files`)
  const touched = yield* movedIn(folder, url, landing, work)
  const sinceThen = new Map(changed.map((one) => [one.path, one]))
  const gone = new Set(changed.flatMap(({ path, status }) => (status === "removed" ? [path] : [])))
  const added = changed.filter(({ status }) => status === "added")
  const lost = touched.flatMap(({ after }) => (after !== null && gone.has(after.path) ? [after] : []))
  if (lost.length > 0 && added.length > MOST_ELSEWHERE) return unknown(`more than ${MOST_ELSEWHERE} files have been added since`)
  const renamed = lost.length === 0 ? new Map<string, string>() : yield* namesNow(folder, url, later, lost, added)
  const since = { gone, added: new Set(added.map(({ path }) => path)), renamed }
  const present = touched.map((one) => {
    const path = pathNow({ before: one.before?.path ?? null, after: one.after?.path ?? null }, since)
    const change = path === null ? undefined : sinceThen.get(path)
    return { ...one, now: path === null ? null : change === undefined ? one.after : placeAt(path, change.head) }
  })
  const files = yield* withTexts(folder, url, present)
  if (files === null) return unknown(`its files have more than ${MOST_READ} bytes`)
  const measured = standingOf(files)
  if (measured._tag !== "TakenBack") return measured
  const theirs = new Set(present.flatMap(({ after, before, now }) => [before, after, now].flatMap((one) => one?.path ?? [])))
  const others = changed.filter(({ path }) => !theirs.has(path))
  const gained = yield* changedLines(folder, url, later, others, [...RENAMES, "--diff-filter=d"])
  if (gained === null) return unknown("more has changed since than is searched for what it brought")
  return standingOf(
    files,
    gained.map((lines) => lines.flatMap((line) => (line.startsWith("+") ? [line.slice(1)] : [])))
  )
})

/** Whether each merge stands; null where the server does not show it. `newest`: the default branch's newest commit. */
export const standingsOf = Effect.fn("standingsOf")(function* (
  folder: string,
  url: string,
  newest: string,
  asked: ReadonlyArray<AskedStanding>
) {
  yield* fetchCommits(
    folder,
    url,
    asked.flatMap(({ commit, head = commit }) => [commit, head])
  )
  return yield* Effect.forEach(asked, (one) =>
    Effect.gen(function* () {
      const standing = yield* standingAt(folder, url, newest, one)
      if (standing?._tag !== "Stands" || (yield* holdsOwn(folder, url, one))) return standing
      return unknown(`what landed holds less than ${LEAST_LANDED} % of its own change`)
    })
  )
})
