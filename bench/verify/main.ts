/**
 * `npm run bench -- verify`: what verification says about real packages with their own tests, one of each ecosystem and some of odd shapes. Of two releases, the second mends something that
 * its tests show. Three solutions are verified:
 *
 * - right: the base is the first release with the second one's tests, and the solution is the second release;
 * - deletes tests: the same base; the solution changes no code and deletes the test files that differ;
 * - weakens tests: the base is the second release; the solution brings the first one's code back, with its weaker tests.
 *
 * `npm run bench -- verify cargo qs` measures only these ecosystems and packages again. It writes its table into docs/reference/quality.md. What can't run on this machine has a row that says why.
 */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { Effect } from "effect"
import { withPart } from "../../scripts/marked.ts"
import * as Repositories from "../../src/layers/git/Repositories.ts"
import * as Bubblewrap from "../../src/layers/machine/sandbox/bubblewrap/bubblewrapSandbox.ts"
import { isTestFile } from "../../src/quality/rules/repositoryFiles.ts"
import { type VerificationReport, verify } from "../../src/quality/verify/verify.ts"
import { fetched, pathsIn, RELEASED, type Released, run } from "./packages.ts"

type Files = ReadonlyMap<string, string>

/** Where the files of a version are, by their paths. */
const filesOf = (folder: string): Map<string, string> => new Map(pathsIn(folder).map((path) => [path, join(folder, path)]))

const testsOf = (files: Files): Files => new Map([...files].filter(([path]) => isTestFile(path)))
const codeOf = (files: Files): Files => new Map([...files].filter(([path]) => !isTestFile(path)))

const differs = (one: string | undefined, other: string): boolean => one === undefined || !readFileSync(one).equals(readFileSync(other))

const git = (folder: string, ...args: ReadonlyArray<string>) =>
  run("git", ["-c", "user.name=bench", "-c", "user.email=bench@example.com", "-c", "core.autocrlf=false", ...args], folder)

/** Commits exactly these files on top of what the repository was prepared with. */
const commit = (folder: string, files: Files, kept: ReadonlySet<string>) => {
  for (const path of pathsIn(folder)) if (!path.startsWith(".git/") && !kept.has(path)) rmSync(join(folder, path))
  for (const [path, from] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    copyFileSync(from, join(folder, path))
  }
  git(folder, "add", "--all", "--force")
  git(folder, "commit", "--quiet", "--allow-empty", "--message", "files")
  return git(folder, "rev-parse", "HEAD").trim()
}

interface Pair {
  readonly base: string
  readonly head: string
}

/** A repository with the commits of the three solutions. */
const repositoryOf = (released: Released, folder: string): Readonly<Record<"right" | "deletes" | "weakens", Pair>> => {
  const [before, after] = released.versions.map((version) => filesOf(fetched(released, version)))
  if (before === undefined || after === undefined) throw new Error("two versions are compared")
  // A lock file that is made here fits one manifest.
  const manifest = before.get("package.json")
  if (released.prepare !== undefined && manifest !== undefined) after.set("package.json", manifest)
  git(folder, "init", "--quiet", "--initial-branch=main")
  const issue: Files = new Map([...codeOf(before), ...testsOf(after)])
  for (const [path, from] of issue) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    copyFileSync(from, join(folder, path))
  }
  released.prepare?.(folder)
  const kept = new Set(pathsIn(folder).filter((path) => !path.startsWith(".git/") && !issue.has(path) && !path.startsWith("node_modules/")))
  const issueCommit = commit(folder, issue, kept)
  const mended = commit(folder, after, kept)
  const deleted: Files = new Map([...issue].filter(([path, from]) => !isTestFile(path) || !differs(before.get(path), from)))
  return {
    right: { base: issueCommit, head: mended },
    deletes: { base: issueCommit, head: commit(folder, deleted, kept) },
    weakens: { base: mended, head: commit(folder, before, kept) }
  }
}

const RUNS = 3

const verified = (folder: string, pair: Pair) =>
  Effect.gen(function* () {
    const repository = yield* Effect.flatMap(Repositories.Repositories, ({ openLocal }) => openLocal(folder))
    return (yield* verify({ repository, ...pair, command: null, runs: RUNS, seconds: 600, allowBuildScripts: true })).report
  }).pipe(Effect.scoped)

