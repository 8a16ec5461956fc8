import { defineConfig } from "vitest/config"
import { BaseSequencer, type TestSpecification } from "vitest/node"

/** Folders whose files start whole demos, then chains, databases and browsers: they begin first, so that none of them is what the others wait for at the end. */
const LONGEST = [/\/test\/demo\//, /\/test\/(indexer|cli|web|contract|validator)\//]

/** Which of the longest a file belongs to; after them all others. */
const rank = ({ moduleId }: TestSpecification): number => {
  const found = LONGEST.findIndex((folder) => folder.test(moduleId))
  return found === -1 ? LONGEST.length : found
}

class LongestFirst extends BaseSequencer {
  override async sort(files: Array<TestSpecification>): Promise<Array<TestSpecification>> {
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b))
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
    sequence: { sequencer: LongestFirst },
    // More than two cores would ask for: many tests wait for blocks.
    poolOptions: { forks: { maxForks: 3, minForks: 1 } }
  }
})
