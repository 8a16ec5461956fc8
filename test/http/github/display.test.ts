/** The dashboard's data from the simulated GitHub: with and without a token, and within what other clients leave of the rate limits. */
import { assert, describe } from "@effect/vitest"
import { type Duration, Effect } from "effect"
import type { StandIn } from "../../../lab/devnet/github/StandIn.ts"
import { RepositoryName } from "../../../src/domain/IssueRef.ts"
import { makeWith, type Seen } from "../../../src/layers/github/display/GitHubDisplay.ts"
import { AskedVersion } from "../../support/github/AskedVersion.ts"
import { assertCost } from "../../support/github/cost.ts"
import { inEachVersion } from "../../support/github/restVersions.ts"
import { at, number, ref, settingsFor, solve, story, WIDGETS } from "../../support/github/story.ts"

type Control = StandIn["control"]

const display = (url: string, tokens: ReadonlyArray<string>, patience: Duration.DurationInput = "30 seconds") =>
  Effect.flatMap(AskedVersion, (apiVersion) => makeWith({ ...settingsFor(url, tokens, patience), apiVersion }))

/** Long after all events in the story. */
const LATER = Date.UTC(2100, 0, 1)
const sought = (n: number, repository: RepositoryName = WIDGETS) => ({ ref: ref(n, repository), registeredAt: LATER })

const told = Effect.gen(function* () {
  const { url, control, observer } = yield* story()
  yield* solve(control, "bob")
  yield* control.reopenIssue({ payload: at(1) })
  const files = [
    { path: "a.ts", additions: 7, deletions: 2 },
    { path: "b.png", additions: null, deletions: null }
  ]
  yield* control.openPullRequest({
    payload: { repository: WIDGETS, title: "Names it", author: "cleo", mentions: [number(1)], draft: true, files }
  })
  yield* control.review({ payload: { ...at(3), by: "acme", state: "CHANGES_REQUESTED", at: 1 } })
  yield* control.review({ payload: { ...at(3), by: "bob", state: "APPROVED", at: 2 } })
  yield* control.setChecks({ payload: { ...at(2), checks: "SUCCESS" } })
  yield* control.setChecks({ payload: { ...at(3), checks: "FAILURE" } })
  for (const remark of [
    { _tag: "Labeled", label: "bug" },
    { _tag: "Labeled", label: "wontfix" },
    { _tag: "Unlabeled", label: "wontfix" }
  ] as const)
    yield* control.remark({ payload: { ...at(1), by: "ada", remark } })
  return { url, control, observer }
})

const states = (seen: ReadonlyArray<Seen>) => seen.map(({ state }) => state)

/** Issues 4 to 8 and their various ends. */
const scattered = (control: Control) =>
  Effect.gen(function* () {
    const open = (n: number, repository: RepositoryName) =>
      control.openIssue({ payload: { repository, number: number(n), title: `Issue ${n}`, author: "ada" } })
    const [hidden, other, old] = ["acme/hidden", "acme/other", "acme/old"].map((name) => RepositoryName.make(name)) as [
      RepositoryName,
      RepositoryName,
      RepositoryName
    ]
    for (const repository of [hidden, other, old]) yield* control.createRepository({ payload: { repository } })
    for (const n of [4, 5, 6]) yield* open(n, WIDGETS)
    yield* control.deleteIssue({ payload: at(4) })
    yield* control.transferIssue({ payload: { ...at(5), to: other } })
    yield* control.close({ payload: { ...at(6), reason: "not_planned" } })
    yield* open(1, hidden)
    yield* control.changeRepository({ payload: { repository: hidden, private: true } })
    yield* open(1, old)
    yield* control.changeRepository({ payload: { repository: old, name: RepositoryName.make("acme/new") } })
    return [
      sought(1),
      sought(4),
      sought(5),
      sought(6),
      sought(1, hidden),
      sought(1, old),
      sought(1, RepositoryName.make("acme/nowhere")),
      { ...sought(1), registeredAt: Date.UTC(2001, 0, 1) }
    ]
  })
const SCATTERED = ["open", "deleted", "transferred", "closed", "gone", "open", "gone", "gone"]

