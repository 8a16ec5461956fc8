import { shownJson } from "../format/json.ts"

/** All recorded fields as JSON, folded. */
export const Json = ({ value, label }: { readonly value: unknown; readonly label: string }) => (
  <details className="json">
    <summary>{label}</summary>
    <pre>{shownJson(value)}</pre>
  </details>
)
