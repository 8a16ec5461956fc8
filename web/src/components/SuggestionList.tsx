import { gitHubIssue } from "../../../src/domain/gitHubAddress.ts"
import type { Suggestion } from "../api/types.ts"
import { When } from "./Values.tsx"

interface Props {
  /** Best first. */
  readonly items: ReadonlyArray<Suggestion>
  readonly label: string
}

/** A time that GitHub tells, without a block. */
const at = (time: string) => ({ block: null, time })

/** Open issues that could get a bounty, with the reasons for each. */
export const SuggestionList = ({ items, label }: Props) => (
  <ol className="suggestions" aria-label={label}>
    {items.map(({ askedBy, doubt, number, openedAt, points, reasons, repository, seenAt, title }) => (
      <li key={`${repository}#${number}`}>
        <p className="issue-where">
          <span>{repository}</span>
          <span className="issue-number">#{number}</span>
          {askedBy === null ? null : <span className="chip">asked for by {askedBy}</span>}
        </p>
        <p className="suggestion-title">
          <a href={gitHubIssue(repository, number)} target="_blank" rel="noreferrer">
            {title}
          </a>
        </p>
        <p className="muted">
          {points} points: {reasons.map(({ points, why }) => `${points > 0 ? "+" : ""}${points} ${why}`).join(", ")}
          {doubt === null ? "" : `; ${doubt}`}
        </p>
        <p className="muted">
          Opened <When at={at(openedAt)} as="short" />, looked at <When at={at(seenAt)} as="short" />.
        </p>
      </li>
    ))}
  </ol>
)
