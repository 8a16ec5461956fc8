import type { ReactNode } from "react"
import "../styles/records.css"

export interface Figure {
  readonly name: string
  readonly value: ReactNode
  readonly note?: ReactNode
}

/** A few large labelled numbers. */
export const Figures = ({ figures, label }: { readonly figures: ReadonlyArray<Figure>; readonly label: string }) => (
  <section aria-label={label}>
    <dl className="figures">
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
