/** REST operations on one repository. */
import { HttpRouter, HttpServerRequest } from "@effect/platform"
import { Effect, HashMap, Option, Ref } from "effect"
import { behaviours } from "../../behaviours.ts"
import { rootOf } from "../state/activities.ts"
import { blobByOid, endsOf } from "../state/gitObjects.ts"
import * as State from "../state/State.ts"
import { nodeId } from "../View.ts"
import { contents, wrappedBase64 } from "./contents.ts"
import { commentBody, eventBody, issueBody, label, wholeIssueBody } from "./issueBodies.ts"
import { betweenCommits, changedFileBodies, commitBody, comparisonBody, ownCommitBodies, pullRequestBody } from "./pullRequestBodies.ts"
import { activityBody, apiOf, fullRepositoryBody } from "./repositoryBodies.ts"
import {
  type Handler,
  issue,
  json,
  linkTo,
  notFound,
  orNotFound,
  page,
  pageAsked,
  problem,
  pullRequest,
  redirectTo,
  repository
} from "./request.ts"
import { writing } from "./writing.ts"

const wholeRepository: Handler = Effect.map(repository, ({ view, repository: found }) =>
  json(fullRepositoryBody(view, found), 200, { "last-modified": new Date(found.updatedAt).toUTCString() })
)

const listIssues: Handler = Effect.gen(function* () {
  const at = yield* repository
  const request = yield* HttpServerRequest.HttpServerRequest
  const query = new URL(request.originalUrl, at.engine.base).searchParams
  const state = query.get("state") ?? "open"
  const creator = query.get("creator")
  const since = Date.parse(query.get("since") ?? "1970-01-01T00:00:00Z")
  const creatorId = creator === null ? undefined : (Option.getOrUndefined(State.accountByLogin(at.view.state, creator))?.id ?? -1)
  const direction = query.get("direction") === "asc" ? 1 : -1
  const found = Array.from(HashMap.values(at.repository.items))
    .filter((item) => item._tag === "PullRequest" || item.gone === null)
    .filter((item) => state === "all" || (item.closedAt === null) === (state === "open"))
    .filter((item) => creatorId === undefined || item.authorId === creatorId)
    .filter((item) => item.updatedAt >= since)
    .sort((a, b) => direction * (a.createdAt - b.createdAt || a.number - b.number))
  const { numbered = false, reach = 10_000 } = yield* Ref.get(at.engine.pages)
  const after = query.get("after")
  if (after === null && Number(query.get("page") ?? 1) * Number(query.get("per_page") ?? 30) >= reach)
    return yield* Effect.fail(
      problem(
        422,
        "Pagination with the page parameter is not supported for large datasets, please use cursor based pagination (after/before)"
      )
    )
  // A cursor names the last entry of the preceding page, so it stays valid when other entries come and go.
  const [time, number] = after === null ? [] : Buffer.from(after, "base64url").toString("utf8").split(" ").map(Number)
  const isBehind = (item: (typeof found)[number]) => direction * (item.createdAt - (time ?? 0) || item.number - (number ?? 0)) > 0
  const behind = after === null ? found : found.filter(isBehind)
  const cursors = {
    isAsked: after !== null,
    at: (index: number) => Buffer.from(`${behind[index]?.createdAt} ${behind[index]?.number}`).toString("base64url")
  }
  return yield* page(
    at.engine,
    behind.map((item) => issueBody(at.view, at.repository, item)),
    30,
    at.repository,
    numbered ? undefined : cursors
  )
})

behaviours({
  what: "The issue lists of a repository with issues switched off answer 410. Its pull requests are still listed.",
  sources: [
    "https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/enabling-features-for-your-repository/disabling-issues",
    "https://github.com/pockethub/PocketHub/issues/57"
  ],
  switch: "the fault Status, for the path of the list",
  test: "test/http/github/absences.test.ts"
})

