import { pageAddress } from "../routes/addresses.ts"
import { Link } from "../routes/Link.tsx"

interface Label {
  readonly name: string
  readonly color: string | undefined
}

/** GitHub's labels from the index. Anything malformed is omitted. */
const labelsOf = (labels: unknown): ReadonlyArray<Label> =>
  Array.isArray(labels)
    ? labels.flatMap((label: unknown) =>
        typeof label === "object" && label !== null && "name" in label && typeof label.name === "string"
          ? [{ name: label.name, color: "color" in label && /^[0-9a-f]{6}$/i.test(String(label.color)) ? `#${label.color}` : undefined }]
          : []
      )
    : []

interface Props {
  readonly labels: unknown
  readonly most?: number
  /** Whether each label leads to the issues that have it. */
  readonly linked?: boolean
  /** Only those that fit on one line are seen. */
  readonly line?: boolean
}

/** An issue's labels, each with GitHub's colour as a dot. Beyond `most`, labels are only counted. */
export const Labels = ({ labels, most = 20, linked = false, line = false }: Props) => {
  const all = labelsOf(labels)
  if (all.length === 0) return null
  const rest = all.slice(most)
  return (
    <ul className="labels" data-line={line ? "" : undefined} aria-label="Labels">
      {all.slice(0, most).map(({ name, color }) => (
        <li key={name} className="label">
          <span className="label-dot" style={{ background: color ?? "currentColor" }} aria-hidden="true" />
          {linked ? <Link to={`${pageAddress("issues")}?label=${encodeURIComponent(name)}`}>{name}</Link> : <span>{name}</span>}
        </li>
      ))}
      {rest.length === 0 ? null : (
        <li className="label" title={rest.map(({ name }) => name).join(", ")}>
          +{rest.length}
        </li>
      )}
    </ul>
  )
}
