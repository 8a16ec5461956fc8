/** The timeline, the reviews and the checks of a pull request. */
import { HashMap } from "effect"
import { behaviours } from "../../behaviours.ts"
import { endsOf } from "../state/gitObjects.ts"
import { ownCommitsOf } from "../state/ownCommits.ts"
import * as State from "../state/State.ts"
import { messageOf } from "../state/texts.ts"
import { iso, nodeId } from "../View.ts"
import { actorById } from "./actor.ts"
import type { Context } from "./Context.ts"
import { connection, type Page } from "./connection.ts"
import { isOfType, remarkItem, TIMELINE_TYPES } from "./contribution.ts"

behaviours(
  {
    what: "A dismissed review keeps its time and author but changes its state to DISMISSED. The timeline shows the state it had.",
    sources: [
      "https://docs.github.com/en/graphql/reference/objects#reviewdismissedevent",
      "https://docs.github.com/en/pull-requests/collaborating-with-pull-requests/reviewing-changes-in-pull-requests/dismissing-a-pull-request-review"
    ],
    switch: "review, with DISMISSED",
    test: "test/http/github/plays.test.ts"
  },
  {
    what: "A commit on the default branch whose message closes a pull request closes it without a merge, and is its closer.",
    sources: [
      "https://docs.github.com/en/graphql/reference/unions#closer",
      "https://docs.github.com/en/issues/tracking-your-work-with-issues/using-issues/linking-a-pull-request-to-an-issue"
    ],
    switch: "pushCommit, with closes",
    test: "test/http/verdicts/cases.test.ts"
  },
  {
    what: "A force-push removes the earlier commits from a pull request's timeline. Their check results stay with the commit that the event names.",
    sources: ["https://docs.github.com/en/graphql/reference/objects#headrefforcepushedevent"],
    switch: "forcePush",
    test: "test/http/github/plays.test.ts"
  },
  {
    what: "A commit's combined check state includes statuses: one successful status without any check counts as passed.",
    sources: [
      "https://docs.github.com/en/graphql/reference/objects#statuscheckrollup",
      "https://docs.github.com/en/rest/commits/statuses#get-the-combined-status-for-a-specific-reference"
    ],
    test: "test/http/github/display.test.ts"
  }
)

interface ShownReview extends State.Review {
  readonly dismissal?: State.Review
}

/** The reviews as GitHub keeps them: a dismissal changes the author's preceding review. */
const reviewsIn = ({ reviews = [] }: State.PullRequest): ReadonlyArray<ShownReview> => {
  const shown: Array<ShownReview> = []
  for (const review of reviews) {
    if (review.state !== "DISMISSED") shown.push(review)
    else {
      const index = shown.findLastIndex(
        ({ authorId, dismissal, state }) => authorId === review.authorId && dismissal === undefined && state !== "COMMENTED"
      )
      const before = shown[index]
      if (before !== undefined) shown[index] = { ...before, dismissal: review }
    }
  }
  return shown
}

const headAt = (of: State.Repository, item: State.PullRequest, at: number): string => {
  const pushes = (item.turns ?? []).filter((turn) => turn._tag === "HeadRefForcePushed")
  const next = pushes.find((turn) => turn.at > at)
  return next?._tag === "HeadRefForcePushed" ? next.before : endsOf(of, item).head
}

const reviewOf = (context: Context, of: State.Repository, item: State.PullRequest, review: ShownReview) => ({
  __typename: "PullRequestReview",
  id: nodeId("PullRequestReview", review.id),
  state: review.dismissal === undefined ? review.state : "DISMISSED",
  submittedAt: iso(review.at),
  author: () => actorById(context, review.authorId),
  authorAssociation: () => State.associationOf(of, review.authorId, context.view.caller),
  authorCanPushToRepository: State.mayPush(of, review.authorId),
  commit: () => ({
    __typename: "Commit",
    id: nodeId("Commit", `${of.id}/${headAt(of, item, review.at)}`),
    oid: headAt(of, item, review.at)
  })
})

export const reviewsOf = (
  context: Context,
  of: State.Repository,
  item: State.PullRequest,
  { states, ...page }: Page & { readonly states?: ReadonlyArray<string> | null }
) =>
  connection(
    context,
    reviewsIn(item)
      .map((review) => reviewOf(context, of, item, review))
      .filter(({ state }) => !states || states.includes(state)),
    page,
    (review) => review
  )

