/**
 * `npm run check`: quick checks of the files that changed since the last commit: types, lint, and the nearest unit tests, by imports, that reach a
 * changed file. `npm run test:unit` runs all unit tests. `-- --since REV` counts all changes since a revision. Exit code 1 when a step fails.
 */
import { join } from "node:path"
import { $ } from "bun"
import { importsOf, reaching } from "./imports.ts"

const at = process.argv.indexOf("--since")
const since = at < 0 ? "HEAD" : (process.argv[at + 1] ?? "HEAD")

const lines = (text: string): ReadonlyArray<string> => text.split("\n").filter((line) => line !== "")
const changed = [
  ...lines(await $`git diff --name-only --diff-filter=d ${since}`.text()),
  ...lines(await $`git ls-files --others --exclude-standard`.text())
]
const deleted = lines(await $`git diff --name-only --diff-filter=D ${since}`.text())
if (changed.length + deleted.length === 0) {
  console.log(`nothing changed since ${since}: name an earlier revision with "npm run check -- --since REV"`)
  process.exit(0)
}

const root = join(import.meta.dirname, "..")
const code = changed.filter((file) => /\.(ts|tsx|mjs)$/.test(file))
const linted = changed.filter((file) => /\.(ts|tsx|mjs|json|css)$/.test(file) && file !== "package-lock.json")
const files = [...new Bun.Glob("{src,lab,executable,test,scripts,bench,web}/**/*.{ts,tsx}").scanSync(root)]
const reached = reaching(code, new Map(files.map((file) => [file, importsOf(root, file)])))
/** At most this many of the reached tests run: first those that import a changed file, then those one import further away, and so on. */
const NEAREST = 10
const near = [...reached].filter((file) => /^test\/unit\/.*\.test\.ts$/.test(file))
/** The files that tests of the project itself read without importing them. */
const READ: Readonly<Record<string, RegExp>> = {
  architecture: /\.(ts|rs)$|^ARCHITECTURE\.md$/,
  behaviours: /^(lab\/devnet|test)\//,
  contracts: /^contracts\//,
  documents: /\.md$/,
  figures: /^test\//,
  generated: /^docs\/|^contracts\/devnet-runtime\/README\.md$/,
  licences: /package(-lock)?\.json$/,
  limits: /^test\//,
  nightly: /^(\.ci|scripts|test)\//,
  packages: /package(-lock)?\.json$/,
  paths: /\.md$/,
  release: /\.md$/,
  security: /\.md$/,
  strangers: /^(src|executable)\//,
  web: /^web\/|^src\/dashboard\/api\/definition\//
}
const ofProject = Object.entries(READ).flatMap(([name, files]) =>
  [...changed, ...deleted].some((file) => files.test(file)) || (deleted.length > 0 && name === "documents")
    ? [`test/unit/project/${name}.test.ts`]
    : []
)
const tests = [...new Set([...ofProject, ...near.slice(0, NEAREST)])]
/** Files that affect the types of all files, such as a package's version. */
const isSetting = (file: string): boolean => /(^|\/)(tsconfig|package(-lock)?)\.json$/.test(file)
const reachesPage = changed.some(isSetting) || [...reached].some((file) => file.startsWith("web/"))

const bun = process.execPath
/** As `npm run types`, whose cache files record earlier results. One checker, because several repeat each other's work. */
const tsc = [bun, "node_modules/typescript/bin/tsc", "--noEmit", "--incremental", "--checkers", "1"]
/** One process, because the type check uses the other processor, and each process loads the libraries again. */
const ONE_PROCESS = ["--poolOptions.forks.maxForks=1", "--poolOptions.forks.minForks=1"]
const steps: ReadonlyArray<readonly [name: string, command: ReadonlyArray<string>]> = [
  ["types", [...tsc, "--tsBuildInfoFile", "dist/types.tsbuildinfo"]],
  ...(reachesPage
    ? [["types of the page", [...tsc, "-p", "web", "--tsBuildInfoFile", "dist/types-of-the-page.tsbuildinfo"]] as const]
    : []),
  ...(linted.length === 0
    ? []
    : [["lint", [bun, "node_modules/@biomejs/biome/bin/biome", "check", "--no-errors-on-unmatched", ...linted]] as const]),
  ...(tests.length === 0
    ? []
    : [
        [
          `${tests.length} files of unit tests${near.length > NEAREST ? `, of ${near.length} that reach the change` : ""}`,
          [bun, "--bun", "node_modules/vitest/vitest.mjs", "run", ...tests, "--project", "unit", ...ONE_PROCESS]
        ] as const
      ])
]

const started = performance.now()
const run = async ([name, command]: (typeof steps)[number]): Promise<boolean> => {
  const began = performance.now()
  const child = Bun.spawn([...command], { stdout: "pipe", stderr: "pipe" })
  const [out, errors, status] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text(), child.exited])
  const seconds = ((performance.now() - began) / 1_000).toFixed(1)
  console.log(`${status === 0 ? "good  " : "FAILED"} ${name} (${seconds} s)`)
  if (status !== 0) console.log(`${out}${errors}`)
  return status === 0
}
const results = await Promise.all(steps.map(run))
console.log(`${changed.length} changed files checked in ${((performance.now() - started) / 1_000).toFixed(1)} s`)
process.exit(results.every((good) => good) ? 0 : 1)
