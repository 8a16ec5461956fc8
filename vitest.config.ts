import { defineConfig } from "vitest/config"
import { BaseSequencer, type TestSpecification } from "vitest/node"

/** Folders whose files start chains, databases, browsers and whole demos: they begin first, so that none of them is what the others wait for at the end. */
const LONG = /\/test\/(demo|indexer|cli|web|contract|validator)\//

class LongFirst extends BaseSequencer {
  override async sort(files: Array<TestSpecification>): Promise<Array<TestSpecification>> {
    const sorted = await super.sort(files)
    const [long, short] = [sorted.filter(({ moduleId }) => LONG.test(moduleId)), sorted.filter(({ moduleId }) => !LONG.test(moduleId))]
    // The demo is the longest of all.
    return [...long.filter(({ moduleId }) => moduleId.includes("/demo/")), ...long.filter(({ moduleId }) => !moduleId.includes("/demo/")), ...short]
  }
}

/** As Bun has it: a file that is imported `with { type: "file" }` is its path. */
const filesAsPaths = {
  name: "files-as-paths",
  enforce: "pre",
  load: (id: string) => (/\.wasm(?:\.zst)?$/.test(id) ? `export default ${JSON.stringify(id)}` : null)
} as const

export default defineConfig({
  plugins: [filesAsPaths],
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: "forks",
    sequence: { sequencer: LongFirst },
    // More than two cores would ask for: many tests wait for blocks.
    poolOptions: { forks: { maxForks: 3, minForks: 1 } }
  }
})
