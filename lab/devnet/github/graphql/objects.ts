/** The objects of GitHub's GraphQL types. Fields that lead to other objects are functions, so that only queried objects are built. */
import { HashMap, Option } from "effect"
import { behaviours } from "../../behaviours.ts"
import { gitCommitAt } from "../state/gitHistory.ts"
import { contentsOfCommit, endsOf, withContents } from "../state/gitObjects.ts"
import { emptyTree, filesIn } from "../state/gitTree.ts"
import * as State from "../state/State.ts"
import { closedBy, linkedPullRequests } from "../state/texts.ts"
import { iso, isoOrNull, nodeId, total } from "../View.ts"
import { actorById } from "./actor.ts"
import { type Context, notFound } from "./Context.ts"
import { connection, inOrder, type Page } from "./connection.ts"
import { contributionOf, isOfType, labelsOf, remarkItem, TIMELINE_TYPES } from "./contribution.ts"
import { commentsOf, type IssuesWanted, isShown, issuesOf, type PullRequestsWanted, pullRequestsOf, stateOf } from "./lists.ts"
import { commitsOf, pullRequestTimeline, reviewDecisionOf, reviewsOf, rollupOf, statusOf } from "./pullRequestTimeline.ts"
import { fileAt, interactionsOf, objectAt, ownerOf } from "./repositoryParts.ts"

export const repository = (context: Context, item: State.Repository) => {
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
    hasPullRequestsEnabled: item.pullRequests !== "none",
    pullRequestCreationPolicy: item.pullRequests === "collaborators" ? "COLLABORATORS_ONLY" : "ALL",
    isDisabled: false,
    isPrivate: item.private,
    interactionAbility: interactionsOf(item),
    owner: () => ownerOf(context, item, (other) => repository(context, other)),
    defaultBranchRef: branch,
    primaryLanguage:
      item.language == null ? null : { __typename: "Language", id: nodeId("Language", item.language), name: item.language, color: null },
    object: ({ oid, expression }: { readonly oid?: string | null; readonly expression?: string | null }) => {
      if (expression?.includes(":") === true) return objectAt(item, expression)
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
    issues: (wanted: IssuesWanted) => connection(context, issuesOf(item, wanted), wanted, (found) => issue(context, item, found)),
    pullRequest: ({ number }: { readonly number: number }) =>
      Option.match(State.pullRequestOf(item, number), {
        onNone: () => {
          throw notFound(`a PullRequest with the number of ${number}`)
        },
        onSome: (found) => pullRequest(context, item, found)
      }),
    pullRequests: (wanted: PullRequestsWanted) =>
      connection(context, pullRequestsOf(context, item, wanted), wanted, (found) => pullRequest(context, item, found))
  }
}

const reasonOf = (reason: State.Issue["reason"], enableDuplicate: boolean) =>
  reason === null ? null : reason === "duplicate" && !enableDuplicate ? "NOT_PLANNED" : reason.toUpperCase()

export const issue = (context: Context, of: State.Repository, item: State.Issue): object => ({
  __typename: "Issue",
  id: nodeId("Issue", item.id),
  databaseId: item.id,
  number: item.number,
  title: item.title,
  body: item.body,
  url: `${context.view.base}/${State.fullName(context.view.state, of)}/issues/${item.number}`,
  author: () => actorById(context, item.authorId),
  repository: () => repository(context, of),
  createdAt: iso(item.createdAt),
  closed: item.closedAt !== null,
  closedAt: isoOrNull(item.closedAt),
  locked: State.isLocked(item),
  authorAssociation: () => State.associationOf(of, item.authorId, context.view.caller),
  lastEditedAt: isoOrNull(item.editedAt ?? null),
  updatedAt: iso(item.updatedAt),
  labels: (page: Page) => labelsOf(context, of, item, page),
  assignees: (page: Page) => connection(context, item.assignees ?? [], page, (id) => actorById(context, id)),
  comments: (page: Page) => connection(context, commentsOf(item), page, (event) => remarkItem(context, of, item, event)),
  reactions: (page: Page) =>
    connection(context, item.reactions ?? [], page, (id) => ({
      id: nodeId("Reaction", `${item.id}/${id}`),
      content: "THUMBS_UP",
      user: () => actorById(context, id)
    })),
  state: item.closedAt === null ? "OPEN" : "CLOSED",
  stateReason: ({ enableDuplicate }: { readonly enableDuplicate?: boolean }) => reasonOf(item.reason, enableDuplicate ?? false),
  closedByPullRequestsReferences: ({
    includeClosedPrs,
    userLinkedOnly = false,
    ...page
  }: Page & { readonly includeClosedPrs?: boolean; readonly userLinkedOnly?: boolean }) =>
    connection(
      context,
      // Merged pull requests are listed with and without `includeClosedPrs`.
      inOrder(
        context,
        linkedPullRequests(of, item.number).filter(
          (linked) =>
            isShown(context)(linked) &&
            (!userLinkedOnly || linked.byHand?.includes(item.number) === true) &&
            (includeClosedPrs || linked.closedAt === null || linked.mergedAt !== null)
        )
      ),
      page,
      (linked) => pullRequest(context, of, linked)
    ),
  timelineItems: (wanted: Page & { readonly itemTypes?: ReadonlyArray<string> | null; readonly since?: string | null }) =>
    connection(
      context,
      item.events.filter(
        (event) =>
          isOfType(wanted)({ at: event.at, type: TIMELINE_TYPES[event._tag] }) &&
          (!("pullRequest" in event) || Option.exists(State.pullRequestOf(of, event.pullRequest), isShown(context)))
      ),
      wanted,
      (event) => timelineItem(context, of, item, event)
    )
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
      return {
        ...common,
        stateReason: reasonOf(event.reason, false),
        closer: () => closer(context, of, event.closer),
        intent: event.isByAgent === true ? { rationale: "It was solved." } : null
      }
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
            Option.filter((from) => State.maySee(from, context.view.caller)),
            Option.match({ onNone: () => null, onSome: (from) => repository(context, from) })
          )
      }
    case "Connected":
    case "Disconnected":
      return {
        ...common,
        isCrossRepository: false,
        source: () => issue(context, of, item),
        subject: () =>
          Option.map(State.pullRequestOf(of, event.pullRequest), (subject) => pullRequest(context, of, subject)).pipe(Option.getOrNull)
      }
    case "CrossReferenced":
      return {
        ...common,
        isCrossRepository: false,
        willCloseTarget: () => Option.exists(State.pullRequestOf(of, event.pullRequest), (found) => closedBy(found).includes(item.number)),
        source: () =>
          Option.map(State.pullRequestOf(of, event.pullRequest), (source) => pullRequest(context, of, source)).pipe(Option.getOrNull)
      }
  }
}

