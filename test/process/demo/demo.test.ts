import { spawn } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { assert, describe, it } from "vitest"
import { program } from "../../support/program.ts"

const root = resolve(import.meta.dirname, "../../..")
const shared = resolve(root, "../shared/data/github")
const hasShared = existsSync(shared)

interface Bounty {
  readonly issue: number
  readonly repository: string
  readonly number: number
  readonly competitors: readonly [string, string]
  readonly winner: string
  readonly pullRequest: number
  readonly bountyRao: string
  readonly startedAt: number
  readonly paidAt: number
}

interface Summary {
  readonly paid: number
  readonly wrong: number
  readonly blocks: number
  readonly seconds: number
  readonly bounties: ReadonlyArray<Bounty>
  readonly failed: number
  readonly shortfall: string | null
  readonly agreedEpochs: number | null
}

const start = (...args: ReadonlyArray<string>) => {
  const child = spawn(program[0], [...program.slice(1), "demo", ...args], { stdio: ["ignore", "pipe", "pipe"] })
  const output = { out: "", err: "" }
  child.stdout.on("data", (data: Buffer) => {
    output.out += data.toString()
  })
  child.stderr.on("data", (data: Buffer) => {
    output.err += data.toString()
  })
  const ended = new Promise<number | string>((done) => child.on("exit", (code, signal) => done(code ?? signal ?? "gone")))
  const seen = (pattern: RegExp): Promise<void> =>
    new Promise((done, fail) => {
      const check = () => pattern.test(output.out + output.err) && done()
      child.stdout.on("data", check)
      child.stderr.on("data", check)
      void ended.then((code) => fail(new Error(`the demo ended (${code}) before ${pattern}:\n${output.err}`)))
      check()
    })
  return { child, output, ended, seen }
}

const run = async (...args: ReadonlyArray<string>): Promise<{ readonly summary: Summary; readonly log: string }> => {
  const { output, ended } = start("--json", ...args)
  const code = await ended
  assert.strictEqual(code, 0, output.err)
  const last = output.out.trim().split("\n").at(-1) ?? ""
  return { summary: JSON.parse(last), log: output.err }
}

