/** The GitHub layer on recorded answers of api.github.com, compared with the stand-in's answers. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Option, Schema } from "effect"
import { RepositoryName } from "../../../src/domain/IssueRef.ts"
import { rateLimitStatusIn } from "../../../src/layers/github/client/answers.ts"
import * as Rest from "../../../src/layers/github/client/rest.ts"
import * as Transport from "../../../src/layers/github/client/transport.ts"
import * as ContributionRequests from "../../../src/layers/github/contributions/requests.ts"
import { type Recorded, recordings, replay } from "../../support/github/recorded.ts"
import { at, number, settingsFor, story, WIDGETS } from "../../support/github/story.ts"

/** The scenarios whose requests all go to the API itself. */
const SCENARIOS = [
  "add-labels-to-issue",
  "branch-protection",
  "create-status",
  "errors",
  "get-content",
  "get-organization",
  "get-repository",
  "labels",
  "paginate-issues",
  "rename-repository",
  "search-issues"
]

const settings = (url: string) => settingsFor(url, ["gho_anything"])

const clientOf = (url: string) =>
  Effect.gen(function* () {
    const transport = yield* Transport.make(settings(url))
    return { ask: transport.ask, rest: Rest.make(transport, true), requests: yield* ContributionRequests.make(transport, settings(url)) }
  })

const HELLO = RepositoryName.make("octokit-fixture-org/hello-world")

/** The repository that a scenario created. */
const repositoryOf = (all: ReadonlyArray<Recorded>) =>
  Schema.decodeUnknownSync(Schema.Struct({ id: Schema.Int, full_name: RepositoryName }))(all[0]?.body)

describe("the layer on GitHub's recorded answers", () => {
  it.scopedLive("reads a repository", () =>
    Effect.gen(function* () {
      const { url } = yield* replay("get-repository")
      const { rest } = yield* clientOf(url)
      const found = Option.getOrThrow(yield* rest.repository(HELLO))
      assert.deepStrictEqual([found.full_name, found.private, found.archived, found.disabled], [HELLO, false, false, false])
      assert.strictEqual(found.owner.login, "octokit-fixture-org")
    })
  )

  it.scopedLive("follows a renamed repository, by name and by id", () =>
    Effect.gen(function* () {
      const { url, recordings: all } = yield* replay("rename-repository")
      const { rest, ask } = yield* clientOf(url)
      const { id, full_name } = repositoryOf(all)
      const followed = Option.getOrThrow(yield* rest.repository(full_name))
      assert.notStrictEqual(followed.full_name, full_name)
      assert.deepStrictEqual(yield* rest.repositoryById(id), Option.some(followed))
      const [owner, repo] = full_name.split("/")
      const route = "GET /repos/{owner}/{repo}"
      const redirect = yield* ask({ operation: "read it", route, parameters: { owner, repo }, keepRedirect: true })
      assert.deepInclude(redirect, { status: 301 })
      assert.strictEqual(redirect.headers.location, `${url}/repositories/${id}`)
    })
  )

  it.scopedLive("reads all pages of a list by GitHub's links", () =>
    Effect.gen(function* () {
      const { url, recordings: all } = yield* replay("paginate-issues")
      const { requests } = yield* clientOf(url)
      const listed = yield* requests.listed(repositoryOf(all).full_name, { state: "all" })
      assert.deepStrictEqual(
        listed?.map((one) => one.number),
        Array.from({ length: 13 }, (_, place) => 13 - place)
      )
    })
  )

  it.scopedLive("takes a 404 for an answer, and a 422 with GitHub's message", () =>
    Effect.gen(function* () {
      const unprotected = yield* replay("branch-protection")
      const of404 = yield* clientOf(unprotected.url)
      const [owner = "", repo = ""] = repositoryOf(unprotected.recordings).full_name.split("/")
      const route = "GET /repos/{owner}/{repo}/branches/main/protection"
      const found = yield* of404.rest.optional({ operation: "read", route, parameters: { owner, repo } }, Schema.Unknown)
      assert.deepStrictEqual(found, Option.none())

      const invalid = yield* replay("errors")
      const of422 = yield* clientOf(invalid.url)
      const place = repositoryOf(invalid.recordings).full_name
      const refused = yield* of422.ask({ operation: "label", route: `POST /repos/${place}/labels`, parameters: { name: "foo" } })
      assert.deepInclude(refused, { status: 422 })
      assert.deepInclude(refused.data, { message: "Validation Failed" })
    })
  )

  it("finds a token's limit in every recorded answer of the API", () => {
    const answers = SCENARIOS.flatMap(recordings)
    assert.isAbove(answers.length, 60)
    for (const { headers, method, path } of answers) {
      const status = rateLimitStatusIn(headers)
      const seconds = Date.parse(headers.date ?? "") / 1000
      assert.deepInclude(status, { limit: path.startsWith("/search/") ? 30 : 5000 }, `${method} ${path}`)
      assert.strictEqual(status?.remaining, (status?.limit ?? 0) - Number(headers["x-ratelimit-used"]))
      // In seconds since 1970, within an hour.
      assert.isTrue(Math.abs((status?.resetAt ?? 0) / 1000 - seconds) <= 3600, `${method} ${path}`)
    }
  })
})

