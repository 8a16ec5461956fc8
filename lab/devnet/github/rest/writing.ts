/** REST operations that write comments on issues and statuses of commits, and those that read them. */
import { HttpRouter, HttpServerRequest } from "@effect/platform"
import { Effect, HashMap, Ref, Schema } from "effect"
import { behaviours } from "../../behaviours.ts"
import { view } from "../Engine.ts"
import { addStatus, commentById, commentsOf, editComment } from "../state/comments.ts"
import { endsOf } from "../state/gitObjects.ts"
import * as State from "../state/State.ts"
import { remark } from "../state/texts.ts"
import { iso, nodeId } from "../View.ts"
import { userById } from "./accountBodies.ts"
import { commentBody } from "./issueBodies.ts"
import { apiOf } from "./repositoryBodies.ts"
import { type Handler, invalid, issue, json, notFound, page, problem, repository, signedIn } from "./request.ts"

/** The longest comment, and the longest description of a status, in characters. */
const LONGEST_BODY = 65_536
const LONGEST_DESCRIPTION = 140
/** The most statuses of one commit and context. */
const MOST_STATUSES = 1_000

const CommentBody = Schema.Struct({ body: Schema.String })

const written = Effect.flatMap(
  Effect.mapError(HttpServerRequest.schemaBodyJson(CommentBody), () => invalid("IssueComment", "body", "missing_field")),
  ({ body }) =>
    body.trim() === "" || body.length > LONGEST_BODY ? Effect.fail(invalid("IssueComment", "body", "invalid")) : Effect.succeed(body)
)

/** Only accounts with push access may write in a locked conversation. */
const mayWrite = (of: State.Repository, item: State.Issue | State.PullRequest, caller: number, what: string) =>
  item._tag === "Issue" && State.isLocked(item) && !State.mayPush(of, caller)
    ? Effect.fail(problem(403, `Unable to ${what} comment because issue is locked.`))
    : Effect.void

const list: Handler = Effect.gen(function* () {
  const { engine, view: shown, repository: of, item } = yield* issue
  const request = yield* HttpServerRequest.HttpServerRequest
  const since = Date.parse(new URL(request.originalUrl, engine.base).searchParams.get("since") ?? "1970-01-01T00:00:00Z")
  const all = commentsOf(item).filter(({ at, editedAt = at }) => editedAt >= since)
  return yield* page(
    engine,
    all.map((comment) => commentBody(shown, of, item, comment)),
    30,
    of
  )
})

const create: Handler = Effect.gen(function* () {
  const caller = yield* signedIn
  const { engine, repository: of, item } = yield* issue
  const body = yield* written
  yield* mayWrite(of, item, caller, "create")
  const at = yield* engine.now
  const id = yield* Ref.modify(engine.state, (state) => {
    const by = State.accountOf(state, caller).login
    const taken = remark(state, {
      repository: State.fullName(state, of),
      number: item.number,
      by,
      remark: { _tag: "Commented", body },
      at
    })
    return taken._tag === "Right" ? [taken.right[0].lastId, taken.right[0]] : [0, state]
  })
  const shown = yield* view(engine)
  const found = commentById(HashMap.unsafeGet(shown.state.repositories, of.id), id)
  if (found === undefined) return yield* Effect.fail(notFound)
  const made = commentBody(shown, of, found.item, found.comment)
  return json(made, 201, { location: made.url })
})

const comment = Effect.gen(function* () {
  const at = yield* repository
  const id = Number(at.params.comment)
  const found = commentById(at.repository, id)
  return found === undefined ? yield* Effect.fail(notFound) : { ...at, ...found }
})

const read: Handler = Effect.map(comment, ({ view: shown, repository: of, item, comment: one }) => json(commentBody(shown, of, item, one)))

const edit: Handler = Effect.gen(function* () {
  const caller = yield* signedIn
  const found = yield* comment
  const { engine, repository: of, item } = found
  const body = yield* written
  yield* mayWrite(of, item, caller, "update")
  if (found.comment.actorId !== caller && !State.mayPush(of, caller))
    return yield* Effect.fail(problem(403, "Must have admin rights to Repository."))
  const at = yield* engine.now
  const changed = yield* Ref.modify(engine.state, (state) => {
    const [next, edited] = editComment(state, of.id, found, { body, at })
    return [edited, next]
  })
  return json(commentBody(yield* view(engine), of, changed.item, changed.comment))
})

const NewStatus = Schema.Struct({
  state: Schema.Literal("error", "failure", "pending", "success"),
  target_url: Schema.optional(Schema.NullOr(Schema.String)),
  description: Schema.optional(Schema.NullOr(Schema.String)),
  context: Schema.optionalWith(Schema.String, { default: () => "default" })
})

const statusBody = (shown: Parameters<typeof userById>[0], of: State.Repository, status: State.CommitStatus) => ({
  url: `${apiOf(shown, of)}/statuses/${status.sha}`,
  avatar_url: userById(shown, status.creatorId)?.avatar_url ?? null,
  id: status.id,
  node_id: nodeId("StatusContext", status.id),
  state: status.state,
  description: status.description,
  target_url: status.targetUrl,
  context: status.context,
  created_at: iso(status.at),
  updated_at: iso(status.at),
  creator: userById(shown, status.creatorId)
})

/** Whether the repository has a commit, on its default branch or as the head of a pull request. */
const hasCommit = (of: State.Repository, sha: string): boolean =>
  State.commitOf(of, sha) !== undefined ||
  Array.from(HashMap.values(of.items)).some((item) => item._tag === "PullRequest" && endsOf(of, item).head === sha)