/** What holds for every summary. */
const checkSummary = (summary: Summary, paid: number) => {
  assert.deepStrictEqual([summary.paid, summary.wrong, summary.failed, summary.bounties.length], [paid, 0, 0, paid])
  for (const bounty of summary.bounties) {
    assert.include(bounty.competitors, bounty.winner)
    assert.notStrictEqual(bounty.competitors[0], bounty.competitors[1])
    assert.strictEqual(bounty.bountyRao, "100000000000")
    assert.isAbove(bounty.paidAt, bounty.startedAt)
  }
  assert.strictEqual(new Set(summary.bounties.map(({ issue }) => issue)).size, paid)
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

const fact = (number: number, login: string, closes: ReadonlyArray<number>, change: Readonly<Record<string, unknown>> = {}) =>
  JSON.stringify({
    repository: "made/up",
    number,
    title: `Change ${number}`,
    author: { id: login.startsWith("anon-") ? null : 7_000 + login.length * 100 + login.charCodeAt(0), login },
    authored_at: "2026-03-01T10:00:00Z",
    merged_at: "2026-03-02T10:00:00+02:00",
    merge_commit_sha: number.toString(16).padStart(40, "0"),
    closes,
    files: [{ path: "src/a.ts", additions: 3, deletions: 1 }],
    ...change
  })

/** Made-up facts. Keeper is the repository's maintainer. */
const madeUp = [
  ...[1, 2, 3, 4, 5].map((number) => fact(number, "keeper", [])),
  // The account with this login has been renamed since.
  fact(20, "ada/lovelace[bot]", [10], { author: { id: 901, login: "ada/lovelace[bot]" }, authored_at: "2026-02-01T10:00:00+0530" }),
  fact(21, "brin", [11, 12], {
    title: 'Revert "Change 20 (#20)"\n\nReverts #20',
    repository: "Made/Up",
    merge_commit_sha: null,
    more: []
  }),
  fact(22, "validator-1", [13], { author: { id: null, login: "validator-1" }, title: "" }),
  fact(26, "ada", [], { author: { id: 901, login: "ada" } }),
  // Closed by two pull requests or by the maintainer: no bounty.
  fact(23, "ada", [14]),
  fact(24, "brin", [14]),
  fact(25, "keeper", [15])
]
const madeUpSolved = [
  ["made/up", 10, "ada/lovelace[bot]", 20],
  ["Made/Up", 11, "brin", 21],
  ["Made/Up", 12, "brin", 21],
  ["made/up", 13, "validator-1", 22]
]

const linesOf = (repository: string) =>
  readFileSync(join(shared, `${repository}.jsonl`), "utf8")
    .trim()
    .split("\n")
/** Real facts with three issues: the whole history of a repository with one suitable issue, and the latest pull requests of one with hundreds. */
const real = hasShared ? [...linesOf("entrius__gittensor"), ...linesOf("JSONbored__gittensory").slice(0, 40)] : []
const realSolved = hasShared
  ? [
      ["entrius/gittensor", 297, "bitloi", 302],
      ["JSONbored/gittensory", 8215, "anon-dc85ec0e", 8233],
      ["JSONbored/gittensory", 8231, "RealDiligent", 8254]
    ]
  : []
const solved = [...madeUpSolved, ...realSolved]

describe("the demo", () => {
  it(`finds the true solver for new${hasShared ? " and real" : ""} facts and pays every bounty once, even though validators are killed three times`, {
    timeout: 600_000
  }, async () => {
    const folder = mkdtempSync(join(tmpdir(), "gittensor-facts-"))
    const file = join(folder, "facts.jsonl")
    writeFileSync(file, `${[...madeUp, ...real].join("\n")}\n`)
    const { summary, log } = await run("--github-data", file, "--exit-after", String(solved.length), "--kill-validators", "3")
    rmSync(folder, { recursive: true })
    checkSummary(summary, solved.length)
    assert.strictEqual(log.match(/with SIGKILL/g)?.length, 3)
    assert.isAtLeast(log.match(/is started again/g)?.length ?? 0, 3)
    assert.notMatch(log, /Validator[123]\b/)
    assert.isAtLeast(summary.agreedEpochs ?? 0, 1)
    assert.match(log, /validator 1, validator 2 and validator 3 committed the hash of a report of epoch \d+/)
    assert.match(log, /agree on epoch \d+ by 3 reports: 10% to the treasury \(UID \d+\).*; their weights on the chain are equal/)
    assert.match(log, /agree on epoch \d+ by 3 reports: .*; the liar signed two different reports, and neither counts/)
    assert.sameDeepMembers(
      summary.bounties.map(({ repository, number, winner, pullRequest }) => [repository, number, winner, pullRequest]),
      solved
    )
    assert.isNull(summary.shortfall)
  })

  it("reports mistakes in a file of facts with their place", async () => {
    const folder = mkdtempSync(join(tmpdir(), "gittensor-facts-"))
    const file = join(folder, "facts.jsonl")
    writeFileSync(file, `${fact(1, "keeper", [])}\n{"repository": 5}\n`)
    const { output, ended } = start("--github-data", file, "--exit-after", "1")
    assert.strictEqual(await ended, 2)
    assert.match(output.err, /^gittensor: .*facts\.jsonl, line 2: "repository"/)
    rmSync(folder, { recursive: true })
  })

  it("runs until Ctrl-C, which stops everything within seconds", { timeout: 600_000 }, async () => {
    const { child, output, ended, seen } = start("--weight-mode", "own")
    // The validators take messages, so everything is at work.
    await seen(/enrols for issue \d+ with \d+ validators/)
    const pids = [...(output.out + output.err).matchAll(/process (\d+)/g)].map(([, pid]) => Number(pid))
    assert.isAtLeast(pids.length, 4)
    const before = performance.now()
    child.kill("SIGINT")
    await ended
    // 5 s on an idle machine.
    assert.isBelow(performance.now() - before, 20_000)
    assert.deepStrictEqual(pids.filter(isAlive), [])
  })

  it.skipIf(!hasShared)("plays nothing for a repository without a suitable issue (../shared)", { timeout: 600_000 }, async () => {
    const { summary, log } = await run("--github-data", join(shared, "entrius__gittensor-ui.jsonl"), "--exit-after", "10")
    checkSummary(summary, 0)
    assert.match(summary.shortfall ?? "", /10 issues were asked for/)
    assert.include(log, summary.shortfall ?? "?")
  })
})
