/** Which lines of two texts are in the other one: as whole lines, or with their words in a row, wherever lines end. Takes linear time. Pure. */

/** A line's words, as numbers that are equal for equal words. */
export type Words = ReadonlyArray<number>
export type Lines = ReadonlyArray<Words>

/** How many words are looked for in a row: longer lines are divided, and one word alone is in every text. */
const LONGEST = 8
const SHORTEST = 2

/** More than there are different words. */
export const STEP = 2 ** 26

/** Lines one after another, and which of their words are in the other text. */
class Stream {
  readonly words: Int32Array
  readonly starts: Int32Array
  readonly isShared: Uint8Array
  constructor(readonly lines: Lines) {
    this.starts = new Int32Array(lines.length + 1)
    for (const [index, { length }] of lines.entries()) this.starts[index + 1] = (this.starts[index] ?? 0) + length
    this.words = new Int32Array(this.starts[lines.length] ?? 0)
    for (const [index, line] of lines.entries()) this.words.set(line, this.starts[index])
    this.isShared = new Uint8Array(this.words.length)
  }
  shareLine(index: number): void {
    this.isShared.fill(1, this.starts[index], this.starts[index + 1])
  }
  /** The stretches of each line that are not in the other text, none longer than `LONGEST`. */
  *rest(): Generator<readonly [from: number, to: number]> {
    for (const index of this.lines.keys()) {
      const end = this.starts[index + 1] ?? 0
      for (let from = this.starts[index] ?? 0; from < end; ) {
        let to = from
        while (to < end && this.isShared[to] === 0) to++
        const parts = Math.ceil((to - from) / LONGEST)
        const placeOf = (part: number) => from + Math.floor(((to - from) * part) / parts)
        for (let part = 0; part < parts; part++) yield [placeOf(part), placeOf(part + 1)]
        from = to + 1
      }
    }
  }
  /** For each line, whether all of its words are in the other text. */
  get areShared(): ReadonlyArray<boolean> {
    return this.lines.map((_, index) => this.isShared.subarray(this.starts[index], this.starts[index + 1]).every((one) => one === 1))
  }
}

/** Shares whole lines, each as often as both have it. */
const shareLines = (one: Stream, other: Stream): void => {
  const places = new Map<string, Array<number>>()
  for (let index = other.lines.length - 1; index >= 0; index--) {
    const key = other.lines[index]?.join(" ") ?? ""
    const known = places.get(key)
    if (known === undefined) places.set(key, [index])
    else known.push(index)
  }
  for (const [index, line] of one.lines.entries()) {
    const place = places.get(line.join(" "))?.pop()
    if (place === undefined) continue
    one.shareLine(index)
    other.shareLine(place)
  }
}

/** Shares what is left of one's lines with what is left of the other, wherever its lines end. The longest first at each place. */
const shareRows = (one: Stream, other: Stream): void => {
  const [next, waiting] = [new Map<number, number>(), [Array.of<number>()]]
  for (const [from, to] of one.rest()) {
    if (to - from < SHORTEST) continue
    let node = 0
    for (const word of one.words.subarray(from, to)) {
      const edge = node * STEP + word
      node = next.get(edge) ?? waiting.push([]) - 1
      next.set(edge, node)
    }
    waiting[node]?.push(from)
  }
  for (let at = 0; at < other.words.length; at++) {
    let [length, found]: [number, Array<number> | undefined] = [0, undefined]
    let node: number | undefined = 0
    for (let to = at; node !== undefined && other.isShared[to] === 0; to++) {
      node = next.get(node * STEP + (other.words[to] ?? 0))
      const places: Array<number> | undefined = node === undefined ? undefined : waiting[node]
      if (places !== undefined && places.length > 0) [length, found] = [to + 1 - at, places]
    }
    const from = found?.pop()
    if (from === undefined) continue
    one.isShared.fill(1, from, from + length)
    other.isShared.fill(1, at, at + length)
    at += length - 1
  }
}

/** For each line of both, whether it is in the other one. Each word serves once. `isDeep`: not as whole lines alone. */
export const sharedLines = (
  one: Lines,
  other: Lines,
  isDeep = true
): readonly [one: ReadonlyArray<boolean>, other: ReadonlyArray<boolean>] => {
  const [left, right] = [new Stream(one), new Stream(other)]
  shareLines(left, right)
  if (isDeep) {
    shareRows(left, right)
    shareRows(right, left)
  }
  return [left.areShared, right.areShared]
}
