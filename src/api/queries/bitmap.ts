/** Sets of UIDs: the database keeps the contract's bitmaps, the API lists. */
import { toUids } from "../../domain/UidBitmap.ts"

/** A row as it is selected: both sets in hexadecimal. */
export type WithBitmaps<A extends { readonly enrolled: unknown; readonly skipped: unknown }> = Omit<A, "enrolled" | "skipped"> & {
  readonly enrolled: string
  readonly skipped: string
}

const listed = (bitmap: string): ReadonlyArray<number> => toUids(Buffer.from(bitmap, "hex"))

/** The row with lists. */
export const withUids = <A extends { readonly enrolled: string; readonly skipped: string }>(row: A) => ({
  ...row,
  enrolled: listed(row.enrolled),
  skipped: listed(row.skipped)
})
