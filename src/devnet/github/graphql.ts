/**
 * GraphQL of the stand-in: graphql-js executes a query over the state by the schema in `graphqlSchema.ts`. Each object below is a type of
 * GitHub's; fields that lead on to other objects are functions, so that nothing is built which is not asked for.
 */

import { HashMap, Option } from "effect"
import { buildSchema, GraphQLError, graphql } from "graphql"
import { avatarOf, fromNodeId, LABEL_COLOR, nodeId, type View } from "./bodies.ts"
import type { Pages } from "./Engine.ts"
import { SDL } from "./graphqlSchema.ts"
import { total } from "./itemBodies.ts"
import type { Caller, Standing } from "./limits.ts"
import * as State from "./State.ts"

const schema = buildSchema(SDL)

/** Whom a query is answered to, from which state. */
interface Context {
  readonly view: View
  readonly caller: Caller
  readonly standing: Standing
  readonly pages: Pages
}

const iso = (milliseconds: number) => `${new Date(milliseconds).toISOString().slice(0, 19)}Z`
const isoOrNull = (milliseconds: number | null) => (milliseconds === null ? null : iso(milliseconds))

const notFound = (what: string) => new GraphQLError(`Could not resolve to ${what}.`, { extensions: { type: "NOT_FOUND" } })

interface Page {
  readonly first?: number | null
  readonly last?: number | null
  readonly after?: string | null
  readonly before?: string | null
}

const MOST = 100

/** A page of a list; cursors are positions. GitHub wants `first` or `last`, at most 100. */
const connection = <A, B>(context: Context, all: ReadonlyArray<A>, { first, last, after, before }: Page, node: (item: A) => B) => {
  const asked = first ?? last
  if (asked === null || asked === undefined) {
    throw new GraphQLError("You must provide a `first` or `last` value to properly paginate the connection.", {
      extensions: { type: "MISSING_PAGINATION_BOUNDARIES" }
    })
  }
  if (asked < 0 || asked > MOST) {
    throw new GraphQLError(`Requesting ${asked} records on the connection exceeds the \`first\` limit of ${MOST} records.`, {
      extensions: { type: "EXCESSIVE_PAGINATION" }
    })
  }
  const wanted = Math.min(asked, context.pages.most)
  const position = (cursor: string) => Number(Buffer.from(cursor, "base64url").toString("utf8").replace("cursor:", ""))
  const cursor = (index: number) => Buffer.from(`cursor:${index}`).toString("base64url")
  const low = after === null || after === undefined ? 0 : position(after) + 1
  const high = before === null || before === undefined ? all.length : position(before)
  const start = first === null || first === undefined ? Math.max(low, high - wanted) : low
  const end = Math.min(high, start + wanted)
  return {
    totalCount: all.length,
    nodes: all.slice(start, end).map(node),
    pageInfo: {
      startCursor: end > start ? cursor(start) : null,
      endCursor: end > start ? cursor(end - 1) : null,
      hasPreviousPage: start > 0,
      hasNextPage: end < all.length
    }
  }
}

const actor = (context: Context, account: State.Account) => ({
  __typename: account.kind,
  id: nodeId(account.kind, account.id),
  databaseId: account.id,
  login: account.login,
  avatarUrl: avatarOf(context.view.base, account.id),
  url: `${context.view.base}/${account.login}`,
  createdAt: iso(account.createdAt)
})

/** null of an account that is gone. */
const actorById = (context: Context, id: number) => {
  const account = State.accountOf(context.view.state, id)
  return account.deleted === true ? null : actor(context, account)
}

