import type { Evidence } from "../api/types.ts"
import { EpochName } from "./Names.tsx"
import { SeverityChip } from "./Values.tsx"

interface Props {
  /** Broken rules of this validator, newest first. Without any, nothing is shown. */
  readonly evidence: ReadonlyArray<Evidence>
  /** Whether there are more. */
  readonly more: boolean
}

/** The mark of a validator that an audit found to break the rules. */
export const FaultNotice = ({ evidence, more }: Props) => {
  const [last] = evidence
  if (last === undefined) return null
  const epochs = new Set(evidence.map(({ epoch }) => epoch)).size
  return (
    <p className="notice fault">
      <SeverityChip severity="wrong" text="rules broken" />{" "}
      <span>
        Audits found that it broke the rules of reporting in {more ? "at least " : ""}
        {epochs} {epochs === 1 ? "epoch" : "epochs"}, last in <EpochName epoch={last.epoch} />: {last.text}.
      </span>
    </p>
  )
}
