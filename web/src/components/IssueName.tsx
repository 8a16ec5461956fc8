import type { IssueRef } from "../api/types.ts"
import { pageAddress } from "../routes/addresses.ts"
import { Link } from "../routes/Link.tsx"

/** An issue in one line, linked to its page. */
export const IssueName = ({ issue: { id, repository, number, title } }: { readonly issue: IssueRef }) => (
  <Link to={pageAddress("issue", { id })} title={`${repository}#${number}`} className="issue-name">
    {title ?? `${repository}#${number}`}
  </Link>
)