const noCommit = (sha: string) => problem(422, `No commit found for SHA: ${sha}`)

const putStatus: Handler = Effect.gen(function* () {
  const caller = yield* signedIn
  const { engine, repository: of, params } = yield* repository
  // Accounts without push access get 404.
  if (!State.mayPush(of, caller)) return yield* Effect.fail(notFound)
  const sha = params.sha ?? ""
  const wanted = yield* Effect.mapError(HttpServerRequest.schemaBodyJson(NewStatus), () => invalid("Status", "state", "invalid"))
  if (!hasCommit(of, sha)) return yield* Effect.fail(noCommit(sha))
  const { description = null, target_url: targetUrl = null } = wanted
  if ((description ?? "").length > LONGEST_DESCRIPTION) return yield* Effect.fail(invalid("Status", "description", "invalid"))
  const before = (of.statuses ?? []).filter((one) => one.sha === sha && one.context === wanted.context)
  if (before.length >= MOST_STATUSES)
    return yield* Effect.fail(problem(422, "This SHA and context has reached the maximum number of statuses."))
  const at = yield* engine.now
  const status = yield* Ref.modify(engine.state, (state) => {
    const { state: said, context } = wanted
    const [next, added] = addStatus(state, of.id, { sha, at, creatorId: caller, state: said, context, description, targetUrl })
    return [added, next]
  })
  const body = statusBody(yield* view(engine), of, status)
  return json(body, 201, { location: body.url })
})

const statuses: Handler = Effect.gen(function* () {
  const { engine, view: shown, repository: of, params } = yield* repository
  const found = (of.statuses ?? []).filter(({ sha }) => sha === params.sha).toReversed()
  return yield* page(
    engine,
    found.map((one) => statusBody(shown, of, one)),
    30,
    of
  )
})

export const writing = HttpRouter.empty.pipe(
  HttpRouter.get("/issues/comments/:comment", Effect.merge(read)),
  HttpRouter.patch("/issues/comments/:comment", Effect.merge(edit)),
  HttpRouter.get("/issues/:number/comments", Effect.merge(list)),
  HttpRouter.post("/issues/:number/comments", Effect.merge(create)),
  HttpRouter.post("/statuses/:sha", Effect.merge(putStatus)),
  HttpRouter.get("/commits/:sha/statuses", Effect.merge(statuses))
)

behaviours(
  {
    what: "On a locked issue, an account without push access cannot comment: 403, with the reason in the text.",
    sources: ["https://github.com/renovatebot/renovate/issues/6215", "https://github.com/probot/stale/issues/25"],
    test: "test/http/github/comments.test.ts"
  },
  {
    what: "A comment stays on a transferred issue. A maintainer can delete anyone's comment, which then answers 404.",
    sources: [
      "https://docs.github.com/en/issues/tracking-your-work-with-issues/administering-issues/transferring-an-issue-to-another-repository",
      "https://docs.github.com/en/rest/issues/comments#get-an-issue-comment"
    ],
    switch: "deleteComment",
    test: "test/http/github/comments.test.ts"
  },
  {
    what: "A comment hidden by someone with triage rights stays readable and editable. REST and GraphQL report that it is minimized and why, but not by whom.",
    sources: [
      "https://docs.github.com/en/communities/moderating-comments-and-conversations/managing-disruptive-comments#hiding-a-comment",
      "https://docs.github.com/en/graphql/reference/interfaces#minimizable",
      "https://docs.github.com/en/rest/issues/comments#get-an-issue-comment"
    ],
    switch: "minimizeComment",
    test: "test/database/comments/writer.test.ts"
  },
  {
    what: "Every answer with a comment counts its reactions by kind and in total. An account can leave one of each kind, so the total is of reactions, not of people.",
    sources: [
      "https://docs.github.com/en/rest/issues/comments#get-an-issue-comment",
      "https://docs.github.com/en/rest/reactions/reactions#create-reaction-for-an-issue-comment"
    ],
    switch: "setReactions",
    test: "test/database/comments/writer.test.ts"
  },
  {
    what: "A comment longer than 65,536 characters, or a status description longer than 140, is refused with 422.",
    sources: [
      "https://github.com/orgs/community/discussions/27190",
      "https://docs.github.com/en/rest/commits/statuses#create-a-commit-status"
    ],
    test: "test/http/github/comments.test.ts"
  },
  {
    what: "Without push access, setting a status answers 404. A missing commit answers 422, as does the 1,001st status for one commit and context.",
    sources: [
      "https://docs.github.com/en/rest/commits/statuses#create-a-commit-status",
      "https://github.com/Sibz/github-status-action/issues/20",
      "https://github.com/rust-lang/homu/issues/141"
    ],
    test: "test/http/github/comments.test.ts"
  },
  {
    what: "Statuses of a fork's pull request belong to the target repository, which has the fork's commits under refs/pull.",
    sources: ["https://github.com/jenkinsci/pipeline-github-plugin/pull/42", "https://github.com/AlloyCI/alloy_ci/issues/29"],
    test: "test/http/github/comments.test.ts"
  },
  {
    what: "A renamed repository redirects writes to its old name with 307, and reads with 301.",
    sources: ["https://github.com/google/go-github/issues/184", "https://github.com/18F/charlie/pull/85"],
    test: "test/http/github/comments.test.ts"
  },
  {
    what: "Requests that create content have their own secondary limit, 80 a minute and 500 an hour: 403 with `retry-after`.",
    sources: ["https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits"],
    test: "test/http/github/comments.test.ts"
  }
)
