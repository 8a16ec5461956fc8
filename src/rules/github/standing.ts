/**
 * Whether merged work still stands, by three trees alone: before it landed, after, and now. It is taken back if more than half of its effect is
 * undone: removed lines are back; added lines are gone, nothing took their place, and they are nowhere else in the repository. Commit messages,
 * authors and the number of commits play no part. Pure: the same trees always give the same answer.
 */
import { isProductPath, saysGenerated } from "../../domain/filePaths.ts"
import { alignedLines, type Line, linesOf } from "../../domain/lines.ts"
import type { WorkStanding } from "../../domain/WorkStanding.ts"

type KnownStanding = Exclude<WorkStanding, { readonly _tag: "Unknown" }>

/** A file in one of the trees. */
export interface FileThen {
  readonly path: string
  /** Equal for equal contents. */
  readonly object: string
  /** null: binary, or very large. */
  readonly text: string | null
}

/** A file that the work touched; null where a tree does not have it. `now` follows renames. */
export interface TouchedFile {
  readonly before: FileThen | null
  readonly after: FileThen | null
  readonly now: FileThen | null
}

/** The lines added to other files since the work landed, by file. */
export type Elsewhere = ReadonlyArray<ReadonlyArray<string>>

/** Changes since the work landed: paths that are gone, new paths, and renames (old path to new). */
export interface Since {
  readonly gone: ReadonlySet<string>
  readonly added: ReadonlySet<string>
  readonly renamed: ReadonlyMap<string, string>
}

/** The present path of a file that the work touched; null if it is gone. */
export const pathNow = (
  { after, before }: { readonly before: string | null; readonly after: string | null },
  { added, gone, renamed }: Since
): string | null => {
  if (after !== null && !gone.has(after)) return after
  const moved = after === null ? undefined : renamed.get(after)
  return moved ?? (before !== null && added.has(before) ? before : null)
}

/** A hunk of the work: `removed` lines replaced by `added` ones. */
interface Part {
  readonly lines: number
  /** Removed lines that are there again. */
  readonly restored: number
  /** Added lines that are gone, and the share of them (0 to 1) that other text replaced. */
  readonly gone: ReadonlyArray<Line>
  readonly replaced: number
  /** Lines added minus lines removed. */
  readonly grown: number
}

interface FileEffect {
  readonly parts: ReadonlyArray<Part>
  /** Lines in the file now that were not there before and are not the work's. */
  readonly gained: ReadonlyArray<Line>
}

/** A hunk: a run of lines of one text replaced by a run of another. */
interface Run {
  readonly from: number
  readonly to: number
  readonly otherFrom: number
  readonly otherTo: number
}

/** The hunks between two texts. `places`: for each line of the first, its index in the second, or less than zero. */
const runsOf = (places: Int32Array, length: number): ReadonlyArray<Run> => {
  const runs: Array<Run> = []
  let [from, otherFrom] = [0, 0]
  const end = (to: number, otherTo: number) => {
    if (to > from || otherTo > otherFrom) runs.push({ from, to, otherFrom, otherTo })
  }
  for (const [index, place] of places.entries()) {
    if (place < 0) continue
    end(index, place)
    from = index + 1
    otherFrom = place + 1
  }
  end(places.length, length)
  return runs
}

/** New text may replace this many times its own words. */
const MOST_NEW_TEXT = 4

/** A line with more copies than this is not measured: which copy moved cannot be told. */
const MOST_COPIES = 4

const counts = (line: Line): boolean => line.words > 0
const wordsIn = (lines: ReadonlyArray<Line>): number => lines.reduce((sum, { words }) => sum + words, 0)

/** Takes lines out of a multiset, and returns those that it does not have. */
const takeFrom = (stock: Map<string, number>, lines: ReadonlyArray<Line>): ReadonlyArray<Line> =>
  lines.filter(({ text }) => {
    const left = stock.get(text) ?? 0
    if (left > 0) stock.set(text, left - 1)
    return left === 0
  })

const stockOf = (lines: ReadonlyArray<Line>): Map<string, number> => {
  const stock = new Map<string, number>()
  for (const { text } of lines) stock.set(text, (stock.get(text) ?? 0) + 1)
  return stock
}

/** Widens a run over the wordless lines around it, among which two diffs may place the same change differently. */
const placesIn = (before: ReadonlyArray<Line>) => {
  const [above, below] = [new Int32Array(before.length + 1), new Int32Array(before.length + 1).fill(before.length)]
  for (const [index, line] of before.entries()) above[index + 1] = counts(line) ? index + 1 : (above[index] ?? 0)
  for (const [index, line] of [...before.entries()].toReversed()) below[index] = counts(line) ? index : (below[index + 1] ?? 0)
  return ({ from, to }: Pick<Run, "from" | "to">) => ({ from: above[from] ?? 0, to: below[to] ?? 0 })
}

type Text = ReadonlyArray<Line>

