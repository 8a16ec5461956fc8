/** The cases about reverts and landings again, in a repository that git can clone, for a validator that uses git. */
import { spawnSync } from "node:child_process"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, Layer } from "effect"
import * as GitHistory from "../../../src/layers/git/history/GitHistory.ts"
import { landings } from "../../http/verdicts/cases.ts"
import { HINGE, reverts } from "../../http/verdicts/reverts.ts"
import { watch } from "../../http/verdicts/watch.ts"
import { folder } from "../../support/folder.ts"
import { processes } from "../../support/processes.ts"

const hasGit = spawnSync("git", ["--version"]).status === 0

/** A git record that counts its requests and its failures. */
const counted = Effect.gen(function* () {
  const layer = GitHistory.layer(join(yield* folder, "clones")).pipe(Layer.provide(processes))
  const all = Context.get(yield* Layer.build(layer), GitHistory.GitHistory)
  const counts = { changes: 0, unknown: 0, silent: Array.of<string>() }
  const record = GitHistory.GitHistory.of({
    ...all,
    ask: (repository, question) =>
      all.ask(repository, question).pipe(
        Effect.tap(({ changes }) => {
          counts.changes += changes.length
          counts.unknown += changes.filter((change) => change === null).length
        }),
        Effect.tapError(({ message }) => Effect.sync(() => counts.silent.push(message)))
      )
  })
  return { counts, record }
})

/** The stand-in invents the earlier content of files where a case does not give it. */
const madeUp = (...names: ReadonlyArray<string>) =>
  Object.fromEntries(names.map((name) => [`src/${name}.ts`, `before 0 of src/${name}.ts\n`]))

const SECTIONS = [
  { section: reverts, files: { [HINGE.path]: HINGE.base, ...madeUp("ada", "bob", "cleo", "dan", "maintainer") } },
  { section: landings, files: madeUp("hinge", "bob") }
]

for (const { section, files } of SECTIONS)
  describe.skipIf(!hasGit)(`${section.title}, asked of git`, () => {
    for (const { byGit, ...one } of section.cases)
      it.scopedLive(`${one.what} → ${byGit ?? one.verdict}`, () =>
        Effect.gen(function* () {
          const { counts, record } = yield* counted
          const votes = yield* watch(one, files).pipe(Effect.provideService(GitHistory.GitHistory, record))
          assert.strictEqual(votes.at(-1), byGit ?? one.verdict, votes.join("; "))
          assert.deepStrictEqual(counts.silent, [])
          assert.strictEqual(counts.unknown, 0)
        })
      )
  })
