/** The simulated GitHub's REST answers, checked against GitHub's published OpenAPI description. */
import { assert, describe, it } from "@effect/vitest"
import Ajv, { type ValidateFunction } from "ajv"
import addFormats from "ajv-formats"
import { Effect } from "effect"
import { RepositoryName } from "../../../src/domain/IssueRef.ts"
import { description, type Json, resolved, within } from "../../support/github/schemas.ts"
import { at, number, solve, story, WIDGETS } from "../../support/github/story.ts"

/** Converts OpenAPI 3.0 to JSON Schema: `nullable` becomes a type, and examples are dropped. */
const toJsonSchema = (node: Json): Json => {
  if (Array.isArray(node)) return node.map(toJsonSchema)
  if (node === null || typeof node !== "object") return node
  const { nullable, example, examples, discriminator, ...rest } = node as { readonly [key: string]: Json }
  const schema = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, toJsonSchema(value)]))
  return nullable === true ? { anyOf: [{ type: "null" }, schema] } : schema
}

const ajv = new Ajv({ strict: false, allErrors: false })
addFormats.default(ajv)
ajv.addFormat("timestamp", true)
ajv.addFormat("repo.nwo", true)
ajv.addSchema({ $id: "github", components: toJsonSchema(description.components ?? null) })

const validators = new Map<string, ValidateFunction>()

/** The validator for an operation's answer with a status. */
const validatorOf = (method: string, path: string, status: number): ValidateFunction => {
  const key = `${method} ${path} ${status}`
  const known = validators.get(key)
  if (known !== undefined) return known
  const response = resolved(within(description, "paths", path, method, "responses", String(status)))
  if (response === undefined) throw new Error(`GitHub's description has no ${key}`)
  const schema = within(response, "content", "application/json", "schema")
  if (schema === undefined) throw new Error(`GitHub's description has no body for ${key}`)
  const text = JSON.stringify(toJsonSchema(schema)).replaceAll('"#/components', '"github#/components')
  const validate = ajv.compile(JSON.parse(text))
  validators.set(key, validate)
  return validate
}

