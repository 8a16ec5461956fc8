/** A clone in which `npm run check` ran refuses commits with long subjects. */
import { spawnSync } from "node:child_process"
import { cpSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { afterAll, assert, describe, it } from "@effect/vitest"
import packageFile from "../../../package.json"

const root = resolve(import.meta.dirname, "../../..")
const clone = mkdtempSync(join(tmpdir(), "gittensor-hooks-"))
afterAll(() => rmSync(clone, { recursive: true }))

const run = (program: string, ...args: ReadonlyArray<string>) => {
  const { status, stderr } = spawnSync(program, [...args], { cwd: clone, encoding: "utf8" })
  return { status, stderr }
}
const [beginOfCheck = ""] = packageFile.scripts.check.split(" && ")
const check = () => run("sh", "-c", beginOfCheck)
const commit = (subject: string) =>
  run("git", "-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "--allow-empty", "-m", subject, "-m", "x".repeat(200))

describe("the hook for commit messages", () => {
  it("refuses a subject of more than 72 characters, and leaves a clone's own hooks alone", () => {
    for (const folder of [".githooks", "scripts"]) cpSync(join(root, folder), join(clone, folder), { recursive: true })
    run("git", "init", "--quiet")
    assert.strictEqual(check().status, 0)
    assert.strictEqual(commit("é".repeat(72)).status, 0)
    const refused = commit("e".repeat(73))
    assert.strictEqual(refused.status, 1)
    assert.include(refused.stderr, "The subject has 73 characters, 72 are the most")

    run("git", "config", "core.hooksPath", "mine")
    check()
    assert.strictEqual(commit("e".repeat(73)).status, 0)
  })
})
