/**
 * Where words of a landing may come from (`rules/contributions/had.ts`): the trees of a repository's first-parent line, and in its own repository the versions that this
 * line replaced. A content is there from the commit that brings it to the commit that takes it away.
 */
import { Array as Arrays, Effect } from "effect"
import { allRunsOf, isContained, type Standing } from "../../../rules/contributions/had.ts"
import { rawChanges } from "../changedFiles.ts"
import { gitText } from "../git.ts"
import { addedByAll, isSource, sidesOf } from "./added.ts"
import { listedFiles, tooLarge } from "./changes.ts"
import { type AskedPlaces, type FoundFile, MOST_QUESTIONS, type RecordQuestion } from "./historyTask.ts"
import { type Content, eachPrint, eachText, partsOf, printsIn } from "./prints.ts"
import { type Budget, isCommit } from "./queries.ts"
import { EMPTY_TREE, type TreePair, treeDiffs, treesOf } from "./trees.ts"

/** Bytes of a list of all files of a tree, about half a million. */
const MOST_LISTED = 64 << 20
/** The most bytes of git's list of first parents. */
const MOST_HISTORY = 64 << 20
/** A tree with more sources is no place. */
const MOST_SOURCES = 50_000
/** How long a replaced version stays a place, by committers' clocks and by the number of commits. */
const REPLACED_MILLISECONDS = 90 * 86_400_000
const REPLACED_COMMITS = 5_000

/** Contents that are looked at closely for one file. */
const MOST_CANDIDATES = 20

interface LineCommit {
  readonly commit: string
  /** The committer's time in milliseconds. */
  readonly at: number
}

/** The commits on the first-parent line of `head`, oldest first. */
const lineOf = (folder: string, head: string, ...flags: ReadonlyArray<string>) =>
  Effect.map(gitText(folder, ["log", "--first-parent", "--reverse", "--format=%H %ct", ...flags, head], { most: MOST_HISTORY }), (text) =>
    text.split("\n").map((line): LineCommit => {
      const [commit = "", seconds = ""] = line.split(" ")
      return { commit, at: 1_000 * Number(seconds) }
    })
  )

/** A moment on a line, and after which commit a version that was replaced counts, as places in the line. */
interface Moment {
  readonly at: number
  readonly since: number
  /** The place when the pull request was opened, and those of commits that its author brought. */
  readonly opened: number
  readonly own: ReadonlySet<number>
}

/** The place of the last commit before the first one that its committer's clock dates later; −1: there is none. */
const lastBy = (line: ReadonlyArray<LineCommit>, until: number): number => {
  const later = line.findIndex(({ at }) => at > until)
  return (later < 0 ? line.length : later) - 1
}

const sinceOf = (line: ReadonlyArray<LineCommit>, at: number): number => {
  const end = (line[at]?.at ?? 0) - REPLACED_MILLISECONDS
  let since = at
  while (since >= 0 && at - since < REPLACED_COMMITS && (line[since]?.at ?? 0) >= end) since--
  return since
}

/**
 * Of a landing's first-parent line the commit before the first one that its committer's clock dates later than 90 days before it; null: there is none. Neither an old date on a
 * young commit nor a late one on the landing's base makes anything older.
 */
export const longBefore = Effect.fn("longBefore")(function* (folder: string, { base, head }: Readonly<Record<"base" | "head", string>>) {
  const [line, [last]] = [yield* lineOf(folder, base), yield* lineOf(folder, head, "--max-count=1")]
  const now = Math.min(line.at(-1)?.at ?? 0, last?.at ?? 0)
  return line[lastBy(line, now - REPLACED_MILLISECONDS)]?.commit ?? null
})

/** The moments of landings on a line. What GitHub says of commits goes before their clocks: a commit that is dated ahead makes nothing young. */
const momentsOf = (line: ReadonlyArray<LineCommit>, asked: ReadonlyArray<AskedPlaces>): ReadonlyArray<Moment> => {
  const places = new Map(line.map(({ commit }, index) => [commit, index]))
  const placesOf = (commits: ReadonlyArray<string>) => commits.flatMap((commit) => places.get(commit) ?? [])
  return asked.map(({ base, landed, opened, own, until = 0 }) => {
    const at = base === undefined ? lastBy(line, until) : (places.get(base) ?? -1)
    const since = base === undefined ? at : sinceOf(line, at)
    return { at, since, opened: Math.min(at, Math.max(lastBy(line, opened), ...placesOf(landed))), own: new Set(placesOf(own)) }
  })
}

/** From which commit on a content is there, and which takes it away: places in the line. */
type Stay = readonly [from: number, to: number]

