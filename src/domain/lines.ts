/** A line diff that takes linear time. */

export interface Line {
  /** The line as it is written. */
  readonly raw: string
  /** The line's text without white space. */
  readonly text: string
  /** Whether it has a letter or a digit. A line without, such as a single bracket, is no evidence of its origin. */
  readonly counts: boolean
}

const COUNTS = /[\p{L}\p{N}]/u

/** The lines of a text. White space does not matter. */
export const linesOf = (text: string): ReadonlyArray<Line> =>
  text === "" ? [] : text.split("\n").map((raw) => ({ raw, text: raw.replaceAll(/\s+/gu, ""), counts: COUNTS.test(raw) }))

/** Maximum number of pairs of lines compared one by one, over all parts without unique lines. */
const MOST_COMPARED = 4_000_000
/** Maximum depth to which parts are divided at their unique lines. */
const MOST_DIVISIONS = 16

interface Part {
  readonly from: number
  readonly to: number
  readonly otherFrom: number
  readonly otherTo: number
  readonly divisions: number
}

/** Maps lines to numbers, equal for equal lines. */
const numberedLines = (one: ReadonlyArray<Pick<Line, "text">>, other: ReadonlyArray<Pick<Line, "text">>) => {
  const numbers = new Map<string, number>()
  const numberOf = ({ text }: Pick<Line, "text">): number => {
    const found = numbers.get(text) ?? numbers.size
    numbers.set(text, found)
    return found
  }
  return [Int32Array.from(one, numberOf), Int32Array.from(other, numberOf), numbers.size] as const
}

/** The longest subsequence of pairs that increases on both sides. `pairs` increase on the first one. */
const rising = (pairs: ReadonlyArray<readonly [number, number]>): ReadonlyArray<readonly [number, number]> => {
  const ends: Array<number> = []
  const previous = new Int32Array(pairs.length)
  for (const [index, [, other]] of pairs.entries()) {
    let [low, high] = [0, ends.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((pairs[ends[middle] ?? 0]?.[1] ?? 0) < other) low = middle + 1
      else high = middle
    }
    previous[index] = low === 0 ? -1 : (ends[low - 1] ?? -1)
    ends[low] = index
  }
  const run: Array<readonly [number, number]> = []
  for (let at = ends.at(-1) ?? -1; at >= 0; at = previous[at] ?? -1) {
    const pair = pairs[at]
    if (pair !== undefined) run.push(pair)
  }
  return run.toReversed()
}

/** The longest common subsequence of lines of two short parts. */
const commonLines = (one: Int32Array, other: Int32Array, { from, otherFrom, otherTo, to }: Part, places: Int32Array): void => {
  const [rows, columns] = [to - from, otherTo - otherFrom]
  const lengths = new Int32Array((rows + 1) * (columns + 1))
  const at = (row: number, column: number) => lengths[row * (columns + 1) + column] ?? 0
  for (let row = rows - 1; row >= 0; row--)
    for (let column = columns - 1; column >= 0; column--)
      lengths[row * (columns + 1) + column] =
        one[from + row] === other[otherFrom + column] ? at(row + 1, column + 1) + 1 : Math.max(at(row + 1, column), at(row, column + 1))
  for (let [row, column] = [0, 0]; row < rows && column < columns; ) {
    if (one[from + row] === other[otherFrom + column]) {
      places[from + row] = otherFrom + column
      row++
      column++
    } else if (at(row + 1, column) >= at(row, column + 1)) row++
    else column++
  }
}

/**
 * For each line of one text, its index in the other; -1: none. Lines that are unique on both sides are aligned first, as in git's patience diff; the
 * parts between them are compared line by line within a limit. So it takes linear time for any texts.
 */
export const alignedLines = (one: ReadonlyArray<Pick<Line, "text">>, other: ReadonlyArray<Pick<Line, "text">>): Int32Array => {
  const [ours, theirs, kinds] = numberedLines(one, other)
  const places = new Int32Array(ours.length).fill(-1)
  const [ownCount, otherCount, otherPlace] = [new Int32Array(kinds), new Int32Array(kinds), new Int32Array(kinds)]
  let left = MOST_COMPARED
  const parts: Array<Part> = [{ from: 0, to: ours.length, otherFrom: 0, otherTo: theirs.length, divisions: 0 }]
  for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
    let { from, otherFrom, otherTo, to } = part
    for (; from < to && otherFrom < otherTo && ours[from] === theirs[otherFrom]; from++, otherFrom++) places[from] = otherFrom
    for (; from < to && otherFrom < otherTo && ours[to - 1] === theirs[otherTo - 1]; to--, otherTo--) places[to - 1] = otherTo - 1
    if (from === to || otherFrom === otherTo) continue
    for (let index = from; index < to; index++) ownCount[ours[index] ?? 0] = (ownCount[ours[index] ?? 0] ?? 0) + 1
    for (let index = otherFrom; index < otherTo; index++) {
      otherCount[theirs[index] ?? 0] = (otherCount[theirs[index] ?? 0] ?? 0) + 1
      otherPlace[theirs[index] ?? 0] = index
    }
    const pairs: Array<readonly [number, number]> = []
    for (let index = from; index < to; index++) {
      const kind = ours[index] ?? 0
      if (ownCount[kind] === 1 && otherCount[kind] === 1) pairs.push([index, otherPlace[kind] ?? 0])
    }
    for (let index = from; index < to; index++) ownCount[ours[index] ?? 0] = 0
    for (let index = otherFrom; index < otherTo; index++) otherCount[theirs[index] ?? 0] = 0
    const run = part.divisions < MOST_DIVISIONS ? rising(pairs) : []
    if (run.length === 0) {
      const size = (to - from) * (otherTo - otherFrom)
      if (size > left) continue
      left -= size
      commonLines(ours, theirs, { ...part, from, to, otherFrom, otherTo }, places)
      continue
    }
    const divisions = part.divisions + 1
    for (const [index, place] of [...run, [to, otherTo] as const]) {
      if (index < to) places[index] = place
      if (from < index && otherFrom < place) parts.push({ from, to: index, otherFrom, otherTo: place, divisions })
      ;[from, otherFrom] = [index + 1, place + 1]
    }
  }
  return places
}
