/** Git histories that attack their reader, on a server that serves all objects. Skipped where no sandbox can start. */
import { spawnSync } from "node:child_process"
import { existsSync, mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Context, Effect, Either, Layer } from "effect"
import * as GitHistory from "../../../src/layers/git/history/GitHistory.ts"
import * as InBoxes from "../../../src/layers/machine/confined/inBoxes.ts"
import { folder } from "../../support/folder.ts"
import { Forge, HOSTILE, type Hostile, hostileRepository, hostileSettings } from "../../support/git/hostile.ts"
import { served } from "../../support/git/served.ts"

const canBox =
  spawnSync("bwrap", ["--unshare-all", "--unshare-user", "--ro-bind", "/", "/", "true"]).status === 0 &&
  spawnSync("git", ["--version"]).status === 0

const MEBIBYTE = 1_048_576
/** The most that this process may grow while a task reads: an answer, and the engine's garbage. */
const MOST_GROWTH = 300 * MEBIBYTE

/** A server with the folder `served`, and a git record that fetches from it. */
const scene = Effect.gen(function* () {
  const root = yield* folder
  const server = yield* served(join(root, "served"))
  const layer = GitHistory.layer(join(root, "clones")).pipe(
    Layer.provide(InBoxes.layer),
    Layer.provide(Layer.setConfigProvider(ConfigProvider.fromMap(new Map([["GITTENSOR_GITHUB_URL", server.url]]))))
  )
  const { ask } = Context.get(yield* Layer.build(layer), GitHistory.GitHistory)
  return {
    root,
    ask,
    repository: { id: 7, url: `${server.url}/made.git` },
    clone: join(root, "clones", "7"),
    made: join(root, "served", "made")
  }
})

/** A commit with a message of as many bytes, the newest of `count`, on a branch. */
const talkative = (made: string, branch: string, count: number, message: string): string => {
  const forge = new Forge(made)
  const one = (index: number) =>
    `commit refs/heads/${branch}\nmark :${index + 1}\ncommitter a <a@example.com> ${1_700_000_000 + index} +0000\ndata ${Buffer.byteLength(message)}\n${message}\n`
  spawnSync("git", ["-C", forge.folder, "fast-import", "--quiet"], {
    input: Array.from({ length: count }, (_, index) => one(index)).join("")
  })
  return spawnSync("git", ["-C", forge.folder, "rev-parse", `refs/heads/${branch}`], { encoding: "utf8" }).stdout.trim()
}

describe.skipIf(!canBox)("git's record of a history with", () => {
  for (const [name, hostile] of Object.entries<Hostile>(HOSTILE))
    it.scopedLive(`${name} is bounded`, () =>
      Effect.gen(function* () {
        const { root, ask, clone, repository, made } = yield* scene
        const outside = join(root, "wallets", "hotkey")
        mkdirSync(join(root, "wallets"))
        writeFileSync(outside, "the secret of this machine")
        const { base, head } = hostileRepository(made, hostile, outside)
        spawnSync("git", ["-C", made, "update-ref", "refs/heads/main", head])
        spawnSync("git", ["-C", made, "update-ref", "refs/pull/1/head", base])
        const before = process.memoryUsage.rss()
        const found = yield* Effect.either(
          ask(repository, {
            pullRequests: [1],
            arrivals: [head],
            changes: [{ commit: head }],
            since: [base],
            standings: [{ commit: base, own: null }, { commit: head }, { commit: base, since: head, now: head }],
            between: [{ since: 0, until: 1 }]
          })
        )
        assert.isBelow(process.memoryUsage.rss() - before, MOST_GROWTH)
        if (hostile.isReadable || Either.isRight(found)) {
          const answer = yield* found
          assert.strictEqual(answer.arrivals[0]?.by?.commit, head)
          assert.notInclude(JSON.stringify(answer), "the secret of this machine")
        } else assert.match(found.left.message, /limit|more than/)
        const [runs, lines] = [Float64Array.of(1), Uint32Array.of(1)]
        const looked = yield* Effect.either(
          ask(repository, {
            added: [{ base, head }],
            places: [{ base: head }, { until: Date.now() }].map((place) => ({
              ...place,
              opened: 0,
              own: [base],
              landed: [head],
              files: [{ runs, lines }]
            })),
            sources: ["js", ""]
          })
        )
        assert.isBelow(process.memoryUsage.rss() - before, MOST_GROWTH)
        if (hostile.isReadable || Either.isRight(looked)) {
          const { added, places } = yield* looked
          const nothing = { files: [{ had: new Uint32Array(0), shared: new Uint32Array(0), whole: null, where: null }], meanwhile: [] }
          assert.deepStrictEqual(places, [nothing, nothing])
          assert.isTrue(existsSync(join(clone, "runs.sqlite")))
          assert.notInclude(JSON.stringify(added), "the secret of this machine")
        } else assert.match(looked.left.message, /limit|more than/)
      })
    )

  it.scopedLive("settings that run programs runs none, neither there nor in the clone", () =>
    Effect.gen(function* () {
      const { root, ask, repository, made, clone } = yield* scene
      const { base } = hostileRepository(made, HOSTILE["a filter and hooks"], join(root, "outside"))
      const mark = join(root, "mark")
      yield* ask(repository, {})
      hostileSettings(clone, mark)
      const { arrivals, changes } = yield* ask(repository, { arrivals: [base], changes: [{ commit: base }] })
      assert.strictEqual(arrivals[0]?.by?.commit, base)
      assert.lengthOf(changes[0]?.files ?? [], 3)
      assert.isFalse(existsSync(mark))
    })
  )

  it.scopedLive("long messages is listed as far as an answer goes", () =>
    Effect.gen(function* () {
      const { ask, repository, made } = yield* scene
      const last = talkative(made, "main", 400, "\u0001".repeat(60_000))
      const { arrivals } = yield* ask(repository, { arrivals: [last] })
      const [first = ""] = spawnSync("git", ["-C", made, "rev-list", "--max-parents=0", "main"], { encoding: "utf8" }).stdout.split("\n")
      assert.strictEqual(arrivals[0]?.by?.commit, last)
      const all = yield* ask(repository, { since: [first] })
      assert.isFalse(all.since[0]?.isAll)
      assert.isAbove(all.since[0]?.commits.length ?? 0, 10)
    })
  )

  it.scopedLive("a message of a hundred megabytes is refused", () =>
    Effect.gen(function* () {
      const { ask, repository, made } = yield* scene
      const last = talkative(made, "main", 1, "long ".repeat(20 * MEBIBYTE))
      const { isLasting, message } = yield* Effect.flip(ask(repository, { arrivals: [last] }))
      assert.isTrue(isLasting)
      assert.match(message, /git log failed: it wrote more than \d+ bytes/)
    })
  )
})
