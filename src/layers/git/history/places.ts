/**
 * Where words of a landing may come from (`rules/contributions/had.ts`): the trees of a repository's first-parent line, and in its own repository the versions that this
 * line replaced. A content is there from the commit that brings it to the commit that takes it away.
 */
import { Array as Arrays, Effect } from "effect"
import { allRunsOf, isContained, type Standing } from "../../../rules/contributions/had.ts"
import { rawChanges } from "../changedFiles.ts"
import { gitText } from "../git.ts"
import { addedByAll, emailsOf, isSource, sidesOf } from "./added.ts"
import { listedFiles, tooLarge } from "./changes.ts"
import type { AskedPlaces, FoundFile, RecordQuestion } from "./historyTask.ts"
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
  readonly email: string
  readonly second: string | undefined
}

/** The commits on the first-parent line of `head`, oldest first. */
const lineOf = (folder: string, head: string) =>
  Effect.map(gitText(folder, ["log", "--first-parent", "--reverse", "--format=%H %ct %P%x00%ae", head], { most: MOST_HISTORY }), (text) =>
    text.split("\n").map((line): LineCommit => {
      const [facts = "", email = ""] = line.split("\0")
      const [commit = "", seconds = "", , second] = facts.split(" ")
      return { commit, at: 1_000 * Number(seconds), email, second }
    })
  )

/** A moment on a line, and after which commit a version that was replaced counts, as places in the line. */
interface Moment {
  readonly at: number
  readonly since: number
  /** The place when the pull request was opened, and those of later commits by its author. */
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

/** The moments of landings on a line. Of a merge, who brought it is the author of what it merges. */
const momentsOf = Effect.fn("momentsOf")(function* (folder: string, line: ReadonlyArray<LineCommit>, asked: ReadonlyArray<AskedPlaces>) {
  const places = new Map(line.map(({ commit }, index) => [commit, index]))
  const parts = asked.map(({ author, base, opened, until = 0 }) => {
    const at = base === undefined ? lastBy(line, until) : (places.get(base) ?? -1)
    return { author, at, since: base === undefined ? at : sinceOf(line, at), opened: Math.min(at, lastBy(line, opened)) }
  })
  const merged = yield* emailsOf(
    folder,
    parts.flatMap(({ at, opened }) => line.slice(opened + 1, at + 1).flatMap(({ second }) => second ?? []))
  )
  const emails = line.map(({ email, second }) => (second === undefined ? email : merged.get(second)))
  return parts.map(({ at, author, opened, since }): Moment => {
    const later = Array.from({ length: at - opened }, (_, index) => opened + 1 + index)
    return { at, since, opened, own: new Set(later.filter((place) => emails[place] === author)) }
  })
})

/** From which commit on a content is there, and which takes it away: places in the line. */
type Stay = readonly [from: number, to: number]

/** The contents of each tree at these places in the line, and in how many sources. Null: there are too many to list. */
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
    const sides = changes.filter(isSource(extensions)).map(sidesOf)
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
  return { stays, sources }
})

/** How a content that stayed so is a place at a moment. */
const standingAt =
  ({ at, opened, own, since }: Moment, sources: number) =>
  ([from, to]: Stay): Standing => {
    const isThere = from <= at && to > since && (to <= at || sources <= MOST_SOURCES)
    return isThere ? (from <= opened || own.has(from) ? "had" : "shared") : undefined
  }

const NOWHERE = (): Standing => undefined

/** How a run or a file is had, from all the stays of contents that have it. What others brought meanwhile is shared, however many they say that they are. */
const togetherOf = (stays: Iterable<Stay>, standing: (stay: Stay) => Standing): Standing => {
  let together: Standing
  for (const stay of stays) {
    const found = standing(stay)
    if (found === "had") return "had"
    together ??= found
  }
  return together
}

/** A content that has something of a file, and how many of its kept runs. */
interface Candidate {
  readonly content: Content
  readonly runs: number
}