type Shape = ReadonlyMap<string, string>

/** The type of every field by its path. A list has the fields of all its entries. */
const shapeOf = (value: unknown, path = ""): Shape => {
  if (Array.isArray(value)) return new Map([[path, "list"], ...value.flatMap((one) => [...shapeOf(one, `${path}[]`)])])
  if (typeof value !== "object" || value === null) return new Map([[path, value === null ? "null" : typeof value]])
  return new Map([[path, "object"], ...Object.entries(value).flatMap(([key, inner]) => [...shapeOf(inner, `${path}.${key}`)])])
}

/** Fields in the recording that the stand-in lacks, or has with another type. */
const lacking = (recorded: unknown, ours: unknown): ReadonlyArray<string> => {
  const [wanted, found] = [shapeOf(recorded), shapeOf(ours)]
  return [...wanted].flatMap(([path, type]) => {
    const own = found.get(path)
    return own === undefined ? [path] : own === type || own === "null" || type === "null" ? [] : [`${path} is ${own}, not ${type}`]
  })
}

/** Fields that only accounts with push access see, or that today's GitHub omits. */
const OF_WRITERS = [
  "permissions",
  "temp_clone_token",
  "allow_squash_merge",
  "allow_merge_commit",
  "allow_rebase_merge",
  "allow_auto_merge",
  "allow_update_branch",
  "delete_branch_on_merge",
  "use_squash_pr_title_as_default"
]

/** Headers that the stand-in lacks: its tokens are fine-grained, so they have no scopes, and HSTS is meaningless over HTTP. */
const NOT_OURS = new Set(["x-oauth-scopes", "x-accepted-oauth-scopes", "strict-transport-security", "connection", "transfer-encoding"])

/** A recorded answer, and a request with an equivalent answer of the stand-in. `but`: the fields that the stand-in may lack. */
const PAIRS: ReadonlyArray<{
  readonly scenario: string
  readonly method?: "GET" | "POST"
  readonly path: RegExp
  readonly status: number
  readonly ours: string
  readonly but?: (field: string) => boolean
  readonly butHeaders?: ReadonlyArray<string>
}> = [
  {
    scenario: "get-repository",
    path: /./,
    status: 200,
    ours: "/repos/acme/widgets",
    // The recorded repository has topics.
    but: (field) => field === ".topics[]" || OF_WRITERS.some((name) => field.startsWith(`.${name}`))
  },
  { scenario: "rename-repository", path: /rename/, status: 301, ours: "/repos/acme/former" },
  { scenario: "paginate-issues", path: /per_page=3$/, status: 200, ours: "/repos/acme/widgets/issues?per_page=3" },
  { scenario: "paginate-issues", path: /page=2$/, status: 200, ours: "/repos/acme/widgets/issues?per_page=3&page=2" },
  { scenario: "paginate-issues", path: /page=5$/, status: 200, ours: "/repos/acme/widgets/issues?per_page=3&page=5" },
  { scenario: "branch-protection", path: /protection$/, status: 404, ours: "/repos/acme/nowhere" },
  { scenario: "errors", method: "POST", path: /labels$/, status: 422, ours: "/gists" },
  { scenario: "get-content", path: /contents\/$/, status: 200, ours: "/repos/acme/widgets/contents/", butHeaders: ["last-modified"] },
  // The answer to the creation of an issue is the issue, with its URL.
  {
    scenario: "add-labels-to-issue",
    method: "POST",
    path: /issues$/,
    status: 201,
    ours: "/repos/acme/widgets/issues/1",
    butHeaders: ["location"]
  }
]