const counts = (parts: ReadonlyArray<readonly [count: number, what: string]>): string =>
  parts
    .filter(([count]) => count > 0)
    .map(([count, what]) => `, ${count} ${what}`)
    .join("")

const cell = ({ verdict, failToPass, broken, flaky, own }: VerificationReport): string =>
  `${verdict}${counts([
    [failToPass.length, "fail → pass"],
    [broken.length, "broken"],
    [own?.removed.length ?? 0, "removed"],
    [own?.hidden.length ?? 0, "hidden"],
    [flaky.length, "flaky"]
  ])}`

/** The cells that say what is measured. */
const titleOf = ({ ecosystem, name, versions, shape = "" }: Released) => [ecosystem, `${name} ${versions.join(" → ")}`, shape]
const keyOf = (row: ReadonlyArray<string>): string => row.slice(0, 2).join(" ")

const rowOf = (released: Released) =>
  Effect.gen(function* () {
    const folder = mkdtempSync(join(tmpdir(), "gittensor-bench-repository-"))
    const title = titleOf(released)
    const startedAt = Date.now()
    const row = yield* Effect.gen(function* () {
      const pairs = yield* Effect.try({ try: () => repositoryOf(released, folder), catch: (cause) => cause })
      const right = yield* verified(folder, pairs.right)
      const deletes = yield* verified(folder, pairs.deletes)
      const weakens = yield* verified(folder, pairs.weakens)
      const { passed = 0, failed = 0 } = right.trees.base ?? {}
      return [
        ...title,
        String(passed + failed),
        cell(right),
        cell(deletes),
        cell(weakens),
        String(Math.round((Date.now() - startedAt) / 1000))
      ]
    }).pipe(
      Effect.catchAll((error) =>
        Effect.succeed([...title, "", `not run here: ${error instanceof Error ? error.message.split("\n")[0] : error}`, "", "", ""])
      ),
      Effect.ensuring(Effect.sync(() => rmSync(folder, { recursive: true, force: true })))
    )
    console.log(row.join(" | "))
    return row
  })

const HEAD = ["ecosystem", "package", "shape", "tests", "right", "deletes tests", "weakens tests", "seconds"]

const DOCUMENT = "docs/reference/quality.md"

/** Replaces the rows of what was measured now; those of other ecosystems stay. */
const write = (measured: ReadonlyArray<ReadonlyArray<string>>) => {
  const text = readFileSync(DOCUMENT, "utf8")
  const before = text.split("<!-- verification:")[1]?.split("<!-- end of verification -->")[0] ?? ""
  const known = new Map([...before.matchAll(/^\| (.*) \|$/gm)].map(([line, cells = ""]) => [keyOf(cells.split(" | ")), line] as const))
  for (const row of measured) known.set(keyOf(row), `| ${row.join(" | ")} |`)
  const lines = RELEASED.flatMap((released) => known.get(keyOf(titleOf(released))) ?? [])
  const table = [`| ${HEAD.join(" | ")} |`, `| ${HEAD.map(() => "---").join(" | ")} |`, ...lines].join("\n")
  writeFileSync(DOCUMENT, withPart(text, "verification", table, "npm run bench -- verify"))
}

/** `names`: of ecosystems or packages to measure; none for all. */
export const verification = (names: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    // The registry's Bun is not on everybody's path; the tests of Bun's ecosystem need it there.
    process.env.PATH = `${dirname(process.execPath)}:${process.env.PATH ?? ""}`
    const chosen = RELEASED.filter(({ ecosystem, name }) => names.length === 0 || names.includes(ecosystem) || names.includes(name))
    const rows = yield* Effect.forEach(chosen, (released) => Effect.tap(rowOf(released), (row) => Effect.sync(() => write([row]))))
    return Object.fromEntries(rows.map((row) => [`verify.${keyOf(row)}`, row.slice(4, 7).join("; ")]))
  }).pipe(Effect.provide([Repositories.layer, Bubblewrap.layer]))
