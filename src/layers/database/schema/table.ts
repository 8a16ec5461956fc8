/** The form in which tables are described. */

/** What a column counts, where its name and type do not say so. */
export type Unit = "rao" | "milli-points" | "ppm"

export interface Table<Column extends string = string> {
  /** What one row is. */
  readonly row: string
  readonly columns: Readonly<Record<Column, string>>
  readonly units: { readonly [Name in Column]?: Unit }
}

/** A table with its columns. */
export const table = <Column extends string>(
  row: string,
  columns: Readonly<Record<Column, string>>,
  units: { readonly [Name in Column]?: Unit } = {}
): Table<Column> => ({ row, columns, units })