/** The contents that have most of a file, whose texts are looked at closely: what is kept of a content shows not all of its runs. */
class Candidates {
  #all: Array<Candidate> = []
  add(one: Candidate) {
    if (this.#all.push(one) >= 10 * MOST_CANDIDATES) this.#all = this.best()
  }
  best(): Array<Candidate> {
    return this.#all.toSorted((one, other) => other.runs - one.runs || (one.content < other.content ? -1 : 1)).slice(0, MOST_CANDIDATES)
  }
}

/** Appends a value to the list of a key. */
const append = <K, A>(lists: Map<K, Array<A>>, key: K, ...values: ReadonlyArray<A>) => {
  const own = lists.get(key)
  if (own === undefined) lists.set(key, [...values])
  else own.push(...values)
}

/** How many of the keys each file has. */
const countsOf = (keys: Iterable<number>, filesOf: ReadonlyMap<number, ReadonlyArray<number>>): ReadonlyMap<number, number> => {
  const counts = new Map<number, number>()
  for (const key of keys) for (const file of filesOf.get(key) ?? []) counts.set(file, (counts.get(file) ?? 0) + 1)
  return counts
}

/** Searches for files in the places of one line. Null: there are too many files to list. */
const searchLine = Effect.fn("searchLine")(function* (
  folder: string,
  url: string,
  line: ReadonlyArray<LineCommit>,
  asked: ReadonlyArray<AskedPlaces>,
  extensions: ReadonlySet<string>
) {
  const moments = yield* momentsOf(folder, line, asked)
  const inOrder = Arrays.dedupe(
    moments.flatMap(({ at, opened, since }) => {
      const first = Math.max(0, Math.min(opened, since))
      return Array.from({ length: at - first + 1 }, (_, step) => first + step)
    })
  ).toSorted((one, other) => one - other)
  const found = yield* staysIn(folder, line, inOrder, extensions)
  if (found === null) return asked.map(() => null)
  const standings = moments.map((moment) => standingAt(moment, found.sources.get(moment.at) ?? 0))
  const contents = [...found.stays].filter(([, stays]) => standings.some((standing) => stays.some((stay) => standing(stay) !== undefined)))
  const files = asked.flatMap(({ files }, index) => files.map((file) => ({ ...file, standing: standings[index] ?? NOWHERE })))
  const [withRun, withLine] = [new Map<number, Array<number>>(), new Map<number, Array<number>>()]
  for (const [index, { lines, runs }] of files.entries()) {
    for (const run of new Set(runs)) append(withRun, run, index)
    for (const one of lines) append(withLine, one, index)
  }
  const hits = new Map<number, Array<Stay>>()
  const wholes = files.map((): Array<Stay> => [])
  const candidates = files.map(() => new Candidates())
  yield* eachPrint(
    folder,
    url,
    yield* printsIn(folder),
    contents.map(([content]) => content),
    (content, { lines, runs }) => {
      const stays = found.stays.get(content) ?? []
      const own = new Set(runs)
      for (const run of own) if (withRun.has(run)) append(hits, run, ...stays)
      for (const [file, count] of countsOf(own, withRun))
        if (stays.some((stay) => files[file]?.standing(stay) !== undefined)) candidates[file]?.add({ content, runs: count })
      for (const [file, count] of countsOf(lines, withLine))
        if (isContained(files[file]?.lines ?? lines, count)) wholes[file]?.push(...stays)
    }
  )
  const close = new Map<Content, Array<number>>()
  for (const [file, one] of candidates.entries()) for (const { content } of one.best()) append(close, content, file)
  const closely = files.map(() => new Map<number, Array<Stay>>())
  yield* eachText(folder, url, [...close.keys()], (texts) =>
    Effect.sync(() => {
      for (const [content, text] of texts) {
        const all = allRunsOf(text, partsOf(content)[0])
        for (const file of close.get(content) ?? [])
          for (const run of new Set(files[file]?.runs))
            if (all.has(run)) append(closely[file] ?? hits, run, ...(found.stays.get(content) ?? []))
      }
    })
  )
  const answers = files.map(({ runs, standing }, file): FoundFile => {
    const ofRun = new Map(
      [...new Set(runs)].map((run) => [run, togetherOf([...(hits.get(run) ?? []), ...(closely[file]?.get(run) ?? [])], standing)])
    )
    const own = [...runs].map((run) => ofRun.get(run))
    const placesOf = (as: Standing) => Uint32Array.from([...own.keys()].filter((place) => own[place] === as))
    return { had: placesOf("had"), shared: placesOf("shared"), whole: togetherOf(wholes[file] ?? [], standing) ?? null }
  })
  const ends = asked.map((_, index) => asked.slice(0, index + 1).reduce((sum, { files }) => sum + files.length, 0))
  return asked.map(({ files }, index) => answers.slice((ends[index] ?? 0) - files.length, ends[index]))
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
