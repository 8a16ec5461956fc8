/** Steps that change a default branch (merges by each of GitHub's methods, pushes and reverts) and close issues. */
import { Either, HashMap, Option } from "effect"
import { behaviours } from "../../behaviours.ts"
import { withActivity } from "./activities.ts"
import type * as Asked from "./asked.ts"
import { changedTree, commitOf, mistaken } from "./gitHistory.ts"
import { contentsOf, contentsOfCommit, madeUpSha, undone, withContents } from "./gitObjects.ts"
import { close, isOpenIssue, withTurn } from "./items.ts"
import { openPullRequest, trailersOf } from "./pullRequests.ts"
import * as State from "./State.ts"
import { findAccount, findPullRequest, findRepository, Refused, refuse, type Step, setItem, setRepository } from "./Step.ts"
import { closedBy } from "./texts.ts"

interface Merge extends Asked.Timed<typeof Asked.MergePullRequest> {
  /** The message of the resulting commit. */
  readonly message?: string | undefined
}

/** The lines of a squash's message that name all authors of the branch's commits. */
const coAuthored = (state: State.State, repository: State.Repository, { copies = [], trailers = "" }: State.PullRequest): string => {
  const copied = copies.flatMap((number) => Option.toArray(State.pullRequestOf(repository, number)))
  return trailers + trailersOf(copied.map(({ authorId }) => State.accountOf(state, authorId)))
}

/** The commits that a merge adds, oldest first. The last one is the pull request's `merge_commit_sha`. */
const commitsOf = (state: State.State, repository: State.Repository, pullRequest: State.PullRequest, wanted: Merge) => {
  const { number, title, authorId, files, createdAt: authoredAt } = pullRequest
  const sha = wanted.sha ?? madeUpSha(repository.id, number)
  const base = { authorId, at: wanted.at, pullRequest: number, files }
  const fixes = (pullRequest.commitCloses ?? []).map((issue) => `\n\nFixes #${issue}`).join("")
  switch (wanted.method ?? "squash") {
    case "squash":
    case "queue":
      return [{ ...base, sha, message: wanted.message ?? `${title} (#${number})${fixes}${coAuthored(state, repository, pullRequest)}` }]
    case "rebase": {
      const half = files.length >> 1
      return [
        {
          ...base,
          authoredAt,
          sha: madeUpSha(repository.id, number, "first"),
          message: `${title}: first half`,
          files: files.slice(0, half)
        },
        { ...base, authoredAt, sha, message: wanted.message ?? `${title}${fixes}`, files: files.slice(half) }
      ]
    }
    case "push":
    case "merge": {
      const branch = `${State.accountOf(state, authorId).login}/${pullRequest.headBranch}`
      const own = {
        ...base,
        committedAt: authoredAt,
        sha: madeUpSha(repository.id, number, "head"),
        message: wanted.message ?? `${title}${fixes}`
      }
      const wentOff = repository.commits.findLast(({ at }) => at <= authoredAt)
      const last = repository.commits.at(-1)
      return [
        { ...own, parents: wentOff === undefined ? [] : [wentOff.sha] },
        // A merge commit is shown against its first parent, so its diff contains the whole branch.
        {
          ...base,
          sha,
          message:
            wanted.method === "push"
              ? `Merge branch '${pullRequest.headBranch}'`
              : `Merge pull request #${number} from ${branch}\n\n${title}`,
          parents: [...(last === undefined ? [] : [last.sha]), own.sha]
        }
      ]
    }
  }
}

/** The commits by which other pull requests, whose commits this one contains, were merged into other branches. */
const carriedBy = (repository: State.Repository, { carries = [] }: State.PullRequest, at: number): ReadonlyArray<State.Commit> =>
  carries.flatMap((number) => {
    const of = Option.getOrUndefined(State.pullRequestOf(repository, number))
    if (of === undefined || of.mergeCommit === null || of.mergedAt === null) return []
    const { authorId, commitCloses = [], files, mergeCommit: sha, title } = of
    const message = `${title} (#${number})${commitCloses.map((issue) => `\n\nFixes #${issue}`).join("")}`
    return [{ sha, message, authorId, at, committedAt: of.mergedAt, pullRequest: number, files }]
  })

