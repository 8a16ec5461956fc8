/** The lists of a repository's issues and pull requests, filtered and sorted. */
import { HashMap } from "effect"
import * as State from "../state/State.ts"
import type { Context } from "./Context.ts"
import type { Page } from "./connection.ts"

/** Whether an item is visible: a flagged account's items are hidden from everybody. */
export const isShown =
  (context: Context) =>
  ({ authorId }: State.PullRequest): boolean =>
    State.accountOf(context.view.state, authorId).flagged !== true

export interface PullRequestsWanted extends Page {
  readonly states?: ReadonlyArray<string> | null
  readonly orderBy?: { readonly field: "COMMENTS" | "CREATED_AT" | "UPDATED_AT"; readonly direction: "ASC" | "DESC" } | null
}

export interface IssuesWanted extends PullRequestsWanted {
  readonly labels?: ReadonlyArray<string> | null
}

type IssueOrPullRequest = State.Issue | State.PullRequest

export const commentsOf = ({ events = [] }: IssueOrPullRequest) => events.flatMap((event) => (event._tag === "Commented" ? [event] : []))

const ORDERS = {
  COMMENTS: (item: IssueOrPullRequest) => commentsOf(item).length,
  CREATED_AT: ({ createdAt }: IssueOrPullRequest) => createdAt,
  UPDATED_AT: ({ updatedAt }: IssueOrPullRequest) => updatedAt
}

/** Pull requests in the list's `orderBy`. */
const sorted = <A extends IssueOrPullRequest>(items: ReadonlyArray<A>, { orderBy }: PullRequestsWanted): ReadonlyArray<A> => {
  const order = ORDERS[orderBy?.field ?? "CREATED_AT"]
  const direction = orderBy?.direction === "DESC" ? -1 : 1
  return items.toSorted((one, other) => direction * (order(one) - order(other) || one.number - other.number))
}

export const stateOf = ({ closedAt, mergedAt }: State.PullRequest) => (mergedAt !== null ? "MERGED" : closedAt !== null ? "CLOSED" : "OPEN")

/** A repository's pull requests, filtered and sorted by a list's arguments. */
export const pullRequestsOf = (context: Context, of: State.Repository, wanted: PullRequestsWanted): ReadonlyArray<State.PullRequest> => {
  const all = Array.from(HashMap.values(of.items)).flatMap((item) => (item._tag === "PullRequest" ? [item] : []))
  return sorted(all.filter(isShown(context)), wanted).filter((item) => !wanted.states || wanted.states.includes(stateOf(item)))
}

/** A repository's issues, filtered and sorted by a list's arguments. */
export const issuesOf = (of: State.Repository, { states, labels, ...wanted }: IssuesWanted): ReadonlyArray<State.Issue> => {
  const names = labels?.map((name) => name.toLowerCase())
  const found = Array.from(HashMap.values(of.items))
    .flatMap((item) => (item._tag === "Issue" && item.gone === null ? [item] : []))
    .filter(({ closedAt }) => !states || states.includes(closedAt === null ? "OPEN" : "CLOSED"))
    .filter((item) => !names || State.labelsOf(item).some((label) => names.includes(State.labelNow(of, label).toLowerCase())))
  return sorted(found, wanted)
}
