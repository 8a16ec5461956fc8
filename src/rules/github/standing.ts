/**
 * Whether merged work still stands, by three trees alone: before it landed, after, and now. It is taken back if more than half of its effect is
 * undone: removed lines are back; added lines are gone, little took their place, and they are nowhere else in the repository. A line of which the
 * file had an equal one both before and after tells nothing, such as a dependency of many packages in a lock file. Commit messages, authors, paths
 * and the number of commits play no part. Pure: the same trees always give the same answer.
 */
import { alignedLines, type Line, linesOf } from "../../domain/lines.ts"
import type { WorkStanding } from "../../domain/WorkStanding.ts"
import { movedTo } from "./moved.ts"

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

type Text = ReadonlyArray<Line>

/** What is left of the work's effect on a file. */
interface FileEffect {
  /** The lines that were removed, and those of them that are back. */
  readonly removed: Text
  readonly restored: Text
  /** The lines of hunks that only added. */
  readonly added: Text
  /** Blocks of lines that only were added, and are gone from their place. */
  readonly gone: ReadonlyArray<Text>
  /** Lines of the file now that are neither older nor the work's. */
  readonly gained: ReadonlyArray<string>
  /** Texts of lines that the file had before, and after; they tell nothing. */
  readonly common: ReadonlySet<string>
  /** Whether the work brought the file, and it is gone. */
  readonly isGone: boolean
}

const linesIn = (file: FileThen | null): Text => linesOf(file?.text ?? "")
const countIn = (lines: Text): number => lines.filter(({ counts }) => counts).length

/** For each line of the second text, its index in the first; -1: none. */
const inverse = (places: Int32Array, length: number): Int32Array => {
  const inverted = new Int32Array(length).fill(-1)
  for (const [index, place] of places.entries()) if (place >= 0) inverted[place] = index
  return inverted
}

/** Divides lines at empty ones and at lines that do not belong. */
const blocksOf = (lines: Text, belongs: (index: number) => boolean): ReadonlyArray<Text> => {
  const blocks: Array<Array<Line>> = [[]]
  for (const [index, line] of lines.entries())
    if (line.text === "" || !belongs(index)) blocks.push([])
    else blocks.at(-1)?.push(line)
  return blocks.filter((block) => countIn(block) > 0)
}

const textEffect = (file: TouchedFile): FileEffect => {
  const [before, after, now] = [linesIn(file.before), linesIn(file.after), linesIn(file.now)]
  const [landed, back] = [alignedLines(before, after), alignedLines(before, now)]
  const isAsBefore = before.length === now.length && back.every((place) => place >= 0)
  const kept = isAsBefore ? inverse(landed, after.length) : alignedLines(after, now)
  const [older, own, old] = [inverse(landed, after.length), inverse(kept, now.length), inverse(back, now.length)]
  const isNeither = (index: number) => (own[index] ?? -1) < 0 && (old[index] ?? -1) < 0
  const onlyAdded = new Set<number>()
  const [removed, restored, added] = [Array.of<Line>(), Array.of<Line>(), Array.of<Line>()]
  for (const { from, otherFrom, otherTo, to } of runsOf(landed, after.length)) {
    const lost = before.slice(from, to)
    const isBack = (index: number) => (back[index] ?? -1) >= 0 && (own[back[index] ?? -1] ?? -1) < 0
    for (const [index, line] of lost.entries()) {
      removed.push(line)
      if (isBack(from + index)) restored.push(line)
    }
    if (countIn(lost) > 0) continue
    for (const [index, line] of after.slice(otherFrom, otherTo).entries()) {
      added.push(line)
      onlyAdded.add(otherFrom + index)
    }
  }
  const gone = runsOf(kept, now.length).flatMap(({ from, otherFrom, otherTo, to }) => {
    const lines = after.slice(from, to)
    const instead = now.slice(otherFrom, otherTo).filter((_, index) => (old[otherFrom + index] ?? -1) < 0)
    // Where a third of the lines are older, the work went with the code around it.
    const others = lines.filter((_, index) => (older[from + index] ?? -1) >= 0)
    const isReplaced = countIn(instead) * 2 >= countIn(lines)
    return isReplaced || countIn(others) * 3 >= countIn(lines) ? [] : blocksOf(lines, (index) => onlyAdded.has(from + index))
  })
  const gained = now.flatMap(({ raw }, index) => (isNeither(index) ? [raw] : []))
  const earlier = new Set(before.map(({ text }) => text))
  const both = new Set(after.flatMap(({ text }) => (earlier.has(text) ? [text] : [])))
  // Where lines only changed their places, all tell.
  const common = [removed, added].some((lines) => countIn(lines.filter((line) => !both.has(line.text))) > 0) ? both : new Set<string>()
  return { removed, restored, added, gone, gained, common, isGone: file.before === null && file.now === null }
}

const WHOLE: Line = { raw: "", text: "", counts: true }
/** A change without lines, such as a rename. */
const wholeFile = (isBack: boolean): FileEffect => ({
  removed: [WHOLE],
  restored: isBack ? [WHOLE] : [],
  added: [],
  gone: [],
  gained: [],
  common: new Set(),
  isGone: false
})

const effectsOf = (file: TouchedFile): ReadonlyArray<FileEffect> => {
  const { after, before, now } = file
  const isMoved = before !== null && after !== null && before.path !== after.path
  const moves = isMoved ? [wholeFile(now?.path === before.path)] : []
  if ([before, after, now].some((one) => one !== null && one.text === null))
    return before?.object === after?.object ? moves : [...moves, wholeFile(now?.object === before?.object)]
  return [...moves, textEffect(file)]
}

/**
 * Whether the work stands. Files without lines, such as pictures, are compared whole. Where it removed lines of which half are not back, it was built
 * over, not taken back. If they are back, a file of its own that moved says nothing, such as the note that a release moves to the list of changes.
 */
export const standingOf = (files: ReadonlyArray<TouchedFile>, elsewhere: Elsewhere = []): WorkStanding => {
  const effects = files.flatMap(effectsOf)
  const weigh = ({ common }: FileEffect, lines: Text) => countIn(lines.filter(({ text }) => !common.has(text)))
  const sum = (of: (one: FileEffect) => number) => effects.reduce((all, one) => all + of(one), 0)
  const [removed, restored] = [sum((one) => countIn(one.removed)), sum((one) => countIn(one.restored))]
  const standing = (isMoved: (block: Text) => boolean): WorkStanding => {
    const saysNothing = (one: FileEffect) => (one.isGone && restored * 2 > removed ? weigh(one, one.gone.filter(isMoved).flat()) : 0)
    const changed = sum((one) => weigh(one, one.removed) + weigh(one, one.added) - saysNothing(one))
    const takenBack = sum((one) => weigh(one, one.restored) + weigh(one, one.gone.filter((block) => !isMoved(block)).flat()))
    const isTakenBack = takenBack * 2 > changed && (removed === 0 || restored * 2 > removed)
    return { _tag: isTakenBack ? "TakenBack" : "Stands", changed, takenBack }
  }
  const most = standing(() => false)
  if (most._tag === "Stands") return most
  const gone = effects.flatMap((one) => one.gone)
  const older = files.map(({ before }) => before?.text?.split("\n") ?? [])
  const moved = movedTo(gone, [...effects.map(({ gained }) => gained), ...elsewhere], older)
  if (moved === undefined) return { _tag: "Unknown", why: "more is gone, and more has come since, than is compared" }
  const all = new Set(gone.filter((_, index) => moved[index] === true))
  return standing((block) => all.has(block))
}