/** Thirteen issues, as in the recorded list, a file, and a former name. */
const likeRecorded = Effect.gen(function* () {
  const { url, control, observer } = yield* story()
  const contents = [{ path: "README.md", base: null, head: "# widgets" }]
  yield* control.openPullRequest({ payload: { repository: WIDGETS, number: number(100), title: "Read me", author: "bob", contents } })
  yield* control.mergePullRequest({ payload: at(100) })
  for (let more = 2; more <= 13; more++)
    yield* control.openIssue({ payload: { repository: WIDGETS, number: number(more), title: `Issue ${more}`, author: "ada" } })
  const former = RepositoryName.make("acme/former")
  yield* control.createRepository({ payload: { repository: former } })
  yield* control.changeRepository({ payload: { repository: former, name: RepositoryName.make("acme/latter") } })
  return { url, observer, control }
})

/** URLs without hosts and numbers. */
const addressForm = (text: string) => text.replaceAll(/https?:\/\/[^/]+/g, "").replaceAll(/\/repositories\/\d+/g, "/repositories/ID")

describe("the stand-in's answers beside GitHub's recorded ones", () => {
  it.scopedLive("have their status, fields, types and headers, and link to pages and new names in their form", () =>
    Effect.gen(function* () {
      const { url, observer, control } = yield* likeRecorded
      // The recorded list is older than GitHub's cursors.
      yield* control.setPages({ payload: { most: 100, reversed: false, numbered: true } })
      for (const { scenario, method = "GET", path, status, ours, but = () => false, butHeaders = [] } of PAIRS) {
        const recorded = recordings(scenario).find((one) => one.method === method && one.status === status && path.test(one.path))
        if (recorded === undefined) throw new Error(`${scenario} has no ${method} ${path} with status ${status}`)
        const isPost = ours === "/gists"
        const answer = yield* Effect.promise(async () => {
          const init: RequestInit = isPost ? { method: "POST", body: "{}" } : {}
          const response = await fetch(url + ours, {
            ...init,
            redirect: "manual",
            headers: { authorization: `Bearer ${observer.token}`, "content-type": "application/json" }
          })
          return { status: response.status, headers: response.headers, body: (await response.json()) as unknown }
        })
        const name = `${ours} beside ${scenario}`
        // A GET is compared with the recorded creation.
        assert.strictEqual(answer.status, status === 201 ? 200 : status, name)
        assert.deepStrictEqual(
          lacking(recorded.body, answer.body).filter((field) => !but(field)),
          [],
          name
        )
        const missing = Object.keys(recorded.headers).filter((header) => !answer.headers.has(header) && !NOT_OURS.has(header))
        assert.deepStrictEqual(missing, [...butHeaders], name)
        assert.strictEqual(answer.headers.get("content-type"), recorded.headers["content-type"], name)
        for (const header of ["link", ...(status === 301 ? ["location"] : [])])
          assert.strictEqual(
            addressForm(answer.headers.get(header) ?? ""),
            addressForm(recorded.headers[header] ?? ""),
            `${header} of ${name}`
          )
      }
    })
  )

  it("are found wanting where a field or a type differs", () => {
    assert.deepStrictEqual(lacking({ a: 1, b: [{ c: "x" }], d: null }, { a: "1", b: [], d: 2 }), [
      ".a is string, not number",
      ".b[]",
      ".b[].c"
    ])
  })
})
