import type { ReactNode } from "react"
import { columnsFor } from "../format/columns.ts"

export interface Figure {
  readonly name: string
  readonly value: ReactNode
  readonly note?: ReactNode
}

/** A few large labelled numbers. */
export const Figures = ({ figures, label }: { readonly figures: ReadonlyArray<Figure>; readonly label: string }) => (
  <section aria-label={label}>
    <dl className="figures" data-wide={columnsFor(figures.length, 5)} data-middle={columnsFor(figures.length, 4)}>
      {figures.map(({ name, value, note }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
          {note === undefined ? null : <dd className="figure-note">{note}</dd>}
        </div>
      ))}
    </dl>
  </section>
)
