/**
 * `npm run bench -- NAME… --before=REVISION [--turns=N] [--built]`: runs the benchmarks of an earlier git revision and of today alternately on this
 * machine, and compares the figures that both report. Each revision runs its own benchmarks on its own packages and executable. Default: two turns.
 * `--built`: today's executable is already built, and other processes use it.
 */
import { spawnSync } from "node:child_process"
import { existsSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

type Figures = Readonly<Record<string, unknown>>

/** A figure of both revisions: the minimum of each, because other load only adds; the maximum where more is better. */
export interface Compared {
  readonly name: string
  readonly before: number
  readonly now: number
}

/** Whether more is better for a figure. */
const isSpeed = (name: string): boolean => /PerSecond$|Ratio$/.test(name)

/** Compares the figures that all runs of both revisions have. */
const compared = (before: ReadonlyArray<Figures>, now: ReadonlyArray<Figures>): ReadonlyArray<Compared> =>
  Object.keys(now[0] ?? {}).flatMap((name) => {
    const of = (runs: ReadonlyArray<Figures>) => runs.flatMap(({ [name]: value }) => (typeof value === "number" ? [value] : []))
    const [earlier, later] = [of(before), of(now)]
    if (earlier.length < before.length || later.length < now.length) return []
    const best = (values: ReadonlyArray<number>) => (isSpeed(name) ? Math.max(...values) : Math.min(...values))
    return [{ name, before: best(earlier), now: best(later) }]
  })

/** A line for each figure. The ratio is today's figure divided by the earlier one. */
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

/** Shares today's packages with a folder if the revision's lockfile is the same, because an installation takes minutes on a busy machine. */
const sharePackages = (revision: string, folder: string): void => {
  if (spawnSync("git", ["diff", "--quiet", revision, "--", "package-lock.json"]).status !== 0) return
  // By hard links. On a file system without them, the packages are installed.
  if (spawnSync("cp", ["-al", "node_modules", folder], { stdio: "ignore" }).status !== 0)
    rmSync(join(folder, "node_modules"), { recursive: true, force: true })
}

interface How {
  readonly turns: number
  readonly isBuilt: boolean
}

/** Runs both revisions alternately, and prints the comparison. */
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
