import { type ReactNode, useId } from "react"

interface Props {
  readonly title: string
  readonly note?: ReactNode
  readonly children: ReactNode
}

/** A titled section of a view. */
export const Section = ({ title, note, children }: Props) => {
  const id = useId()
  return (
    <section className="section" aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        {note === undefined ? null : <p className="muted">{note}</p>}
      </header>
      {children}
    </section>
  )
}
