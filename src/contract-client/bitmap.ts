/** Sets of UIDs as the contract's metadata writes them: 32 bytes in hexadecimal. */
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js"
import { fromUids, toUids } from "../domain/UidBitmap.ts"
import type { Hex } from "./codec.ts"

const nobody: Uint8Array = fromUids([])
const NOBODY = bytesToHex(nobody)

/** The bytes of a bitmap, as the pure rules take them; the empty one, which most are, is always the same. Not to be written to. */
export const bitmapBytes = (bitmap: string): Uint8Array => {
  const hex = bitmap.replace(/^0x/, "")
  return hex === NOBODY ? nobody : hexToBytes(hex)
}

/** A bitmap of these bytes. */
export const bitmapOf = (bytes: Uint8Array): Hex => `0x${bytesToHex(bytes)}`

/** The set of these UIDs; one that is not within 0 to 255 is a defect of the caller. */
export const bitmapOfUids = (uids: Iterable<number>): Hex => bitmapOf(fromUids(uids))

/** The UIDs of the set, rising. */
export const uidsOfBitmap = (bitmap: string): ReadonlyArray<number> => toUids(bitmapBytes(bitmap))
