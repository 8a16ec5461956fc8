import type { ReactNode } from "react"
import { addressOf, type Question } from "../api/endpoints.ts"
import { useAnswer } from "../data/hooks.ts"
import { fileAddress, isExported } from "../exported/place.ts"

interface Props {
  readonly at: Question<unknown>
  readonly title?: string
  /** What the link is called where its text alone does not say it. */
  readonly label?: string
  readonly children: ReactNode
}

/** An export says where it has the file, or that it does not. */
const ExportedFile = ({ at, title, label, children }: Props) => {
  const { data: name, problem } = useAnswer(at)
  const isMissing = problem?.kind === "missing"
  if (isMissing || typeof name !== "string")
    return (
      <span title={title}>
        {children}
        {isMissing ? <span className="muted"> (not in this export)</span> : null}
      </span>
    )
  return (
    <a href={fileAddress(`/${name}`)} title={title} aria-label={label} target="_blank" rel="noreferrer">
      {children}
    </a>
  )
}

/** A link to a file or a document of the API, or to its copy in an export. */
export const ApiFile = (props: Props) => {
  const { at, title, label, children } = props
  if (isExported) return <ExportedFile {...props} />
  return (
    <a href={addressOf(at)} title={title} aria-label={label} target="_blank" rel="noreferrer">
      {children}
    </a>
  )
}
