/** What feeds and webhooks call a piece of news, and where it is shown. */
import { NEWS, NEWS_KINDS } from "../definition/sharing.ts"
import type { EventRow } from "../queries/records.ts"

const LABELS = { issue: "New issue", match: "Match starts", solved: "Solved", paid: "Paid" } as const

export const labelOf = (name: string): string => {
  const kind = NEWS_KINDS.find((one) => NEWS[one] === name)
  return kind === undefined ? name : LABELS[kind]
}

/** The address of what an event is about, without the origin. */
export const addressOf = ({ names: { competition, issue } }: Pick<EventRow, "names">): string =>
  competition !== null ? `/competitions/${competition.id}` : issue !== null ? `/issues/${issue.id}` : "/events"
