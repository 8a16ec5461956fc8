import type { CompetitionStatus, IssueStatus } from "../api/types.ts"

type Status = IssueStatus | CompetitionStatus

const MEANS: Readonly<Record<Status, string>> = {
  Funding: "the treasury is filling its bounty",
  Open: "its bounty is full: enrolled miners can be paired",
  Competing: "two miners compete for it",
  Solved: "solved, for good; the bounty waits for its payment",
  Paid: "the bounty was paid",
  Cancelled: "it was cancelled; its money is free for other issues",
  Running: "it is running",
  Won: "one of the two solved the issue",
  Expired: "validators gave no verdict in time",
  Unsolved: "nobody solved it before the deadline",
  Void: "its issue was cancelled or its pair dissolved: nobody won or lost"
}

/** The status of an issue or a competition. */
export const StatusChip = ({ status }: { readonly status: Status }) => (
  <span className="chip" data-status={status} title={MEANS[status]}>
    {status}
  </span>
)
