/** Sets of UIDs as the contract stores them: 32 bytes, in which UID u is bit u % 8 (lowest first) of byte u / 8. */
import { bytesToHex } from "@noble/hashes/utils.js"

/** The number of UIDs that a bitmap holds. */
export const UID_LIMIT = 256

/** Whether `uid` is in the set. False for a UID beyond the bitmap. */
export const hasUid = (bitmap: Uint8Array, uid: number): boolean => (((bitmap[uid >> 3] ?? 0) >> (uid & 7)) & 1) === 1

/** The set of these UIDs. A UID beyond the bitmap is a caller's defect. */
export const fromUids = (uids: Iterable<number>): Uint8Array => {
  const bitmap = new Uint8Array(UID_LIMIT / 8)
  for (const uid of uids) {
    if (!Number.isInteger(uid) || uid < 0 || uid >= UID_LIMIT) throw new RangeError(`UID ${uid} is not within 0..${UID_LIMIT - 1}`)
    bitmap[uid >> 3] = (bitmap[uid >> 3] ?? 0) | (1 << (uid & 7))
  }
  return bitmap
}

/** The UIDs of the set in ascending order. */
export const toUids = (bitmap: Uint8Array): ReadonlyArray<number> => {
  const uids: Array<number> = []
  for (let byte = 0; byte < Math.min(bitmap.length, UID_LIMIT / 8); byte++) {
    if (bitmap[byte] === 0) continue
    for (let uid = byte * 8; uid < byte * 8 + 8; uid++) if (hasUid(bitmap, uid)) uids.push(uid)
  }
  return uids
}

/** A set of UIDs and the weight of the validator that named it. */
export interface WeighedSet {
  readonly weight: bigint
  readonly bitmap: Uint8Array
}

/** The UIDs whose sets together weigh more than half of `total`, as the contract counts them. */
export const majorityOf = (sets: ReadonlyArray<WeighedSet>, total: bigint): Uint8Array => {
  // Most validators name the same set, so add the weights of equal sets first instead of UID by UID.
  const together = new Map<string, { weight: bigint; readonly bitmap: Uint8Array }>()
  for (const { weight, bitmap } of sets) {
    if (weight === 0n) continue
    const key = bytesToHex(bitmap)
    const same = together.get(key)
    if (same === undefined) together.set(key, { weight, bitmap })
    else same.weight += weight
  }
  const all = [...together.values()]
  const [first] = all
  if (first !== undefined && all.length === 1) return fromUids(2n * first.weight > total ? toUids(first.bitmap) : [])
  const support = new Map<number, bigint>()
  for (const { weight, bitmap } of all) for (const uid of toUids(bitmap)) support.set(uid, (support.get(uid) ?? 0n) + weight)
  return fromUids([...support].flatMap(([uid, weight]) => (2n * weight > total ? [uid] : [])))
}
