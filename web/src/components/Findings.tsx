import type { Evidence } from "../api/types.ts"
import { EpochName } from "./Names.tsx"
import { ValidatorName } from "./ValidatorName.tsx"
import { Json, SeverityChip, When } from "./Values.tsx"

/** A finding; in a list over many epochs with its epoch. */
type Found = Omit<Evidence, "epoch" | "at" | "position"> & Partial<Pick<Evidence, "epoch" | "at" | "position">>

/** What audits found, in sentences, each with the validator that it is about. */
export const Findings = ({ findings, label }: { readonly findings: ReadonlyArray<Found>; readonly label: string }) => (
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
        {proof === null ? null : <Json value={proof} label="The proof, which anybody can check" />}
      </li>
    ))}
  </ul>
)
