/** A text by the names of another one: finds what was copied and renamed. Takes linear time. Pure. */
import { alignedLines } from "../../domain/lines.ts"
import { type Lines, STEP, type Words } from "./alike.ts"
import { rowHashes } from "./rows.ts"

/** A line's words, each name by the place of its first occurrence. */
const shapeOf = (line: Words, isName: (word: number) => boolean): string => {
  const places = new Map<number, number>()
  return line
    .map((word) => {
      if (!isName(word)) return `=${word}`
      const place = places.get(word) ?? places.size
      places.set(word, place)
      return place
    })
    .join(" ")
}

/** Words in a row of which it is told which are the same name. */
const ROW = 16

/** Where each row of words is that is there once; -1: more often. */
const rowsOf = (words: Words, isName: (word: number) => boolean): ReadonlyMap<number, number> => {
  const places = new Map<number, number>()
  const coded = words.map((word) => (isName(word) ? word : -1 - word))
  for (const [from, row] of rowHashes(coded, ROW).entries()) places.set(row, places.has(row) ? -1 : from)
  return places
}

/** How often a name stands for another, to prove that it does: what occurs once can be said to stand for anything. Half of a line's names are proved. */
const PROVED = 2

/** The word of another text that stands in the place of each word: in lines of the same shape, and in rows, wherever lines end. -1: none. */
const counterpartsOf = (one: Lines, other: Lines, isName: (word: number) => boolean): Int32Array => {
  const [words, others] = [one.flat(), other.flat()]
  const [rows, places] = [rowsOf(words, isName), rowsOf(others, isName)]
  const counterparts = new Int32Array(words.length).fill(-1)
  const [shapes, otherShapes] = [one, other].map((lines) => lines.map((line) => ({ text: shapeOf(line, isName) })))
  let start = 0
  for (const [index, place] of alignedLines(shapes ?? [], otherShapes ?? []).entries()) {
    const length = one[index]?.length ?? 0
    for (let at = 0; at < length; at++) counterparts[start + at] = other[place]?.[at] ?? -1
    start += length
  }
  for (const [row, from] of rows) {
    const place = places.get(row) ?? -1
    if (from >= 0 && place >= 0) for (let at = 0; at < ROW; at++) counterparts[from + at] = others[place + at] ?? -1
  }
  return counterparts
}

/**
 * One of two texts by the other's names: one and the same replacement throughout, no two names by one, those first that stand for another most often.
 * Names without a counterpart become words that the other text does not have: `absent` and above.
 */
export const renamed = (one: Lines, other: Lines, isName: (word: number) => boolean, absent: number): Lines => {
  const counterparts = counterpartsOf(one, other, isName)
  const pairs = new Map<number, number>()
  for (const [at, word] of one.flat().entries()) {
    const counterpart = counterparts[at] ?? -1
    const pair = word * STEP + counterpart
    if (isName(word) && isName(counterpart)) pairs.set(pair, (pairs.get(pair) ?? 0) + 1)
  }
  const [to, from, proved] = [new Map<number, number>(), new Set<number>(), new Set<number>()]
  const sorted = [...pairs].map(([pair, count]) => ({ name: Math.floor(pair / STEP), counterpart: pair % STEP, count }))
  const isSame = ({ counterpart, name }: { readonly name: number; readonly counterpart: number }) => (name === counterpart ? 0 : 1)
  sorted.sort((a, b) => b.count - a.count || isSame(a) - isSame(b) || a.name - b.name || a.counterpart - b.counterpart)
  for (const { count, counterpart, name } of sorted) {
    if (to.has(name) || from.has(counterpart)) continue
    to.set(name, counterpart)
    from.add(counterpart)
    if (count >= PROVED || name === counterpart) proved.add(name)
  }
  return one.map((line) => {
    const names = line.filter(isName)
    const isProved = names.filter((name) => proved.has(name)).length * 2 >= names.length
    return line.map((word) => (isName(word) ? ((isProved ? to.get(word) : undefined) ?? absent + word) : word))
  })
}
