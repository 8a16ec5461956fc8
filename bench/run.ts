/**
 * `npm run bench [-- startup|contract|index|scoring|contributions|play|web|year] [--json]`: measures on this machine, now. Without a name it runs startup.
 * startup: wall time of `--version` and `--help` beside an empty Bun script, and the executable's size.
 * index: how fast the index catches up, and its lag when it follows: bench/index/main.ts.
 * contract: gas and storage cost of its messages; the same on any machine: bench/contract/main.ts.
 * contributions: requests that a round of contributions sends to GitHub: bench/contributions/main.ts.
 * play: rounds of contributions for an hour, at today's size or a multiple of it: bench/play/main.ts.
 * year: a year's faults around a validator, an index and a server: bench/year.ts.
 * web: the page in a Chromium, beside an earlier one if you like: bench/web/main.ts.
 * --begin ends each after a second, as soon as it lets itself be ended, which shows that it still starts; it gives no figures.
 * --before=REVISION compares any of them with an earlier revision: bench/before.ts.
 */
import { spawnSync } from "node:child_process"
import { statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect, type Scope } from "effect"
import type { Confined } from "../src/layers/machine/confined/Confined.ts"
import { confined, executable } from "./machine.ts"

const VALUED = ["--minutes", "--faults", "--table"]
const wanted = process.argv.slice(2).filter((argument, at, all) => !argument.startsWith("--") && !VALUED.includes(all[at - 1] ?? ""))
const json = process.argv.includes("--json")
/** `--name=value` or `--name value`. */
const option = (name: string) => {
  const at = process.argv.indexOf(`--${name}`)
  return at >= 0 ? process.argv[at + 1] : process.argv.find((argument) => argument.startsWith(`--${name}=`))?.slice(name.length + 3)
}
const figures: Record<string, number | string> = {}

const revision = option("before")
// The page has a comparison of its own.
if (revision !== undefined && !wanted.includes("web")) {
  const { compareWith } = await import("./before.ts")
  compareWith(revision, wanted, { turns: Number(option("turns") ?? 2), isBuilt: process.argv.includes("--built") })
  process.exit(0)
}

/** The fastest of `runs`, in ms, because it had the least interference. */
const quickest = (command: string, args: ReadonlyArray<string>, runs = 15): number =>
  Math.min(
    ...Array.from({ length: runs }, () => {
      const before = performance.now()
      spawnSync(command, args, { stdio: "ignore" })
      return performance.now() - before
    })
  )

const round = (value: number) => Math.round(value * 10) / 10

const startup = () => {
  const program = executable()
  const empty = join(tmpdir(), "gittensor-bench-empty.js")
  writeFileSync(empty, "")
  const bun = quickest(process.execPath, [empty])
  const version = quickest(program, ["--version"])
  const help = quickest(program, ["--help"])
  return {
    emptyBunScriptMs: round(bun),
    versionMs: round(version),
    helpMs: round(help),
    versionToEmptyScript: round(version / bun),
    helpToEmptyScript: round(help / bun),
    executableMegabytes: round(statSync(program).size / 1e6)
  }
}

type Benchmark = Effect.Effect<Readonly<Record<string, number | string>>, unknown, Confined | Scope.Scope>

/** Each is imported only when it runs. */
const benchmarks: Readonly<Record<string, () => Benchmark | Promise<Benchmark>>> = {
  startup: () => Effect.sync(startup),
  // This benchmark prints its own figures.
  contract: async () => Effect.map((await import("./contract/main.ts")).contract, (isGood) => process.exit(isGood ? 0 : 1)),
  index: async () => (await import("./index/main.ts")).index,
  scoring: async () => (await import("./scoring/main.ts")).scoring,
  contributions: async () => (await import("./contributions/main.ts")).contributions,
  play: async () => (await import("./play/main.ts")).play(option),
  year: async () => (await import("./year.ts")).year(option),
  web: async () => (await import("./web/main.ts")).web({ before: option("before"), isSlow: process.argv.includes("--slow") })
}

const known = wanted.filter((one) => Object.hasOwn(benchmarks, one))
const unknown = wanted.filter((one) => !known.includes(one))
if (unknown.length > 0) {
  console.error(`no benchmark is called ${unknown.join(", ")}: there are ${Object.keys(benchmarks).join(", ")}`)
  process.exit(2)
}
for (const name of wanted.length === 0 ? ["startup"] : known) {
  const benchmark = await benchmarks[name]?.()
  if (benchmark === undefined) continue
  const whole = benchmark.pipe(Effect.scoped, Effect.provide(confined))
  if (process.argv.includes("--begin")) await Effect.runPromise(Effect.timeoutOption(whole, "1 second"))
  else Object.assign(figures, await Effect.runPromise(whole))
}
if (json) console.log(JSON.stringify(figures))
else for (const [name, value] of Object.entries(figures)) console.log(`${name.padEnd(24)} ${value}`)
// A dev chain's sockets and timers would keep this process alive.
process.exit(0)