const repository = (context: Context, item: State.Repository) => {
  const nameWithOwner = State.fullName(context.view.state, item)
  const branch = {
    __typename: "Ref",
    id: nodeId("Ref", `${item.id}/${item.defaultBranch}`),
    name: item.defaultBranch,
    target: () =>
      Option.match(Option.fromNullable(item.commits.at(-1)), { onNone: () => null, onSome: (last) => commit(context, item, last) })
  }
  return {
    __typename: "Repository",
    id: nodeId("Repository", item.id),
    databaseId: item.id,
    name: item.name,
    nameWithOwner,
    url: `${context.view.base}/${nameWithOwner}`,
    createdAt: iso(item.createdAt),
    isArchived: item.archived,
    isDisabled: false,
    isPrivate: item.private,
    owner: () => actorById(context, item.ownerId),
    defaultBranchRef: branch,
    object: ({ oid }: { readonly oid?: string | null }) => {
      const found = State.commitOf(item, oid ?? "")
      return found === undefined ? null : commit(context, item, found)
    },
    issue: ({ number }: { readonly number: number }) =>
      Option.match(
        Option.filter(State.issueOf(item, number), (found) => found.gone === null),
        {
          onNone: () => {
            throw notFound(`an Issue with the number of ${number}`)
          },
          onSome: (found) => issue(context, item, found)
        }
      ),
    pullRequest: ({ number }: { readonly number: number }) =>
      Option.match(State.pullRequestOf(item, number), {
        onNone: () => {
          throw notFound(`a PullRequest with the number of ${number}`)
        },
        onSome: (found) => pullRequest(context, item, found)
      })
  }
}

const reasonOf = (reason: State.Issue["reason"], enableDuplicate: boolean) =>
  reason === null ? null : reason === "duplicate" && !enableDuplicate ? "NOT_PLANNED" : reason.toUpperCase()

const issue = (context: Context, of: State.Repository, item: State.Issue): object => ({
  __typename: "Issue",
  id: nodeId("Issue", item.id),
  databaseId: item.id,
  number: item.number,
  title: item.title,
  url: `${context.view.base}/${State.fullName(context.view.state, of)}/issues/${item.number}`,
  author: () => actorById(context, item.authorId),
  repository: () => repository(context, of),
  createdAt: iso(item.createdAt),
  closed: item.closedAt !== null,
  closedAt: isoOrNull(item.closedAt),
  locked: State.isLocked(item),
  labels: (page: Page) =>
    connection(context, State.labelsOf(item), page, (name) => ({
      id: nodeId("Label", `${of.id}/${name}`),
      name,
      color: LABEL_COLOR
    })),
  state: item.closedAt === null ? "OPEN" : "CLOSED",
  stateReason: ({ enableDuplicate }: { readonly enableDuplicate?: boolean }) => reasonOf(item.reason, enableDuplicate ?? false),
  closedByPullRequestsReferences: ({ includeClosedPrs, ...page }: Page & { readonly includeClosedPrs?: boolean }) =>
    connection(
      context,
      // Merged pull requests count as references whether closed ones are asked for or not.
      inOrder(
        context,
        State.linkedPullRequests(of, item.number).filter(
          (linked) => includeClosedPrs || linked.closedAt === null || linked.mergedAt !== null
        )
      ),
      page,
      (linked) => pullRequest(context, of, linked)
    ),
  timelineItems: ({
    itemTypes,
    since,
    ...page
  }: Page & { readonly itemTypes?: ReadonlyArray<string> | null; readonly since?: string | null }) =>
    connection(
      context,
      item.events
        .filter((event) => !itemTypes || itemTypes.includes(TIMELINE_TYPES[event._tag]))
        .filter((event) => !since || event.at >= Date.parse(since)),
      page,
      (event) => timelineItem(context, of, item, event)
    )
})

const inOrder = <A>(context: Context, items: ReadonlyArray<A>): ReadonlyArray<A> => (context.pages.reversed ? items.toReversed() : items)

const TIMELINE_TYPES: Readonly<Record<State.IssueEvent["_tag"], string>> = {
  Closed: "CLOSED_EVENT",
  Reopened: "REOPENED_EVENT",
  Transferred: "TRANSFERRED_EVENT",
  ConvertedToDiscussion: "CONVERTED_TO_DISCUSSION_EVENT",
  Locked: "LOCKED_EVENT",
  Unlocked: "UNLOCKED_EVENT",
  Labeled: "LABELED_EVENT",
  Unlabeled: "UNLABELED_EVENT",
  Commented: "ISSUE_COMMENT",
  CrossReferenced: "CROSS_REFERENCED_EVENT"
}

