import { describe, expect, it } from "@effect/vitest"
import fc from "fast-check"
import { bitmapBytes, bitmapOf, bitmapOfUids, uidsOfBitmap } from "../../../src/contract-client/bitmap.ts"
import { hasUid } from "../../../src/domain/UidBitmap.ts"

const uids = fc.uniqueArray(fc.integer({ min: 0, max: 255 }), { maxLength: 256 })

describe("bitmaps of UIDs", () => {
  it("store UID u in bit u % 8, lowest first, of byte u / 8", () => {
    expect(bitmapOfUids([0])).toBe(`0x01${"00".repeat(31)}`)
    expect(bitmapOfUids([7, 8, 255])).toBe(`0x8001${"00".repeat(29)}80`)
  })

  it("decode to the set they were made from, in rising order", () => {
    fc.assert(
      fc.property(uids, (set) => {
        expect(uidsOfBitmap(bitmapOfUids(set))).toEqual([...set].sort((a, b) => a - b))
      })
    )
  })

  it("encode to the bitmap they were decoded from", () => {
    const bitmap = fc.uint8Array({ minLength: 32, maxLength: 32 })
    fc.assert(
      fc.property(bitmap, (bytes) => {
        expect(bitmapOfUids(uidsOfBitmap(bitmapOf(bytes)))).toBe(bitmapOf(bytes))
        expect(bitmapBytes(bitmapOf(bytes))).toEqual(bytes)
      })
    )
  })

  it("refuse UIDs that no bitmap can hold", () => {
    for (const uid of [-1, 256, 1.5, Number.NaN]) expect(() => bitmapOfUids([uid])).toThrow(RangeError)
    expect(hasUid(new Uint8Array(32).fill(255), 256)).toBe(false)
  })
})
