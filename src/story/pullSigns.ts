/** What GitHub says about a pull request beside its state, in words. */
import type { Pull } from "./competitor.ts"

export interface PullSign {
  readonly text: string
  readonly tone: "good" | "bad" | "waiting"
}

const CHECKS = {
  passing: { text: "checks pass", tone: "good" },
  failing: { text: "checks fail", tone: "bad" },
  pending: { text: "checks run", tone: "waiting" }
} as const

const REVIEWS = {
  approved: { text: "approved", tone: "good" },
  changesRequested: { text: "changes requested", tone: "bad" },
  required: { text: "needs a review", tone: "waiting" }
} as const

/** Whether it is a draft, what its checks say and what reviewers decided, as far as GitHub says. */
export const pullSigns = ({ draft, checks = null, review = null }: Pick<Pull, "draft" | "checks" | "review">): ReadonlyArray<PullSign> => [
  ...(draft === true ? [{ text: "draft", tone: "waiting" } as const] : []),
  ...(checks === null ? [] : [CHECKS[checks]]),
  ...(review === null ? [] : [REVIEWS[review]])
]
