/** The code of the demo's stories does what their checks say: first heads fail their tests, finished ones pass. */
import { spawn } from "node:child_process"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { PLOTS, scriptOf } from "../../../lab/demo/matchScript.ts"
import { paceOf } from "../../../lab/demo/pace.ts"
import { STORIES } from "../../../lab/demo/stories/stories.ts"

const passes = async (path: string, code: string, test: string): Promise<boolean> => {
  const folder = mkdtempSync(join(tmpdir(), "gittensor-story-"))
  for (const [file, text] of [
    ["package.json", '{ "type": "module" }'],
    [path, code],
    ["test/story.test.js", test]
  ] as const) {
    mkdirSync(join(folder, file, ".."), { recursive: true })
    writeFileSync(join(folder, file), text)
  }
  const child = spawn("node", ["test/story.test.js"], { cwd: folder, stdio: "ignore", timeout: 30_000 })
  const ended = await new Promise<number | null>((done) => child.on("exit", done))
  rmSync(folder, { recursive: true })
  // Validators run these tests too, and wait ten minutes for one that never ends.
  assert.isNotNull(ended, `${path}: a test does not end`)
  return ended === 0
}

describe("the demo's stories", () => {
  it.skipIf(Bun.which("node") === null).each(STORIES)("$path: only finished code passes its tests", async (story) => {
    for (const { rough, finished, test } of story.approaches)
      assert.deepStrictEqual(await Promise.all([story.before, rough, finished].map((code) => passes(story.path, code, test))), [
        false,
        false,
        true
      ])
  })
})

describe("a plot", () => {
  it("opens both pull requests, and merges the approved one while its checks pass", () => {
    for (const plot of PLOTS) {
      const [state, opened] = [new Map<string, string>(), new Set<string>()]
      for (const { who, move, at } of scriptOf(plot)) {
        assert.isAtMost(at, 1)
        if (move._tag === "Open") opened.add(who)
        assert.isTrue(opened.has(who), `${plot}: ${who} ${move._tag}`)
        if (move._tag === "Open") state.set(`${who} draft`, String(move.draft))
        if (move._tag === "Ready") state.set(`${who} draft`, "false")
        if (move._tag === "Checks") state.set(`${who} checks`, move.say)
        if (move._tag === "Review") state.set(`${who} review`, move.state)
        if (move._tag === "Merge")
          assert.deepStrictEqual(
            [who, state.get("winner draft"), state.get("winner checks"), state.get("winner review")],
            ["winner", "false", "SUCCESS", "APPROVED"],
            plot
          )
      }
      assert.strictEqual(opened.size, 2)
    }
  })

  it("of a comeback has the loser approved before the winner", () => {
    const approved = scriptOf("comeback").filter(({ move }) => move._tag === "Review" && move.state === "APPROVED")
    assert.deepStrictEqual(
      approved.map(({ who }) => who),
      ["loser", "winner"]
    )
  })
})

describe("a pace", () => {
  it("is fast, watch, or whole minutes up to an hour", () => {
    for (const text of ["fast", "watch", "1", "60"]) assert.strictEqual(paceOf(text)._tag, "Some", text)
    for (const text of ["", "0", "61", "1.5", "-1", "slow", "1e1"]) assert.strictEqual(paceOf(text)._tag, "None", text)
  })
})
