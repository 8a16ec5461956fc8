/** The demo with a chain that stalls at the worst times: its process is stopped (SIGSTOP), and continued later. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it, onTestFinished } from "vitest"
import { checkSummary, fact, start } from "../../support/demo.ts"

/** In milliseconds. Long enough for every connection to be given up, and for every request to time out. */
const FREEZE = 25_000

describe("the demo", () => {
  it("goes on after its chain has stood still for 25 s while the set-up's transactions are sent, and while the validators start", async () => {
    const folder = mkdtempSync(join(tmpdir(), "gittensor-facts-"))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const file = join(folder, "facts.jsonl")
    const facts = [...[1, 2, 3].map((number) => fact(number, "keeper", [])), fact(20, "ada", [10]), fact(21, "brin", [])]
    writeFileSync(file, `${facts.join("\n")}\n`)
    const { output, ended, seen } = start("--json", "--github-data", file, "--weight-mode", "own", "--exit-after", "1")
    const freezeAt = async (moment: RegExp) => {
      await seen(moment)
      const chain = Number(/runs at ws\S+ as process (\d+)/.exec(output.err)?.[1])
      process.kill(chain, "SIGSTOP")
      await Bun.sleep(FREEZE)
      process.kill(chain, "SIGCONT")
    }
    await freezeAt(/create treasury: /)
    await freezeAt(/adds validator 1 to the contract/)
    assert.strictEqual(await ended, 0, output.err)
    checkSummary(JSON.parse(output.out.trim().split("\n").at(-1) ?? ""), 1)
    assert.strictEqual(output.err.match(/the chain moves again/g)?.length, 2, output.err)
  })
})