const listPulls: Handler = Effect.gen(function* () {
  const { engine, view, repository: found } = yield* repository
  const request = yield* HttpServerRequest.HttpServerRequest
  const query = new URL(request.originalUrl, engine.base).searchParams
  const state = query.get("state") ?? "open"
  const direction = query.get("direction") === "asc" ? 1 : -1
  const pulls = Array.from(HashMap.values(found.items))
    .flatMap((item) => (item._tag === "PullRequest" ? [item] : []))
    .filter((item) => state === "all" || (item.closedAt === null) === (state === "open"))
    .toSorted((a, b) => direction * (a.createdAt - b.createdAt || a.number - b.number))
  return yield* page(
    engine,
    pulls.map((item) => pullRequestBody(view, found, item)),
    30,
    found
  )
})

/** The comments of all issues and pull requests, by time; oldest first by default. */
const comments: Handler = Effect.gen(function* () {
  const { engine, view, repository: found } = yield* repository
  const request = yield* HttpServerRequest.HttpServerRequest
  const query = new URL(request.originalUrl, engine.base).searchParams
  const since = Date.parse(query.get("since") ?? "1970-01-01T00:00:00Z")
  const direction = query.get("direction") === "desc" ? -1 : 1
  const all = Array.from(HashMap.values(found.items))
    .filter((item) => item._tag === "PullRequest" || item.gone === null)
    .flatMap((item) => (item.events ?? []).flatMap((event) => (event._tag === "Commented" ? [{ item, event }] : [])))
    .filter(({ event }) => (event.editedAt ?? event.at) >= since)
    .toSorted((one, other) => direction * (one.event.at - other.event.at || one.event.id - other.event.id))
  return yield* page(
    engine,
    all.map(({ item, event }) => commentBody(view, found, item, event)),
    30,
    found
  )
})

/** Omits events that only the timeline shows. */
const events: Handler = Effect.gen(function* () {
  const { engine, view, repository, item } = yield* issue
  const own =
    item._tag === "Issue"
      ? item.events.flatMap((event) =>
          event._tag === "CrossReferenced" || event._tag === "Commented" ? [] : [eventBody(view, repository, item, event)]
        )
      : []
  return yield* page(engine, own, 30, repository)
})

const files: Handler = Effect.gen(function* () {
  const { engine, view, repository, item } = yield* pullRequest
  // GitHub lists the first 3,000 files of a pull request.
  return yield* page(engine, changedFileBodies(view, repository, item).slice(0, 3000), 30, repository)
})

const ownCommits: Handler = Effect.gen(function* () {
  const { engine, view, repository, item } = yield* pullRequest
  // GitHub lists the first 250 commits of a pull request.
  return yield* page(engine, ownCommitBodies(view, repository, item).slice(0, 250), 30, repository)
})

const commit: Handler = Effect.gen(function* () {
  const { view, repository: found, params } = yield* repository
  const sha = params.sha ?? ""
  const commits = found.commits.filter((commit) => commit.sha === sha || (sha.length >= 7 && commit.sha.startsWith(sha)))
  const item = sha === found.defaultBranch ? found.commits.at(-1) : commits.length === 1 ? commits[0] : undefined
  if (item === undefined) return yield* Effect.fail(problem(422, `No commit found for SHA: ${sha}`))
  return json(commitBody(view, found, item))
})

/** The commits from one of the default branch backwards, newest first. */
const commitsUpTo: Handler = Effect.gen(function* () {
  const { engine, view, repository: found } = yield* repository
  const request = yield* HttpServerRequest.HttpServerRequest
  const sha = new URL(request.originalUrl, engine.base).searchParams.get("sha")
  const last = sha === null || sha === found.defaultBranch ? found.commits.length - 1 : found.commits.findIndex((one) => one.sha === sha)
  yield* orNotFound(Option.liftPredicate(last, (index) => index >= 0))
  const listed = found.commits.slice(0, last + 1).toReversed()
  return yield* page(
    engine,
    listed.map((one) => {
      const { files: _files, stats: _stats, ...body } = commitBody(view, found, one)
      return body
    }),
    30,
    found
  )
})

behaviours({
  what: "A comparison of two commits can fail permanently with 422 or 500, whatever its size. It answers 404 for fresh commits, and for commits without a common ancestor.",
  sources: [
    "https://github.com/github-changelog-generator/github-changelog-generator/issues/920",
    "https://github.com/sonichi/sutando/pull/3159",
    "https://github.com/slapperwan/gh4a/issues/544"
  ],
  switch: "the fault Status, for the path of comparisons",
  test: "test/http/github/contributionFiles.test.ts"
})

