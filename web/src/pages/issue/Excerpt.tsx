import type { IssueDetail } from "../../api/types.ts"
import { gitHubIssue } from "../../format/names.ts"

/** The beginning of an issue's text. Nothing if it has none. */
export const Excerpt = ({ issue: { repository, number, github } }: { readonly issue: IssueDetail }) => {
  if (github.excerpt === null) return null
  const address = gitHubIssue(repository, number)
  return (
    <blockquote className="excerpt" cite={address}>
      <p dir="auto">{github.excerpt}</p>
      <a href={address} target="_blank" rel="noreferrer">
        Read the issue on GitHub
      </a>
    </blockquote>
  )
}