/** The contents of each tree at these places in the line, by which path each came first, and in how many sources. Null: there are too many to list. */
const staysIn = Effect.fn("staysIn")(function* (
  folder: string,
  line: ReadonlyArray<LineCommit>,
  places: ReadonlyArray<number>,
  extensions: ReadonlySet<string>
) {
  const trees = yield* treesOf(
    folder,
    places.flatMap((place) => line[place]?.commit ?? [])
  )
  const treeAt = (place: number | undefined) => (place === undefined ? EMPTY_TREE : (trees.get(line[place]?.commit ?? "") ?? EMPTY_TREE))
  const pairs = places.map((place, index): TreePair => ({ from: treeAt(places[index - 1]), to: treeAt(place) }))
  const lists = yield* treeDiffs(folder, pairs, ["--no-renames", "--raw", "--no-abbrev"])
  const counts = new Map<Content, number>()
  const stays = new Map<Content, Array<[number, number]>>()
  const paths = new Map<Content, string>()
  const sources = new Map<number, number>()
  let count = 0
  for (const [index, pair] of pairs.entries()) {
    const place = places[index] ?? 0
    const list = lists[index] ?? null
    // A first tree is longer than what is listed for many at once.
    const changes =
      pair.from === pair.to
        ? []
        : list === null
          ? yield* tooLarge(listedFiles(folder, pair, ["--no-renames"], [], MOST_LISTED))
          : rawChanges(list)
    if (changes === null) return null
    const sides = changes.filter(isSource(extensions)).map((change) => ({ ...sidesOf(change), path: change.path }))
    for (const { head, path } of sides) for (const content of head) if (!paths.has(content)) paths.set(content, path)
    for (const content of sides.flatMap(({ head }) => head)) {
      const before = counts.get(content) ?? 0
      counts.set(content, before + 1)
      if (before === 0) stays.set(content, [...(stays.get(content) ?? []), [place, Number.POSITIVE_INFINITY]])
      count++
    }
    for (const content of sides.flatMap(({ base }) => base)) {
      const before = counts.get(content) ?? 0
      counts.set(content, before - 1)
      const last = stays.get(content)?.at(-1)
      if (before === 1 && last !== undefined) last[1] = place
      count--
    }
    sources.set(place, count)
  }
  return { stays, paths, sources }
})

/** What is found of a run or a file: it was had, or commits at these places of the line brought it meanwhile. */
type Found = "had" | ReadonlyArray<number>

/** Of commits that brought the same meanwhile so many are asked for, the oldest ones. */
const MOST_BROUGHT = 20

const together = (one: Found | undefined, other: Found): Found =>
  one === "had" || other === "had" ? "had" : Arrays.dedupe([...(one ?? []), ...other].toSorted((a, b) => a - b)).slice(0, MOST_BROUGHT)

/** How a content that stayed so is a place at a moment. */
const foundAt =
  ({ at, opened, own, since }: Moment, sources: number) =>
  (stays: ReadonlyArray<Stay>): Found | undefined => {
    const there = stays.filter(([from, to]) => from <= at && to > since && (to <= at || sources <= MOST_SOURCES))
    if (there.length === 0) return undefined
    return there.some(([from]) => from <= opened || own.has(from))
      ? "had"
      : there.map(([from]) => from).toSorted((one, other) => one - other)
  }

const NOWHERE = (): undefined => undefined

const standingOf = (found: Found | undefined): Standing => (found === undefined || found === "had" ? found : "shared")

/** A content that has something of a file, and how many of its kept runs or of its lines. */
interface Candidate {
  readonly content: Content
  readonly count: number
}

const mostFirst = (one: Candidate, other: Candidate): number => other.count - one.count || (one.content < other.content ? -1 : 1)

