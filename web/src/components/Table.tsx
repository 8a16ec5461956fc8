import type { ReactNode } from "react"

export interface Column<A> {
  readonly name: string
  readonly cell: (item: A) => ReactNode
  /** Right-aligned, with tabular figures. */
  readonly numeric?: boolean
}

interface Props<A> {
  /** The table's description for screen readers. */
  readonly caption: string
  readonly columns: ReadonlyArray<Column<A>>
  readonly items: ReadonlyArray<A>
  readonly keyOf: (item: A) => string
  /** On a phone, rows without column names, for what reads by itself: lines, cards of two columns, or places in a ranking. */
  readonly look?: "feed" | "fixtures" | "ranked"
}

/** A table. On a phone, each row becomes a card with column names. */
export const Table = <A,>({ caption, columns, items, keyOf, look }: Props<A>) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex lint/a11y/useSemanticElements: what scrolls must be reachable by keyboard, and is no landmark
  <div className="table-scroll" role="group" aria-label={caption} tabIndex={0}>
    <table className="table" data-look={look}>
      <caption className="hidden">{caption}</caption>
      <thead>
        <tr>
          {columns.map(({ name, numeric }) => (
            <th key={name} scope="col" data-numeric={numeric ? "" : undefined}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {items.map((item) => (
          <tr key={keyOf(item)}>
            {columns.map(({ name, cell, numeric }) => (
              <td key={name} data-name={name} data-numeric={numeric ? "" : undefined}>
                {cell(item)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </div>
)