/** Measures the effect of the work that is left in a text. */
const textEffect = ([before, after, now]: readonly [Text, Text, Text], mostCopies: number): FileEffect => {
  const copies = [stockOf(before), stockOf(after)]
  const isMeasured = (line: Line): boolean => counts(line) && copies.every((all) => (all.get(line.text) ?? 0) <= mostCopies)
  const then = alignedLines(before, after)
  const places = alignedLines(before, now)
  const works = runsOf(then, after.length)
  const present = runsOf(places, now.length)
  const isBack = (_: Line, index: number) => (then[index] ?? -1) < 0 && (places[index] ?? -1) >= 0
  // Other lines than the untouched and the restored ones may be the work's, wherever in the text they are.
  const stock = stockOf(now)
  takeFrom(stock, [...before.filter((_, index) => (then[index] ?? -1) >= 0), ...before.filter(isBack)])
  const gone = works.map(({ otherFrom, otherTo }) => takeFrom(stock, after.slice(otherFrom, otherTo).filter(isMeasured)))
  // In each changed run, its new words, minus the words of older lines that they replaced.
  const fresh = present.map(({ from, otherFrom, otherTo, to }) => {
    const news = now.slice(otherFrom, otherTo).filter(({ text }) => {
      const left = stock.get(text) ?? 0
      if (left > 0) stock.set(text, left - 1)
      return left > 0
    })
    const olds = before.slice(from, to).filter((_, index) => (then[from + index] ?? -1) >= 0)
    return { from, to, news, words: Math.max(0, wordsIn(news) - wordsIn(olds)) }
  })
  const placeOf = placesIn(before)
  /** Whether the lines around a place are still there. */
  const holds = ({ from, to }: Pick<Run, "from" | "to">) =>
    (from === 0 || (places[from - 1] ?? -1) >= 0) && (to === before.length || (places[to] ?? -1) >= 0)
  let first = 0
  const parts = works.map((run, index): Part => {
    const [added, removed] = [after.slice(run.otherFrom, run.otherTo).filter(isMeasured), before.slice(run.from, run.to)]
    const restored = removed.filter((line, at) => isMeasured(line) && (places[run.from + at] ?? -1) >= 0).length
    const lost = gone[index] ?? []
    const words = wordsIn(lost)
    const place = placeOf(run)
    let replacing = 0
    while (first < fresh.length && (fresh[first]?.to ?? 0) < place.from) first++
    for (let at = first; at < fresh.length && replacing < words; at++) {
      const one = fresh[at]
      if (one === undefined || one.from > place.to) break
      const used = Math.min(one.words, words - replacing)
      one.words -= used
      replacing += used
    }
    const changed = removed.filter(isMeasured).length
    return {
      lines: added.length + changed,
      restored,
      gone: restored > 0 || holds(place) ? lost : [],
      replaced: words === 0 ? 0 : Math.min(1, (replacing * MOST_NEW_TEXT) / words),
      grown: added.length - changed
    }
  })
  return { parts, gained: fresh.flatMap(({ news }) => news).filter(counts) }
}

/** A change without lines, such as a rename. */
const wholeFile = (isBack: boolean): Part => ({ lines: 2, restored: isBack ? 2 : 0, gone: [], replaced: 0, grown: -2 })

const linesIn = (file: FileThen | null): ReadonlyArray<Line> => linesOf(file?.text ?? "")

const fileEffect = ({ after, before, now }: TouchedFile, mostCopies: number): FileEffect => {
  const isMoved = before !== null && after !== null && before.path !== after.path
  const moves = isMoved ? [wholeFile(now?.path === before.path)] : []
  if ([before, after, now].some((one) => one !== null && one.text === null))
    return { parts: before?.object === after?.object ? moves : [...moves, wholeFile(now?.object === before?.object)], gained: [] }
  const { gained, parts } = textEffect([linesIn(before), linesIn(after), linesIn(now)], mostCopies)
  return { parts: [...moves, ...parts], gained }
}

const isProduct = ({ after, before }: TouchedFile): boolean =>
  [before, after].every((one) => one === null || (isProductPath(one.path) && !saysGenerated(one.text)))

/** Words that a moved line needs: shorter lines are in many files by chance. */
const WORDS_OF_A_MOVED_LINE = 2

const measureStanding = (files: ReadonlyArray<TouchedFile>, elsewhere: Elsewhere, mostCopies: number): KnownStanding => {
  const effects = files.map((file) => fileEffect(file, mostCopies))
  const gained = [...effects.flatMap((one) => one.gained), ...elsewhere.flatMap((lines) => linesOf(lines.join("\n")))]
  const moved = stockOf(gained.filter(({ words }) => words >= WORDS_OF_A_MOVED_LINE))
  let [changed, takenBack] = [0, 0]
  for (const { gone, grown, lines, replaced, restored } of effects.flatMap(({ parts }) => parts)) {
    const lost = takeFrom(moved, gone).length * (1 - replaced)
    changed += lines
    // A replaced line is taken back if the old line is there again and the new one is gone.
    takenBack += Math.min(restored, lost + Math.max(0, -grown)) + Math.min(lost, restored + Math.max(0, grown))
  }
  return { _tag: takenBack * 2 > changed ? "TakenBack" : "Stands", changed, takenBack: Math.round(takenBack) }
}

/**
 * Whether the work stands, by the product's code that it touched, or by all files if it touched none. Files without lines, such as pictures, are
 * compared whole.
 */
export const standingOf = (files: ReadonlyArray<TouchedFile>, elsewhere: Elsewhere = []): KnownStanding => {
  const product = files.filter(isProduct)
  const own = product.length > 0 ? product : files
  const result = measureStanding(own, elsewhere, MOST_COPIES)
  return result.changed > 0 ? result : measureStanding(own, elsewhere, Number.POSITIVE_INFINITY)
}
