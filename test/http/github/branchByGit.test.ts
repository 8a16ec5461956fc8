/** What a default branch has: git says the same as GitHub's API, and the API is not asked for it. */
import { spawnSync } from "node:child_process"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Context, Duration, Effect, Layer, Redacted } from "effect"
import * as GitRecord from "../../../src/layers/git/record/GitRecord.ts"
import * as Rest from "../../../src/layers/github/client/rest.ts"
import * as Transport from "../../../src/layers/github/client/transport.ts"
import { branchByApi } from "../../../src/layers/github/evidence/branchByApi.ts"
import { branchByGit } from "../../../src/layers/github/evidence/branchByGit.ts"
import { laterThan } from "../../../src/layers/github/evidence/graph.ts"
import type { BranchSource } from "../../../src/layers/github/evidence/readReverts.ts"
import { folder } from "../../support/folder.ts"
import { at, story, WIDGETS } from "../../support/github/story.ts"
import { processes } from "../../support/processes.ts"

const hasGit = spawnSync("git", ["--version"]).status === 0

const day = (n: number) => Date.UTC(2026, 10, n)
const HINGE = "src/hinge.ts"
const [OLD, NEW] = ["open()\nclose()\n", "open()\noil()\nclose()\n"]

/** A source that nobody may ask. */
const unasked: BranchSource = {
  backTo: () => Effect.dieMessage("the API was asked for the history"),
  touching: () => Effect.dieMessage("the API was asked what touches a file"),
  hasBetween: () => Effect.dieMessage("the API was asked what came when")
}

/** Bob's #2 is merged on the 3rd, taken back on the 4th by #3, whose description says so, and something else is pushed on the 5th. */
const scene = Effect.gen(function* () {
  const { control, observer, url } = yield* story({
    clock: { _tag: "Fixed", at: Date.UTC(2026, 8, 1) },
    repositoryFiles: { [HINGE]: OLD, "README.md": "Widgets\n" }
  })
  yield* control.createUser({ payload: { login: "maintainer" } })
  yield* control.changeRepository({ payload: { repository: WIDGETS, collaborators: ["maintainer"] } })
  const merged = (author: string, body: string, contents: { path: string; base: string; head: string }, when: number) =>
    Effect.gen(function* () {
      const { number } = yield* control.openPullRequest({
        payload: { repository: WIDGETS, title: "Hinge", body, author, contents: [contents], at: when }
      })
      return yield* control.mergePullRequest({ payload: { ...at(number), by: "maintainer", method: "merge", at: when + 60_000 } })
    })
  const { mergeCommit } = yield* merged("bob", "", { path: HINGE, base: OLD, head: NEW }, day(3))
  yield* merged("cleo", "Reverts #2", { path: HINGE, base: NEW, head: OLD }, day(4))
  const pushed = yield* control.pushCommit({
    payload: {
      repository: WIDGETS,
      by: "maintainer",
      message: "More",
      contents: [{ path: "README.md", base: "Widgets\n", head: "Widgets!\n" }],
      at: day(5)
    }
  })
  const tokens = [Redacted.make(observer.token)]
  const patience = { timeout: Duration.minutes(2), patience: Duration.seconds(30), pause: Duration.millis(5) }
  const rest = Rest.make(yield* Transport.make({ url, tokens, ...patience }), true)
  const place = { rest, repository: WIDGETS, branch: "main" }
  const layer = GitRecord.layer(join(yield* folder, "clones")).pipe(Layer.provide(processes))
  const record = Context.get(yield* Layer.build(layer), GitRecord.GitRecord)
  const byGit = (otherwise: BranchSource, by = record) => branchByGit(by, { id: 1, url: `${url}/acme/widgets.git` }, place, otherwise)
  return { byApi: branchByApi(place), byGit, merge: { number: 2, mergeCommit, mergedAt: day(3) }, pushed: pushed.sha }
})

describe.skipIf(!hasGit)("a default branch", () => {
  it.scopedLive("has by git what it has by the API, which git spares", () =>
    Effect.gen(function* () {
      const { byApi, byGit, merge, pushed } = yield* scene
      const git = byGit(unasked)
      const [ours, theirs] = [yield* git.backTo([merge]), yield* byApi.backTo([merge])]
      const sorted = ({ history }: typeof ours) => history.toSorted((one, other) => (one.oid < other.oid ? -1 : 1))
      assert.isTrue(ours.isWhole)
      assert.deepStrictEqual(sorted(ours), sorted(theirs))
      const later = new Set(laterThan(ours.history, merge.mergeCommit).map(({ oid }) => oid))
      assert.isTrue(later.has(pushed))
      const asked = { commit: merge.mergeCommit, path: HINGE, later }
      const [found, listed] = [yield* git.touching(asked), yield* byApi.touching(asked)]
      assert.isAbove(found?.size ?? 0, 0)
      assert.isFalse(found?.has(pushed))
      for (const [commit, one] of listed ?? []) assert.deepStrictEqual(found?.get(commit), one)
      assert.include(
        [...(found?.values() ?? [])].flatMap(({ says }) => says.pullRequests),
        2
      )
      for (const times of [
        { since: day(5) - 1_000, until: day(5) },
        { since: day(5) + 1_000, until: day(6) },
        { since: 0, until: day(30) }
      ])
        assert.strictEqual(yield* git.hasBetween(times), yield* byApi.hasBetween(times), JSON.stringify(times))
    })
  )

  it.scopedLive("is asked of the API where git has no record of it, or not yet of a merge", () =>
    Effect.gen(function* () {
      const { byApi, byGit, merge } = yield* scene
      const none = yield* GitRecord.GitRecord
      const without = byGit(byApi, none)
      const expected = yield* byApi.backTo([merge])
      assert.deepStrictEqual(yield* without.backTo([merge]), expected)
      assert.isTrue(yield* without.hasBetween({ since: day(5) - 1_000, until: day(5) }))
      const behind = GitRecord.GitRecord.of({
        ...none,
        ask: () => Effect.succeed({ ...EMPTY, backTo: [{ commits: [], isAll: true }] })
      })
      assert.deepStrictEqual(yield* byGit(byApi, behind).backTo([merge]), expected)
      const elsewhere = { ...merge, mergeCommit: "e".repeat(40) }
      assert.deepStrictEqual((yield* byGit(unasked).backTo([merge, { ...merge }])).isWhole, true)
      assert.isTrue((yield* byGit(byApi, behind).backTo([elsewhere])).isWhole)
    })
  )
})

const EMPTY = {
  branch: "main",
  head: "0".repeat(40),
  heads: [],
  arrivals: [],
  gains: [],
  since: [],
  backTo: [],
  touching: [],
  between: [],
  mergeBases: [],
  changes: [],
  landings: [],
  comparisons: [],
  comparedTexts: [],
  texts: []
}
