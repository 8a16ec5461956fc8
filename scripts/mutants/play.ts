/**
 * Runs the conformance kit against each mutant, and writes the mutants that no case detected. usage: play.ts MUTANTS [--once]. With --once it prints
 * one hash of all outcomes, for a mutant that is already active when the rules are loaded.
 */
import { createHash } from "node:crypto"
import { readFileSync, writeFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { plugin } from "bun"
import { Array as Arr } from "effect"

interface Mutant {
  readonly id: string
  readonly file: string
  readonly line: number
  readonly mutator: string
  readonly replacement: string
}

/** The variables of the instrumented code: https://stryker-mutator.io/docs/mutation-testing-elements/mutant-schemata */
interface Switches {
  activeMutant?: string | undefined
  /** After this many runs of the mutated code it throws, which ends infinite loops. */
  hitLimit?: number
  hitCount?: number
  currentTestId?: string | undefined
  mutantCoverage?: { readonly static: Readonly<Record<string, number>>; readonly perTest: Record<string, Readonly<Record<string, number>>> }
}

const root = resolve(import.meta.dirname, "../..")
const [path = "", once] = process.argv.slice(2)
const {
  files,
  mutants
}: { readonly files: ReadonlyArray<{ readonly name: string; readonly content: string }>; readonly mutants: ReadonlyArray<Mutant> } =
  JSON.parse(readFileSync(path, "utf8"))
const contents = new Map(files.map(({ content, name }) => [name, content]))
plugin({
  name: "mutants",
  setup: (build) => {
    build.onLoad({ filter: /\/src\/(scoring|elo|consensus)\/.*\.ts$/ }, ({ path }) => ({
      contents: contents.get(path) ?? readFileSync(path, "utf8"),
      loader: "ts"
    }))
  }
})

const ENDLESS = 1_000_000

const switches: Switches = { hitLimit: ENDLESS }
Object.assign(globalThis, { __stryker__: switches })
if (once === "--once") switches.activeMutant = process.argv[4]
const { playable } = await import("../../test/support/conformance/kit.ts")
const cases = playable()
const outcome = (index: number): string => {
  switches.hitCount = 0
  try {
    return cases[index]?.play() ?? ""
  } catch (error) {
    return `threw ${error instanceof Error ? error.name : ""}`
  }
}

if (once === "--once") {
  const hash = createHash("sha256")
  for (const index of cases.keys()) hash.update(outcome(index))
  console.log(hash.digest("hex"))
  process.exit(0)
}

const wanted = new Map<number, string>()
const reachedBy = new Map<string, Array<number>>()
const atLoad = new Set(Object.keys(switches.mutantCoverage?.static ?? {}))
for (const index of cases.keys()) {
  switches.currentTestId = "case"
  wanted.set(index, outcome(index))
  switches.currentTestId = undefined
  for (const id of Object.keys(switches.mutantCoverage?.perTest.case ?? {})) reachedBy.set(id, [...(reachedBy.get(id) ?? []), index])
  delete switches.mutantCoverage?.perTest.case
}

const all = createHash("sha256")
for (const index of cases.keys()) all.update(wanted.get(index) ?? "")
const whole = all.digest("hex")

/** Some mutants take effect while the rules are loaded: each needs its own process. */
const isKilledAtLoad = (id: string): boolean => {
  const child = Bun.spawnSync([process.execPath, "--conditions", "development", import.meta.path, path, "--once", id], { timeout: 60_000 })
  return child.stdout.toString().trim() !== whole
}

const isKilled = ({ id }: Mutant): boolean => {
  if (atLoad.has(id)) return isKilledAtLoad(id)
  switches.activeMutant = id
  const killed = (reachedBy.get(id) ?? []).some((index) => outcome(index) !== wanted.get(index))
  switches.activeMutant = undefined
  return killed
}

const byFile = Arr.groupBy(mutants, ({ file }) => file)
const survivors = Object.entries(byFile).flatMap(([file, all]) => {
  const left = all.filter((mutant) => !isKilled(mutant))
  console.error(`${file}: ${all.length - left.length} of ${all.length}`)
  return left
})
const survivedIn = Arr.groupBy(survivors, ({ file }) => file)
const isReached = ({ id }: Mutant): boolean => reachedBy.has(id) || atLoad.has(id)
/** The kit guards the rules of matches. The rules of contributions and consensus have their own tests, which compare them with other programs. */
const listed = survivors.filter((mutant) => /^src\/(elo|scoring\/issue_competitions)\//.test(mutant.file) && isReached(mutant))
const rows = Object.entries(byFile).map(([file, all]) => {
  const left = survivedIn[file] ?? []
  const unreached = left.filter((mutant) => !isReached(mutant)).length
  return { file, all: all.length, killed: all.length - left.length, unreached }
})
const share = (some: number, of: number): string => `${((100 * some) / of).toFixed(1)} %`
const sum = (of: (row: (typeof rows)[number]) => number): number => rows.reduce((total, row) => total + of(row), 0)
const code = (text: string): string => `\`${text.replaceAll("`", "'").replaceAll("|", "\\|").replaceAll(/\s+/g, " ").slice(0, 80)}\``
const sourceOf = ({ file, line }: Mutant): string => readFileSync(join(root, file), "utf8").split("\n")[line - 1]?.trim() ?? ""
const document = `# Changes of the rules that no case of the kit notices

Made by \`npm run mutants\`: every small change of the rules that Stryker's mutators know, but for changes of words, against every case of this folder but \`files.jsonl\`. Below the table are those of the
rules of matches and ratings that cases reach and do not notice: such a change may only change a sentence, it may be no change of behaviour, or it may lack a case. The unit tests notice more.

${sum(({ killed }) => killed)} of ${sum(({ all }) => all)} are noticed: ${share(
  sum(({ killed }) => killed),
  sum(({ all }) => all)
)}.

| file | changes | noticed | share | never reached |
|---|---|---|---|---|
${rows.map(({ all, file, killed, unreached }) => `| ${file} | ${all} | ${killed} | ${share(killed, all)} | ${unreached} |`).join("\n")}
${Object.entries(Arr.groupBy(listed, ({ file }) => file))
  .map(
    ([file, left]) =>
      `\n## ${file}\n\n| line | instead | in |\n|---|---|---|\n${left
        .map((mutant) => `| ${mutant.line} | ${code(mutant.replacement)} | ${code(sourceOf(mutant))} |`)
        .join("\n")}\n`
  )
  .join("")}`
writeFileSync(join(root, "conformance/mutants.md"), document)
console.log(`${sum(({ killed }) => killed)} of ${sum(({ all }) => all)} changes are noticed; conformance/mutants.md lists the others`)