/** The review decision as GitHub computes it where no review is required: the latest review of each reviewer with push access counts. */
export const reviewDecisionOf = (
  repository: State.Repository,
  { reviews = [] }: State.PullRequest
): "APPROVED" | "CHANGES_REQUESTED" | null => {
  const last = new Map(
    reviews
      .filter(({ state, authorId }) => state !== "COMMENTED" && State.mayPush(repository, authorId))
      .map(({ authorId, state }) => [authorId, state])
  )
  const words = [...last.values()]
  return words.includes("CHANGES_REQUESTED") ? "CHANGES_REQUESTED" : words.includes("APPROVED") ? "APPROVED" : null
}

/** A commit's newest status for each context. */
const statusesOf = (of: State.Repository, sha: string) =>
  [...new Map((of.statuses ?? []).filter((one) => one.sha === sha).map((one) => [one.context, one])).values()].map((one) => ({
    __typename: "StatusContext",
    id: nodeId("StatusContext", one.id),
    context: one.context,
    state: one.state.toUpperCase(),
    createdAt: iso(one.at)
  }))

/** The combined state of several checks or statuses. */
const combinedState = (states: ReadonlyArray<string>): string => {
  const failed = ["FAILURE", "ERROR"].find((state) => states.includes(state))
  return failed ?? (states.some((state) => state === "PENDING" || state === "EXPECTED") ? "PENDING" : "SUCCESS")
}

/** A commit's combined statuses, without checks. */
export const statusOf = (of: State.Repository, sha: string) => {
  const statuses = statusesOf(of, sha)
  if (statuses.length === 0) return null
  return {
    __typename: "Status",
    id: nodeId("Status", sha),
    state: combinedState(statuses.map(({ state }) => state)),
    context: ({ name }: { readonly name: string }) => statuses.find(({ context }) => context === name) ?? null
  }
}

/** The combined state of checks and statuses of a pull request's head. The stand-in models all checks as one check run. */
export const rollupOf = (context: Context, of: State.Repository, number: number | null, sha: string) => {
  const item = number === null ? undefined : HashMap.get(of.items, number)
  const pull = item?._tag === "Some" && item.value._tag === "PullRequest" ? item.value : undefined
  const checks = pull?.checks?.[sha]
  const statuses = statusesOf(of, sha)
  if (checks === undefined && statuses.length === 0) return null
  const ended = checks?.say !== "PENDING"
  const runs: ReadonlyArray<object> =
    checks === undefined
      ? []
      : [
          {
            __typename: "CheckRun",
            id: nodeId("CheckRun", sha),
            name: "test",
            conclusion: ended ? checks.say : null,
            completedAt: ended ? iso(checks.at) : null
          }
        ]
  return {
    __typename: "StatusCheckRollup",
    id: nodeId("StatusCheckRollup", sha),
    state: combinedState([...(checks === undefined ? [] : [checks.say]), ...statuses.map(({ state }) => state)]),
    commit: () => ({ __typename: "Commit", id: nodeId("Commit", `${of.id}/${sha}`), oid: sha, status: () => statusOf(of, sha) }),
    contexts: (page: Page) => connection(context, [...runs, ...statuses], page, (one) => one)
  }
}

interface Item {
  readonly at: number
  readonly type: string
  readonly node: () => object
}

interface Makers {
  readonly commit: (item: State.Commit) => object
  readonly pullRequest: (item: State.PullRequest) => object
}

const headCommit = (item: State.PullRequest, sha: string, at: number): State.Commit => ({
  sha,
  message: messageOf(item),
  authorId: item.authorId,
  at,
  pullRequest: item.number,
  files: item.files
})

const pushedAt = ({ createdAt, turns = [] }: State.PullRequest, sha: string): number =>
  turns.find((turn) => turn._tag === "HeadRefForcePushed" && turn.after === sha)?.at ?? createdAt

const turnItem = (
  context: Context,
  of: State.Repository,
  item: State.PullRequest,
  turn: State.PullRequestTurn,
  { commit }: Makers
): Item => {
  const kind = `${turn._tag}Event`
  const common = {
    __typename: kind,
    id: nodeId(kind, `${item.id}/${turn.id}`),
    createdAt: iso(turn.at),
    actor: () => actorById(context, turn.actorId)
  }
  const node = () => {
    if (turn._tag === "HeadRefForcePushed")
      return {
        ...common,
        beforeCommit: () => commit(headCommit(item, turn.before, pushedAt(item, turn.before))),
        afterCommit: () => commit(headCommit(item, turn.after, turn.at))
      }
    if (turn._tag === "Reopened") return { ...common, stateReason: null }
    const { commit: closer } = turn._tag === "Closed" ? turn : {}
    const by = State.commitOf(of, closer ?? "")
    return turn._tag === "Closed" ? { ...common, stateReason: null, closer: () => (by === undefined ? null : commit(by)) } : common
  }
  return { at: turn.at, type: TURN_TYPES[turn._tag], node }
}

