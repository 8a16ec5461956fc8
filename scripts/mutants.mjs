// `npm run mutants`: mutates the pure rules with all of Stryker's mutators, and runs the conformance kit against each mutant. Writes
// conformance/mutants.md. The mutators are not a dependency of this project: `npm install --no-save @stryker-mutator/instrumenter typed-inject`
// installs them.
import { spawnSync } from "node:child_process"
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, relative, resolve } from "node:path"
import { bun } from "./run.mjs"

const root = resolve(import.meta.dirname, "..")

/** The folders of the rules that the kit covers. */
const FOLDERS = ["src/scoring/issue_competitions/rules", "src/elo", "src/consensus/rules", "src/scoring/oss_contributions/rules"]

/** The conversion of GitHub's answers is tested over HTTP (test/http), not by the kit. */
const GITHUBS = "fromGitHub"

/** Mutated words change no outcome. */
const EXCLUDED = ["StringLiteral"]

const load = async () => {
  try {
    const [{ createInstrumenter }, { createInjector }] = await Promise.all([
      import("@stryker-mutator/instrumenter"),
      import("typed-inject")
    ])
    return { createInstrumenter, createInjector }
  } catch {
    console.error("npm install --no-save @stryker-mutator/instrumenter typed-inject brings what this needs")
    process.exit(1)
  }
}

const { createInjector, createInstrumenter } = await load()
const quiet = Object.fromEntries(["trace", "debug", "info", "warn", "error", "fatal"].map((level) => [level, () => {}]))
const logger = { ...quiet, isDebugEnabled: () => false, isInfoEnabled: () => false }
const files = FOLDERS.flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.startsWith(GITHUBS))
    .toSorted()
    .map((name) => ({ name: join(root, folder, name), mutate: true, content: readFileSync(join(root, folder, name), "utf8") }))
)
const found = await createInstrumenter(createInjector().provideValue("logger", logger)).instrument(files, {
  plugins: null,
  excludedMutations: EXCLUDED,
  noHeader: false,
  ignorers: []
})
const folder = mkdtempSync(join(tmpdir(), "gittensor-mutants-"))
const file = join(folder, "mutants.json")
writeFileSync(
  file,
  JSON.stringify({
    files: found.files.map(({ content, name }) => ({ name, content })),
    mutants: found.mutants
      .filter(({ mutatorName }) => !EXCLUDED.includes(mutatorName))
      .map(({ fileName, id, location, mutatorName, replacement }) => ({
        id,
        file: relative(root, fileName),
        line: location.start.line + 1,
        mutator: mutatorName,
        replacement
      }))
  })
)
const { status } = spawnSync(bun(), ["--conditions", "development", "scripts/mutants/play.ts", file], { cwd: root, stdio: "inherit" })
rmSync(folder, { recursive: true, force: true })
process.exit(status ?? 1)
