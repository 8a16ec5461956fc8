/**
 * Rows of consecutive words, by which texts are told to be alike wherever their lines end and whatever their names are: each name counts by the place of its
 * last occurrence in the row. Takes linear time. Pure.
 */
import type { Token } from "./around.ts"

/** Bits of a hash: as many as whole numbers of JavaScript have. */
const LOW_BITS = 21

/** The finalizer of 32-bit MurmurHash3: https://github.com/aappleby/smhasher/blob/master/src/MurmurHash3.cpp */
export const mixed = (value: number): number => {
  let hash = value
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

/** Words as numbers: names from 0 on, equal for equal ones; what is compared as it is below 0. */
export type Words = ReadonlyArray<number>

/** A text's words. Numbers and literals count by their kind. */
export const wordsOf = (tokens: ReadonlyArray<Token>): Words => {
  const names = new Map<string, number>()
  return tokens.map(({ kind, text }) => {
    if (kind !== "name") return kind === "number" ? -1 : -2
    const known = names.get(text) ?? names.size
    names.set(text, known)
    return known
  })
}

/** The hash of each row of so many words, in their order: 53 bits, equal for rows that differ only by a replacement of names. */
export const rowHashes = (words: Words, length: number): Float64Array => {
  const last = new Map<number, number>()
  const distances = Int32Array.from(words, (word, at) => {
    if (word < 0) return word
    const before = last.get(word)
    last.set(word, at)
    return before === undefined ? length : at - before
  })
  return Float64Array.from({ length: Math.max(0, words.length - length + 1) }, (_, from) => {
    let [high, low] = [length, length]
    for (let at = 0; at < length; at++) {
      const distance = distances[from + at] ?? 0
      const code = distance > at ? 0 : distance
      high = Math.imul(high ^ code, 0x9e3779b1)
      low = Math.imul(low ^ code, 0x85ebca6b) ^ (high >>> 15)
    }
    return mixed(high) * 2 ** LOW_BITS + (mixed(low) >>> (32 - LOW_BITS))
  })
}

/**
 * Of every so many hashes in a row the least, each place once: winnowing (Schleimer, Wilkerson, Aiken: "Winnowing: Local Algorithms for Document
 * Fingerprinting", 2003). Texts with that many equal hashes in a row have one of them in common. Fewer hashes are one window. Their places, in order.
 */
export const winnowedPlaces = (hashes: Float64Array, window: number): ReadonlyArray<number> => {
  const kept: Array<number> = []
  let before = -1
  for (let from = 0; from === 0 || from + window <= hashes.length; from++) {
    let least = from
    for (let at = from + 1; at < Math.min(from + window, hashes.length); at++) if ((hashes[at] ?? 0) <= (hashes[least] ?? 0)) least = at
    // Robust winnowing: of equal hashes the one that the window before kept, so that a text of one word keeps few.
    if (least === before || least >= hashes.length || (before >= from && hashes[before] === hashes[least])) continue
    kept.push(least)
    before = least
  }
  return kept
}

export const winnowed = (hashes: Float64Array, window: number): Float64Array =>
  Float64Array.from(winnowedPlaces(hashes, window), (place) => hashes[place] ?? 0)
