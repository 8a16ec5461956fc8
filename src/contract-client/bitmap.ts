/** Sets of UIDs as the contract's metadata represents them: 32 bytes in hexadecimal. */
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js"
import type { Hex } from "../domain/hex.ts"
import { fromUids, toUids } from "../domain/UidBitmap.ts"

const nobody: Uint8Array = fromUids([])
const NOBODY = bytesToHex(nobody)

/** The bytes of a bitmap, for the pure rules. Must not be modified: the empty bitmap, the most common one, is shared. */
export const bitmapBytes = (bitmap: string): Uint8Array => {
  const hex = bitmap.replace(/^0x/, "")
  return hex === NOBODY ? nobody : hexToBytes(hex)
}

export const bitmapOf = (bytes: Uint8Array): Hex => `0x${bytesToHex(bytes)}`

/** The set of these UIDs. A UID outside 0..255 is a caller's defect. */
export const bitmapOfUids = (uids: Iterable<number>): Hex => bitmapOf(fromUids(uids))

/** The UIDs of the set in ascending order. */
export const uidsOfBitmap = (bitmap: string): ReadonlyArray<number> => toUids(bitmapBytes(bitmap))