/** Closes the given issues of a repository that are open, and pull requests that a commit names. The closer may be in another repository. */
const closeAll = (
  state: State.State,
  repositoryId: number,
  numbers: ReadonlyArray<number>,
  at: number,
  actorId: number,
  closer: State.Closer
): State.State =>
  numbers.reduce((before, number) => {
    const repository = HashMap.unsafeGet(before.repositories, repositoryId)
    const pull = closer?._tag === "Commit" ? Option.getOrUndefined(State.pullRequestOf(repository, number)) : undefined
    if (pull?.closedAt === null && closer?._tag === "Commit") {
      const [turned, closed] = withTurn(before, { ...pull, closedAt: at }, actorId, at, { _tag: "Closed", commit: closer.sha })
      return setRepository(turned, setItem(repository, closed))
    }
    return isOpenIssue(repository, number) ? close(before, repositoryId, number, at, actorId, "completed", closer) : before
  }, state)

/**
 * The commits as git objects, if the repository's files are known: each with git's hash, and the newest as the branch's head. `brought`: the head of
 * the branch that the last commit merges; the other commits are on that branch.
 */
const inGit = (state: State.State, repository: State.Repository, drafts: ReadonlyArray<State.Commit>, brought?: State.GitCommit) => {
  const last = drafts.length - 1
  return drafts.reduce(
    ({ commits, git }, draft, index) => {
      if (git === undefined) return { git, commits: [...commits, draft] }
      if (brought !== undefined && index < last)
        return { git, commits: [...commits, { ...draft, sha: brought.oid, parents: brought.parents.map(({ oid }) => oid) }] }
      const made = commitOf({
        tree: changedTree(git.tree, contentsOfCommit(repository, draft) ?? []),
        parents: [git, ...(brought === undefined ? [] : [brought])],
        message: draft.message,
        author: State.accountOf(state, draft.authorId),
        at: draft.committedAt ?? draft.at,
        authoredAt: draft.authoredAt
      })
      return { git: made, commits: [...commits, { ...draft, sha: made.oid, parents: made.parents.map(({ oid }) => oid) }] }
    },
    { commits: Array.of<State.Commit>(), git: repository.git }
  )
}

/**
 * Merges a pull request. A merge into the default branch adds commits and closes the open issues that the pull request names, also in other
 * repositories where the merger may push. A merge into another branch closes nothing, as on GitHub.
 */