/** Compares two commits: two of the default branch, one of them and a pull request's head, or the base and head of a pull request. */
const compare: Handler = Effect.gen(function* () {
  const { engine, view, repository: found, params } = yield* repository
  // A branch name means its head.
  const [base, head] = decodeURIComponent(params.basehead ?? "")
    .split("...")
    .map((name) => (name === found.defaultBranch ? (found.commits.at(-1)?.sha ?? name) : name))
  const line = [rootOf(found), ...found.commits]
  const [older, newer] = [base, head].map((sha) => line.find((one) => one.sha === sha))
  const asked = yield* pageAsked(engine, 250)
  if (older !== undefined && newer !== undefined) {
    const body = betweenCommits(view, found, [older, newer], asked)
    return json(body, 200, yield* linkTo(engine, found, asked, body.total_commits))
  }
  const number = Option.flatMap(Option.fromNullable(found.ends), (ends) => HashMap.get(ends, head ?? ""))
  const known = yield* orNotFound(Option.flatMap(number, (one) => State.pullRequestOf(found, one)))
  const item = known.replaced?.find((one) => endsOf(found, one).head === head) ?? known
  const ends = endsOf(found, item)
  const onBranch = found.commits.find(({ sha }) => sha === base)
  if (ends.head === head && onBranch !== undefined) {
    const has = onBranch.lands?.number === item.number && onBranch.lands.as === "Commits"
    return json({
      ...comparisonBody(view, found, item, 1),
      ...(has ? { status: "behind", ahead_by: 0, total_commits: 0, commits: [] } : {})
    })
  }
  if (ends.head !== head || (ends.base !== base && ends.mergeBase !== base)) return yield* Effect.fail(notFound)
  return json(comparisonBody(view, found, item, asked.page))
})

