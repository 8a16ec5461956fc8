/** The executable as downloaded, without any other file: in an empty folder, with an empty environment. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, beforeAll, describe, it, onTestFinished } from "vitest"
import { builtProgram } from "../support/buildProgram.ts"
import { checkSummary } from "../support/demo.ts"
import { engine } from "../support/program.ts"

/** Built here, while other kinds of tests run. */
let program = ""
beforeAll(async () => {
  program = await builtProgram(join(import.meta.dirname, "../.."))
})

const alone = async (...args: ReadonlyArray<string>) => {
  const home = mkdtempSync(join(tmpdir(), "gittensor-alone-"))
  onTestFinished(() => rmSync(home, { recursive: true, force: true }))
  const env = { ...engine, HOME: home, PATH: "/usr/bin:/bin", TERM: "dumb" }
  const child = Bun.spawn([program, ...args], { cwd: home, env, stdin: "ignore", stdout: "pipe", stderr: "pipe" })
  const [code, out, err] = await Promise.all([child.exited, new Response(child.stdout).text(), new Response(child.stderr).text()])
  assert.strictEqual(code, 0, err)
  return out
}

describe("the executable, alone in an empty folder", () => {
  it("plays a bounty from its funding to the winner's payment", async () => {
    const out = await alone("demo", "--exit-after", "1", "--json")
    checkSummary(JSON.parse(out.trim().split("\n").at(-1) ?? ""), 1)
  })

  it("names its version and its commands, and makes an index's tables", async () => {
    assert.match(await alone("--version"), /\d+\.\d+\.\d+/)
    assert.include(await alone("--help"), "validate")
    await alone("index", "--migrate-only")
  })
})