const closer = (context: Context, of: State.Repository, by: State.Closer) => {
  if (by === null) return null
  if (by._tag === "Project") return { __typename: "ProjectV2", id: nodeId("ProjectV2", of.ownerId), title: "Board" }
  const place = by.repositoryId === undefined ? Option.some(of) : State.repositoryById(context.view.state, by.repositoryId)
  const visible = Option.getOrUndefined(Option.filter(place, (found) => State.maySee(found, context.view.caller)))
  if (visible === undefined) return null
  if (by._tag === "PullRequest")
    return State.pullRequestOf(visible, by.number).pipe(
      Option.filter(isShown(context)),
      Option.map((found) => pullRequest(context, visible, found)),
      Option.getOrNull
    )
  const found = State.commitOf(visible, by.sha)
  return found === undefined ? null : commit(context, visible, found)
}

export const pullRequest = (context: Context, of: State.Repository, item: State.PullRequest): object => ({
  __typename: "PullRequest",
  id: nodeId("PullRequest", item.id),
  databaseId: item.id,
  number: item.number,
  title: item.title,
  url: `${context.view.base}/${State.fullName(context.view.state, of)}/pull/${item.number}`,
  author: () => actorById(context, item.authorId),
  authorAssociation: () => State.associationOf(of, item.authorId, context.view.caller),
  repository: () => repository(context, of),
  baseRepository: () => repository(context, of),
  body: item.body,
  // Forks are not modelled as repositories.
  headRepository: () => (item.fromFork === true ? null : repository(context, of)),
  isCrossRepository: item.fromFork ?? false,
  isDraft: item.draft ?? false,
  reviewDecision: () => reviewDecisionOf(of, item),
  statusCheckRollup: () => rollupOf(context, of, item.number, endsOf(of, item).head),
  reviews: (wanted: Page & { readonly states?: ReadonlyArray<string> | null }) => reviewsOf(context, of, item, wanted),
  timelineItems: (wanted: Page & { readonly itemTypes?: ReadonlyArray<string> | null; readonly since?: string | null }) =>
    pullRequestTimeline(context, of, item, wanted, {
      commit: (found) => commit(context, of, found),
      pullRequest: (found) => pullRequest(context, of, found)
    }),
  commits: (page: Page) => commitsOf(context, of, item, page, { commit: (found) => commit(context, of, found) }),
  baseRefName: item.baseBranch,
  headRefName: item.headBranch,
  createdAt: iso(item.createdAt),
  closed: item.closedAt !== null,
  closedAt: isoOrNull(item.closedAt),
  merged: item.mergedAt !== null,
  mergedAt: isoOrNull(item.mergedAt),
  mergedBy: () => (item.mergedById === null ? null : actorById(context, item.mergedById)),
  state: stateOf(item),
  additions: total(item.files.map(({ additions }) => additions)),
  deletions: total(item.files.map(({ deletions }) => deletions)),
  changedFiles: item.files.length,
  mergeCommit: () => mergeCommit(context, of, item),
  ...contributionOf(context, of, item, (linked) => issue(context, of, linked))
})

