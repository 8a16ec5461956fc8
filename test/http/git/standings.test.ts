/** Whether merged work still stands, by git records of histories made by git's own commands. */
import { spawnSync } from "node:child_process"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { recordScene } from "../../support/git/recordScene.ts"

const hasGit = spawnSync("git", ["--version"]).status === 0

const text = (...lines: ReadonlyArray<string>): string => lines.map((line) => `${line}\n`).join("")
const HINGE = text("export const hinge = (door) => {", "  open(door)", "  close(door)", "}")
const OILED = HINGE.replace("  close", "  const oil = findOil(door)\n  pour(oil, door.hinges)\n  close")
const OIL = OILED.split("\n").slice(2, 4)

describe.skipIf(!hasGit)("work in a repository", () => {
  it.scopedLive("stands, or is taken back, whatever came after it, and whatever its files are called by now", () =>
    Effect.gen(function* () {
      const { made, ask } = yield* recordScene
      made.commit("first", { "src/hinge.ts": HINGE, "src/other.ts": HINGE })
      const work = made.commit("Oil the hinge", { "src/hinge.ts": OILED })
      const moved = made.commit("Move", { "src/hinge.ts": HINGE, "src/oil.ts": text("export const pourInto = (door) => {", ...OIL, "}") })
      const back = made.commit("Tidy", { "src/oil.ts": null })
      const again = made.commit("Again", { "src/hinge.ts": OILED })
      const renamed = made.commit("Rename", { "src/hinge.ts": null, "src/joint.ts": OILED })
      const last = made.commit("Undo nothing", { "src/joint.ts": HINGE })
      made.publish()
      const at = (now: string) => ({ commit: work, own: ["Oil the hinge"], now })
      const { standings } = yield* ask({
        standings: [...[work, moved, back, again, renamed, last].map(at), { commit: "0".repeat(40) }, { commit: work, own: null }]
      })
      assert.deepStrictEqual(
        standings.map((one) => one?._tag),
        ["Stands", "Stands", "TakenBack", "Stands", "Stands", "TakenBack", undefined, "Unknown"]
      )
    })
  )

  it.scopedLive("is all that a rebase or a merge brought", () =>
    Effect.gen(function* () {
      const { made, ask } = yield* recordScene
      const first = made.commit("first", { "src/hinge.ts": HINGE })
      const one = made.commit("one", { "src/one.ts": text("one a", "one b", "one c") })
      const two = made.commit("two", { "src/two.ts": text("two a") })
      made.on("work", "main")
      made.commit("three", { "src/three.ts": text("three a") })
      made.on("main")
      const merge = made.merge("work", "Merge")
      made.commit("Undo", { "src/one.ts": null, "src/three.ts": null })
      made.publish()
      const { standings } = yield* ask({
        standings: [
          { commit: two, own: ["one", "two"] },
          { commit: two, own: ["two"] },
          { commit: two, since: first },
          { commit: merge, own: null },
          { commit: one, own: ["one"] }
        ]
      })
      assert.deepStrictEqual(
        standings.map((standing) => standing?._tag),
        ["TakenBack", "Stands", "TakenBack", "TakenBack", "TakenBack"]
      )
    })
  )

  it.scopedLive("is not known where what landed holds less than 60 % of its own change", () =>
    Effect.gen(function* () {
      const { made, ask } = yield* recordScene
      const own = Array.from({ length: 10 }, (_, index) => `line ${index}`)
      made.commit("first", { "src/hinge.ts": HINGE })
      made.on("work", "main")
      const head = made.commit("Oil the hinge", { "src/oil.ts": text(...own) })
      made.on("main")
      made.commit("Meanwhile", { "src/other.ts": HINGE })
      const most = made.commit("Oil the hinge (#2)", { "src/oil.ts": text(...own.slice(0, 6), "another") })
      const half = made.commit("Oil the hinge (#3)", { "src/grease.ts": text(...own.slice(0, 5)) })
      made.commit("Later", { "docs.md": text("later") })
      made.publish({ 2: "work" })
      const { standings } = yield* ask({ standings: [most, half].map((commit) => ({ commit, own: ["Oil the hinge"], head })) })
      assert.deepStrictEqual(
        standings.map((standing) => standing?._tag),
        ["Stands", "Unknown"]
      )
    })
  )

  it.scopedLive("is not known where it touched more than is read, and known however much came after it", () =>
    Effect.gen(function* () {
      const { made, ask } = yield* recordScene
      made.commit("first", { "src/hinge.ts": HINGE })
      const wide = made.commit(
        "wide",
        Object.fromEntries(Array.from({ length: 1_001 }, (_, index) => [`src/${index}.ts`, text(`line ${index}`)]))
      )
      const work = made.commit("Oil the hinge", { "src/hinge.ts": OILED })
      const commits = Array.from(
        { length: 9_000 },
        (_, index) =>
          `commit refs/heads/main\nmark :${index + 1}\ncommitter a <a@example.com> ${1_700_000_000 + index} +0000\ndata 10\nUndo #2 ${index % 10}\n${index === 0 ? `from ${work}\n` : ""}M 644 inline docs.md\ndata 5\n${String(index).padStart(5)}\n\n`
      )
      made.publish()
      spawnSync("git", ["-C", made.bare, "fast-import", "--quiet", "--force"], { input: commits.join("") })
      const { standings } = yield* ask({
        standings: [
          { commit: wide, own: ["wide"] },
          { commit: work, own: ["Oil the hinge"] }
        ]
      })
      assert.deepStrictEqual(standings[0], { _tag: "Unknown", why: "it changed more than 1000 files" })
      assert.deepStrictEqual(standings[1], { _tag: "Stands", changed: 2, takenBack: 0 })
    })
  )
})
