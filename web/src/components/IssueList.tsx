import type { Issue } from "../api/types.ts"
import { IssueRow } from "./IssueRow.tsx"

/** Some issues below each other, as rows of the list of all. */
export const IssueList = ({ items, label }: { readonly items: ReadonlyArray<Issue>; readonly label: string }) => (
  <ol className="issue-list" aria-label={label}>
    {items.map((issue) => (
      <li key={issue.id}>
        <IssueRow issue={issue} />
      </li>
    ))}
  </ol>
)
