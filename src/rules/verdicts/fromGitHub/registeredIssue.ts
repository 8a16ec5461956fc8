/** Distinguishes the registered issue from a later one with the same name and number. Pure. Times are milliseconds since 1970. */
import type { TimelineItem } from "../../../domain/github/IssueAnswers.ts"

/** The assumed largest difference of the chain's and GitHub's clocks, in milliseconds. */
const CLOCKS_DIFFER = 3_600_000

/** Why the issue under the registered name and number is not the registered one; undefined if it is. */
export const impostorOf = (
  repository: { readonly createdAt: number; readonly nameWithOwner: string },
  issue: { readonly createdAt: number; readonly events: ReadonlyArray<TimelineItem | null> } | null,
  registeredAt: number | undefined
): string | undefined => {
  if (registeredAt === undefined) return undefined
  const after = registeredAt + CLOCKS_DIFFER
  const moment = (at: number) => `${new Date(at).toISOString().slice(0, 19)}Z`
  const registered = `the issue was registered ${moment(registeredAt)}`
  if (repository.createdAt > after)
    return `${repository.nameWithOwner} is another repository, created ${moment(repository.createdAt)}; ${registered}`
  if (issue === null) return undefined
  if (issue.createdAt > after) return `the issue of that number was opened ${moment(issue.createdAt)}; ${registered}`
  const arrived = issue.events.findLast((one) => one?.__typename === "TransferredEvent")
  return arrived !== undefined && arrived !== null && arrived.createdAt > after
    ? `the issue of that number came from elsewhere ${moment(arrived.createdAt)}; ${registered}`
    : undefined
}

/** Where the issue was moved: to another repository or number, or to a discussion (`to` is null); undefined if it was not. */
export const transferOf = (
  ref: { readonly repositoryId: number; readonly number: number },
  issue: {
    readonly number: number
    readonly repository: { readonly databaseId: number | null; readonly nameWithOwner: string }
    readonly events: ReadonlyArray<TimelineItem | null>
  }
): { readonly _tag: "Transferred"; readonly to: string | null } | undefined => {
  if (issue.repository.databaseId !== ref.repositoryId || issue.number !== ref.number)
    return { _tag: "Transferred", to: `${issue.repository.nameWithOwner}#${issue.number}` }
  return issue.events.some((one) => one?.__typename === "ConvertedToDiscussionEvent") ? { _tag: "Transferred", to: null } : undefined
}
