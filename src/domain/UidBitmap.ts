/**
 * Sets of UIDs as the contract keeps them: 32 bytes, UID u is bit u % 8 (lowest first) of byte u / 8.
 */

/** How many UIDs a bitmap holds. */
export const UID_LIMIT = 256

/** Whether `uid` is in the set. A UID beyond the bitmap is not. */
export const hasUid = (bitmap: Uint8Array, uid: number): boolean => (((bitmap[uid >> 3] ?? 0) >> (uid & 7)) & 1) === 1

/** The set of these UIDs. One that no bitmap holds is a defect of the caller. */
export const fromUids = (uids: Iterable<number>): Uint8Array => {
  const bitmap = new Uint8Array(UID_LIMIT / 8)
  for (const uid of uids) {
    if (!Number.isInteger(uid) || uid < 0 || uid >= UID_LIMIT) throw new RangeError(`UID ${uid} is not within 0..${UID_LIMIT - 1}`)
    bitmap[uid >> 3] = (bitmap[uid >> 3] ?? 0) | (1 << (uid & 7))
  }
  return bitmap
}

/** The UIDs of the set, rising. */
export const toUids = (bitmap: Uint8Array): ReadonlyArray<number> =>
  Array.from({ length: Math.min(bitmap.length * 8, UID_LIMIT) }, (_, uid) => uid).filter((uid) => hasUid(bitmap, uid))