/** The contents that have most of a file, whose texts are looked at closely: what is kept of a content shows not all of its runs. */
class Candidates {
  #all: Array<Candidate> = []
  add(one: Candidate) {
    if (this.#all.push(one) >= 10 * MOST_CANDIDATES) this.#all = this.best()
  }
  best(): Array<Candidate> {
    return this.#all.toSorted(mostFirst).slice(0, MOST_CANDIDATES)
  }
}

/** Appends a value to the list of a key. */
const append = <K, A>(lists: Map<K, Array<A>>, key: K, ...values: ReadonlyArray<A>) => {
  const own = lists.get(key)
  if (own === undefined) lists.set(key, [...values])
  else own.push(...values)
}

/** The keys that each file has of these, for files that have one. */
const keysOf = (
  keys: Iterable<number>,
  filesOf: ReadonlyMap<number, ReadonlyArray<number>>
): ReadonlyMap<number, ReadonlyArray<number>> => {
  const own = new Map<number, Array<number>>()
  for (const key of keys) for (const file of filesOf.get(key) ?? []) append(own, file, key)
  return own
}

/** Searches for files in the places of one line. Null: there are too many files to list. */
const searchLine = Effect.fn("searchLine")(function* (
  folder: string,
  url: string,
  line: ReadonlyArray<LineCommit>,
  asked: ReadonlyArray<AskedPlaces>,
  extensions: ReadonlySet<string>
) {
  const moments = momentsOf(line, asked)
  const inOrder = Arrays.dedupe(
    moments.flatMap(({ at, opened, since }) => {
      const first = Math.max(0, Math.min(opened, since))
      return Array.from({ length: at - first + 1 }, (_, step) => first + step)
    })
  ).toSorted((one, other) => one - other)
  const listed = yield* staysIn(folder, line, inOrder, extensions)
  if (listed === null) return asked.map(() => null)
  const foundBy = moments.map((moment) => foundAt(moment, listed.sources.get(moment.at) ?? 0))
  const contents = [...listed.stays].filter(([, stays]) => foundBy.some((found) => found(stays) !== undefined))
  const files = asked.flatMap(({ files }, index) =>
    files.map((file) => ({
      ...file,
      index,
      foundIn: foundBy[index] ?? NOWHERE,
      ofRun: new Map<number, Found>(),
      ofFile: Array.of<Found>(),
      wholeIn: Array.of<Candidate>(),
      candidates: new Candidates()
    }))
  )
  const [withRun, withLine] = [new Map<number, Array<number>>(), new Map<number, Array<number>>()]
  for (const [index, { lines, runs }] of files.entries()) {
    for (const run of new Set(runs)) append(withRun, run, index)
    for (const one of lines) append(withLine, one, index)
  }
  yield* eachPrint(
    folder,
    url,
    yield* printsIn(folder),
    contents.map(([content]) => content),
    (content, { lines, runs }) => {
      const stays = listed.stays.get(content) ?? []
      for (const [index, own] of keysOf(new Set(runs), withRun)) {
        const file = files[index]
        const found = file?.foundIn(stays)
        if (file === undefined || found === undefined) continue
        for (const run of own) file.ofRun.set(run, together(file.ofRun.get(run), found))
        file.candidates.add({ content, count: own.length })
      }
      for (const [index, own] of keysOf(lines, withLine)) {
        const file = files[index]
        const found = file === undefined || !isContained(file.lines, own.length) ? undefined : file.foundIn(stays)
        if (file === undefined || found === undefined) continue
        file.ofFile.push(found)
        file.wholeIn.push({ content, count: own.length })
      }
    }
  )
  const close = new Map<Content, Array<number>>()
  for (const [index, { candidates }] of files.entries()) for (const { content } of candidates.best()) append(close, content, index)
  yield* eachText(folder, url, [...close.keys()], (texts) =>
    Effect.sync(() => {
      for (const [content, text] of texts) {
        const all = allRunsOf(text, partsOf(content)[0])
        for (const index of close.get(content) ?? []) {
          const file = files[index]
          const found = file?.foundIn(listed.stays.get(content) ?? [])
          if (file !== undefined && found !== undefined)
            for (const run of new Set(file.runs)) if (all.has(run)) file.ofRun.set(run, together(file.ofRun.get(run), found))
        }
      }
    })
  )
  return asked.map((_, asked) => {
    const own = files.filter(({ index }) => index === asked)
    const wholes = own.map(({ ofFile }) => ofFile.reduce<Found | undefined>(together, undefined))
    const brought = [...wholes, ...own.flatMap(({ ofRun }) => [...ofRun.values()])].flatMap((found) =>
      found === undefined || found === "had" ? [] : found
    )
    return {
      files: own.map(({ candidates, ofRun, runs, wholeIn }, index): FoundFile => {
        const standings = Array.from(runs, (run) => standingOf(ofRun.get(run)))
        const placesOf = (as: Standing) => Uint32Array.from([...standings.keys()].filter((place) => standings[place] === as))
        return {
          had: placesOf("had"),
          shared: placesOf("shared"),
          whole: standingOf(wholes[index]) ?? null,
          where: listed.paths.get((wholeIn.toSorted(mostFirst)[0] ?? candidates.best()[0])?.content ?? "") ?? null
        }
      }),
      meanwhile: Arrays.dedupe(brought)
        .toSorted((one, other) => one - other)
        .slice(0, MOST_QUESTIONS)
        .flatMap((place) => line[place]?.commit ?? [])
    }
  })
})

/** What of these files was had before. A landing beside the default branch's line is searched for on its own one. */
const foundIn = Effect.fn("foundIn")(function* (
  folder: string,
  url: string,
  newest: string,
  asked: ReadonlyArray<AskedPlaces>,
  extensions: ReadonlySet<string>
) {
  if (asked.length === 0) return []
  const line = yield* lineOf(folder, newest)
  const known = new Set(line.map(({ commit }) => commit))
  const isBeside = ({ base }: AskedPlaces) => base !== undefined && !known.has(base)
  const onLine = asked.filter((one) => !isBeside(one))
  const found = new Map(Arrays.zip(onLine, onLine.length === 0 ? [] : yield* searchLine(folder, url, line, onLine, extensions)))
  for (const one of asked)
    if (one.base !== undefined && isBeside(one)) {
      const { base } = one
      const [alone = null] = (yield* isCommit(folder, base))
        ? yield* searchLine(folder, url, yield* lineOf(folder, base), [one], extensions)
        : []
      found.set(one, alone)
    }
  return asked.map((one) => found.get(one) ?? null)
})

/** Answers both questions about what was had before. */
export const placesOf = Effect.fn("placesOf")(function* (
  folder: string,
  url: string,
  newest: string,
  { added, places, sources }: Pick<RecordQuestion, "added" | "places" | "sources">,
  budget: Budget
) {
  const extensions = new Set(sources)
  return {
    added: yield* addedByAll(folder, url, added, extensions, budget),
    places: yield* foundIn(folder, url, newest, places, extensions)
  }
})
