import type { Evidence } from "../api/types.ts"
import { EpochName } from "./Names.tsx"
import { ValidatorName } from "./ValidatorName.tsx"
import { Json, SeverityChip, When } from "./Values.tsx"

/** A finding; in a list over many epochs with its epoch. */
type ShownFinding = Omit<Evidence, "epoch" | "at" | "position"> & Partial<Pick<Evidence, "epoch" | "at" | "position">>

/** What audits found, in sentences, each with the validator that it is about. */
export const Findings = ({ findings, label }: { readonly findings: ReadonlyArray<ShownFinding>; readonly label: string }) => (
  <ul className="findings" aria-label={label}>
    {findings.map(({ kind, severity, validator, giver, text, proof, epoch, at, position }, index) => (
      <li key={`${epoch}-${position ?? index}`} data-severity={severity}>
        <p className="finding-head">
          <SeverityChip severity={severity} />
          <strong>{kind}</strong>
          {epoch === undefined ? null : <EpochName epoch={epoch} />}
          {at === undefined ? null : <When at={at} as="both" />}
        </p>
        <p className="finding-text">
          {validator === null ? null : (
            <>
              <ValidatorName hotkey={validator} />
              {": "}
            </>
          )}
          {text}.
          {giver === null ? null : (
            <span className="muted">
              {" "}
              Given by <ValidatorName hotkey={giver} />.
            </span>
          )}
        </p>
        {proof === null ? null : <Json value={proof} label="The proof, which anyone can check" />}
      </li>
    ))}
  </ul>
)

interface FaultProps {
  /** Broken rules of this validator, newest first. Without any, nothing is shown. */
  readonly evidence: ReadonlyArray<Evidence>
  /** Whether there are more. */
  readonly more: boolean
}

/** The mark of a validator that an audit found to break the rules. */
export const FaultNotice = ({ evidence, more }: FaultProps) => {
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
