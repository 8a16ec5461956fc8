/** Sets of UIDs: bitmaps in the database, lists in the API. */
import { toUids } from "../../../domain/UidBitmap.ts"

/** A selected row with both sets in hexadecimal. */
export type WithBitmaps<A extends { readonly enrolled: unknown; readonly skipped: unknown }> = Omit<A, "enrolled" | "skipped"> & {
  readonly enrolled: string
  readonly skipped: string
}

const uidsIn = (bitmap: string): ReadonlyArray<number> => toUids(Buffer.from(bitmap, "hex"))

/** The row with both sets as lists. */
export const withUids = <A extends { readonly enrolled: string; readonly skipped: string }>(row: A) => ({
  ...row,
  enrolled: uidsIn(row.enrolled),
  skipped: uidsIn(row.skipped)
})
