/** Steps that open, review and change pull requests; merges.ts merges them. */
import { Either, HashMap } from "effect"
import { behaviours } from "../../behaviours.ts"
import type * as Asked from "./asked.ts"
import { changedTree, commitOf, mistaken } from "./gitHistory.ts"
import { contentsOf, endsOf, withContents } from "./gitObjects.ts"
import { addEvent, newItem, withTurn } from "./items.ts"
import * as State from "./State.ts"
import { findAccount, findIssue, findPullRequest, findRepository, type Refused, refuse, type Step, setItem, setRepository } from "./Step.ts"
import { linkedBy, messageOf, told, withNames } from "./texts.ts"

behaviours(
  {
    what: "A repository can switch off pull requests or restrict them to collaborators. Pull requests already open stay.",
    sources: [
      "https://github.blog/changelog/2026-02-13-new-repository-settings-for-configuring-pull-request-access/",
      "https://docs.github.com/en/graphql/reference/enums#pullrequestcreationpolicy"
    ],
    switch: "changeRepository, with pullRequests",
    test: "test/http/verdicts/cases.test.ts"
  },
  {
    what: "An issue closed by an agent under a person's name shows the person as actor and an `intent`. A person's own closing has none.",
    sources: ["https://docs.github.com/en/graphql/overview/changelog", "https://github.com/github/gh-aw/issues/43175"],
    switch: "close, with byAgent",
    test: "test/http/verdicts/cases.test.ts"
  },
  {
    what: "The triage role can link a pull request to an issue, or unlink it, by hand or by the API. The issue's timeline shows who did it and when. `userLinkedOnly` lists only such links.",
    sources: [
      "https://docs.github.com/en/issues/tracking-your-work-with-issues/using-issues/linking-a-pull-request-to-an-issue",
      "https://docs.github.com/en/graphql/reference/objects#connectedevent",
      "https://docs.github.com/en/graphql/reference/issues#addcloseissuereferences"
    ],
    switch: "link, unlink",
    test: "test/http/github/ownWords.test.ts"
  },
  {
    what: "An issue can become a pull request with the same number, title, text and author. REST lists it among issues, GraphQL no longer does.",
    sources: [
      "https://docs.github.com/en/rest/pulls/pulls#create-a-pull-request",
      "https://docs.github.com/en/rest/issues/issues#get-an-issue",
      "https://github.com/mislav/hub/issues/1770"
    ],
    switch: "openPullRequest, with issue",
    test: "test/http/verdicts/cases.test.ts"
  }
)

/** The fields of an issue that a pull request keeps when the issue is converted to it. */
const turned = (state: State.State, repository: State.Repository, name: string, number: number, at: number) =>
  Either.gen(function* () {
    const { authorId, body, closedAt, createdAt, title } = yield* findIssue(repository, name, number)
    if (closedAt !== null) return yield* refuse(`${name}#${number} is closed`)
    return { id: state.lastId + 1, number, title, body, authorId, createdAt, updatedAt: at, closedAt }
  })

/** The head of a pull request in git, where its repository's files are known. */
const inGit = (
  state: State.State,
  repository: State.Repository,
  pullRequest: State.PullRequest,
  at: number
): Either.Either<State.PullRequest, Refused> => {
  const base = pullRequest.git?.base ?? repository.git
  if (base === undefined) return Either.right(pullRequest)
  const wrong = mistaken(base.tree, pullRequest.contents ?? [])
  if (wrong !== undefined) return refuse(`the base of ${wrong} is not what ${State.fullName(state, repository)} has there`)
  const author = State.accountOf(state, pullRequest.authorId)
  const tree = changedTree(
    base.tree,
    pullRequest.files.map((file) => contentsOf(pullRequest, file))
  )
  return Either.right({
    ...pullRequest,
    git: { base, head: commitOf({ tree, parents: [base], message: messageOf(pullRequest), author, at }) }
  })
}

const withEnds = (repository: State.Repository, pullRequest: State.PullRequest): State.Repository => ({
  ...repository,
  ends: Object.values(endsOf(repository, pullRequest)).reduce(
    (all, sha) => HashMap.set(all, sha, pullRequest.number),
    repository.ends ?? HashMap.empty<string, number>()
  )
})

