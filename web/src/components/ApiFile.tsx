import type { ReactNode } from "react"
import { addressOf, type Question } from "../api/endpoints.ts"
import { isExported } from "../exported/place.ts"

interface Props {
  readonly at: Question<unknown>
  readonly title?: string
  /** What the link is called where its text alone does not say it. */
  readonly label?: string
  readonly children: ReactNode
}

/** A link to a file or a document of the API. An exported page has none of them, so only the text is left. */
export const ApiFile = ({ at, title, label, children }: Props) =>
  isExported ? (
    <span title={title}>{children}</span>
  ) : (
    <a href={addressOf(at)} title={title} aria-label={label} target="_blank" rel="noreferrer">
      {children}
    </a>
  )