export const mergePullRequest = (state: State.State, wanted: Merge): Step<State.PullRequest> =>
  Either.gen(function* () {
    const repository = yield* findRepository(state, wanted.repository)
    const pullRequest = yield* findPullRequest(repository, wanted.repository, wanted.number)
    if (pullRequest.closedAt !== null) return yield* refuse(`${wanted.repository}#${wanted.number} is closed already`)
    if (pullRequest.draft === true) return yield* refuse(`${wanted.repository}#${wanted.number} is a draft`)
    const mergedById = wanted.by === undefined ? repository.ownerId : (yield* findAccount(state, wanted.by)).id
    const isDefault = pullRequest.baseBranch === repository.defaultBranch
    const drafts = commitsOf(state, repository, pullRequest, wanted)
    const brought = wanted.method === "merge" || wanted.method === "push" ? pullRequest.git?.head : undefined
    const made = isDefault ? inGit(state, repository, drafts, brought) : { commits: drafts, git: repository.git }
    const { git } = made
    // Recorded merges keep their recorded hash, whatever git computes here.
    const commits = wanted.sha === undefined ? made.commits : drafts
    const mergeCommit = commits.at(-1)?.sha ?? null
    const [turned, closed] = withTurn(state, pullRequest, mergedById, wanted.at, { _tag: "Closed" })
    const merged = { ...closed, mergedAt: wanted.at, closedAt: wanted.at, updatedAt: wanted.at, mergedById, mergeCommit }
    const withItem = { ...setItem(repository, merged), ...(git === undefined ? {} : { git }) }
    if (!isDefault) return [setRepository(turned, withItem), merged] as const
    const carried = carriedBy(repository, pullRequest, wanted.at)
    const gained = { ...withItem, commits: [...repository.commits, ...carried, ...commits] }
    const type = wanted.method === "queue" ? "merge_queue_merge" : wanted.method === "push" ? "push" : "pr_merge"
    const withCommits = setRepository(turned, withActivity(repository, gained, { actorId: mergedById, at: wanted.at, type }))
    const here = closeAll(withCommits, repository.id, closedBy(pullRequest), wanted.at, mergedById, {
      _tag: "PullRequest",
      number: wanted.number
    })
    const saying = commits.find(({ message }) => message.includes("\n\nFixes #"))
    const byCommit =
      saying === undefined
        ? here
        : closeAll(here, repository.id, pullRequest.commitCloses ?? [], wanted.at, mergedById, { _tag: "Commit", sha: saying.sha })
    const byCarried = carried.reduce((before, { pullRequest: number, sha }) => {
      const of = number === null ? undefined : Option.getOrUndefined(State.pullRequestOf(repository, number))
      return closeAll(before, repository.id, of?.commitCloses ?? [], wanted.at, mergedById, { _tag: "Commit", sha })
    }, byCommit)
    const everywhere = (pullRequest.closesElsewhere ?? []).reduce(
      (before, place) =>
        Option.match(
          Option.filter(State.repositoryByName(before, place.repository), (other) => State.mayPush(other, mergedById)),
          {
            onNone: () => before,
            onSome: ({ id }) =>
              closeAll(before, id, [place.number], wanted.at, mergedById, {
                _tag: "PullRequest",
                number: wanted.number,
                repositoryId: repository.id
              })
          }
        ),
      byCarried
    )
    return [everywhere, merged] as const
  })

/** Pushes a commit to the default branch and closes the open issues that it names. */
export const pushCommit = (state: State.State, wanted: Asked.Timed<typeof Asked.PushCommit>): Step<State.Commit> =>
  Either.gen(function* () {
    const repository = yield* findRepository(state, wanted.repository)
    const { id: pusherId } = yield* findAccount(state, wanted.by)
    const { id: authorId } = yield* findAccount(state, wanted.author ?? wanted.by)
    if (!State.mayPush(repository, pusherId)) return yield* refuse(`${wanted.by} may not push to ${wanted.repository}`)
    const lastId = state.lastId + 1
    const undoing = (wanted.undoes ?? []).map((sha) => State.commitOf(repository, sha))
    const contents = [
      ...(wanted.contents ?? []),
      ...undoing.flatMap((one) => (one === undefined ? [] : undone(contentsOfCommit(repository, one) ?? [])))
    ]
    const wrong = repository.git === undefined ? undefined : mistaken(repository.git.tree, contents)
    if (wrong !== undefined) return yield* refuse(`the base of ${wrong} is not what ${wanted.repository} has there`)
    const draft: State.Commit = {
      sha: madeUpSha(repository.id, "push", lastId),
      message: wanted.message,
      authorId,
      at: wanted.at,
      pullRequest: null,
      committedAt: wanted.committedAt,
      email: wanted.email,
      ...(wanted.lands === undefined ? withContents([], contents) : { files: [] }),
      ...(wanted.lands === undefined ? {} : { lands: wanted.lands })
    }
    const { lands } = wanted
    const carried = lands?.as === "Commits" ? Option.getOrUndefined(State.pullRequestOf(repository, lands.number))?.git?.head : undefined
    const { commits, git } = inGit(state, repository, [draft], carried)
    const commit = commits[0] ?? draft
    const branch = { ...repository, commits: [...repository.commits, commit], ...(git === undefined ? {} : { git }) }
    const moved = withActivity(repository, branch, { actorId: pusherId, at: wanted.at, type: "push" })
    const pushed = { ...setRepository(state, moved), lastId }
    const closed = closeAll(pushed, repository.id, wanted.closes ?? [], wanted.at, pusherId, { _tag: "Commit", sha: commit.sha })
    return [closed, commit] as const
  })