/** The merge commit. Also covers a merge into another branch, whose commits are not in the state. */
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

/** The pull requests of a commit, as GitHub lists them: the one that brought it, and all whose branches contained it afterwards. */
const associated = (of: State.Repository, { at, pullRequest }: State.Commit): ReadonlyArray<State.PullRequest> =>
  Array.from(HashMap.values(of.items))
    .flatMap((item) => (item._tag === "PullRequest" ? [item] : []))
    .filter(
      ({ branchUpdatedAt, carries = [], number }) =>
        number === pullRequest ||
        (pullRequest !== null && carries.includes(pullRequest)) ||
        (branchUpdatedAt !== undefined && branchUpdatedAt >= at)
    )
    .toSorted((one, other) => one.number - other.number)

/** The paths of a commit's changed files, on either side. */
const pathsOf = (of: State.Repository, item: State.Commit): ReadonlyArray<string> => [
  ...item.files.map(({ path }) => path),
  ...(contentsOfCommit(of, item) ?? []).flatMap(({ path, previousPath }) => [path, previousPath ?? path]),
  ...(item === of.commits[0] ? filesIn(gitCommitAt(of, item.sha)?.tree ?? emptyTree) : []).map(([path]) => path)
]

const commit = (context: Context, of: State.Repository, item: State.Commit): object => {
  const committedAt = ({ at, committedAt = at }: State.Commit) => committedAt
  const counts = () => (item.files.length > 0 ? item.files : withContents([], contentsOfCommit(of, item) ?? []).files)
  return {
    __typename: "Commit",
    id: nodeId("Commit", `${of.id}/${item.sha}`),
    oid: item.sha,
    message: item.message,
    committedDate: iso(committedAt(item)),
    additions: () => total(counts().map(({ additions }) => additions)),
    deletions: () => total(counts().map(({ deletions }) => deletions)),
    file: ({ path }: { readonly path: string }) => fileAt(of, item.sha, path),
    status: () => statusOf(of, item.sha),
    statusCheckRollup: () => rollupOf(context, of, item.pullRequest, item.sha),
    parents: (page: Page) =>
      connection(
        context,
        State.parentsOf(of, item).flatMap((sha) => State.commitOf(of, sha) ?? []),
        page,
        (parent) => commit(context, of, parent)
      ),
    associatedPullRequests: (page: Page) =>
      connection(context, associated(of, item).filter(isShown(context)), page, (found) => pullRequest(context, of, found)),
    history: ({
      path,
      since,
      until,
      ...page
    }: Page & { readonly path?: string | null; readonly since?: string | null; readonly until?: string | null }) =>
      connection(
        context,
        of.commits
          .slice(0, of.commits.indexOf(item) + 1)
          .filter((older) => (!since || committedAt(older) >= Date.parse(since)) && (!until || committedAt(older) <= Date.parse(until)))
          .filter((older) => !path || (State.parentsOf(of, older).length < 2 && pathsOf(of, older).includes(path)))
          .reverse(),
        page,
        (older): object => commit(context, of, older)
      )
  }
}

behaviours(
  {
    what: "GitHub hides a suspected spammer's account with its issues and pull requests, even when asked by id. An issue closed by one of them shows no closer.",
    sources: ["https://github.com/TeamNewPipe/NewPipe/issues/2420", "https://github.com/be5invis/Iosevka/issues/2361"],
    switch: "flagUser",
    test: "test/http/verdicts/cases.test.ts"
  },
  {
    what: "For some seconds after a push, the list of a new commit's pull requests is empty.",
    sources: ["https://github.com/tektoncd/pipelines-as-code/pull/2382", "https://github.com/apache/airflow/pull/58705"],
    switch: "the fault Unfilled, with associatedPullRequests",
    test: "test/http/verdicts/cases.test.ts"
  },
  {
    what: "A merge commit's diff is taken against its first parent, so it shows everything the branch brings.",
    sources: ["https://github.com/ScottDuckworth/python-anyvcs/issues/31"],
    test: "test/http/verdicts/cases.test.ts"
  },
  {
    what: "The `since` of a commit history compares committers' clocks, which can be years off.",
    sources: ["https://github.com/elfshaker/elfshaker/pull/94", "https://github.com/gitgitgadget/git/pull/2226"],
    test: "test/http/verdicts/cases.test.ts"
  },
  {
    what: "The history of a path omits merge commits that only bring in what their branch already has.",
    sources: ["https://git-scm.com/docs/git-log#_history_simplification"],
    test: "test/http/verdicts/cases.test.ts"
  },
  {
    what: "A commit's pull requests include every one whose branch contains the commit, even if it merged the base branch later.",
    sources: ["https://github.com/github/docs/issues/36646", "https://github.com/go-gitea/gitea/pull/36617"],
    test: "test/http/verdicts/cases.test.ts"
  }
)
