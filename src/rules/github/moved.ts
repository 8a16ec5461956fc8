/** Finds blocks of lines again that were moved, also if they were reformatted or partly rewritten: by their words alone. Pure. */
import type { Line } from "../../domain/lines.ts"

const WORD = /[\p{L}\p{N}_]+/gu

/** Words of texts looked at for all blocks together, at most. It bounds the time, whatever strangers write. */
const MOST_LOOKED_AT = 10_000_000

/** Numbers words, equal for equal ones. */
class Numbers {
  readonly #numbers = new Map<string, number>()
  /** The numbers of a block's words. */
  add(lines: ReadonlyArray<Line>): ReadonlyArray<number> {
    const words = lines.flatMap(({ raw }) => raw.match(WORD) ?? [])
    for (const word of words) if (!this.#numbers.has(word)) this.#numbers.set(word, this.#numbers.size)
    return words.flatMap((word) => this.find(word) ?? [])
  }
  find(word: string): number | undefined {
    return this.#numbers.get(word)
  }
  get count(): number {
    return this.#numbers.size
  }
}

/** Finds in texts the words that the blocks also have, and where each one is. Words of different texts are at least `gap` places apart. */
const knownIn = (texts: ReadonlyArray<ReadonlyArray<string>>, numbers: Numbers, gap: number) => {
  const [words, places] = [Array.of<number>(), Array.of<number>()]
  const where = Array.from({ length: numbers.count }, () => Array.of<number>())
  let place = 0
  for (const lines of texts) {
    for (const line of lines)
      for (const word of line.match(WORD) ?? []) {
        place++
        const number = numbers.find(word)
        if (number === undefined) continue
        where[number]?.push(words.length)
        words.push(number)
        places.push(place)
      }
    place += gap
  }
  return { words, places, where }
}

/**
 * Which blocks are in the texts: half of a block's words, in any order, within at most twice its number of words, and a third of those that `older`
 * texts lack, because what any test or call has is in some new text by chance. Undefined: this takes more than `MOST_LOOKED_AT`.
 */
export const movedTo = (
  blocks: ReadonlyArray<ReadonlyArray<Line>>,
  texts: ReadonlyArray<ReadonlyArray<string>>,
  older: ReadonlyArray<ReadonlyArray<string>>
): ReadonlyArray<boolean> | undefined => {
  const numbers = new Numbers()
  const all = blocks.map((lines) => numbers.add(lines))
  const longest = all.reduce((most, { length }) => Math.max(most, length), 0)
  const { places, where, words } = knownIn(texts, numbers, 2 * longest)
  const wanted = new Int32Array(numbers.count)
  const isNew = new Uint8Array(numbers.count).fill(1)
  for (const lines of older)
    for (const line of lines)
      for (const word of line.match(WORD) ?? []) {
        const number = numbers.find(word)
        if (number !== undefined) isNew[number] = 0
      }
  let left = MOST_LOOKED_AT
  const isIn = (block: ReadonlyArray<number>): boolean => {
    const near = Uint32Array.from([...new Set(block)].flatMap((word) => where[word] ?? [])).sort()
    const news = block.filter((word) => isNew[word] === 1).length
    let [first, common, commonNews] = [0, 0, 0]
    const count = (word: number, by: number) => {
      common += by
      commonNews += (isNew[word] ?? 0) * by
    }
    for (const index of near) {
      const word = words[index] ?? 0
      if ((wanted[word] ?? 0) > 0) count(word, 1)
      wanted[word] = (wanted[word] ?? 0) - 1
      for (; (places[index] ?? 0) - (places[near[first] ?? 0] ?? 0) >= 2 * block.length; first++) {
        const past = words[near[first] ?? 0] ?? 0
        wanted[past] = (wanted[past] ?? 0) + 1
        if ((wanted[past] ?? 0) > 0) count(past, -1)
      }
      if (common * 2 >= block.length && commonNews * 3 >= news) return true
    }
    return false
  }
  const moved = all.map((block) => {
    left -= [...new Set(block)].reduce((sum, word) => sum + (where[word]?.length ?? 0), 0)
    if (left < 0) return false
    for (const word of block) wanted[word] = (wanted[word] ?? 0) + 1
    const is = isIn(block)
    for (const word of block) wanted[word] = 0
    return is
  })
  return left < 0 ? undefined : moved
}