/** The trailers of a commit message that name its further authors, each once. */
export const trailersOf = (accounts: ReadonlyArray<State.Account>): string => {
  const lines = accounts.map(({ id, login }) => `Co-authored-by: ${login} <${id}+${login}@users.noreply.github.com>`)
  return lines.length === 0 ? "" : `\n\n${[...new Set(lines)].join("\n")}`
}

/** Opens a pull request. Issues that it mentions get a cross-reference event, as on GitHub. */
export const openPullRequest = (state: State.State, wanted: Asked.Timed<typeof Asked.OpenPullRequest>): Step<State.PullRequest> =>
  Either.gen(function* () {
    const repository = yield* findRepository(state, wanted.repository)
    const coAuthors = yield* Either.all((wanted.coAuthors ?? []).map((login) => findAccount(state, login)))
    const item = yield* wanted.issue === undefined
      ? newItem(state, repository, { ...wanted, body: withNames(wanted) })
      : turned(state, repository, wanted.repository, wanted.issue, wanted.at)
    const { pullRequests = "all" } = repository
    if (pullRequests === "none" || (pullRequests === "collaborators" && !State.mayPush(repository, item.authorId)))
      return yield* refuse(`${wanted.repository} takes no pull requests of ${wanted.author}`)
    const baseBranch = wanted.baseBranch ?? repository.defaultBranch
    const pullRequest = yield* inGit(
      state,
      repository,
      {
        ...item,
        _tag: "PullRequest",
        mergedAt: null,
        mergedById: null,
        mergeCommit: null,
        baseBranch,
        headBranch: wanted.headBranch ?? `change-${item.number}`,
        ...linkedBy(repository, { body: item.body, baseBranch }),
        closesElsewhere: wanted.closesElsewhere ?? [],
        commitCloses: wanted.commitCloses ?? [],
        carries: wanted.carries,
        copies: wanted.copies,
        trailers: trailersOf(coAuthors),
        branchUpdatedAt: wanted.branchUpdatedAt,
        draft: wanted.draft ?? false,
        fromFork: wanted.fromFork ?? !State.mayPush(repository, item.authorId),
        ...withContents(wanted.files ?? [], wanted.contents ?? [])
      },
      wanted.at
    )
    const opened = { ...setRepository(state, withEnds(setItem(repository, pullRequest), pullRequest)), lastId: item.id }
    return [told(opened, repository.id, item.number, item.body, item.authorId, wanted.at), pullRequest] as const
  })

/** Replaces the head of an open pull request by a force-push: the same base with other changes. */
export const forcePush = (state: State.State, wanted: Asked.Timed<typeof Asked.ForcePush>): Step<State.PullRequest> =>
  Either.gen(function* () {
    const repository = yield* findRepository(state, wanted.repository)
    const before = yield* findPullRequest(repository, wanted.repository, wanted.number)
    if (before.closedAt !== null) return yield* refuse(`${wanted.repository}#${wanted.number} is closed`)
    const pushes = (before.pushes ?? 0) + 1
    const next = {
      ...before,
      ...withContents([], wanted.contents),
      pushes,
      replaced: [...(before.replaced ?? []), before],
      updatedAt: Math.max(wanted.at, before.updatedAt)
    }
    const pushed = yield* inGit(state, repository, next, wanted.at)
    const { head } = endsOf(repository, before)
    const [turned, pullRequest] = withTurn(state, pushed, pushed.authorId, wanted.at, {
      _tag: "HeadRefForcePushed",
      before: head,
      after: endsOf(repository, pushed).head
    })
    return [setRepository(turned, withEnds(setItem(repository, pullRequest), pullRequest)), pullRequest] as const
  })

/**
 * Links a pull request to an issue by hand, or takes the link away, as accounts with triage or push access can in the issue's sidebar or by the API. `by`
 * defaults to the first collaborator, or the owner.
 */
