/**
 * `npm run check`: what matters for the files that changed since the last commit, in seconds: types, lint, the unit tests that reach a changed
 * file, and whether generated files are current. `-- --since REV` counts all that changed since a revision. Exit code 1 when a step fails.
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
if (changed.length === 0) {
  console.log(`nothing changed since ${since}: name an earlier revision with "npm run check -- --since REV"`)
  process.exit(0)
}

const root = join(import.meta.dirname, "..")
const code = changed.filter((file) => /\.(ts|tsx|mjs)$/.test(file))
const linted = changed.filter((file) => /\.(ts|tsx|mjs|json|css)$/.test(file) && file !== "package-lock.json")
const files = [...new Bun.Glob("{src,lab,executable,test,scripts,bench,web}/**/*.{ts,tsx}").scanSync(root)]
const reached = reaching(code, new Map(files.map((file) => [file, importsOf(root, file)])))
// The tests of the project itself look at every file: the layout, generated files, lists in documents.
const tests = ["test/unit/project", ...[...reached].filter((file) => /^test\/unit\/.*\.test\.ts$/.test(file))]
/** Whatever decides the types of all files, such as a package's version. */
const isSetting = (file: string): boolean => /(^|\/)(tsconfig|package(-lock)?)\.json$/.test(file)
const reachesPage = changed.some(isSetting) || [...reached].some((file) => file.startsWith("web/"))

const bun = process.execPath
/** As `npm run types`, whose files say what was found before. One checker, because several repeat each other's work. */
const tsc = [bun, "node_modules/typescript/bin/tsc", "--noEmit", "--incremental", "--checkers", "1"]
const steps: ReadonlyArray<readonly [name: string, command: ReadonlyArray<string>]> = [
  ["types", [...tsc, "--tsBuildInfoFile", "dist/types.tsbuildinfo"]],
  ...(reachesPage
    ? [["types of the page", [...tsc, "-p", "web", "--tsBuildInfoFile", "dist/types-of-the-page.tsbuildinfo"]] as const]
    : []),
  ["lint", [bun, "node_modules/@biomejs/biome/bin/biome", "check", "--no-errors-on-unmatched", ...linted]],
  [
    `${tests.length - 1} files of unit tests, and those of the project`,
    [bun, "--bun", "node_modules/vitest/vitest.mjs", "run", ...tests, "--project", "unit"]
  ]
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