const timelineItem = (context: Context, of: State.Repository, item: State.Issue, event: State.IssueEvent) => {
  const common = {
    __typename: `${event._tag}Event`,
    id: nodeId(`${event._tag}Event`, `${item.id}/${event.id}`),
    createdAt: iso(event.at),
    actor: () => actorById(context, event.actorId)
  }
  switch (event._tag) {
    case "Closed":
      return { ...common, stateReason: reasonOf(event.reason, false), closer: () => closer(context, of, event.closer) }
    case "Reopened":
      return { ...common, stateReason: "REOPENED" }
    case "ConvertedToDiscussion":
    case "Locked":
    case "Unlocked":
    case "Labeled":
    case "Unlabeled":
      return common
    case "Commented":
      return { ...common, __typename: "IssueComment", author: common.actor, body: event.body }
    case "Transferred":
      return {
        ...common,
        issue: () => issue(context, of, item),
        fromRepository: () =>
          State.repositoryById(context.view.state, event.fromRepositoryId).pipe(
            Option.filter((from) => State.maySee(from, context.caller)),
            Option.match({ onNone: () => null, onSome: (from) => repository(context, from) })
          )
      }
    case "CrossReferenced":
      return {
        ...common,
        willCloseTarget: () => Option.exists(State.pullRequestOf(of, event.pullRequest), ({ closes }) => closes.includes(item.number)),
        source: () =>
          Option.map(State.pullRequestOf(of, event.pullRequest), (source) => pullRequest(context, of, source)).pipe(Option.getOrNull)
      }
  }
}

const closer = (context: Context, of: State.Repository, by: State.Closer) => {
  if (by === null) return null
  const place = by.repositoryId === undefined ? Option.some(of) : State.repositoryById(context.view.state, by.repositoryId)
  const visible = Option.getOrUndefined(Option.filter(place, (found) => State.maySee(found, context.caller)))
  if (visible === undefined) return null
  if (by._tag === "PullRequest")
    return Option.getOrNull(Option.map(State.pullRequestOf(visible, by.number), (found) => pullRequest(context, visible, found)))
  const found = State.commitOf(visible, by.sha)
  return found === undefined ? null : commit(context, visible, found)
}

const pullRequest = (context: Context, of: State.Repository, item: State.PullRequest): object => ({
  __typename: "PullRequest",
  id: nodeId("PullRequest", item.id),
  databaseId: item.id,
  number: item.number,
  title: item.title,
  url: `${context.view.base}/${State.fullName(context.view.state, of)}/pull/${item.number}`,
  author: () => actorById(context, item.authorId),
  authorAssociation: () => State.associationOf(of, item.authorId),
  repository: () => repository(context, of),
  baseRepository: () => repository(context, of),
  body: item.body,
  // Forks are not modelled as repositories.
  headRepository: () => (item.fromFork === true ? null : repository(context, of)),
  isCrossRepository: item.fromFork ?? false,
  isDraft: item.draft ?? false,
  baseRefName: item.baseBranch,
  headRefName: item.headBranch,
  createdAt: iso(item.createdAt),
  closed: item.closedAt !== null,
  closedAt: isoOrNull(item.closedAt),
  merged: item.mergedAt !== null,
  mergedAt: isoOrNull(item.mergedAt),
  mergedBy: () => (item.mergedById === null ? null : actorById(context, item.mergedById)),
  state: item.mergedAt !== null ? "MERGED" : item.closedAt !== null ? "CLOSED" : "OPEN",
  additions: total(item.files.map(({ additions }) => additions)),
  deletions: total(item.files.map(({ deletions }) => deletions)),
  changedFiles: item.files.length,
  mergeCommit: () => mergeCommit(context, of, item)
})

