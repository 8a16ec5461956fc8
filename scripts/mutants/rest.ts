/**
 * Plays the tests against a sample of the changes of rules that the kit does not play. usage: rest.ts MUTANTS. It works in a copy of this repository, whose rules can be changed by an
 * environment variable, and runs the unit and HTTP tests that import the changed file, the nearest first.
 */
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { availableParallelism, tmpdir } from "node:os"
import { join, relative, resolve } from "node:path"
import { $ } from "bun"
import { Array as Arr } from "effect"
import { importsOf, reaching } from "../imports.ts"
import { whyEquivalent } from "./equivalent.ts"
import type { Mutant } from "./instrumented.ts"
import { generator } from "./random.ts"
import { report } from "./report.ts"

/** How many changes are drawn. */
const SAMPLE = 60

/** How many files of tests are played against a change: those that import the changed file, then those one import further away, and so on. */
const NEAREST = 6

/** A test that takes longer has noticed the change. */
const SECONDS = 300

const root = resolve(import.meta.dirname, "../..")
const read: {
  readonly files: ReadonlyArray<{ readonly name: string; readonly content: string }>
  readonly mutants: ReadonlyArray<Mutant>
} = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8"))

const random = generator(77)
const drawn = read.mutants
  .filter((one) => whyEquivalent(one) === undefined)
  .map((one) => ({ one, place: random() }))
  .toSorted((left, right) => left.place - right.place)
  .slice(0, SAMPLE)
  .map(({ one }) => one)

const copy = mkdtempSync(join(tmpdir(), "gittensor-rest-"))
await $`git ls-files -coz --exclude-standard | xargs -0 cp --parents -t ${copy}`.cwd(root)
symlinkSync(join(root, "node_modules"), join(copy, "node_modules"))
for (const { content, name } of read.files) writeFileSync(join(copy, relative(root, name)), content)

const graph = new Map([...new Bun.Glob("{src,lab,test}/**/*.ts").scanSync(root)].map((file) => [file, importsOf(root, file)]))
const nearest = (file: string): ReadonlyArray<string> =>
  [...reaching([file], graph)].filter((test) => /^test\/(?:unit|http)\/(?!project\/).*\.test\.ts$/.test(test)).slice(0, NEAREST)

/** Whether tests fail with a change; "" is none. */
const isNoticed = async (tests: ReadonlyArray<string>, id: string): Promise<boolean> => {
  const command = [process.execPath, "--bun", "node_modules/vitest/vitest.mjs", "run", ...tests, "--bail=1", "--passWithNoTests"]
  const one = ["--poolOptions.forks.maxForks=1", "--poolOptions.forks.minForks=1"]
  const env = { ...process.env, BUN_JSC_useFTLJIT: "0", __STRYKER_ACTIVE_MUTANT__: id }
  const options = { cwd: copy, env, stdout: "ignore", stderr: "ignore", timeout: SECONDS * 1_000 } as const
  return tests.length > 0 && (await Bun.spawn([...command, ...one], options).exited) !== 0
}

/** Those that pass without a change: some tests read the rules' text, or need what the copy lacks. */
const passing = async (tests: ReadonlyArray<string>): Promise<ReadonlyArray<string>> => {
  if (!(await isNoticed(tests, ""))) return tests
  const found: Array<string> = []
  for (const test of tests) if (!(await isNoticed([test], ""))) found.push(test)
  return found
}

const waiting = Object.entries(Arr.groupBy(drawn, ({ file }) => file))
const noticed = new Set<string>()
const work = async (): Promise<void> => {
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [file, changes] = next
    const tests = await passing(nearest(file))
    for (const { id } of changes) if (await isNoticed(tests, id)) noticed.add(id)
    console.error(`${file}: ${changes.length} changes by ${tests.length} files of tests`)
  }
}
await Promise.all(Array.from({ length: availableParallelism() }, work))
rmSync(copy, { recursive: true })
report("A sample of the rest", drawn, noticed)
