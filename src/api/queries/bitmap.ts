/** Sets of UIDs: the database keeps the contract's bitmaps, the API lists. */
import { Schema } from "effect"
import { fromUids, toUids } from "../../domain/UidBitmap.ts"

export const UidsFromHex = Schema.transform(Schema.String, Schema.Array(Schema.Number), {
  strict: true,
  decode: (bitmap) => toUids(Buffer.from(bitmap, "hex")),
  encode: (uids) => Buffer.from(fromUids(uids)).toString("hex")
})
