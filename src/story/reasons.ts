/** Why an issue was cancelled or a competition void, in words. */
import type { CancelReason } from "../contract-client/generated.ts"

const CANCEL_REASONS: Readonly<Record<CancelReason["_tag"], string>> = {
  Owner: "the owner cancelled the issue",
  NotPlanned: "the issue was closed as not planned",
  Duplicate: "the issue is a duplicate of another",
  Deleted: "the issue was deleted on GitHub",
  Transferred: "the issue was moved to another repository",
  RepositoryGone: "the issue's repository is gone",
  SolvedOutside: "the project closed the issue without either competitor's work",
  SubmittedTooEarly: "a competitor opened its pull request before pull requests counted",
  Refused: "the project's maintainers do not want a bounty on the issue",
  Dissolved: "the validators dissolved the pair"
}

/** "SubmittedTooEarly" as "submitted too early". */
export const spacedName = (name: string): string =>
  name
    .replaceAll("_", " ")
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase()

/** The reason with this tag in words; an unknown tag is written with spaces. */
export const reasonText = (tag: string): string => Object.entries(CANCEL_REASONS).find(([known]) => known === tag)?.[1] ?? spacedName(tag)

/** The tag of a value or a choice in an API's answer. */
export const tagOf = (value: unknown): string | undefined =>
  typeof value === "object" && value !== null && "_tag" in value && typeof value._tag === "string" ? value._tag : undefined

/** Why a choice cancels, in words; undefined for one that does not. */
const reasonIn = (choice: unknown): string | undefined => {
  const tag = typeof choice === "object" && choice !== null && "reason" in choice ? tagOf(choice.reason) : undefined
  return tag === undefined ? undefined : reasonText(tag)
}

/** Which competitors lose collateral on an unsolved issue: "at the cost of both competitors". */
export const costText = (choice: unknown): string => {
  const isTrue = (field: string) =>
    typeof choice === "object" && choice !== null && Object.entries(choice).some(([name, is]) => name === field && is === true)
  const count = Number(isTrue("slashA")) + Number(isTrue("slashB"))
  return count === 2 ? "at the cost of both competitors" : count === 1 ? "at the cost of one competitor" : "at nobody's cost"
}

/** The outcome that votes ask for, to follow "they say": "to cancel: the issue is a duplicate of another". */
export const decisionText = (choice: unknown): string => {
  const reason = reasonIn(choice)
  if (reason !== undefined) return `to cancel: ${reason}`
  switch (tagOf(choice)) {
    case "Solved":
      return "that a competitor solved the issue"
    case "Unsolved":
      return `that nobody solved the issue in time, ${costText(choice)}`
    case "Dissolved":
      return "to dissolve the pair"
    default:
      return "how the issue ends"
  }
}
