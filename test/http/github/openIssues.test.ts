/** The open issues of a repository as the simulated GitHub lists them, with reasons for and against a bounty. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { RepositoryName } from "../../../src/domain/IssueRef.ts"
import { NO_CHOICES } from "../../../src/domain/repositoryChoices.ts"
import { makeWith } from "../../../src/layers/github/open/OpenIssues.ts"
import { lackingServer } from "../../support/github/lacks.ts"
import { at, number, settingsFor, solve, story, WIDGETS } from "../../support/github/story.ts"

const service = (url: string, tokens: ReadonlyArray<string>) => makeWith(settingsFor(url, tokens))

const [FIRST, SECOND] = [at(1), at(2)]

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
      const quiet = {
        labels: [],
        rawLabels: [],
        comments: 0,
        reactions: 0,
        assignees: 0,
        isLocked: false,
        pullRequest: "none",
        author: "ada"
      } as const
      assert.deepEqual(found.open, [
        { ...quiet, number: 5, title: "Five", createdAt: 5_000, isLocked: true },
        {
          ...quiet,
          number: 4,
          title: "Four",
          createdAt: 4_000,
          labels: ["help wanted"],
          rawLabels: ["help wanted"],
          comments: 1,
          pullRequest: "open"
        },
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
      // GitHub returns fewer entries a page than requested.
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

  it.scopedLive("are spoken of in comments and by labels, whoever wrote them", () =>
    Effect.gen(function* () {
      const { url, control, observer } = yield* story()
      const issues = yield* service(url, [observer.token])
      yield* control.openIssue({ payload: { repository: WIDGETS, title: "Two", author: "ada" } })
      const comment = (n: number, by: string, body: string, at?: number) =>
        control.remark({
          payload: { ...(n === 1 ? FIRST : SECOND), by, remark: { _tag: "Commented", body }, ...(at === undefined ? {} : { at }) }
        })
      yield* comment(1, "bob", "/gittensor bounty 100", 1)
      yield* comment(1, "bob", "I would like this\r\n\r\n/gittensor bounty 12.5\r\n")
      yield* comment(2, "cleo", "/gittensor bounty")
      for (const body of ["/bounty 5", "what is /gittensor bounty 5?", "> /gittensor bounty 5"]) yield* comment(2, "bob", body)
      yield* comment(2, "acme", "/gittensor bounty 5 please")
      for (const label of ["paid", "🚫 bounty", "pa\u200bid"])
        yield* control.remark({ payload: { ...SECOND, by: "acme", remark: { _tag: "Labeled", label } } })
      const open = (yield* issues.of(WIDGETS))?.open ?? assert.fail("nothing was read")
      const said = (yield* issues.said(WIDGETS, open, ["paid"])).map(({ account, amount, association, by, number, says, text }) => [
        ...[number, account?.login, association, by, says],
        ...[text, amount]
      ])
      assert.deepStrictEqual(said, [
        [2, "acme", "OWNER", "comment", "no", "/gittensor bounty 5 please", null],
        [2, "cleo", "NONE", "comment", "yes", "/gittensor bounty", null],
        [1, "bob", "NONE", "comment", "yes", "/gittensor bounty 12.5", "12.5"],
        [2, "acme", undefined, "label", "yes", "paid", null],
        [2, "acme", undefined, "label", "no", "🚫 bounty", null]
      ])
    })
  )

  it.scopedLive("come with what maintainers say in the repository, and after it was changed", () =>
    Effect.gen(function* () {
      const { url, control, observer } = yield* story({ repositoryFiles: { ".gittensor.yml": "labels: [paid]\n" } })
      const issues = yield* service(url, [observer.token])
      assert.deepStrictEqual((yield* issues.of(WIDGETS))?.choices, { ...NO_CHOICES, labels: ["paid"] })
      const push = (head: string | { readonly base64: string }) =>
        control.pushCommit({
          payload: {
            repository: WIDGETS,
            message: "Choose",
            by: "acme",
            contents: [{ path: ".gittensor.yml", base: "labels: [paid]\n", head }]
          }
        })
      yield* push({ base64: "AAEC" })
      assert.deepInclude((yield* issues.of(WIDGETS))?.choices, { bounties: false, problem: "it is no text" })
    })
  )

  it.scopedLive("are welcome to nobody's knowledge while GitHub does not prove that there is no file", () =>
    Effect.gen(function* () {
      const files = { "src/a.ts": "export {}\n", "src.ts": "export {}\n", run: "#!/bin/sh\n" }
      const { url, observer } = yield* story({ repositoryFiles: files })
      const chosen = yield* story({ repositoryFiles: { ...files, ".gittensor.yml": "bounties: false\n" } })
      const choices = (server: string, token: string) =>
        Effect.flatMap(service(server, [token]), (issues) => Effect.map(issues.of(WIDGETS), (found) => found?.choices))
      assert.deepStrictEqual(yield* choices(url, observer.token), NO_CHOICES)
      const hidden = [["choices"], ["root"], ["root", "entries"]] as const
      for (const [place, token, isThere] of [
        [url, observer.token, false],
        [chosen.url, chosen.observer.token, true]
      ] as const) {
        const server = yield* lackingServer(place)
        for (const path of hidden) {
          yield* server.leaveOut({ operation: "OpenIssues", path: ["data", "repository", ...path], how: "null" })
          const seen = yield* choices(server.url, token)
          const isShown = isThere ? path[0] !== "choices" : path[0] === "choices"
          if (isShown) assert.deepStrictEqual(seen, isThere ? { ...NO_CHOICES, bounties: false } : NO_CHOICES, path.join("."))
          else assert.isNull(seen, `${place} ${path.join(".")}`)
        }
      }
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