const call = (url: string, path: string, token: string | undefined, init: RequestInit = {}, version?: string) =>
  Effect.promise(async () => {
    const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` }
    const named = version === undefined ? {} : { "x-github-api-version": version }
    const response = await fetch(url + path, {
      redirect: "manual",
      ...init,
      headers: { ...authorization, ...named, "content-type": "application/json" }
    })
    return { status: response.status, headers: response.headers, body: (await response.json()) as Json }
  })

const conforms = (operation: string, path: string, answer: { readonly status: number; readonly body: Json }) => {
  const [method = "get", template = ""] = operation.split(" ")
  const validate = validatorOf(method, template, answer.status)
  assert.isTrue(
    validate(answer.body),
    `${operation} (${path}): ${ajv.errorsText(validate.errors)}\n${JSON.stringify(answer.body).slice(0, 800)}`
  )
}

/** A story with one of everything that the REST paths show. */
const everyShape = Effect.gen(function* () {
  const { url, control, observer } = yield* story()
  yield* solve(control, "bob")
  yield* control.revertPullRequest({ payload: at(2) })
  yield* control.reopenIssue({ payload: at(1) })
  yield* control.openPullRequest({ payload: { repository: WIDGETS, title: "Another try", author: "cleo", closes: [number(1)] } })
  yield* control.openIssue({ payload: { repository: WIDGETS, title: "Deleted", author: "ada" } })
  yield* control.deleteIssue({ payload: at(5) })
  yield* control.openIssue({ payload: { repository: WIDGETS, title: "Moved", author: "ada" } })
  const other = RepositoryName.make("acme/other")
  yield* control.createRepository({ payload: { repository: other } })
  yield* control.transferIssue({ payload: { ...at(6), to: other } })
  const old = RepositoryName.make("acme/old-name")
  yield* control.createRepository({ payload: { repository: old } })
  yield* control.changeRepository({ payload: { repository: old, name: RepositoryName.make("acme/new-name") } })
  for (const remark of [
    { _tag: "Labeled", label: "bug" },
    { _tag: "Commented", body: "Me too" },
    { _tag: "Locked" },
    { _tag: "Unlocked" },
    { _tag: "Locked" }
  ] as const)
    yield* control.remark({ payload: { ...at(1), by: "bob", remark } })
  yield* control.createUser({ payload: { login: "helper[bot]", kind: "Bot" } })
  yield* control.openPullRequest({
    payload: { repository: WIDGETS, number: number(10), title: "Sketch", author: "helper[bot]", draft: true }
  })
  yield* control.createUser({ payload: { login: "gone" } })
  yield* control.openIssue({ payload: { repository: WIDGETS, number: number(11), title: "Talk", author: "gone" } })
  yield* control.convertToDiscussion({ payload: at(11) })
  yield* control.deleteUser({ payload: { login: "gone" } })
  yield* control.openPullRequest({
    payload: {
      repository: WIDGETS,
      number: number(12),
      title: "With contents",
      author: "bob",
      contents: [
        { path: "src/new.ts", previousPath: "src/old.ts", base: "one\n", head: "one\ntwo\n" },
        { path: "logo.png", base: null, head: { base64: "AAEC" } },
        { path: "gone.md", base: "away\n", head: null },
        { path: "vendor/other", base: null, head: { submodule: "b".repeat(40), of: other } }
      ]
    }
  })
  yield* control.remark({ payload: { ...at(12), by: "acme", remark: { _tag: "Labeled", label: "bug" } } })
  yield* control.edit({ payload: { ...at(1), title: "The widget squeaks loudly", body: "Listen" } })
  yield* control.pushCommit({ payload: { repository: WIDGETS, message: "Fixes #1", by: "acme", closes: [number(1)] } })
  yield* control.changeReason({ payload: { ...at(1), reason: "not_planned" } })
  yield* control.changeRepository({ payload: { repository: WIDGETS, members: ["ada", "bob"], privateMembers: ["bob"] } })
  return { url, observer, control }
})

const REPO = "/repos/{owner}/{repo}"
const OPERATIONS: ReadonlyArray<readonly [operation: string, path: string, status: number]> = [
  [`get ${REPO}`, "/repos/acme/widgets", 200],
  [`get ${REPO}`, "/repos/acme/nowhere", 404],
  [`get ${REPO}`, "/repos/acme/old-name", 301],
  [`get ${REPO}/issues`, "/repos/acme/widgets/issues?state=all", 200],
  [`get ${REPO}/issues`, "/repos/acme/widgets/issues?creator=bob&state=all&per_page=1", 200],
  [`get ${REPO}/issues/comments`, "/repos/acme/widgets/issues/comments?sort=created&direction=desc", 200],
  [`get ${REPO}/issues/{issue_number}`, "/repos/acme/widgets/issues/1", 200],
  [`get ${REPO}/issues/{issue_number}`, "/repos/acme/widgets/issues/2", 200],
  [`get ${REPO}/issues/{issue_number}`, "/repos/acme/widgets/issues/99", 404],
  [`get ${REPO}/issues/{issue_number}`, "/repos/acme/widgets/issues/5", 410],
  [`get ${REPO}/issues/{issue_number}`, "/repos/acme/widgets/issues/6", 301],
  [`get ${REPO}/issues/{issue_number}/events`, "/repos/acme/widgets/issues/1/events", 200],
  [`get ${REPO}/issues/{issue_number}/events`, "/repos/acme/other/issues/1/events", 200],
  [`get ${REPO}/issues/{issue_number}/events`, "/repos/acme/widgets/issues/5/events", 410],
  [`get ${REPO}/issues/{issue_number}`, "/repos/acme/widgets/issues/11", 200],
  [`get ${REPO}/issues/{issue_number}/events`, "/repos/acme/widgets/issues/11/events", 200],
  [`get ${REPO}/pulls/{pull_number}`, "/repos/acme/widgets/pulls/10", 200],
  ["get /users/{username}", "/users/helper%5Bbot%5D", 200],
  ["get /users/{username}", "/users/gone", 404],
  ["get /orgs/{org}/public_members", "/orgs/acme/public_members", 200],
  [`get ${REPO}/pulls/{pull_number}`, "/repos/acme/widgets/pulls/2", 200],
  [`get ${REPO}/pulls/{pull_number}`, "/repos/acme/widgets/pulls/4", 200],
  [`get ${REPO}/pulls/{pull_number}`, "/repos/acme/widgets/pulls/1", 404],
  [`get ${REPO}/pulls/{pull_number}/files`, "/repos/acme/widgets/pulls/2/files", 200],
  [`get ${REPO}/pulls/{pull_number}/commits`, "/repos/acme/widgets/pulls/2/commits", 200],
  [`get ${REPO}/pulls/{pull_number}`, "/repos/acme/widgets/pulls/12", 200],
  [`get ${REPO}/pulls/{pull_number}/files`, "/repos/acme/widgets/pulls/12/files", 200],
  [`get ${REPO}/compare/{basehead}`, "/repos/acme/widgets/compare/0...1", 404],
  [`get ${REPO}/git/blobs/{file_sha}`, "/repos/acme/widgets/git/blobs/814f4a422927b82f5f8a43f8fab6d3839e3983f2", 200],
  [`get ${REPO}/git/blobs/{file_sha}`, "/repos/acme/widgets/git/blobs/0000", 404],
  [`get ${REPO}/activity`, "/repos/acme/widgets/activity?ref=refs/heads/main", 200],
  [`get ${REPO}/commits/{ref}`, "/repos/acme/widgets/commits/main", 200],
  [`get ${REPO}/commits/{ref}`, "/repos/acme/widgets/commits/0000000", 422],
  [`get ${REPO}/contents/{path}`, "/repos/acme/widgets/contents/nowhere", 404],
  [`get ${REPO}/contents/{path}`, "/repos/acme/widgets/contents?ref=nowhere", 404],
  [`get ${REPO}/contents/{path}`, "/repos/acme/widgets/contents/?ref=change-12", 200],
  [`get ${REPO}/contents/{path}`, "/repos/acme/widgets/contents/vendor?ref=change-12", 200],
  [`get ${REPO}/contents/{path}`, "/repos/acme/widgets/contents/vendor/other?ref=change-12", 200],
  [`get ${REPO}/contents/{path}`, "/repos/acme/widgets/contents/src/new.ts?ref=change-12", 200],
  ["get /users/{username}", "/users/bob", 200],
  ["get /users/{username}", "/users/acme", 200],
  ["get /users/{username}", "/users/nobody-here", 404],
  ["get /user", "/user", 200],
  ["get /rate_limit", "/rate_limit", 200]
]

describe("REST answers against GitHub's OpenAPI description", () => {
  for (const [operation, path, status] of OPERATIONS) {
    it.scopedLive(`${operation}: ${path} is ${status}`, () =>
      Effect.gen(function* () {
        const { url, observer } = yield* everyShape
        const answer = yield* call(url, path, observer.token)
        assert.strictEqual(answer.status, status)
        conforms(operation, path, answer)
      })
    )
  }

  it.scopedLive("list the same files for a comparison of commits as for the pull request", () =>
    Effect.gen(function* () {
      const { url, observer } = yield* everyShape
      const ends = (yield* call(url, "/repos/acme/widgets/pulls/12", observer.token)).body as {
        readonly base: { readonly sha: string }
        readonly head: { readonly sha: string }
      }
      const path = `/repos/acme/widgets/compare/${ends.base.sha}...${ends.head.sha}`
      const answer = yield* call(url, `${path}?per_page=1`, observer.token)
      conforms(`get ${REPO}/compare/{basehead}`, path, answer)
      const { files } = answer.body as { readonly files: Json }
      assert.deepStrictEqual(files, (yield* call(url, "/repos/acme/widgets/pulls/12/files", observer.token)).body)
      assert.deepInclude((files as ReadonlyArray<object>)[0], { status: "renamed", additions: 1, deletions: 0 })
      const further = yield* call(url, `${path}?per_page=1&page=2`, observer.token)
      assert.notProperty(further.body, "files")
    })
  )

  it.scopedLive("cover comments and statuses that are written and read", () =>
    Effect.gen(function* () {
      const { url, observer, control } = yield* everyShape
      yield* control.remark({ payload: { ...at(1), by: "bob", remark: { _tag: "Unlocked" } } })
      const write = (token: string, method: string, path: string, body: object) =>
        call(url, path, token, { method, body: JSON.stringify(body) })
      const issue = `${REPO}/issues/{issue_number}/comments`
      const made = yield* write(observer.token, "POST", "/repos/acme/widgets/issues/1/comments", { body: "Hello" })
      conforms(`post ${issue}`, "", made)
      conforms(`get ${issue}`, "", yield* call(url, "/repos/acme/widgets/issues/1/comments", observer.token))
      conforms(`post ${issue}`, "", yield* write(observer.token, "POST", "/repos/acme/widgets/issues/1/comments", {}))
      conforms(`post ${issue}`, "", yield* write(observer.token, "POST", "/repos/acme/widgets/issues/5/comments", { body: "Hello" }))
      const { id } = made.body as { readonly id: number }
      const one = `/repos/acme/widgets/issues/comments/${id}`
      conforms(`get ${REPO}/issues/comments/{comment_id}`, "", yield* call(url, one, observer.token))
      conforms(`patch ${REPO}/issues/comments/{comment_id}`, "", yield* write(observer.token, "PATCH", one, { body: "Again" }))
      const pull = (yield* call(url, "/repos/acme/widgets/pulls/12", observer.token)).body as { readonly head: { readonly sha: string } }
      const { token } = yield* control.user({ payload: { login: "acme" } })
      const status = { state: "pending", context: "gittensor", description: "In the match" }
      const put = yield* write(token, "POST", `/repos/acme/widgets/statuses/${pull.head.sha}`, status)
      assert.strictEqual(put.status, 201)
      conforms(`post ${REPO}/statuses/{sha}`, "", put)
      const listed = yield* call(url, `/repos/acme/widgets/commits/${pull.head.sha}/statuses`, token)
      conforms(`get ${REPO}/commits/{ref}/statuses`, "", listed)
    })
  )

  it.scopedLive("cover accounts by id, creating and reading gists, and requests without a token", () =>
    Effect.gen(function* () {
      const { url, observer } = yield* everyShape
      conforms("get /user/{account_id}", "", yield* call(url, `/user/${observer.id}`, observer.token))
      const body = JSON.stringify({ description: "a link", public: true, files: { "a.txt": { content: "hello" } } })
      const made = yield* call(url, "/gists", observer.token, { method: "POST", body })
      assert.strictEqual(made.status, 201)
      conforms("post /gists", "", made)
      const { id } = made.body as { readonly id: string }
      conforms("get /gists/{gist_id}", "", yield* call(url, `/gists/${id}`, undefined))
      conforms("get /gists/{gist_id}", "", yield* call(url, "/gists/none", undefined))
      const unsigned = yield* call(url, "/user", undefined)
      assert.strictEqual(unsigned.status, 401)
      conforms("get /user", "", unsigned)
      const invalid = yield* call(url, "/gists", observer.token, { method: "POST", body: '{"files":{}}' })
      assert.strictEqual(invalid.status, 422)
      conforms("post /gists", "", invalid)
    })
  )

  it("are checked by validators that detect violations", () => {
    const validate = validatorOf("get", REPO, 200)
    assert.isFalse(validate({ id: "one" }))
  })
})

/** Fields in GitHub's list of API changes that occur in the stand-in's answers. */
const DROPPED = new Set(["rate", "assignee", "merge_commit_sha", "has_downloads"])
const DROPPED_OF_GISTS = new Set(["user", "forks", "history"])

const without = (value: Json, dropped: ReadonlySet<string>): Json => {
  if (Array.isArray(value)) return value.map((one) => without(one, dropped))
  if (value === null || typeof value !== "object") return value
  return Object.fromEntries(Object.entries(value).flatMap(([key, inner]) => (dropped.has(key) ? [] : [[key, without(inner, dropped)]])))
}

describe("REST API 2026-03-10", () => {
  it.scopedLive("differs from 2022-11-28 by what GitHub says, in every answer", () =>
    Effect.gen(function* () {
      const { url, observer } = yield* everyShape
      const body = JSON.stringify({ public: true, files: { "a.txt": { content: "hello" } } })
      const { id } = (yield* call(url, "/gists", observer.token, { method: "POST", body })).body as { readonly id: string }
      const gist = `/gists/${id}`
      const listing = (path: string) => /\/contents\/vendor\?/.test(path)
      let differing = 0
      for (const path of [...OPERATIONS.map(([, path]) => path), gist].filter((path) => !listing(path) && path !== "/rate_limit")) {
        const older = yield* call(url, path, observer.token, {}, "2022-11-28")
        const newer = yield* call(url, path, observer.token, {}, "2026-03-10")
        assert.strictEqual(newer.status, older.status, path)
        assert.deepStrictEqual(newer.body, without(older.body, path === gist ? DROPPED_OF_GISTS : DROPPED), path)
        assert.strictEqual(newer.headers.get("x-github-api-version-selected"), "2026-03-10", path)
        if (JSON.stringify(newer.body) !== JSON.stringify(older.body)) differing++
      }
      assert.isAbove(differing, 10)
      const limits = yield* call(url, "/rate_limit", observer.token, {}, "2026-03-10")
      assert.deepStrictEqual(Object.keys(limits.body ?? {}), ["resources"])
    })
  )

  it.scopedLive("calls submodules in a folder by their name, where 2022-11-28 calls them files", () =>
    Effect.gen(function* () {
      const { url, observer } = yield* everyShape
      const typesIn = (path: string, version: string) =>
        Effect.map(call(url, `/repos/acme/widgets/contents/${path}?ref=change-12`, observer.token, {}, version), ({ body }) =>
          [body].flat().map((entry) => [(entry as { readonly path: string }).path, (entry as { readonly type: string }).type])
        )
      for (const version of ["2022-11-28", "2026-03-10"]) {
        assert.deepStrictEqual(yield* typesIn("", version), [
          ["logo.png", "file"],
          ["src", "dir"],
          ["vendor", "dir"]
        ])
        assert.deepStrictEqual(yield* typesIn("vendor/other", version), [["vendor/other", "submodule"]])
      }
      assert.deepStrictEqual(yield* typesIn("vendor", "2022-11-28"), [["vendor/other", "file"]])
      assert.deepStrictEqual(yield* typesIn("vendor", "2026-03-10"), [["vendor/other", "submodule"]])
    })
  )

  it.scopedLive("is not assumed: without a version GitHub answers in the first, and a version it does not serve is refused", () =>
    Effect.gen(function* () {
      const { url, observer } = yield* everyShape
      const assumed = yield* call(url, "/repos/acme/widgets/pulls/2", observer.token)
      assert.property(assumed.body, "merge_commit_sha")
      assert.strictEqual(assumed.headers.get("x-github-api-version-selected"), "2022-11-28")
      const refused = yield* call(url, "/repos/acme/widgets/pulls/2", observer.token, {}, "v3")
      assert.strictEqual(refused.status, 400)
      assert.include(JSON.stringify(refused.body), '\\"v3\\", is not a supported version')
    })
  )
})
