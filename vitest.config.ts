import { defineConfig } from "vitest/config"

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
    // More than two cores would ask for: many tests wait for blocks.
    poolOptions: { forks: { maxForks: 3, minForks: 1 } }
  }
})
