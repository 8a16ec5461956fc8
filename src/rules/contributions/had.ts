/**
 * How much of what a landing's files add was had before: in the places where it may come from, or earlier in the same landing. Pure. Texts are compared by runs of
 * consecutive words, wherever lines end, so that other names, comments, quotes and line breaks hide nothing; and by their lines, so that a filler every few lines
 * hides nothing either.
 */
import { extensionOf } from "../../domain/fileExtension.ts"
import type { Token } from "../text/around.ts"
import { languageOf } from "../text/languages.ts"
import { comparedText, tokensOf } from "../text/lexer.ts"
import { mixed, rowHashes, winnowed, winnowedPlaces, wordsOf } from "../text/rows.ts"
import { hasScripts, scriptsOf } from "./work/pages.ts"

/** Words in a run. Fewer in a row are alike in unrelated files too. */
export const RUN_WORDS = 30
/** Of so many runs in a row of a place one is kept. */
const RUNS_IN_WINDOW = 16
/** Of a landing's words so many are looked up by all of their runs, further ones by those that a place would keep. */
const MOST_BY_ALL_RUNS = 500_000
/** Words of a line that says something by itself. */
const LINE_WORDS = 5
/** A file is found in another one by at least so many of its lines, and by so many parts of a hundred. */
const LEAST_LINES = 15
const PERCENT_OF_LINES = 60
const MILLION_PARTS = 1_000_000

/** Changes with what is measured. Measures of different editions are not compared. */
export const HAD_EDITION = 9

/**
 * What is kept of a text where words may come from. `runs`: each as 53 bits of a hash. `lines`: its lines, each once, by 32 bits. Whoever looks for two different runs with one hash finds what only makes a text of his own count as had: to make another's count so, he could as well have landed that text first.
 */
export interface Print {
  readonly runs: Float64Array
  readonly lines: Uint32Array
}

const lineKey = (tokens: ReadonlyArray<Token>): number => {
  let hash = tokens.length
  for (const { kind, text } of tokens) {
    const word = kind === "name" ? text : kind
    for (let at = 0; at < word.length; at++) hash = Math.imul(hash ^ word.charCodeAt(at), 0x01000193)
    hash = Math.imul(hash ^ 0x20, 0x01000193)
  }
  return mixed(hash)
}

/** The lines of enough words, names as written, each once and in the order of their keys. */
const linesOf = (tokens: ReadonlyArray<Token>): Uint32Array => {
  const lines = new Set<number>()
  for (let from = 0, to = 0; from < tokens.length; from = to) {
    while (to < tokens.length && tokens[to]?.line === tokens[from]?.line) to++
    if (to - from >= LINE_WORDS) lines.add(lineKey(tokens.slice(from, to)))
  }
  return Uint32Array.from(lines).sort()
}

/** The text that a parser is given: what the lexer takes for comments and long literals is blank, so that no code hidden there is counted. `path` tells the language. */
export const readable = (text: string, path: string): string =>
  comparedText(text, hasScripts(extensionOf(path)) ? MARKUP : languageOf(path), RUN_WORDS)

const MARKUP = languageOf(".html")

/** The scripts of a page come before what is around them. */
const tokensAt = (text: string, path: string): ReadonlyArray<Token> => {
  const extension = extensionOf(path)
  if (!hasScripts(extension)) return tokensOf(text, languageOf(path))
  const { around, extension: own, scripts } = scriptsOf(text, extension)
  return [...tokensOf(scripts, languageOf(`.${own}`)), ...tokensOf(around, MARKUP)]
}

const readText = (text: string, path: string) => {
  const tokens = tokensAt(text, path)
  return { words: tokens.length, runs: rowHashes(wordsOf(tokens), RUN_WORDS), lines: linesOf(tokens) }
}

/** A text as a place. Takes time in proportion to the text. */
export const printOf = (text: string, path: string): Print => {
  const { lines, runs } = readText(text, path)
  return { runs: Float64Array.from(new Set(winnowed(runs, RUNS_IN_WINDOW))), lines }
}

/** All runs of a text, by which a place is looked at closely that has some of a file's. */
export const allRunsOf = (text: string, path: string): ReadonlySet<number> => new Set(readText(text, path).runs)

/** What a landing adds to a text. A word is added if no run of the same file's base covers it, each of its runs as often as it is there. */
export interface AddedText {
  readonly path: string
  /** The added words: the first one of each row of them, and how many they are. */
  readonly words: Uint32Array
  /** The runs that cover an added word, and the place of the first word of each. */
  readonly runs: Float64Array
  readonly places: Uint32Array
  /** The lines that the base has not. */
  readonly lines: Uint32Array
}

/** `earlier`: the words that its landing added before. */
export const addedText = (base: string, head: string, path: string, basePath = path, earlier = 0): AddedText => {
  const [before, { lines, runs, words }] = [readText(base, basePath), readText(head, path)]
  const left = new Map<number, number>()
  for (const run of before.runs) left.set(run, (left.get(run) ?? 0) + 1)
  const isAdded = new Uint8Array(words).fill(1)
  for (const [place, run] of runs.entries()) {
    const count = left.get(run) ?? 0
    if (count === 0) continue
    left.set(run, count - 1)
    isAdded.fill(0, place, place + RUN_WORDS)
  }
  const rows: Array<number> = []
  const covering: Array<number> = []
  let next = 0
  for (let from = isAdded.indexOf(1); from >= 0; ) {
    const end = isAdded.indexOf(0, from)
    const to = end < 0 ? words : end
    rows.push(from, to - from)
    for (let place = Math.max(next, from - RUN_WORDS + 1); place < Math.min(to, runs.length); place++) covering.push(place)
    next = to
    from = end < 0 ? -1 : isAdded.indexOf(1, end)
  }
  const kept = new Set(earlier + words > MOST_BY_ALL_RUNS ? winnowedPlaces(runs, RUNS_IN_WINDOW) : covering)
  const places = covering.filter((place) => kept.has(place))
  const known = new Set(before.lines)
  return {
    path,
    words: Uint32Array.from(rows),
    runs: Float64Array.from(places, (place) => runs[place] ?? 0),
    places: Uint32Array.from(places),
    lines: lines.filter((line) => !known.has(line))
  }
}