/** Changes of branches, newest first. */
const activity: Handler = Effect.gen(function* () {
  const { engine, view, repository: found } = yield* repository
  const request = yield* HttpServerRequest.HttpServerRequest
  const query = new URL(request.originalUrl, engine.base).searchParams
  const [ref, actor] = [query.get("ref")?.replace(/^refs\/heads\//, ""), query.get("actor")?.toLowerCase()]
  const isAsked = (one: State.Activity) =>
    (ref === undefined || one.branch === ref) &&
    (actor === undefined || State.accountOf(view.state, one.actorId).login.toLowerCase() === actor)
  const moves = (found.activities ?? []).filter(isAsked).toReversed()
  // A cursor names the last entry of the preceding page.
  const after = Number(query.get("after") ?? Number.POSITIVE_INFINITY)
  const behind = moves.filter(({ id }) => id < after)
  return yield* page(
    engine,
    behind.map((one) => activityBody(view, found, one)),
    30,
    found,
    { isAsked: query.has("after"), at: (index) => String(behind[index]?.id) }
  )
})

/** Every label that was ever applied. */
const labels: Handler = Effect.gen(function* () {
  const { engine, view, repository: found } = yield* repository
  const events = Array.from(HashMap.values(found.items)).flatMap(
    (item): ReadonlyArray<State.PullRequestEvent | State.IssueEvent> => item.events ?? []
  )
  const names = new Set(events.flatMap((event) => (event._tag === "Labeled" ? [event.label] : [])))
  return yield* page(
    engine,
    [...names].toSorted().map((name) => label(view, found, name)),
    30,
    found
  )
})

/** The default branch, also by its former names. */
const branch: Handler = Effect.gen(function* () {
  const { view, repository: found, params } = yield* repository
  const name = decodeURIComponent(params["*"] ?? "")
  if (found.formerBranches?.includes(name) === true) return redirectTo(`${apiOf(view, found)}/branches/${found.defaultBranch}`)
  if (name !== found.defaultBranch) return yield* Effect.fail(notFound)
  const last = found.commits.at(-1)
  return json({ name, commit: { sha: last?.sha ?? "", url: `${apiOf(view, found)}/commits/${last?.sha}` }, protected: false })
})

const blob: Handler = Effect.gen(function* () {
  const { view, repository: found, params } = yield* repository
  const blob = yield* orNotFound(Option.fromNullable(blobByOid(found, params.sha ?? "")))
  return json({
    sha: blob.oid,
    node_id: nodeId("Blob", `${found.id}/${blob.oid}`),
    size: blob.bytes.length,
    url: `${apiOf(view, found)}/git/blobs/${blob.oid}`,
    content: wrappedBase64(blob),
    encoding: "base64"
  })
})

export const ofRepository = HttpRouter.empty.pipe(
  HttpRouter.get("/", Effect.merge(wholeRepository)),
  HttpRouter.get("/issues", Effect.merge(listIssues)),
  HttpRouter.get("/issues/comments", Effect.merge(comments)),
  HttpRouter.get(
    "/issues/:number",
    Effect.merge(Effect.map(issue, ({ view, repository, item }) => json(wholeIssueBody(view, repository, item))))
  ),
  HttpRouter.get("/issues/:number/events", Effect.merge(events)),
  HttpRouter.get("/pulls", Effect.merge(listPulls)),
  HttpRouter.get(
    "/pulls/:number",
    Effect.merge(Effect.map(pullRequest, ({ view, repository, item }) => json(pullRequestBody(view, repository, item))))
  ),
  HttpRouter.get("/pulls/:number/files", Effect.merge(files)),
  HttpRouter.get("/pulls/:number/commits", Effect.merge(ownCommits)),
  HttpRouter.get("/commits", Effect.merge(commitsUpTo)),
  HttpRouter.get("/commits/:sha", Effect.merge(commit)),
  HttpRouter.get("/compare/:basehead", Effect.merge(compare)),
  HttpRouter.get("/activity", Effect.merge(activity)),
  HttpRouter.get("/labels", Effect.merge(labels)),
  HttpRouter.get("/branches/*", Effect.merge(branch)),
  HttpRouter.get("/git/blobs/:sha", Effect.merge(blob)),
  HttpRouter.get("/contents", Effect.merge(contents)),
  HttpRouter.get("/contents/*", Effect.merge(contents)),
  HttpRouter.concat(writing)
)

behaviours(
  {
    what: "The triage role, which is less than write access, can add labels. So a label does not prove that a maintainer wants it.",
    sources: [
      "https://docs.github.com/en/organizations/managing-user-access-to-your-organizations-repositories/managing-repository-roles/repository-roles-for-an-organization"
    ],
    test: "test/chain/cli/suggest.test.ts"
  },
  {
    what: "A repository's comments include those on pull requests, oldest first unless asked otherwise. `since` compares the last edit.",
    sources: ["https://docs.github.com/en/rest/issues/comments#list-issue-comments-for-a-repository"],
    test: "test/http/github/openIssues.test.ts"
  },
  {
    what: "A renamed label keeps its id, and shows its new name everywhere.",
    sources: [
      "https://docs.github.com/en/rest/issues/labels#update-a-label",
      "https://docs.github.com/en/issues/using-labels-and-milestones-to-track-work/managing-labels"
    ],
    switch: "renameLabel",
    test: "test/http/github/contributions.test.ts"
  },
  {
    what: "A renamed branch redirects (301) from its old name until another branch takes it. A merged pull request keeps the old name of its base.",
    sources: [
      "https://docs.github.com/en/rest/branches/branches#get-a-branch",
      "https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/managing-branches-in-your-repository/renaming-a-branch"
    ],
    switch: "changeDefaultBranch, as Renamed",
    test: "test/http/github/contributions.test.ts"
  },
  {
    what: "A list read by page number answers 422 from page 100 of 100 entries on. Its link to the next page uses a cursor.",
    sources: ["https://github.com/josegonzalez/python-github-backup/issues/429", "https://github.com/orgs/community/discussions/69826"],
    test: "test/http/github/pages.test.ts"
  },
  {
    what: "Numbered pages shift while they are read: an entry closed between two pages makes the reader miss another one.",
    sources: ["https://github.com/actions/stale/issues/1360"],
    switch: "setPages, with numbered",
    test: "test/http/github/pages.test.ts"
  }
)
