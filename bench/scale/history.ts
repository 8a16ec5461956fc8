/** Counts histories of merged pull requests: JSON lines with `repository`, `merged_at` and `files`, one pull request each. */
import { readFileSync } from "node:fs"
import { Array, Schema } from "effect"
import { fileRulesOf } from "../../src/domain/contributions/FileRules.ts"
import { defaultRoster } from "../../src/domain/defaultRoster.ts"
import { hasGrammar } from "../../src/layers/parsing/grammars.ts"
import { chooseMethod } from "../../src/scoring/oss_contributions/rules/files/scoreFile.ts"
import type { ScaleFigures } from "./units.ts"

const Merged = Schema.parseJson(
  Schema.Struct({ repository: Schema.String, merged_at: Schema.String, files: Schema.Array(Schema.Struct({ path: Schema.String })) })
)

const WINDOW = 30 * 86_400_000

/** The most of these moments that lie within 30 days. */
export const busiest = (moments: ReadonlyArray<number>): number => {
  const sorted = moments.toSorted((a, b) => a - b)
  let [most, from] = [0, 0]
  for (const [index, at] of sorted.entries()) {
    while (at - (sorted[from] ?? at) >= WINDOW) from++
    most = Math.max(most, index - from + 1)
  }
  return most
}

const rules = fileRulesOf(defaultRoster)

/** Whether a file's trees are compared, as far as its path tells. */
const isCompared = (path: string): boolean =>
  chooseMethod({ path, status: "modified", additions: 1, deletions: 0, changes: 1, isBinary: false, base: "", head: "" }, rules, hasGrammar)
    ._tag === "NeedsTrees"

export const historyOf = (files: ReadonlyArray<string>): Omit<ScaleFigures["history"], "command"> => {
  const decode = Schema.decodeUnknownSync(Merged)
  const merged = files.flatMap((file) =>
    readFileSync(file, "utf8")
      .trim()
      .split("\n")
      .map((line) => decode(line))
  )
  const byRepository = Array.groupBy(merged, ({ repository }) => repository)
  const paths = merged.flatMap(({ files }) => files.map(({ path }) => path))
  const each = (count: number) => Math.round((count / merged.length) * 100) / 100
  return {
    repositories: Object.keys(byRepository).length,
    mergedInWindow: Object.values(byRepository).reduce((sum, all) => sum + busiest(all.map(({ merged_at }) => Date.parse(merged_at))), 0),
    files: each(paths.length),
    comparedFiles: each(paths.filter(isCompared).length)
  }
}
