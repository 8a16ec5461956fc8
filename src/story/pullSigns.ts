/** GitHub's signs of a pull request besides its state, in words. */
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

/** Draft, checks and reviews, as far as GitHub shows them. */
export const pullSigns = ({ draft, checks = null, review = null }: Pick<Pull, "draft" | "checks" | "review">): ReadonlyArray<PullSign> => [
  ...(draft === true ? [{ text: "draft", tone: "waiting" } as const] : []),
  ...(checks === null ? [] : [CHECKS[checks]]),
  ...(review === null ? [] : [REVIEWS[review]])
]
