/** Repositories that attack their reader, read by the tasks that read every repository. Skipped where no sandbox can start. */
import { spawnSync } from "node:child_process"
import { existsSync, mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Either, Layer } from "effect"
import { fileRulesOf } from "../../../src/domain/contributions/FileRules.ts"
import { defaultRoster } from "../../../src/domain/defaultRoster.ts"
import * as Repositories from "../../../src/layers/git/Repositories.ts"
import { Confined } from "../../../src/layers/machine/confined/Confined.ts"
import * as InBoxes from "../../../src/layers/machine/confined/inBoxes.ts"
import * as Bubblewrap from "../../../src/layers/machine/sandbox/bubblewrap/bubblewrapSandbox.ts"
import { gateTask } from "../../../src/quality/gate/gateTask.ts"
import { verify } from "../../../src/quality/verify/verify.ts"
import { rulesTextOf } from "../../../src/scoring/oss_contributions/score/rulesText.ts"
import { folder } from "../../support/folder.ts"
import { HOSTILE, type Hostile, hostileRepository, hostileSettings } from "../../support/git/hostile.ts"

const canBox =
  spawnSync("bwrap", ["--unshare-all", "--unshare-user", "--ro-bind", "/", "/", "true"]).status === 0 &&
  spawnSync("git", ["--version"]).status === 0

const services = Layer.merge(Repositories.layer, Bubblewrap.layer).pipe(Layer.provideMerge(InBoxes.layer))

const RULES = rulesTextOf(fileRulesOf(defaultRoster)).text

const gateOf = (repository: Repositories.Repository, base: string, head: string) =>
  Effect.flatMap(Confined, ({ ask }) =>
    ask(
      gateTask,
      { base, head, rules: RULES, texts: [], readsMessages: true, earlier: [], unknown: [], author: { account: "a", hotkey: "a" } },
      { places: repository.places }
    )
  )

/** A folder with a file that no task may see, beside a repository. */
const scene = (hostile: Hostile) =>
  Effect.map(folder, (root) => {
    const outside = join(root, "wallets", "hotkey")
    mkdirSync(join(root, "wallets"))
    writeFileSync(outside, "the secret of this machine")
    const path = join(root, "repository")
    return { root, outside, path, ...hostileRepository(path, hostile, outside) }
  })

const MEBIBYTE = 1_048_576
/** The most that this process may grow while a task reads: an answer, and the engine's garbage. */
const MOST_GROWTH = 200 * MEBIBYTE

describe.skipIf(!canBox)("a repository with", () => {
  for (const [name, hostile] of Object.entries<Hostile>(HOSTILE))
    it.scopedLive(`${name} harms nobody who looks into it`, () =>
      Effect.gen(function* () {
        const { path, outside, base, head } = yield* scene(hostile)
        const { openLocal } = yield* Repositories.Repositories
        const before = process.memoryUsage.rss()
        const found = yield* Effect.either(gateOf(yield* openLocal(path), base, head))
        assert.isBelow(process.memoryUsage.rss() - before, MOST_GROWTH)
        // The result is either an answer or an error that names the exceeded limit.
        if (hostile.isReadable)
          assert.isTrue(Either.isRight(found), Either.match(found, { onLeft: ({ message }) => message, onRight: () => "" }))
        else
          Either.match(found, {
            onLeft: ({ message }) => assert.match(message, /limit|more than|longer than|bytes/),
            onRight: ({ report }) => assert.isFalse(report.passed)
          })
        if (Either.isRight(found)) assert.notInclude(JSON.stringify(found.right), "the secret of this machine")
        assert.isTrue(existsSync(outside))
      }).pipe(Effect.provide(services))
    )

  for (const name of [
    "a link to a file outside",
    "two links to the root",
    "a link in the place of a folder with tests",
    "a filter and hooks"
  ] as const)
    it.scopedLive(`${name} is verified in a box that has nothing of this machine`, () =>
      Effect.gen(function* () {
        const { path, base, head } = yield* scene(HOSTILE[name])
        const { openLocal } = yield* Repositories.Repositories
        const { report, outputs } = yield* verify({
          repository: yield* openLocal(path),
          base,
          head,
          command:
            'cat gradle wallets/hotkey tests/hotkey 2>&1; ls /box/work/hooked; node --test --test-reporter=junit --test-reporter-destination="$REPORT"',
          runs: 1,
          seconds: 60,
          allowBuildScripts: false
        })
        assert.strictEqual(report.trees.base?.passed, 1, JSON.stringify(report))
        assert.notInclude(JSON.stringify(outputs), "the secret of this machine")
        assert.include(outputs.head ?? "", "cannot access '/box/work/hooked'")
      }).pipe(Effect.provide(services))
    )

  it.scopedLive("six gigabytes of files is not written out", () =>
    Effect.gen(function* () {
      const { path, base, head } = yield* scene(HOSTILE["six gigabytes of files"])
      const { openLocal } = yield* Repositories.Repositories
      const repository = yield* openLocal(path)
      const refused = yield* Effect.flip(
        verify({ repository, base, head, command: "true", runs: 1, seconds: 60, allowBuildScripts: false })
      )
      assert.match(refused.message, /the files of the tree have \d+ bytes, more than \d+/)
    }).pipe(Effect.provide(services))
  )

  it.scopedLive("settings that run programs runs none", () =>
    Effect.gen(function* () {
      const { root, path, base, head } = yield* scene(HOSTILE["a filter and hooks"])
      const mark = join(root, "mark")
      hostileSettings(path, mark)
      const { openLocal } = yield* Repositories.Repositories
      const { report } = yield* gateOf(yield* openLocal(path), base, head)
      assert.isTrue(report.files > 0)
      assert.isFalse(existsSync(mark))
    }).pipe(Effect.provide(services))
  )
})
