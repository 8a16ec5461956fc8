/** The demo with judges: a nightly part of CI. */
import { mkdtempSync, rmSync, symlinkSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it, onTestFinished, vi } from "vitest"
import { isAlive, startIn } from "../../support/demo.ts"

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
})
