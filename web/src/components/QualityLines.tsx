import { useState } from "react"
import type { QualityHead } from "../api/types.ts"
import { gateLine, verificationLine } from "../format/quality.ts"
import { Skeleton } from "./Page.tsx"
import { QualityEvidence } from "./QualityEvidence.tsx"

interface Props {
  /** The heads of a pull request, the one to be shown first; undefined while loading. */
  readonly heads: ReadonlyArray<QualityHead> | undefined
}

/** What validators say about a pull request, in a line for the gate and one for the tests. The evidence unfolds. */
export const QualityLines = ({ heads }: Props) => {
  const [isOpen, setOpen] = useState(false)
  if (heads === undefined) return <Skeleton height="1.4em" />
  const records = heads[0]?.records ?? []
  const [gate, verification] = [gateLine(records), verificationLine(records)]
  if (gate === undefined || verification === undefined)
    return <p className="quality-none muted">No validator says anything about it yet.</p>
  return (
    <div className="quality">
      <dl>
        <div data-tone={gate.tone}>
          <dt>Gate</dt>
          <dd>{gate.text}</dd>
        </div>
        <div data-tone={verification.tone}>
          <dt>Verification</dt>
          <dd>{verification.text}</dd>
        </div>
      </dl>
      <details className="quality-more" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
        <summary>Evidence</summary>
        {isOpen ? <QualityEvidence heads={heads} /> : null}
      </details>
    </div>
  )
}
