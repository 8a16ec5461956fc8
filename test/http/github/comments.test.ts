/** Comments and statuses, as GitHub accepts and refuses them. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { RepositoryName } from "../../../src/domain/IssueRef.ts"
import { commentsOf } from "../../support/comments/index.ts"
import { at, story, WIDGETS } from "../../support/github/story.ts"

interface Said {
  readonly status: number
  readonly headers: Headers
  readonly body: { readonly [key: string]: unknown }
}

const saying = (url: string) => (token: string, method: string, path: string, body?: unknown) =>
  Effect.promise(async (): Promise<Said> => {
    const response = await fetch(url + path, {
      method,
      redirect: "manual",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) })
    })
    return { status: response.status, headers: response.headers, body: (await response.json()) as Said["body"] }
  })

const ISSUE = `/repos/${WIDGETS}/issues/1`

describe("comments", () => {
  it.scopedLive("are written, edited, listed and deleted", () =>
    Effect.gen(function* () {
      const { url, control, observer } = yield* story()
      const say = saying(url)
      const made = yield* say(observer.token, "POST", `${ISSUE}/comments`, { body: "First" })
      assert.strictEqual(made.status, 201)
      assert.deepInclude(made.body, { body: "First" })
      const place = `/repos/${WIDGETS}/issues/comments/${made.body.id}`
      const edited = yield* say(observer.token, "PATCH", place, { body: "Second" })
      assert.strictEqual(edited.status, 200)
      assert.strictEqual((yield* say(observer.token, "GET", place)).body.body, "Second")
      const listed = yield* say(observer.token, "GET", `${ISSUE}/comments`)
      assert.deepStrictEqual(
        (listed.body as unknown as ReadonlyArray<Said["body"]>).map(({ body }) => body),
        ["Second"]
      )
      for (const [body, status] of [
        ["", 422],
        ["x".repeat(65_537), 422],
        ["x".repeat(65_536), 201]
      ] as const)
        assert.strictEqual((yield* say(observer.token, "POST", `${ISSUE}/comments`, { body })).status, status)
      const { token: other } = yield* control.createUser({ payload: { login: "other" } })
      assert.strictEqual((yield* say(other, "PATCH", place, { body: "Not mine" })).status, 403)
      yield* control.deleteComment({ payload: { repository: WIDGETS, comment: Number(made.body.id) } })
      assert.strictEqual((yield* say(observer.token, "GET", place)).status, 404)
      assert.strictEqual((yield* say(observer.token, "PATCH", place, { body: "Third" })).status, 404)
    })
  )

  it.scopedLive("are refused where an issue is locked, deleted or never was, and go with a repository or an issue that moves", () =>
    Effect.gen(function* () {
      const { url, control, observer } = yield* story()
      const say = saying(url)
      const made = yield* say(observer.token, "POST", `${ISSUE}/comments`, { body: "First" })
      yield* control.remark({ payload: { ...at(1), by: "acme", remark: { _tag: "Locked" } } })
      const locked = yield* say(observer.token, "POST", `${ISSUE}/comments`, { body: "Second" })
      assert.strictEqual(locked.status, 403)
      assert.include(String(locked.body.message), "locked")
      assert.strictEqual(
        (yield* say(observer.token, "PATCH", `/repos/${WIDGETS}/issues/comments/${made.body.id}`, { body: "x" })).status,
        403
      )
      yield* control.remark({ payload: { ...at(1), by: "acme", remark: { _tag: "Unlocked" } } })
      assert.strictEqual((yield* say(observer.token, "POST", `/repos/${WIDGETS}/issues/99/comments`, { body: "x" })).status, 404)

      const renamed = RepositoryName.make("acme/gadgets")
      yield* control.changeRepository({ payload: { repository: WIDGETS, name: renamed } })
      assert.strictEqual((yield* say(observer.token, "GET", ISSUE)).status, 301)
      const sent = yield* say(observer.token, "POST", `${ISSUE}/comments`, { body: "Third" })
      assert.strictEqual(sent.status, 307)
      assert.match(sent.headers.get("location") ?? "", /\/repositories\/\d+\/issues\/1\/comments$/)

      const other = RepositoryName.make("acme/other")
      yield* control.createRepository({ payload: { repository: other } })
      const { number } = yield* control.transferIssue({ payload: { repository: renamed, number: at(1).number, to: other } })
      const there = yield* say(observer.token, "GET", `/repos/${other}/issues/${number}/comments`)
      assert.deepStrictEqual(
        (there.body as unknown as ReadonlyArray<Said["body"]>).map(({ id }) => id),
        [made.body.id]
      )
      yield* control.deleteIssue({ payload: { repository: other, number } })
      assert.strictEqual((yield* say(observer.token, "POST", `/repos/${other}/issues/${number}/comments`, { body: "x" })).status, 410)
    })
  )

  it.scopedLive("have a limit a minute and an hour of their own", () =>
    Effect.gen(function* () {
      const { url, observer } = yield* story({ limits: { contentPerMinute: 2, contentPerHour: 3 } })
      const say = saying(url)
      for (const status of [201, 201, 403]) {
        const answer = yield* say(observer.token, "POST", `${ISSUE}/comments`, { body: "One more" })
        assert.strictEqual(answer.status, status)
        if (status === 201) continue
        assert.include(String(answer.body.message), "blocked from content creation")
        assert.isAtLeast(Number(answer.headers.get("retry-after")), 1)
      }
      assert.strictEqual((yield* say(observer.token, "GET", ISSUE)).status, 200, "what is read has other limits")
    })
  )
})

describe("statuses", () => {
  it.scopedLive("are a thousand at most for one commit and context", () =>
    Effect.gen(function* () {
      const { url, control } = yield* story({ limits: { contentPerMinute: 10_000, contentPerHour: 10_000, pointsPerMinute: 100_000 } })
      const say = saying(url)
      yield* control.openPullRequest({ payload: { repository: WIDGETS, number: at(20).number, title: "A try", author: "bob" } })
      const { token } = yield* control.user({ payload: { login: "acme" } })
      const { sha } = (yield* say(token, "GET", `/repos/${WIDGETS}/pulls/20`)).body.head as { readonly sha: string }
      const put = (context: string) =>
        Effect.map(say(token, "POST", `/repos/${WIDGETS}/statuses/${sha}`, { state: "success", context }), ({ status }) => status)
      const all = yield* Effect.replicateEffect(put("gittensor"), 1_000)
      assert.deepStrictEqual([...new Set(all)], [201])
      assert.deepStrictEqual([yield* put("gittensor"), yield* put("another")], [422, 201])
      // The product reads the newest statuses, and does not consider a status missing because older ones precede it.
      const { status } = yield* commentsOf(url, token)
      const head = { repository: WIDGETS, number: at(20).number, sha, author: null }
      assert.strictEqual((yield* status(head))?.state, "success")
      yield* Effect.replicateEffect(put("another"), 499)
      assert.include((yield* Effect.flip(status(head))).message, "none of the newest 500 is an index's")
    })
  )

  it.scopedLive("are put by whoever may push, on commits that are there", () =>
    Effect.gen(function* () {
      const { url, control, observer } = yield* story()
      const say = saying(url)
      yield* control.openPullRequest({
        payload: { repository: WIDGETS, number: at(20).number, title: "A try", author: "bob", fromFork: true }
      })
      const pull = yield* say(observer.token, "GET", `/repos/${WIDGETS}/pulls/20`)
      const { sha } = pull.body.head as { readonly sha: string }
      const place = `/repos/${WIDGETS}/statuses/${sha}`
      const status = { state: "success", context: "gittensor", description: "x".repeat(140) }
      assert.strictEqual((yield* say(observer.token, "POST", place, status)).status, 404, "may not push")
      const { token } = yield* control.user({ payload: { login: "acme" } })
      const put = yield* say(token, "POST", place, status)
      assert.strictEqual(put.status, 201)
      assert.deepInclude(put.body, { state: "success", context: "gittensor" })
      assert.strictEqual((yield* say(token, "POST", place, { ...status, description: "x".repeat(141) })).status, 422)
      assert.strictEqual((yield* say(token, "POST", `/repos/${WIDGETS}/statuses/${"0".repeat(40)}`, status)).status, 422)
      const all = yield* say(observer.token, "GET", `/repos/${WIDGETS}/commits/${sha}/statuses`)
      assert.lengthOf(all.body as unknown as ReadonlyArray<unknown>, 1)
    })
  )
})
