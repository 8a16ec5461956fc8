import type { Entry } from "../book/Entry.ts"
import { issueIn, unnamedIssue } from "../book/samples.ts"
import { IssueRow, IssueRowSkeleton } from "./IssueRow.tsx"

export default {
  name: "IssueRow",
  about: "An issue in a list: name, bounty, status, next step.",
  pages: ["Issues"],
  props: [["issue", "Issue", ""]],
  feeds: ["an issue of /v1/issues"],
  states: [
    ["Funding", <IssueRow key="" issue={issueIn("Funding")} />],
    ["Open", <IssueRow key="" issue={issueIn("Open")} />],
    ["Competing", <IssueRow key="" issue={issueIn("Competing")} />],
    ["Solved", <IssueRow key="" issue={issueIn("Solved")} />],
    ["Paid", <IssueRow key="" issue={issueIn("Paid")} />],
    ["Cancelled", <IssueRow key="" issue={issueIn("Cancelled")} />],
    ["GitHub was not asked yet", <IssueRow key="" issue={unnamedIssue} />],
    ["loading", <IssueRowSkeleton key="" />]
  ]
} satisfies Entry
