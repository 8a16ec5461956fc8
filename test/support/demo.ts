/** Runs the demo's program and reads its summary. */
import { type ChildProcessByStdio, spawn } from "node:child_process"
import { existsSync } from "node:fs"
import { resolve } from "node:path"
import type { Readable } from "node:stream"
import { assert } from "vitest"
import { program } from "./program.ts"
import { root } from "./sources.ts"

/** Recorded facts of real repositories, if present. */
export const shared = resolve(import.meta.dirname, "../../../shared/data/github")
export const hasShared = existsSync(shared)

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

export const start = (...args: ReadonlyArray<string>) => startIn(process.env, ...args)

export const startIn = (env: NodeJS.ProcessEnv, ...args: ReadonlyArray<string>) =>
  watched(spawn(program[0], [...program.slice(1), "demo", ...args], { env, stdio: ["ignore", "pipe", "pipe"] }))

/** Starts the program from its sources, as users do; npm leads its own process group. */
export const startByNpm = (...args: ReadonlyArray<string>) =>
  watched(spawn("npm", ["start", "--", ...args], { cwd: root, detached: true, stdio: ["ignore", "pipe", "pipe"] }))

export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

const watched = (child: ChildProcessByStdio<null, Readable, Readable>) => {
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

export const run = (...args: ReadonlyArray<string>) => summaryOf(start("--json", ...args))

/** What a demo with `--json` told, once it has ended well. */
export const summaryOf = async ({
  output,
  ended
}: Pick<ReturnType<typeof start>, "output" | "ended">): Promise<{ readonly summary: Summary; readonly log: string }> => {
  const code = await ended
  assert.strictEqual(code, 0, output.err)
  const last = output.out.trim().split("\n").at(-1) ?? ""
  return { summary: JSON.parse(last), log: output.err }
}

/** Asserts what holds for every summary. */
export const checkSummary = (summary: Summary, paid: number) => {
  assert.deepStrictEqual([summary.paid, summary.wrong, summary.failed, summary.bounties.length], [paid, 0, 0, paid])
  for (const bounty of summary.bounties) {
    assert.include(bounty.competitors, bounty.winner)
    assert.notStrictEqual(bounty.competitors[0], bounty.competitors[1])
    assert.strictEqual(bounty.bountyRao, "100000000000")
    assert.isAbove(bounty.paidAt, bounty.startedAt)
  }
  assert.strictEqual(new Set(summary.bounties.map(({ issue }) => issue)).size, paid)
}

/** A line of facts. */
export const fact = (number: number, login: string, closes: ReadonlyArray<number>, change: Readonly<Record<string, unknown>> = {}) =>
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
