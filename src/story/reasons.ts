/** Why an issue was cancelled or a competition void, in words. */
import type { CancelReason } from "../contract-client/generated.ts"

const REASONS: Readonly<Record<CancelReason["_tag"], string>> = {
  Owner: "the owner cancelled it",
  NotPlanned: "it was closed as not planned",
  Duplicate: "it is a duplicate of another issue",
  Deleted: "it was deleted on GitHub",
  Transferred: "it was moved to another repository",
  RepositoryGone: "its repository is gone",
  SolvedOutside: "somebody outside the match solved it",
  SubmittedTooEarly: "a competitor opened its pull request before the submission window was over",
  Reverted: "the solution was reverted before the payment",
  PaymentImpossible: "the chain refuses to pay the winner",
  Dissolved: "the validators dissolved the pair"
}

/** "SubmittedTooEarly" as "submitted too early". */
export const spaced = (name: string): string =>
  name
    .replaceAll("_", " ")
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase()

/** The reason with this tag in words; a tag that is not known here, with spaces. */
export const reasonText = (tag: string): string => Object.entries(REASONS).find(([known]) => known === tag)?.[1] ?? spaced(tag)

/** The tag of a value, or of a choice, that an API answered. */
export const tagOf = (value: unknown): string | undefined =>
  typeof value === "object" && value !== null && "_tag" in value && typeof value._tag === "string" ? value._tag : undefined

/** Why a choice cancels, in words; undefined for one that does not. */
export const reasonIn = (choice: unknown): string | undefined => {
  const tag = typeof choice === "object" && choice !== null && "reason" in choice ? tagOf(choice.reason) : undefined
  return tag === undefined ? undefined : reasonText(tag)
}

/** What validators decided on an issue's end, after "they decided": "to cancel the issue: it is a duplicate of another issue". */
export const decisionText = (choice: unknown): string => {
  const reason = reasonIn(choice)
  if (reason !== undefined) return `to cancel the issue: ${reason}`
  return tagOf(choice) === "Unsolved" ? "that nobody solved the issue in time" : "how the issue ends"
}