describe("GitHub data for display", () => {
  inEachVersion("has titles, labels, authors, and the sizes of pull requests that close or mention an issue", () =>
    Effect.gen(function* () {
      const { url, observer } = yield* told
      const github = yield* display(url, [observer.token])
      const [seen] = yield* github.issues([sought(1)])
      assert(seen?._tag === "Shown")
      assert.deepInclude(seen, { title: "The widget squeaks", state: "open", author: "ada", labels: [{ name: "bug", color: "ededed" }] })
      assert.match(seen.avatar ?? "", /^http.*\/avatars\/u\/\d+$/)
      assert.match(seen.nodeId, /^Issue_/)
      const shown = seen.pullRequests?.map(({ createdAt, mergedAt, closedAt, authorId, ...rest }) => ({
        ...rest,
        hasMoments: createdAt > 0 && (mergedAt === null) === (closedAt === null) && authorId !== null
      }))
      assert.deepStrictEqual(shown, [
        {
          repository: "acme/widgets",
          number: 2,
          title: "Oil the widget",
          state: "merged",
          draft: false,
          checks: "passing",
          review: null,
          author: "bob",
          additions: 5,
          deletions: 1,
          files: 1,
          isLinked: true,
          hasMoments: true
        },
        {
          repository: "acme/widgets",
          number: 3,
          title: "Names it",
          state: "open",
          draft: true,
          checks: "failing",
          // Bob has no push access, so his approval does not count.
          review: "changesRequested",
          author: "cleo",
          additions: 7,
          deletions: 2,
          files: 2,
          isLinked: false,
          hasMoments: true
        }
      ])
    })
  )

  inEachVersion("takes the status that an index put on a head for no check", () =>
    Effect.gen(function* () {
      const { url, control, observer } = yield* story()
      for (const author of ["bob", "cleo", "ada"])
        yield* control.openPullRequest({ payload: { repository: WIDGETS, title: `By ${author}`, author, closes: [number(1)] } })
      const { token } = yield* control.user({ payload: { login: "acme" } })
      const said = (n: number, context: string) =>
        Effect.promise(async () => {
          const pull = (await (await fetch(`${url}/repos/${WIDGETS}/pulls/${n}`)).json()) as { readonly head: { readonly sha: string } }
          const { status } = await fetch(`${url}/repos/${WIDGETS}/statuses/${pull.head.sha}`, {
            method: "POST",
            headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
            body: JSON.stringify({ state: "success", context })
          })
          assert.strictEqual(status, 201)
        })
      // Alone, beside a check, and beside another account's status.
      for (const n of [2, 3, 4]) yield* said(n, "gittensor")
      yield* control.setChecks({ payload: { ...at(3), checks: "SUCCESS" } })
      yield* said(4, "ci/build")
      const github = yield* display(url, [observer.token])
      const [seen] = yield* github.issues([sought(1)])
      assert(seen?._tag === "Shown")
      assert.deepStrictEqual(
        seen.pullRequests?.map(({ checks }) => checks),
        [null, "passing", "passing"]
      )
      const plays = yield* github.plays([2, 3, 4].map(at))
      assert.deepStrictEqual(
        plays.map((one) => one?.plays.some(({ kind }) => kind === "passing")),
        [false, true, true]
      )
    })
  )

  inEachVersion("lacks only the pull requests without a token, and distinguishes what is hidden", () =>
    Effect.gen(function* () {
      const { url, control, observer } = yield* told
      const all = yield* scattered(control)
      const [github, anonymous] = yield* Effect.all([display(url, [observer.token]), display(url, [])])
      const [seen, plainly] = yield* Effect.all([github.issues(all), anonymous.issues(all)])
      assert.deepStrictEqual(states(seen), SCATTERED)
      assert.deepStrictEqual(
        plainly,
        seen.map((one) => (one._tag === "Shown" ? { ...one, pullRequests: null } : one))
      )
    })
  )

  inEachVersion("has the beginning of an issue's text, and its repository's language", () =>
    Effect.gen(function* () {
      const { url, control, observer } = yield* told
      const clients = yield* Effect.all([display(url, [observer.token]), display(url, [])])
      const shown = Effect.forEach(clients, (github) =>
        Effect.map(github.issues([sought(1)]), ([seen]) => (seen?._tag === "Shown" ? [seen.excerpt, seen.language] : undefined))
      )
      assert.deepStrictEqual(yield* shown, [
        [null, null],
        [null, null]
      ])
      const body = "It **squeaks**<!-- loudly -->.\r\n\r\n```\nsqueak\n```\n\n[Oil](https://example.com)\u0000 \u202ehelps."
      yield* control.edit({ payload: { ...at(1), body } })
      yield* control.changeRepository({ payload: { repository: WIDGETS, language: "C++" } })
      assert.deepStrictEqual(yield* shown, [
        ["It squeaks. Oil\ufffd helps.", "C++"],
        ["It squeaks. Oil\ufffd helps.", "C++"]
      ])
    })
  )

  inEachVersion("is complete, whatever the page size", () =>
    Effect.gen(function* () {
      const { url, control, observer } = yield* told
      for (const title of ["Try", "Try again"])
        yield* control.openPullRequest({ payload: { repository: WIDGETS, title, author: "bob", closes: [number(1)] } })
      yield* control.openPullRequest({ payload: { repository: WIDGETS, title: "See #1", author: "ada", mentions: [number(1)] } })
      const github = yield* display(url, [observer.token])
      const whole = yield* github.issues([sought(1)])
      yield* control.setPages({ payload: { most: 1, reversed: true } })
      assert.deepStrictEqual(yield* github.issues([sought(1)]), whole)
      assert(whole[0]?._tag === "Shown")
      assert.strictEqual(whole[0].pullRequests?.length, 5)
    })
  )

  inEachVersion("finds the pull request that closed an issue through its commit messages", () =>
    Effect.gen(function* () {
      const { url, control, observer } = yield* story()
      const { number: opened } = yield* control.openPullRequest({
        payload: { repository: WIDGETS, title: "Quietly", author: "bob", commitCloses: [number(1)] }
      })
      const github = yield* display(url, [observer.token])
      const linked = Effect.map(github.issues([sought(1)]), ([seen]) =>
        seen?._tag === "Shown" ? seen.pullRequests?.map(({ isLinked, state, title }) => ({ isLinked, state, title })) : undefined
      )
      assert.deepStrictEqual(yield* linked, [])
      yield* control.mergePullRequest({ payload: at(opened) })
      assert.deepStrictEqual(yield* linked, [{ isLinked: true, state: "merged", title: "Quietly" }])
    })
  )

  inEachVersion("takes one query for ten issues", () =>
    Effect.gen(function* () {
      const { url, control, observer } = yield* told
      for (let n = 10; n < 19; n++)
        yield* control.openIssue({ payload: { repository: WIDGETS, number: number(n), title: `Issue ${n}`, author: "ada" } })
      const github = yield* display(url, [observer.token])
      const before = (yield* control.countRequests({ payload: {} })).requests
      const seen = yield* github.issues([1, 10, 11, 12, 13, 14, 15, 16, 17, 18].map((n) => sought(n)))
      assert.strictEqual(seen.length, github.atOnce)
      assertCost("a list of ten issues", (yield* control.countRequests({ payload: {} })).requests - before, 1)
    })
  )

  inEachVersion("contains nothing that a database cannot store or that nobody sees", () =>
    Effect.gen(function* () {
      const { url, control, observer } = yield* told
      const title = "a\u0000b \ud800 \u202e 😀"
      yield* control.openIssue({ payload: { repository: WIDGETS, number: number(9), title, author: "ada" } })
      const [seen] = yield* (yield* display(url, [observer.token])).issues([sought(9)])
      assert(seen?._tag === "Shown")
      assert.strictEqual(seen.title, "a b 😀")
    })
  )

  inEachVersion("uses at most four fifths of each token's limit", () =>
    Effect.gen(function* () {
      const { url, control, observer } = yield* told
      const second = yield* control.createUser({ payload: { login: "second" } })
      const leave = (login: string, remaining: number) =>
        control.setRateLimit({ payload: { login, resource: "graphql", remaining, resetInSeconds: 600 } })
      yield* leave("observer", 1002)
      yield* leave("second", 1001)
      const github = yield* display(url, [observer.token, second.token])
      const ask = github.issues([sought(1)])
      // 1,001 and 1,000 requests remain after these two.
      yield* ask
      yield* ask
      yield* ask
      const before = (yield* control.countRequests({ payload: {} })).requests
      const refused = yield* Effect.flip(ask)
      assert.include(refused.message, "kept for others, until")
      assert.isTrue(refused.limited)
      assert.strictEqual((yield* control.countRequests({ payload: {} })).requests, before, "what is kept for others is not asked for")
      const profile = yield* github.profile(observer.id)
      assert.deepInclude(profile, { id: observer.id, login: "observer" })
    })
  )

  inEachVersion("never waits for a limit", () =>
    Effect.gen(function* () {
      const { url, control, observer } = yield* told
      // The client would wait for these limits, but the test does not.
      const github = yield* display(url, [observer.token], "2 hours")
      yield* control.setRateLimit({ payload: { login: "observer", resource: "graphql", remaining: 0, resetInSeconds: 3_600 } })
      const refused = yield* Effect.flip(github.issues([sought(1)]))
      assert.isTrue(refused.limited)
      yield* control.addFault({ payload: { fault: { _tag: "Status", status: 429, retryAfter: 3_600, path: "^/user" } } })
      const { requests } = yield* control.countRequests({ payload: {} })
      const limited = yield* Effect.flip(github.profile(observer.id))
      assert.deepInclude(limited, { limited: true })
      assertCost("a profile that is limited", (yield* control.countRequests({ payload: {} })).requests - requests, 1)
    })
  )
})
