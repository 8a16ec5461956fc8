import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it, onTestFinished, vi } from "vitest"
import { checkSummary, fact, hasShared, run, shared, start, startByNpm, startIn } from "../../support/demo.ts"
import { isFree } from "../../support/freePort.ts"
import { PATIENCE } from "../../support/watchdog.ts"

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** A folder that contains only these programs. */
const only = (...names: ReadonlyArray<string>): string => {
  const folder = mkdtempSync(join(tmpdir(), "gittensor-programs-"))
  for (const name of names) {
    const found = Bun.which(name)
    if (found !== null) symlinkSync(found, join(folder, name))
  }
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

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

  it("lets judges compare two competitors, and runs until Ctrl-C, which stops everything within seconds", async () => {
    // Without a sandbox. With one, three validators would run the tests of each pull request, and a match of a minute is too short for that on a busy
    // machine.
    const { child, output, ended, seen } = startIn(
      { ...process.env, PATH: only("node", "git") },
      "--weight-mode",
      "own",
      "--pace",
      "1",
      "--verbose"
    )
    // The validators accept messages, so the whole network is up.
    await seen(/enrols for issue \d+ with \d+ validators/)
    await seen(/lets \d judges compare .*: \S+ is ahead of \S+ by|neither is ahead by/)
    const base = /watch live at (http\S+)/.exec(output.out)?.[1]
    assert.isDefined(base)
    const answer = await fetch(`${base}/v1/pull-requests`)
    const pulls: { readonly items: ReadonlyArray<{ readonly checks: string | null }> } = JSON.parse(await answer.text())
    assert.isAbove(pulls.items.filter(({ checks }) => checks !== null).length, 0)
    const pids = [...(output.out + output.err).matchAll(/process (\d+)/g)].map(([, pid]) => Number(pid))
    assert.isAtLeast(pids.length, 4)
    child.kill("SIGINT")
    // 5 s on an idle machine. On a busy one, the last processes may end shortly after the demo, once they notice its end.
    await vi.waitFor(async () => {
      await ended
      assert.deepStrictEqual(pids.filter(isAlive), [])
    }, 20_000)
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