/** Also of a merge into another branch, whose commits the state does not list. */
const mergeCommit = (context: Context, of: State.Repository, item: State.PullRequest) => {
  if (item.mergeCommit === null || item.mergedAt === null) return null
  const listed = State.commitOf(of, item.mergeCommit)
  const message = `${item.title} (#${item.number})`
  const unlisted = {
    sha: item.mergeCommit,
    message,
    authorId: item.authorId,
    at: item.mergedAt,
    pullRequest: item.number,
    files: item.files
  }
  return commit(context, of, listed ?? unlisted)
}

const commit = (context: Context, of: State.Repository, item: State.Commit) => ({
  __typename: "Commit",
  id: nodeId("Commit", `${of.id}/${item.sha}`),
  oid: item.sha,
  message: item.message,
  committedDate: iso(item.at),
  associatedPullRequests: (page: Page) =>
    connection(context, item.pullRequest === null ? [] : Option.toArray(State.pullRequestOf(of, item.pullRequest)), page, (found) =>
      pullRequest(context, of, found)
    ),
  history: ({ since, until, ...page }: Page & { readonly since?: string | null; readonly until?: string | null }) =>
    connection(
      context,
      of.commits
        .slice(0, of.commits.indexOf(item) + 1)
        .filter((older) => (!since || older.at >= Date.parse(since)) && (!until || older.at <= Date.parse(until)))
        .reverse(),
      page,
      (older): object => commit(context, of, older)
    )
})

const node = (context: Context, id: string) => {
  const missing = () => notFound(`a node with the global id of '${id}'`)
  const meant = fromNodeId(id)
  const { state } = context.view
  const found: Option.Option<object> =
    meant?.kind === "Repository"
      ? State.repositoryById(state, Number(meant.id)).pipe(
          Option.filter((candidate) => State.maySee(candidate, context.caller)),
          Option.map((candidate) => repository(context, candidate))
        )
      : meant?.kind === "User" || meant?.kind === "Organization"
        ? Option.map(HashMap.get(state.accounts, Number(meant.id)), (account) => actor(context, account))
        : Option.none()
  return Option.getOrThrowWith(found, missing)
}

const root = (context: Context) => ({
  node: ({ id }: { readonly id: string }) => node(context, id),
  viewer: () => actorById(context, context.caller ?? 0),
  user: ({ login }: { readonly login: string }) =>
    State.accountByLogin(context.view.state, login).pipe(
      Option.filter((account) => account.kind === "User"),
      Option.match({
        onNone: () => {
          throw notFound(`a User with the login of '${login}'`)
        },
        onSome: (account) => actor(context, account)
      })
    ),
  rateLimit: {
    cost: 1,
    nodeCount: 0,
    limit: context.standing.limit,
    used: context.standing.used,
    remaining: context.standing.remaining,
    resetAt: iso(context.standing.resetAt)
  },
  repository: ({ owner, name, followRenames }: { readonly owner: string; readonly name: string; readonly followRenames?: boolean }) =>
    State.repositoryByName(context.view.state, `${owner}/${name}`).pipe(
      Option.filter((found) => State.maySee(found, context.caller)),
      Option.filter(
        (found) => followRenames !== false || State.fullName(context.view.state, found).toLowerCase() === `${owner}/${name}`.toLowerCase()
      ),
      Option.match({
        onNone: () => {
          throw notFound(`a Repository with the name '${owner}/${name}'`)
        },
        onSome: (found) => repository(context, found)
      })
    )
})

/** Answers one query. Errors have GitHub's form: `type` beside `message`, the rest of the data given. */
export const answer = async (
  context: Context,
  request: {
    readonly query: string
    readonly variables?: Readonly<Record<string, unknown>> | undefined
    readonly operationName?: string | undefined
  }
): Promise<object> => {
  const result = await graphql({
    schema,
    source: request.query,
    rootValue: root(context),
    variableValues: request.variables ?? {},
    operationName: request.operationName ?? null
  })
  const errors = result.errors?.map((error) => ({
    ...(typeof error.extensions.type === "string" ? { type: error.extensions.type } : {}),
    ...(error.path === undefined ? {} : { path: error.path }),
    locations: error.locations ?? [],
    message: error.message
  }))
  return { ...(result.data === undefined ? {} : { data: result.data }), ...(errors === undefined ? {} : { errors }) }
}
