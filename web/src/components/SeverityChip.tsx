import type { Evidence } from "../api/types.ts"

const MEANS: Readonly<Record<Evidence["severity"], string>> = {
  wrong: "somebody broke the rules",
  missing: "something is not there or cannot be told, which happens to honest validators too"
}

/** How severe something is that an audit found. */
export const SeverityChip = ({ severity, text = severity }: { readonly severity: Evidence["severity"]; readonly text?: string }) => (
  <span className="chip" data-severity={severity} title={MEANS[severity]}>
    {text}
  </span>
)