/** Reverts a merged pull request by another pull request, opened and merged at once, with git's own message. As on GitHub, the issue stays closed. */
export const revert = (state: State.State, wanted: Asked.Timed<typeof Asked.RevertPullRequest>): Step<State.PullRequest> =>
  Either.gen(function* () {
    const missing = () => new Refused({ reason: `there is no merged pull request ${wanted.repository}#${wanted.number}` })
    const repository = yield* Either.fromOption(State.repositoryByName(state, wanted.repository), missing)
    const merged = yield* Either.fromOption(State.pullRequestOf(repository, wanted.number), missing)
    if (merged.mergeCommit === null) return yield* Either.left(missing())
    const by = wanted.by ?? State.accountOf(state, merged.authorId).login
    const title = `Revert "${merged.title}"`
    const body = `Reverts ${State.fullName(state, repository)}#${wanted.number}`
    const [opened, undoing] = yield* openPullRequest(state, {
      repository: wanted.repository,
      title,
      author: by,
      body,
      files: merged.files.map(({ additions, deletions, path }) => ({ path, additions: deletions, deletions: additions })),
      contents: undone(merged.files.map((file) => contentsOf(merged, file))),
      baseBranch: merged.baseBranch,
      // Only accounts with push access see the revert button, which creates the branch in the repository.
      fromFork: false,
      at: wanted.at
    })
    const squashed = wanted.method === undefined || wanted.method === "squash" || wanted.method === "queue"
    const number = squashed ? ` (#${undoing.number})` : ""
    const message =
      wanted.titleOnly === true
        ? `${title}${number}`
        : `Revert "${merged.title} (#${wanted.number})"${number}\n\nThis reverts commit ${merged.mergeCommit}.`
    const { repository: name, method, at } = wanted
    return yield* mergePullRequest(opened, { repository: name, number: undoing.number, message, by, method, at })
  })

behaviours(
  {
    what: "GitHub marks a pull request as merged when its commits reach the base branch in any way, also by a local merge and a push.",
    sources: [
      "https://docs.github.com/en/pull-requests/collaborating-with-pull-requests/incorporating-changes-from-a-pull-request/about-pull-request-merges#indirect-merges"
    ],
    switch: "mergePullRequest, by push",
    test: "test/search/verdicts/cells.test.ts"
  },
  {
    what: "A squash merge lists all authors of the branch in Co-authored-by lines, including those of ported work.",
    sources: [
      "https://docs.github.com/en/pull-requests/committing-changes-to-your-project/creating-and-editing-commits/creating-a-commit-with-multiple-authors"
    ],
    switch: "openPullRequest, with coAuthors or copies",
    test: "test/search/verdicts/cells.test.ts"
  },
  {
    what: "A closing keyword takes effect only when the change reaches the default branch, for example by a release branch's later merge.",
    sources: ["https://docs.github.com/en/issues/tracking-your-work-with-issues/using-issues/linking-a-pull-request-to-an-issue"],
    test: "test/http/verdicts/cases.test.ts"
  },
  {
    what: "A commit's author is the account that has its email address now, so adding an address claims older commits.",
    sources: [
      "https://docs.github.com/en/pull-requests/committing-changes-to-your-project/troubleshooting-commits/why-are-my-commits-linked-to-the-wrong-user"
    ],
    switch: "pushCommit, with an email",
    test: "test/http/verdicts/cases.test.ts"
  }
)
