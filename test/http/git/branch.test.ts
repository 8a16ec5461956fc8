/** What git's record says of a default branch, and which names of a server it asks for. */
import { spawnSync } from "node:child_process"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { lines, recordScene, recordSceneAt } from "../../support/git/recordScene.ts"

const hasGit = spawnSync("git", ["--version"]).status === 0

describe.skipIf(!hasGit)("git's record of a branch", () => {
  it.scopedLive("lists a history from the head to below the oldest of some commits, and says what it has of a time", () =>
    Effect.gen(function* () {
      const { made, ask } = yield* recordScene
      const at = (index: number) => 1_700_000_000 + index * 60
      const commits = Array.from(
        { length: 600 },
        (_, index) => `commit refs/heads/main\nmark :${index + 1}\ncommitter a <a@example.com> ${at(index)} +0000\ndata 1\nx\n`
      )
      spawnSync("git", ["-C", made.bare, "fast-import", "--quiet", "--force"], { input: commits.join("") })
      const listed = spawnSync("git", ["-C", made.bare, "rev-list", "main"], { encoding: "utf8" }).stdout.trim().split("\n")
      assert.lengthOf(listed, 600)
      const commit = (index: number) => listed[listed.length - 1 - index] ?? ""
      const of = ({ commits }: { readonly commits: ReadonlyArray<{ readonly commit: string }> }) => commits.map((one) => one.commit)
      const { backTo, between } = yield* ask({
        backTo: [[commit(500)], [commit(590), commit(400)], [commit(100), commit(599)], []],
        between: [
          { since: at(3) * 1_000, until: at(3) * 1_000 },
          { since: at(3) * 1_000 + 1, until: at(4) * 1_000 - 1 },
          { since: at(600) * 1_000, until: at(700) * 1_000 }
        ]
      })
      assert.deepStrictEqual(of(backTo[0] ?? { commits: [] }), listed.slice(0, 350), "as many as a pull request has, below it")
      assert.deepStrictEqual(of(backTo[1] ?? { commits: [] }), listed.slice(0, 450), "below the oldest")
      assert.deepStrictEqual(of(backTo[2] ?? { commits: [] }), listed, "the whole history where there is no more")
      assert.deepStrictEqual(backTo[3], { commits: [], isAll: true })
      assert.deepStrictEqual(between, [true, false, false])
    })
  )

  it.scopedLive("asks for the names that it needs, not for all", () =>
    Effect.gen(function* () {
      const { made, ask, server } = yield* recordScene
      const first = made.commit("first", { "a.txt": lines(1) })
      made.publish(Object.fromEntries(Array.from({ length: 300 }, (_, index) => [index + 1, "main"])))
      const { branch, heads } = yield* ask({ pullRequests: [7, 301] })
      assert.deepStrictEqual([branch, heads], ["main", [first, null]])
      const before = server.counted.bytes
      yield* ask({ pullRequests: [7, 301] })
      assert.isBelow(server.counted.bytes - before, 2_000)
    })
  )

  it.scopedLive("asks an older server for all names", () =>
    Effect.gen(function* () {
      const { made, ask } = yield* recordSceneAt(true)
      const first = made.commit("first", { "a.txt": lines(1) })
      made.publish({ 1: "main" })
      const { branch, heads } = yield* ask({ pullRequests: [1, 2] })
      assert.deepStrictEqual([branch, heads], ["main", [first, null]])
    })
  )
})