const TURN_TYPES: Readonly<Record<State.PullRequestTurn["_tag"], string>> = {
  ReadyForReview: "READY_FOR_REVIEW_EVENT",
  ConvertToDraft: "CONVERT_TO_DRAFT_EVENT",
  ReviewRequested: "REVIEW_REQUESTED_EVENT",
  Closed: "CLOSED_EVENT",
  Reopened: "REOPENED_EVENT",
  HeadRefForcePushed: "HEAD_REF_FORCE_PUSHED_EVENT"
}

const commitItem = (of: State.Repository, item: State.PullRequest, found: State.Commit, { commit }: Pick<Makers, "commit">) => ({
  __typename: "PullRequestCommit",
  id: nodeId("PullRequestCommit", `${item.id}/${found.sha}`),
  commit: () => commit(found.sha === endsOf(of, item).head ? { ...found, at: pushedAt(item, found.sha) } : found)
})

/** The commits of a pull request's branch, oldest first. */
export const commitsOf = (context: Context, of: State.Repository, item: State.PullRequest, page: Page, makers: Pick<Makers, "commit">) =>
  connection(context, ownCommitsOf(of, item), page, (one) => commitItem(of, item, one, makers))

const itemsOf = (context: Context, of: State.Repository, item: State.PullRequest, makers: Makers): ReadonlyArray<Item> => {
  const { head } = endsOf(of, item)
  const reverted = `Reverts ${State.fullName(context.view.state, of)}#${item.number}`
  const dismissals = reviewsIn(item).flatMap(({ dismissal, ...review }): ReadonlyArray<Item> => {
    if (dismissal === undefined) return []
    const node = () => ({
      __typename: "ReviewDismissedEvent",
      id: nodeId("ReviewDismissedEvent", `${item.id}/${dismissal.id}`),
      createdAt: iso(dismissal.at),
      actor: () => actorById(context, of.ownerId),
      previousReviewState: review.state,
      review: () => reviewOf(context, of, item, { ...review, dismissal })
    })
    return [{ at: dismissal.at, type: "REVIEW_DISMISSED_EVENT", node }]
  })
  const reviews = reviewsIn(item).map(
    (review): Item => ({ at: review.at, type: "PULL_REQUEST_REVIEW", node: () => reviewOf(context, of, item, review) })
  )
  const mentions = Array.from(HashMap.values(of.items)).flatMap((other): ReadonlyArray<Item> => {
    if (other._tag !== "PullRequest" || !other.body.includes(reverted)) return []
    const node = () => ({
      __typename: "CrossReferencedEvent",
      id: nodeId("CrossReferencedEvent", `${item.id}/${other.id}`),
      createdAt: iso(other.createdAt),
      actor: () => actorById(context, other.authorId),
      isCrossRepository: false,
      willCloseTarget: false,
      source: () => makers.pullRequest(other)
    })
    return [{ at: other.createdAt, type: "CROSS_REFERENCED_EVENT", node }]
  })
  const commit: Item = {
    at: pushedAt(item, head),
    type: "PULL_REQUEST_COMMIT",
    node: () => commitItem(of, item, headCommit(item, head, pushedAt(item, head)), makers)
  }
  const remarks = (item.events ?? []).map(
    (event): Item => ({ at: event.at, type: TIMELINE_TYPES[event._tag], node: () => remarkItem(context, of, item, event) })
  )
  const turns = (item.turns ?? []).map((turn) => turnItem(context, of, item, turn, makers))
  return [...remarks, commit, ...turns, ...reviews, ...dismissals, ...mentions].toSorted((one, other) => one.at - other.at)
}

/** A pull request's timeline, oldest first. */
export const pullRequestTimeline = (
  context: Context,
  of: State.Repository,
  item: State.PullRequest,
  wanted: Page & { readonly itemTypes?: ReadonlyArray<string> | null; readonly since?: string | null },
  makers: Makers
) => connection(context, itemsOf(context, of, item, makers).filter(isOfType(wanted)), wanted, ({ node }) => node())
