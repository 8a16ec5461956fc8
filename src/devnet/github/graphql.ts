/**
 * GraphQL of the stand-in: graphql-js executes a query over the state by the schema in `graphqlSchema.ts`. Each object below is a type of
 * GitHub's; fields that lead on to other objects are functions, so that nothing is built which is not asked for.
 */

import { HashMap, Option } from "effect"
import { buildSchema, GraphQLError, graphql } from "graphql"
import { fromNodeId, nodeId } from "./bodies.ts"
import { blob, contributionOf, isOfType, labelsOf, remarkItem } from "./graphqlContribution.ts"
import { actor, actorById, type Context, connection, inOrder, iso, isoOrNull, notFound, type Page } from "./graphqlParts.ts"
import { SDL } from "./graphqlSchema.ts"
import { total } from "./itemBodies.ts"
import * as State from "./State.ts"
import { blobAt } from "./trees.ts"

const schema = buildSchema(SDL)

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
    object: ({ oid, expression }: { readonly oid?: string | null; readonly expression?: string | null }) => {
      if (expression?.includes(":") === true) return blob(item, blobAt(item, expression))
      const found = State.commitOf(item, oid ?? expression ?? "")
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
  authorAssociation: () => State.associationOf(of, item.authorId),
  lastEditedAt: isoOrNull(item.editedAt ?? null),
  updatedAt: iso(item.updatedAt),
  labels: (page: Page) => labelsOf(context, of, item, page),
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
  timelineItems: (wanted: Page & { readonly itemTypes?: ReadonlyArray<string> | null; readonly since?: string | null }) =>
    connection(context, item.events.filter(isOfType(wanted)), wanted, (event) => timelineItem(context, of, item, event))
})

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
      return common
    case "Locked":
    case "Unlocked":
    case "Labeled":
    case "Unlabeled":
    case "Renamed":
    case "Commented":
      return remarkItem(context, of, item, event)
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
  mergeCommit: () => mergeCommit(context, of, item),
  ...contributionOf(context, of, item, (linked) => issue(context, of, linked))
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

/** Where items are, by id: made once of each state. */
const placesById = new WeakMap<State.State["repositories"], ReadonlyMap<number, readonly [repository: number, number: number]>>()

const placeOf = ({ repositories }: State.State, id: number) => {
  const known = placesById.get(repositories)
  if (known !== undefined) return known.get(id)
  const places = new Map<number, readonly [number, number]>()
  for (const own of HashMap.values(repositories))
    for (const item of HashMap.values(own.items))
      if (item._tag === "PullRequest" || item.gone === null) places.set(item.id, [own.id, item.number])
  placesById.set(repositories, places)
  return places.get(id)
}

const itemNode = (context: Context, id: number): Option.Option<object> =>
  Option.gen(function* () {
    const [repositoryId, number] = yield* Option.fromNullable(placeOf(context.view.state, id))
    const of = yield* Option.filter(State.repositoryById(context.view.state, repositoryId), (found) => State.maySee(found, context.caller))
    const item = yield* HashMap.get(of.items, number)
    return item._tag === "Issue" ? issue(context, of, item) : pullRequest(context, of, item)
  })

const node = (context: Context, id: string) => {
  const missing = () => notFound(`a node with the global id of '${id}'`)
  const meant = fromNodeId(id)
  const { state } = context.view
  const found = (): Option.Option<object> => {
    switch (meant?.kind) {
      case "Repository":
        return State.repositoryById(state, Number(meant.id)).pipe(
          Option.filter((candidate) => State.maySee(candidate, context.caller)),
          Option.map((candidate) => repository(context, candidate))
        )
      case "User":
      case "Organization":
        return Option.map(HashMap.get(state.accounts, Number(meant.id)), (account) => actor(context, account))
      case "PullRequest":
      case "Issue":
        return itemNode(context, Number(meant.id))
      default:
        return Option.none()
    }
  }
  return Option.getOrThrowWith(found(), missing)
}

/** An error of its own stands for each that is not there. */
const nodes = (context: Context, ids: ReadonlyArray<string>) =>
  ids.map((id) => {
    try {
      return node(context, id)
    } catch (error) {
      return error instanceof GraphQLError ? error : null
    }
  })

const root = (context: Context) => ({
  node: ({ id }: { readonly id: string }) => node(context, id),
  nodes: ({ ids }: { readonly ids: ReadonlyArray<string> }) => nodes(context, ids),
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
    cost: context.cost,
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