const relink =
  (isLinked: boolean) =>
  (state: State.State, wanted: Asked.Timed<typeof Asked.Link>): Step<null> =>
    Either.gen(function* () {
      const repository = yield* findRepository(state, wanted.repository)
      const pullRequest = yield* findPullRequest(repository, wanted.repository, wanted.number)
      const actorId =
        wanted.by === undefined ? (repository.collaborators[0] ?? repository.ownerId) : (yield* findAccount(state, wanted.by)).id
      const others = (pullRequest.byHand ?? []).filter((issue) => issue !== wanted.issue)
      const changed = { ...pullRequest, byHand: isLinked ? [...others, wanted.issue] : others }
      const linked = addEvent(setRepository(state, setItem(repository, changed)), repository.id, wanted.issue, wanted.at, (event) => ({
        ...event,
        actorId,
        _tag: isLinked ? "Connected" : "Disconnected",
        pullRequest: wanted.number
      }))
      return [linked, null] as const
    })
export const link = relink(true)
export const unlink = relink(false)

/** Makes a pull request a draft, or ready for review. `by` defaults to its author. */
export const setDraft = (state: State.State, wanted: Asked.Timed<typeof Asked.SetDraft>): Step<null> =>
  Either.gen(function* () {
    const repository = yield* findRepository(state, wanted.repository)
    const pullRequest = yield* findPullRequest(repository, wanted.repository, wanted.number)
    if (pullRequest.closedAt !== null) return yield* refuse(`${wanted.repository}#${wanted.number} is closed`)
    if (wanted.draft === (pullRequest.draft ?? false)) return [state, null] as const
    const actorId = wanted.by === undefined ? pullRequest.authorId : (yield* findAccount(state, wanted.by)).id
    const [turned, next] = withTurn(state, { ...pullRequest, draft: wanted.draft }, actorId, wanted.at, {
      _tag: wanted.draft ? "ConvertToDraft" : "ReadyForReview"
    })
    return [setRepository(turned, setItem(repository, next)), null] as const
  })

/** Sets the state of the checks of a pull request's head from now on. */
export const setChecks = (state: State.State, wanted: Asked.Timed<typeof Asked.SetChecks>): Step<null> =>
  Either.gen(function* () {
    const repository = yield* findRepository(state, wanted.repository)
    const pullRequest = yield* findPullRequest(repository, wanted.repository, wanted.number)
    const checks = { ...pullRequest.checks, [endsOf(repository, pullRequest).head]: { say: wanted.checks, at: wanted.at } }
    return [setRepository(state, setItem(repository, { ...pullRequest, checks })), null] as const
  })

/** Requests a review, as accounts with push access can. */
export const requestReview = (state: State.State, wanted: Asked.Timed<typeof Asked.RequestReview>): Step<null> =>
  Either.gen(function* () {
    const repository = yield* findRepository(state, wanted.repository)
    const pullRequest = yield* findPullRequest(repository, wanted.repository, wanted.number)
    const { id: actorId } = yield* findAccount(state, wanted.by)
    const [turned, next] = withTurn(state, pullRequest, actorId, wanted.at, { _tag: "ReviewRequested" })
    return [setRepository(turned, setItem(repository, next)), null] as const
  })

/** Reviews a pull request. Like GitHub, refuses an approval or a change request by its author. */
export const review = (state: State.State, wanted: Asked.Timed<typeof Asked.AddReview>): Step<null> =>
  Either.gen(function* () {
    const repository = yield* findRepository(state, wanted.repository)
    const pullRequest = yield* findPullRequest(repository, wanted.repository, wanted.number)
    const { id: authorId } = yield* findAccount(state, wanted.by)
    if (authorId === pullRequest.authorId && wanted.state !== "COMMENTED")
      return yield* refuse(`${wanted.repository}#${wanted.number} is ${wanted.by}'s own`)
    const given: State.Review = { id: state.lastId + 1, authorId, state: wanted.state, at: wanted.at }
    const changed = {
      ...pullRequest,
      updatedAt: Math.max(wanted.at, pullRequest.updatedAt),
      reviews: [...(pullRequest.reviews ?? []), given]
    }
    return [{ ...setRepository(state, setItem(repository, changed)), lastId: given.id }, null] as const
  })
