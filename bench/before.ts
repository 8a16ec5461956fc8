/**
 * `npm run bench -- NAME… --before=REVISION [--turns=N] [--built]`: runs the benchmarks of an earlier revision of git beside today's on this machine, in turn,
 * and compares the figures that both have. Each revision runs its own benchmarks on its own packages and executable. Default: two turns.
 * `--built`: today's executable is built already, and others are using it.
 */
import { spawnSync } from "node:child_process"
import { existsSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

type Figures = Readonly<Record<string, unknown>>

/** A figure of both revisions: the least of each, because other work only adds; the most where more is better. */
export interface Compared {
  readonly name: string
  readonly before: number
  readonly now: number
}

/** Figures for which more is better. */
const isSpeed = (name: string): boolean => /PerSecond$|Ratio$/.test(name)

/** Compares what both have in all of their runs. */
const compared = (before: ReadonlyArray<Figures>, now: ReadonlyArray<Figures>): ReadonlyArray<Compared> =>
  Object.keys(now[0] ?? {}).flatMap((name) => {
    const of = (runs: ReadonlyArray<Figures>) => runs.flatMap(({ [name]: value }) => (typeof value === "number" ? [value] : []))
    const [earlier, later] = [of(before), of(now)]
    if (earlier.length < before.length || later.length < now.length) return []
    const best = (values: ReadonlyArray<number>) => (isSpeed(name) ? Math.max(...values) : Math.min(...values))
    return [{ name, before: best(earlier), now: best(later) }]
  })

/** A line for each figure. The ratio is today's by the earlier one's. */
const comparedLines = (rows: ReadonlyArray<Compared>): ReadonlyArray<string> =>
  rows.map(({ name, before, now }) => {
    const ratio = before === 0 ? (now === 0 ? "1.00" : "-") : (now / before).toFixed(2)
    return `${name.padEnd(28)} ${String(before).padStart(14)} ${String(now).padStart(14)} ${ratio.padStart(7)}`
  })

const run = (folder: string, ...args: ReadonlyArray<string>): string => {
  const { status, stdout } = spawnSync("npm", ["run", "--silent", ...args], {
    cwd: folder,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"]
  })
  if (status !== 0) throw new Error(`npm run ${args.join(" ")} failed in ${folder}`)
  return stdout
}

const git = (...args: ReadonlyArray<string>): void => {
  const { status, stderr } = spawnSync("git", args, { encoding: "utf8" })
  if (status !== 0) throw new Error(`git ${args.join(" ")}: ${stderr.trim()}`)
}

/** Gives a folder today's packages, where the revision's are the same: to install them takes minutes on a busy machine. */
const sharePackages = (revision: string, folder: string): void => {
  if (spawnSync("git", ["diff", "--quiet", revision, "--", "package-lock.json"]).status !== 0) return
  // Files with two names. Where there can be none, the packages are installed.
  if (spawnSync("cp", ["-al", "node_modules", folder], { stdio: "ignore" }).status !== 0)
    rmSync(join(folder, "node_modules"), { recursive: true, force: true })
}

interface How {
  readonly turns: number
  readonly isBuilt: boolean
}

/** Runs both in turn, and prints the comparison. */
export const compareWith = (revision: string, names: ReadonlyArray<string>, { turns, isBuilt }: How): void => {
  const folder = join(mkdtempSync(join(tmpdir(), "gittensor-bench-before-")), "repository")
  git("worktree", "add", "--detach", folder, revision)
  try {
    sharePackages(revision, folder)
    const [before, now]: [Array<Figures>, Array<Figures>] = [[], []]
    const bench = (place: string): Figures =>
      JSON.parse(
        run(place, "bench", "--", ...names, "--json")
          .trim()
          .split("\n")
          .at(-1) ?? "{}"
      )
    for (const place of isBuilt ? [folder] : [folder, "."]) run(place, "build")
    for (let turn = 0; turn < turns; turn++) {
      before.push(bench(folder))
      now.push(bench("."))
    }
    console.log(`${"".padEnd(28)} ${revision.slice(0, 14).padStart(14)} ${"now".padStart(14)} ${"ratio".padStart(7)}`)
    for (const line of comparedLines(compared(before, now))) console.log(line)
  } finally {
    if (existsSync(folder)) git("worktree", "remove", "--force", folder)
    rmSync(join(folder, ".."), { recursive: true, force: true })
  }
}
