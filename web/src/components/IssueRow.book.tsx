import type { Entry } from "../book/Entry.ts"
import { issueIn, unnamedIssue, waitingIssue } from "../book/samples.ts"
import { IssueRow, IssueRowSkeleton } from "./IssueRow.tsx"

export default {
  name: "IssueRow",
  about: "An issue in a list: name, bounty, status, next step.",
  pages: ["Issues"],
  props: [["issue", "Issue", ""]],
  feeds: [
    "/v1/issues: repository, number, github.title, github.labels, github.language, target, funded, status, queuePosition, competition, payableAt, waiting, waitingFrom, updatedAt, reason, attempts"
  ],
  states: [
    ["Funding", <IssueRow key="" issue={issueIn("Funding")} />],
    ["Open", <IssueRow key="" issue={issueIn("Open")} />],
    ["Competing", <IssueRow key="" issue={issueIn("Competing")} />],
    ["a decision waits", <IssueRow key="" issue={waitingIssue} />],
    ["Solved", <IssueRow key="" issue={issueIn("Solved")} />],
    ["Paid", <IssueRow key="" issue={issueIn("Paid")} />],
    ["Cancelled", <IssueRow key="" issue={issueIn("Cancelled")} />],
    ["GitHub was not asked yet", <IssueRow key="" issue={unnamedIssue} />],
    ["loading", <IssueRowSkeleton key="" />]
  ]
} satisfies Entry
