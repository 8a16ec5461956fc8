import type { Entry } from "../book/Entry.ts"
import { StatusChip } from "./StatusChip.tsx"

export default {
  name: "StatusChip",
  about: "The status of an issue or a match; its meaning on hover.",
  pages: ["everywhere"],
  props: [["status", "IssueStatus | CompetitionStatus", ""]],
  feeds: ["issues: status; competitions: status"],
  states: [
    ["Funding", <StatusChip key="" status="Funding" />],
    ["Open", <StatusChip key="" status="Open" />],
    ["Competing", <StatusChip key="" status="Competing" />],
    ["Solved", <StatusChip key="" status="Solved" />],
    ["Paid", <StatusChip key="" status="Paid" />],
    ["Cancelled", <StatusChip key="" status="Cancelled" />],
    ["Running", <StatusChip key="" status="Running" />],
    ["Won", <StatusChip key="" status="Won" />],
    ["Expired", <StatusChip key="" status="Expired" />],
    ["Unsolved", <StatusChip key="" status="Unsolved" />],
    ["Void", <StatusChip key="" status="Void" />]
  ]
} satisfies Entry
