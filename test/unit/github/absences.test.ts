/** One service decides what is gone: by valid checks, across restarts, and never when too much is missing at once. */
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Absences from "../../../src/layers/github/Absences.ts"
import * as Watches from "../../../src/layers/storage/dataFolder/Watches.ts"
import { folder } from "../../support/folder.ts"
import { loggingTo } from "../../support/logging.ts"

const WELL = Effect.succeed(null)

/** A process with its stored checks; `lines`: its log. */
const scene = Effect.gen(function* () {
  const file = join(yield* folder, "watches.sqlite")
  const world = { block: 0 as number | null }
  const lines: Array<string> = []
  const logger = loggingTo(lines)
  const start = Effect.flatMap(Watches.make({ file, chain: "test" }), (watches) =>
    Absences.make({
      watches,
      block: Effect.suspend(() => (world.block === null ? Effect.fail("the chain does not answer") : Effect.succeed(world.block)))
    })
  )
  const process = { absences: yield* start }
  const look = (block: number | null, seen: Readonly<Record<string, boolean>>, condition: Effect.Effect<string | null> = WELL) =>
    Effect.suspend(() => {
      world.block = block
      const sightings = Object.entries(seen).map(([name, isThere]) => ({
        name,
        owner: name.split("/", 1)[0] ?? "",
        seen: isThere ? "there" : null
      }))
      return process.absences.look("repository", sightings, condition)
    }).pipe(Effect.provide(logger))
  const restart = Effect.map(start, (absences) => {
    process.absences = absences
  })
  return { look, restart, lines, missing: Effect.suspend(() => process.absences.missing) }
})

describe("Absences", () => {
  it.scoped("ask for GitHub's condition only when something is missing, and not about what is long gone", () =>
    Effect.gen(function* () {
      const { look } = yield* scene
      let asked = 0
      const condition = Effect.sync(() => {
        asked++
        return null
      })
      yield* look(100, { "ada/one": true }, condition)
      assert.strictEqual(asked, 0)
      for (let hours = 0; hours <= 6; hours++) yield* look(200 + 300 * hours, { "ada/one": false }, condition)
      assert.strictEqual(asked, 7)
      assert.isTrue((yield* look(2_300, { "ada/one": false }, condition)).get("ada/one")?.isProved)
      assert.strictEqual(asked, 7)
    })
  )

  it.scoped("go on counting after a restart, and remember what was last known", () =>
    Effect.gen(function* () {
      const { look, restart, missing } = yield* scene
      yield* look(100, { "ada/one": true })
      for (let hours = 0; hours < 6; hours++) {
        const absence = (yield* look(200 + 300 * hours, { "ada/one": false })).get("ada/one")
        assert.deepInclude(absence, { isProved: false, last: "there" })
        yield* restart
      }
      assert.isTrue((yield* look(2_000, { "ada/one": false })).get("ada/one")?.isProved)
      assert.deepStrictEqual(yield* missing, [])
    })
  )

  it.scoped("count no look in which the repositories of too many owners are gone at once", () =>
    Effect.gen(function* () {
      const { look } = yield* scene
      const all = (isThere: boolean) => ({ "ada/one": isThere, "bob/two": isThere, "cleo/three": true })
      yield* look(100, { ...all(true), "dora/four": true })
      for (let hours = 0; hours <= 9; hours++) {
        const found = yield* look(200 + 300 * hours, { ...all(false), "dora/four": false })
        assert.include(found.get("ada/one")?.why, "repositories of 3 owners are gone at once, and those of only 1 are there")
      }
      // With one more resource that is there, the checks count.
      for (let hours = 0; hours <= 6; hours++) yield* look(4_000 + 300 * hours, { ...all(false), "dora/four": true })
      assert.isTrue((yield* look(5_900, all(false))).get("ada/one")?.isProved)
    })
  )

  it.scoped("count no look while GitHub is ill or the chain does not answer", () =>
    Effect.gen(function* () {
      const { look, missing } = yield* scene
      yield* look(100, { "ada/one": true })
      for (let hours = 0; hours <= 9; hours++) yield* look(200 + 300 * hours, { "ada/one": false }, Effect.succeed("it is ill"))
      assert.deepStrictEqual(yield* missing, [])
      const unanswered = yield* look(null, { "ada/one": false })
      assert.include(unanswered.get("ada/one")?.why, "this snapshot does not count: the chain does not answer")
    })
  )

  it.scoped("say in the log that something is missing, that it is back, and that it is gone, and not more than once an hour", () =>
    Effect.gen(function* () {
      const { look, lines } = yield* scene
      yield* look(100, { "ada/one": true, "ada/two": true })
      for (let minutes = 0; minutes < 5; minutes++) yield* look(200 + 5 * minutes, { "ada/one": false, "ada/two": true })
      yield* look(300, { "ada/one": true, "ada/two": true })
      assert.strictEqual(lines.length, 2)
      assert.match(
        lines[0] ?? "",
        /^GitHub does not show the repository ada\/one: it counts as gone only if it is missing in every snapshot/
      )
      assert.strictEqual(lines[1], "GitHub shows the repositories again")
      for (let hours = 0; hours <= 6; hours++) yield* look(1_000 + 300 * hours, { "ada/one": false, "ada/two": true })
      assert.deepStrictEqual(lines.slice(2), [
        "the repository ada/one was missing on GitHub in every snapshot for 6 hours: it counts as gone"
      ])
    })
  )
})
