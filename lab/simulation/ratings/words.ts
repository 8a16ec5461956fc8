/** Sets of UIDs as eight 32-bit words, so that a season can count many at once. UID u is bit u % 32 of word u / 32. */
import { UID_LIMIT } from "../../../src/domain/UidBitmap.ts"

export const WORDS = UID_LIMIT / 32

export const hasBit = (words: Int32Array, uid: number): boolean => (((words[uid >> 5] ?? 0) >>> (uid & 31)) & 1) === 1

export const setBit = (words: Int32Array, uid: number): void => {
  words[uid >> 5] = (words[uid >> 5] ?? 0) | (1 << (uid & 31))
}

export const clearBit = (words: Int32Array, uid: number): void => {
  words[uid >> 5] = (words[uid >> 5] ?? 0) & ~(1 << (uid & 31))
}

export const countBits = (word: number): number => {
  const pairs = word - ((word >>> 1) & 0x55555555)
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333)
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

/** The size of the intersection. */
export const countShared = (left: Int32Array, right: Int32Array): number => {
  let count = 0
  for (let word = 0; word < WORDS; word++) count += countBits((left[word] ?? 0) & (right[word] ?? 0))
  return count
}

/** The same set as the contract's bitmap: UID u is bit u % 8 of byte u / 8. */
export const toBitmap = (words: Int32Array): Uint8Array => {
  const bitmap = new Uint8Array(UID_LIMIT / 8)
  const view = new DataView(bitmap.buffer)
  for (let word = 0; word < WORDS; word++) view.setInt32(word * 4, words[word] ?? 0, true)
  return bitmap
}
