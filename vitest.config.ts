import { defineConfig } from "vitest/config"
import { BaseSequencer, type TestSpecification } from "vitest/node"
import kinds from "./test/kinds.json" with { type: "json" }
import { WATCHDOG } from "./test/support/watchdog.ts"

/** Each a project that `--project` can choose. The ones that take longest start first, so that no long file is left alone at the end. */
const KINDS: ReadonlyArray<string> = [...kinds.rest, ...kinds.quick]

/** What takes much longer than the rest of its kind, the longest first. */
const LONGEST = [
  "test/process/demo/demo.",
  "test/process/cli/judging.",
  "test/process/demo/frozen.",
  "test/process/indexer/faults.",
  "test/process/validator/fiveValidators.",
  "test/process/cli/halfOpen.",
  "test/process/cli/hotkeyGuard.",
  "test/process/demo/options.",
  "test/process/indexer/kill.",
  "test/process/cli/screen.",
  "test/process/quality/judgeByWorkers.",
  "test/process/validator/",
  "test/process/quality/workers.",
  "test/process/cli/doctor.",
  "test/process/cli/commands.",
  "test/process/cli/index.",
  "test/process/store/reports.",
  "test/process/indexer/",
  "test/process/cli/",
  "test/process/deploy/",
  "test/browser/states.",
  "test/browser/views.",
  "test/browser/issues.",
  "test/browser/filters.",
  "test/browser/connection.",
  "test/browser/everything.",
  "test/browser/hostile.",
  "test/browser/live.",
  "test/browser/keyboard.",
  "test/browser/export.",
  "test/browser/bounty.",
  "test/search/verdicts/gitCases.",
  "test/search/contract/fuzz.",
  "test/search/contract/gas.",
  "test/chain/cli/",
  "test/chain/indexer/",
  "test/chain/rounds/",
  "test/database/api/server.",
  "test/database/webhooks/deliveries.",
  "test/database/indexer/gitHub.",
  "test/database/engine/embedded.",
  "test/database/api/export.",
  "test/simulation/consensus/",
  "test/http/verdicts/",
  "test/http/github/contributionFaults.",
  "test/unit/scoring/corpus.",
  "test/unit/scoring/grammarFiles."
]

const rank = ({ moduleId, project }: TestSpecification): number => {
  const longest = LONGEST.findIndex((path) => moduleId.includes(`/${path}`))
  return longest >= 0 ? longest : LONGEST.length + KINDS.findIndex((kind) => kind === project.name)
}

class LongestFirst extends BaseSequencer {
  override async sort(files: Array<TestSpecification>): Promise<Array<TestSpecification>> {
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b))
  }
}

/**
 * Three processes on two cores, because many tests wait for blocks. Each runs many files of a kind: loading the libraries and having the engine
 * optimise them anew for every file takes more processor time than most tests. As many at least as at most, because the pool of this version of
 * Vitest fails when it stops an idle process.
 */
const pool = { pool: "forks", poolOptions: { forks: { maxForks: 3, minForks: 3, isolate: false } } } as const

/** Only these start the program, so only they wait for it to be built. */
const WITH_PROGRAM: ReadonlySet<string> = new Set(["process", "bounty"])

const project = (name: string) => ({
  ...pool,
  name,
  // Bun reads TypeScript by itself, in half the time that Vite's transformer takes.
  server: { deps: { external: [/\.(?:tsx?|mjs)$/] } },
  setupFiles: ["test/support/ownMethods.ts", "test/support/seedOfProperties.ts"],
  testTimeout: WATCHDOG,
  hookTimeout: WATCHDOG,
  globalSetup: WITH_PROGRAM.has(name) ? ["test/support/buildProgram.ts"] : []
})

/** `vitest related` follows imports to find the tests that a change affects. Files that the executable embeds are no source, so it must not parse them. */
export const embedded = {
  name: "embedded files",
  enforce: "pre",
  load: (id: string) => (/\.(?:zst|wasm|gz|jsonl)$/.test(id) ? "export default undefined" : undefined)
} as const

export default defineConfig({
  test: {
    ...pool,
    sequence: { sequencer: LongestFirst },
    projects: [
      ...KINDS.map((kind) => ({ plugins: [embedded], test: { ...project(kind), include: [`test/${kind}/**/*.test.ts`] } }))
    ]
  }
})
