import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe } from "@effect/vitest"
import { Effect } from "effect"
import { start } from "../../../lab/devnet/github/StandIn.ts"
import { fact } from "../../support/github/facts.ts"
import { inEachVersion } from "../../support/github/restVersions.ts"
import { at, ref, service, solve, story, WIDGETS } from "../../support/github/story.ts"

const file = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "stand-in-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
).pipe(Effect.map((folder) => join(folder, "below", "github.jsonl")))

const onWidgets = (url: string, token: string) => Effect.flatMap(service(url, [token]), (github) => github.issueEvidence(ref(1)))

describe("a simulated GitHub with a record", () => {
  inEachVersion("continues from it: accounts, tokens, gists, issues, merges, times", () =>
    Effect.gen(function* () {
      const historyFile = yield* file
      const before = yield* Effect.scoped(
        Effect.gen(function* () {
          const { url, control, observer } = yield* story({ historyFile })
          const github = yield* service(url, [observer.token])
          const gist = yield* github.createGist({ description: "link", public: true, files: [{ name: "a.txt", content: "ü" }] })
          yield* solve(control, "bob")
          yield* Effect.flip(control.createUser({ payload: { login: "bob" } }))
          yield* control.addFault({ payload: { fault: { _tag: "Hang", times: 100 } } })
          yield* control.removeFaults({ payload: {} })
          return { observer, gist, evidence: yield* onWidgets(url, observer.token) }
        })
      )
      appendFileSync(historyFile, '{"at":1,"path":"/_control/openIs')
      for (let again = 0; again < 2; again++) {
        yield* Effect.scoped(
          Effect.gen(function* () {
            const { url, control } = yield* start({ port: 0, facts: [], historyFile })
            assert.deepStrictEqual(yield* onWidgets(url, before.observer.token), before.evidence)
            const github = yield* service(url, [before.observer.token])
            assert.deepStrictEqual(yield* github.gist(before.gist.id), before.gist)
            yield* control.openIssue({ payload: { repository: WIDGETS, title: "Later", author: "ada" } })
          })
        )
      }
      const { url, control } = yield* start({ port: 0, facts: [], historyFile })
      yield* control.close({ payload: at(4) })
      assert.strictEqual((yield* onWidgets(url, before.observer.token))._tag, "Found")
    })
  )

  inEachVersion("keeps the order of concurrent requests", () =>
    Effect.gen(function* () {
      const historyFile = yield* file
      const numbers = (control: Effect.Effect.Success<ReturnType<typeof story>>["control"]) =>
        Effect.forEach(
          Array.from({ length: 30 }, (_, index) => `Issue ${index}`),
          (title) => control.openIssue({ payload: { repository: WIDGETS, title, author: "ada" } }),
          { concurrency: "unbounded" }
        )
      const titles = (url: string) =>
        Effect.promise(async () => {
          const response = await fetch(`${url}/repos/acme/widgets/issues?per_page=100`)
          const issues = (await response.json()) as ReadonlyArray<{ readonly number: number; readonly title: string }>
          return issues.map(({ number, title }) => `${number} ${title}`).toSorted()
        })
      const before = yield* Effect.scoped(
        Effect.gen(function* () {
          const { url, control } = yield* story({ historyFile })
          yield* numbers(control)
          return yield* titles(url)
        })
      )
      const { url } = yield* start({ port: 0, facts: [], historyFile })
      assert.deepStrictEqual(yield* titles(url), before)
    })
  )

  inEachVersion("reports a record that does not match the facts or is invalid", () =>
    Effect.gen(function* () {
      const historyFile = yield* file
      yield* Effect.scoped(story({ historyFile }))
      const lines = readFileSync(historyFile, "utf8").split("\n").length - 1
      assert.isAbove(lines, 4)
      const other = yield* Effect.flip(start({ port: 0, facts: [fact({ number: 1, by: "ada:1" })], historyFile }))
      assert.strictEqual(other._tag, "UnusableHistory")
      assert.match(other.message, /line 1: .*other facts/)
      writeFileSync(historyFile, "nonsense\n")
      const nonsense = yield* Effect.flip(start({ port: 0, facts: [], historyFile }))
      assert.match(nonsense.message, /line 1/)
    })
  )
})
