import type { CompetitionStatus, IssueStatus } from "../api/types.ts"

type Status = IssueStatus | CompetitionStatus

const MEANS: Readonly<Record<Status, string>> = {
  Funding: "its bounty is being filled by the treasury",
  Open: "its bounty is there: enrolled miners can be paired",
  Competing: "two miners compete for it",
  Solved: "solved; the bounty is paid after the challenge period",
  Paid: "the bounty was paid",
  Cancelled: "it was cancelled; the bounty is for other issues, or is recycled",
  Running: "it is on",
  Won: "one of the two solved the issue",
  Expired: "nobody solved it before the deadline",
  Void: "its issue was cancelled: it counts for nobody"
}

/** The status of an issue or a competition. */
export const StatusChip = ({ status }: { readonly status: Status }) => (
  <span className="chip" data-status={status} title={MEANS[status]}>
    {status}
  </span>
)
