/** The program's git record of a default branch, and the refs that it requests from a server. */
import { spawnSync } from "node:child_process"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { lines, recordScene, recordSceneAt } from "../../support/git/recordScene.ts"

const hasGit = spawnSync("git", ["--version"]).status === 0

describe.skipIf(!hasGit)("git's record of a branch", () => {
  it.scopedLive("says what it has of a time", () =>
    Effect.gen(function* () {
      const { made, ask } = yield* recordScene
      const at = (index: number) => 1_700_000_000 + index * 60
      const commits = Array.from(
        { length: 6 },
        (_, index) => `commit refs/heads/main\nmark :${index + 1}\ncommitter a <a@example.com> ${at(index)} +0000\ndata 1\nx\n`
      )
      // A clock that is millions of years ahead.
      commits.push("commit refs/heads/main\nmark :7\ncommitter a <a@example.com> 101000000000000 +0000\ndata 1\nx\n")
      spawnSync("git", ["-C", made.bare, "fast-import", "--quiet", "--force"], { input: commits.join("") })
      const last = spawnSync("git", ["-C", made.bare, "rev-parse", "main"], { encoding: "utf8" }).stdout.trim()
      const { arrivals, between } = yield* ask({
        arrivals: [last],
        between: [
          { since: at(3) * 1_000, until: at(3) * 1_000 },
          { since: at(3) * 1_000 + 1, until: at(4) * 1_000 - 1 },
          { since: at(6) * 1_000, until: at(7) * 1_000 }
        ]
      })
      assert.deepStrictEqual(between, [true, false, false])
      assert.strictEqual(new Date(arrivals[0]?.by?.committedAt ?? 0).toISOString(), "+275760-09-13T00:00:00.000Z")
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
