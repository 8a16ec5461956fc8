/** Labels of news in feeds and webhooks, and their URLs. */
import { NEWS, NEWS_KINDS, type NewsKind } from "../definition/sharing.ts"
import type { EventRow } from "../queries/records.ts"

const LABELS: Readonly<Record<NewsKind, string>> = {
  issue: "New issue",
  edited: "Edited",
  cancelled: "Cancelled",
  match: "Match starts",
  vote: "Vote",
  solved: "Solved",
  unsolved: "Unsolved",
  payee: "Payee",
  paid: "Paid",
  vetoed: "Vetoed"
}

export const newsKindOf = (name: string): NewsKind | undefined => NEWS_KINDS.find((kind) => NEWS[kind].some((one) => one === name))

export const labelOf = (name: string): string => {
  const kind = newsKindOf(name)
  return kind === undefined ? name : LABELS[kind]
}

/** Path of the page about an event. */
export const addressOf = ({ names: { competition, issue } }: Pick<EventRow, "names">): string =>
  competition !== null ? `/competitions/${competition.id}` : issue !== null ? `/issues/${issue.id}` : "/events"
