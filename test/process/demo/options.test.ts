import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it, onTestFinished, vi } from "vitest"
import { checkSummary, fact, hasShared, isAlive, run, shared, start, startByNpm } from "../../support/demo.ts"
import { isFree } from "../../support/freePort.ts"
import { PATIENCE } from "../../support/watchdog.ts"

describe("the demo", () => {
  it("reports mistakes in a file of facts with their place", async () => {
    const folder = mkdtempSync(join(tmpdir(), "gittensor-facts-"))
    const file = join(folder, "facts.jsonl")
    writeFileSync(file, `${fact(1, "keeper", [])}\n{"repository": 5}\n`)
    const { output, ended } = start("--github-data", file, "--exit-after", "1")
    assert.strictEqual(await ended, 2)
    assert.match(output.err, /^gittensor: .*facts\.jsonl, line 2: "repository"/)
    rmSync(folder, { recursive: true })
  })

  it.skipIf(Bun.which("pgrep") === null).each([
    { signal: "SIGTERM", to: "npm", name: /^npm start/ },
    { signal: "SIGKILL", to: "scripts/run.mjs", name: /^node scripts/ }
  ] as const)("started by npm ends with all its processes and frees its ports after $signal to $to", async ({ signal, name }) => {
    const { child, output, seen } = startByNpm("--verbose")
    const group = child.pid ?? assert.fail("npm did not start")
    const ofGroup = () =>
      Bun.spawnSync(["pgrep", "-a", "-g", String(group)])
        .stdout.toString()
        .trim()
    onTestFinished(() => {
      if (ofGroup() !== "") process.kill(-group, "SIGKILL")
    })
    await seen(/enrols for issue \d+ with \d+ validators/)
    const pids = [...output.out.matchAll(/process (\d+)/g)].map(([, pid]) => Number(pid))
    const ports = [...output.out.matchAll(/(?:127\.0\.0\.1:|port )(\d+)/g)].map(([, port]) => Number(port))
    assert.isAtLeast(pids.length, 4)
    assert.isAtLeast(ports.length, 9, "of the chain, GitHub, the page, and two of each validator")
    const processes = ofGroup()
      .split("\n")
      .map((line) => line.split(/ (.*)/))
    const [pid = ""] = processes.find(([, command = ""]) => name.test(command)) ?? []
    process.kill(Number(pid), signal)
    await vi.waitFor(async () => {
      assert.deepStrictEqual([ofGroup(), pids.filter(isAlive)], ["", []])
      for (const port of ports) assert.isTrue(await isFree(port), `port ${port}`)
    }, PATIENCE)
  })

  it.skipIf(!hasShared)("plays nothing for a repository without a suitable issue (../shared)", async () => {
    const { summary, log } = await run("--github-data", join(shared, "entrius__gittensor-ui.jsonl"), "--exit-after", "10")
    checkSummary(summary, 0)
    assert.match(summary.shortfall ?? "", /10 issues were asked for/)
    assert.include(log, summary.shortfall ?? "?")
  })
})
