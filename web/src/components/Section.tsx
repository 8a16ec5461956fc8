import { type ReactNode, useId } from "react"

interface Props {
  readonly title: string
  readonly note?: ReactNode
  readonly children: ReactNode
}

/** A part of a view with a title of its own. */
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
