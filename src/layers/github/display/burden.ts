/** A repository's newest pull requests and who answered them: its maintainers' burden. A test validates the query against GitHub's schema. */
import { Schema } from "effect"
import type { BornePullRequest } from "../../../domain/burden.ts"
import { PageInfo, shownEntries, Time } from "../../../domain/github/answerParts.ts"
import { isMaintainer } from "../../../domain/maintainers.ts"

const ACTOR = "{ __typename login ... on User { databaseId } }"

/**
 * A page costs one of a token's 5,000 points an hour. Reads the first 30 timeline items of a pull request in which somebody answers, and its last
 * closing.
 */
export const BURDEN_QUERY = /* GraphQL */ `
query Borne($owner: String!, $name: String!, $after: String) {
  repository(owner: $owner, name: $name) {
    isPrivate
    isDisabled
    owner { login }
    pullRequests(first: 50, after: $after, orderBy: { field: CREATED_AT, direction: DESC }) {
      pageInfo { hasNextPage endCursor }
      nodes {
        number
        state
        createdAt
        mergedAt
        authorAssociation
        author ${ACTOR}
        mergedBy ${ACTOR}
        steps: timelineItems(first: 30, itemTypes: [ISSUE_COMMENT, PULL_REQUEST_REVIEW, LABELED_EVENT, CLOSED_EVENT]) {
          nodes {
            __typename
            ... on IssueComment { createdAt authorAssociation author ${ACTOR} }
            ... on PullRequestReview { submittedAt authorAssociation authorCanPushToRepository author ${ACTOR} }
            ... on LabeledEvent { createdAt actor ${ACTOR} }
            ... on ClosedEvent { createdAt actor ${ACTOR} }
          }
          pageInfo { hasNextPage }
        }
        closings: timelineItems(last: 1, itemTypes: [CLOSED_EVENT]) { nodes { ... on ClosedEvent { actor ${ACTOR} } } }
      }
    }
  }
}`

const Account = Schema.NullOr(
  Schema.Struct({ __typename: Schema.String, login: Schema.String, databaseId: Schema.optional(Schema.NullOr(Schema.Int)) })
)
type Account = typeof Account.Type

const Remark = { authorAssociation: Schema.String, author: Account }

const Step = Schema.Union(
  Schema.Struct({ __typename: Schema.Literal("IssueComment"), createdAt: Time, ...Remark }),
  Schema.Struct({
    __typename: Schema.Literal("PullRequestReview"),
    submittedAt: Schema.NullOr(Time),
    authorCanPushToRepository: Schema.Boolean,
    ...Remark
  }),
  Schema.Struct({ __typename: Schema.Literal("LabeledEvent", "ClosedEvent"), createdAt: Time, actor: Account })
)

const nodes = <A, I>(node: Schema.Schema<A, I>) => Schema.Array(Schema.NullOr(node))

const PullRequest = Schema.Struct({
  number: Schema.Int,
  state: Schema.Literal("OPEN", "CLOSED", "MERGED"),
  createdAt: Time,
  mergedAt: Schema.NullOr(Time),
  authorAssociation: Schema.String,
  author: Account,
  mergedBy: Account,
  steps: Schema.Struct({ nodes: nodes(Step), pageInfo: Schema.Struct({ hasNextPage: Schema.Boolean }) }),
  closings: Schema.Struct({ nodes: nodes(Schema.Struct({ actor: Account })) })
})
export type BurdenPullRequest = typeof PullRequest.Type

const Repository = Schema.Struct({
  isPrivate: Schema.Boolean,
  isDisabled: Schema.Boolean,
  owner: Schema.Struct({ login: Schema.String }),
  pullRequests: Schema.Struct({ pageInfo: PageInfo, nodes: nodes(PullRequest) })
})

export const BorneAnswer = Schema.Struct({ repository: Schema.NullOr(Repository) })

const BOT = "Bot"

const doerOf = (step: typeof Step.Type): Account => ("author" in step ? step.author : step.actor)

/** The timeline item's timestamp; null for a review that is not submitted, which only its author sees. */
const timeOf = (step: typeof Step.Type): number | null => ("submittedAt" in step ? step.submittedAt : step.createdAt)

/** The logins with proved write access: by GitHub's association, by a review that says so, or by a merge. */
const writersIn = (owner: string, pulls: ReadonlyArray<BurdenPullRequest>): ReadonlySet<string> => {
  const proven = pulls.flatMap(({ author, authorAssociation, mergedBy, steps }) => [
    mergedBy,
    isMaintainer(authorAssociation) ? author : null,
    ...shownEntries(steps.nodes).map((step) =>
      "author" in step && (isMaintainer(step.authorAssociation) || ("authorCanPushToRepository" in step && step.authorCanPushToRepository))
        ? step.author
        : null
    )
  ])
  return new Set([owner, ...shownEntries(proven).map(({ login }) => login)])
}

const isSame = (one: Account, other: Account): boolean => one !== null && other !== null && one.login === other.login

/** Who opened, closed and answered these pull requests. `owner`: the login of the repository's owner. */
export const borneIn = (owner: string, pulls: ReadonlyArray<BurdenPullRequest>): ReadonlyArray<BornePullRequest> => {
  const writers = writersIn(owner, pulls)
  const mayWrite = (account: Account): boolean => account !== null && writers.has(account.login)

  const closedBy = ({ author, closings, state }: BurdenPullRequest): BornePullRequest["closedBy"] => {
    if (state !== "CLOSED") return null
    const by = shownEntries(closings.nodes).at(-1)?.actor ?? null
    if (isSame(by, author)) return "author"
    return by?.__typename === BOT ? "bot" : mayWrite(by) ? "maintainer" : "unknown"
  }

  /**
   * Whether an account's step answers the author; null: GitHub does not show it. Only an account with some right can label or close another's pull
   * request; that right may be write access (`needsRight`).
   */
  const isAnswer = (by: Account, author: Account, needsRight: boolean): boolean | null => {
    if (by === null) return null
    if (by.__typename === BOT || isSame(by, author)) return false
    return mayWrite(by) || (needsRight ? null : false)
  }

  /** A hidden timeline item may be an answer, and so may those after the last that is read. */
  const answeredAt = ({ author, mergedAt, mergedBy, state, steps }: BurdenPullRequest): BornePullRequest["answeredAt"] => {
    for (const step of steps.nodes) {
      if (step === null) return "unknown"
      const answers = isAnswer(doerOf(step), author, "actor" in step)
      if (answers !== false) return (answers && timeOf(step)) ?? "unknown"
    }
    const merges = state === "MERGED" && isAnswer(mergedBy, author, true)
    return steps.pageInfo.hasNextPage || merges === null ? "unknown" : merges ? mergedAt : null
  }

  return pulls.map((pull) => ({
    author: pull.author?.databaseId ?? null,
    by: pull.author?.__typename === BOT ? "bot" : isMaintainer(pull.authorAssociation) || mayWrite(pull.author) ? "own" : "stranger",
    state: pull.state,
    createdAt: pull.createdAt,
    closedBy: closedBy(pull),
    answeredAt: answeredAt(pull)
  }))
}
