/** The open issues of a repository as the simulated GitHub lists them, and what speaks for and against a bounty. */
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Redacted } from "effect"
import { RepositoryName } from "../../../src/domain/IssueRef.ts"
import { makeWith } from "../../../src/layers/github/OpenIssues.ts"
import { at, number, solve, story, WIDGETS } from "../../support/github/story.ts"

const service = (url: string, tokens: ReadonlyArray<string>) =>
  makeWith({
    url,
    tokens: tokens.map((token) => Redacted.make(token)),
    timeout: Duration.minutes(2),
    patience: Duration.seconds(30),
    pause: Duration.millis(5)
  })

const open = (title: string, at: number) => ({ payload: { repository: WIDGETS, title, author: "ada", at } })

describe("open issues", () => {
  it.scopedLive("come with labels, people and linked pull requests, newest first", () =>
    Effect.gen(function* () {
      const { url, control, observer } = yield* story()
      yield* solve(control, "bob")
      yield* control.remark({ payload: { ...at(1), by: "acme", remark: { _tag: "Labeled", label: "bug" } } })
      for (const [title, when] of [
        ["Three", 3_000],
        ["Four", 4_000],
        ["Fi\u202eve\u200b\n", 5_000]
      ] as const)
        yield* control.openIssue(open(title, when))
      yield* control.setPeople({ payload: { ...at(3), assignees: ["cleo"], reactions: ["bob", "cleo"] } })
      yield* control.remark({ payload: { ...at(4), by: "bob", remark: { _tag: "Labeled", label: "help wanted" } } })
      yield* control.remark({ payload: { ...at(4), by: "bob", remark: { _tag: "Commented", body: "Please" } } })
      yield* control.remark({ payload: { ...at(5), by: "acme", remark: { _tag: "Locked" } } })
      yield* control.openPullRequest({ payload: { repository: WIDGETS, title: "Mends four", author: "bob", closes: [number(4)] } })
      const issues = yield* service(url, [observer.token])
      const found = yield* issues.of(WIDGETS)
      assert(found !== null)
      assert.deepInclude(found, { name: "acme/widgets", isArchived: false, openCount: 3 })
      assert.deepStrictEqual(found.efforts, [{ labels: ["bug"], lines: 6 }])
      const quiet = { labels: [], comments: 0, reactions: 0, assignees: 0, isLocked: false, pullRequest: "none", author: "ada" } as const
      assert.deepEqual(found.open, [
        { ...quiet, number: 5, title: "Five", createdAt: 5_000, isLocked: true },
        { ...quiet, number: 4, title: "Four", createdAt: 4_000, labels: ["help wanted"], comments: 1, pullRequest: "open" },
        { ...quiet, number: 3, title: "Three", createdAt: 3_000, reactions: 2, assignees: 1 }
      ])
    })
  )

  it.scopedLive("are read page by page, up to a bound that the answer tells", () =>
    Effect.gen(function* () {
      const { url, control, observer } = yield* story()
      for (let n = 2; n <= 60; n++) yield* control.openIssue(open(`Issue ${n}`, n * 1_000))
      const issues = yield* service(url, [observer.token])
      const all = yield* issues.of(WIDGETS)
      assert.strictEqual(all?.open.length, 60)
      // GitHub shows fewer entries of a page than it was asked for.
      yield* control.setPages({ payload: { most: 5, reversed: false } })
      const some = yield* issues.of(WIDGETS)
      assert.strictEqual(some?.open.length, 50)
      assert.strictEqual(some?.openCount, 60)
    })
  )

  it.scopedLive("may have an open pull request where GitHub does not show all of them", () =>
    Effect.gen(function* () {
      const { url, control, observer } = yield* story()
      const issues = yield* service(url, [observer.token])
      yield* solve(control, "bob")
      yield* control.reopenIssue({ payload: at(1) })
      assert.deepStrictEqual(
        (yield* issues.of(WIDGETS))?.open.map(({ pullRequest }) => pullRequest),
        ["none"]
      )
      yield* control.openPullRequest({ payload: { repository: WIDGETS, title: "Again", author: "bob", closes: [number(1)] } })
      yield* control.setPages({ payload: { reversed: false, most: 1 } })
      assert.deepStrictEqual(
        (yield* issues.of(WIDGETS))?.open.map(({ pullRequest }) => pullRequest),
        ["unknown"]
      )
    })
  )

  it.scopedLive("need a repository that GitHub shows, and a token", () =>
    Effect.gen(function* () {
      const { url, observer } = yield* story()
      assert.isNull(yield* (yield* service(url, [observer.token])).of(RepositoryName.make("acme/nowhere")))
      const { message } = yield* Effect.flip((yield* service(url, [])).of(WIDGETS))
      assert.include(message, "GITTENSOR_GITHUB_TOKEN")
    })
  )
})