/** How many words a landing adds to a file. */
export const countOf = ({ words }: Pick<AddedText, "words">): number =>
  words.reduce((sum, count, at) => (at % 2 === 0 ? sum : sum + count), 0)

/** Whether a place has so many of a file's new lines that all of the file comes from there. */
export const isContained = ({ length }: Uint32Array, found: number): boolean =>
  length >= LEAST_LINES && 100 * found >= PERCENT_OF_LINES * length

/**
 * How many words a file adds, how many of them were had before, and of the others how many another account brought too while both pull requests were open. `compared`: of the
 * added ones those that runs cover, none in a text of fewer words than a run.
 */
export interface HadFile {
  readonly path: string
  readonly compared: number
  readonly added: number
  readonly had: number
  readonly shared: number
}

/** What was found of an added text in the places where it may come from: of a run, or of the whole file. */
export type Standing = "had" | "shared" | undefined
export interface Found {
  readonly ofRun: (run: number) => Standing
  readonly ofFile: Standing
}

/** Of places that have the same lines so many are compared with a file of the same landing. */
const MOST_WITH_A_LINE = 20

/** By its lines, whether an earlier file of the landing has a file. */
class EarlierLines {
  readonly #files = new Map<number, Array<number>>()
  has(lines: Uint32Array): boolean {
    const found = new Map<number, number>()
    for (const line of lines) for (const file of this.#files.get(line) ?? []) found.set(file, (found.get(file) ?? 0) + 1)
    return [...found.values()].some((count) => isContained(lines, count))
  }
  add(file: number, lines: Uint32Array) {
    for (const line of lines) {
      const files = this.#files.get(line) ?? []
      if (files.length < MOST_WITH_A_LINE) files.push(file)
      this.#files.set(line, files)
    }
  }
}

/** Of a text's added words those that are in one of these rows of words, all of one length and in order. */
const coveredBy = (words: Uint32Array, starts: ReadonlyArray<number>): number => {
  let [count, next] = [0, 0]
  for (let row = 0; row < words.length; row += 2) {
    const first = words[row] ?? 0
    for (let word = first; word < first + (words[row + 1] ?? 0); word++) {
      while (next < starts.length && (starts[next] ?? 0) + RUN_WORDS <= word) next++
      if ((starts[next] ?? word + 1) <= word) count++
    }
  }
  return count
}

/** Counts the words that were had in a landing's files, in their order: what an earlier one has, or the file itself further up, was had too. */
export const hadIn = (files: ReadonlyArray<AddedText>, foundOf: (index: number) => Found): ReadonlyArray<HadFile> => {
  const seen = new Set<number>()
  const earlier = new EarlierLines()
  return files.map((file, index) => {
    const { lines, path, places, runs, words } = file
    const { ofFile, ofRun } = foundOf(index)
    const [had, any]: [Array<number>, Array<number>] = [[], []]
    for (const [at, run] of runs.entries()) {
      const standing = seen.has(run) ? "had" : ofRun(run)
      seen.add(run)
      if (standing === undefined) continue
      any.push(places[at] ?? 0)
      if (standing === "had") had.push(places[at] ?? 0)
    }
    const added = countOf(file)
    const isWhole = ofFile === "had" || earlier.has(lines)
    earlier.add(index, lines)
    const ofHad = isWhole ? added : coveredBy(words, had)
    const shared = (ofFile === "shared" ? added : Math.max(ofHad, coveredBy(words, any))) - ofHad
    return { path, added, had: ofHad, shared, compared: runs.length === 0 ? 0 : added }
  })
}

/** Of all that these files add, the part that was had before, in parts per million, rounded down; what two accounts brought counts by half. 0 where nothing is added. */
export const hadShare = (files: ReadonlyArray<Pick<HadFile, "added" | "had" | "shared">>): number => {
  const added = files.reduce((sum, one) => sum + one.added, 0)
  const halves = files.reduce((sum, one) => sum + 2 * one.had + one.shared, 0)
  return added === 0 ? 0 : Math.floor((MILLION_PARTS * halves) / (2 * added))
}

/** The shares of a measured pull request: of all of it, and of a file, with how many words it adds that could be compared. A file of which nothing was found adds nothing that was had. */
export interface HadShares {
  readonly whole: number
  readonly of: (path: string) => number
  readonly comparedOf: (path: string) => number
}

export const hadShares = (files: ReadonlyArray<HadFile>): HadShares => {
  const own = new Map(files.map((file) => [file.path, { share: hadShare([file]), compared: file.compared }]))
  return { whole: hadShare(files), of: (path) => own.get(path)?.share ?? 0, comparedOf: (path) => own.get(path)?.compared ?? 0 }
}
