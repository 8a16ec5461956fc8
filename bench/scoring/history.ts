/**
 * How many versions of files the cache of parsed files saves on recorded histories: a version is known when an earlier pull request of the record changed the
 * same path. The records hold merged pull requests and paths, but no hashes of contents, so this is the most that the cache can save: a push in between, or
 * another merge, makes a version that was not seen.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { fileRulesOf } from "../../src/domain/contributions/FileRules.ts"
import { defaultRoster } from "../../src/domain/defaultRoster.ts"
import { hasGrammar } from "../../src/layers/parsing/grammars.ts"
import { chooseMethod } from "../../src/scoring/oss_contributions/rules/files/scoreFile.ts"

const FOLDER = new URL("../../../shared/data/github/", import.meta.url)

interface PullRequest {
  readonly merged_at: string
  readonly files: ReadonlyArray<{ readonly path: string; readonly additions: number; readonly deletions: number }>
}

const rules = fileRulesOf(defaultRoster)

const needsTrees = (path: string): boolean =>
  chooseMethod(
    { path, status: "modified", additions: 1, deletions: 1, changes: 2, isBinary: false, base: "a", head: "b" },
    rules,
    hasGrammar
  )._tag === "NeedsTrees"

/** Of every record beside this repository; nothing where there is none. */
export const historyFigures = (): Readonly<Record<string, number>> => {
  if (!existsSync(FOLDER)) return {}
  const sums = { versions: 0, parsed: 0, bases: 0, known: 0 }
  for (const name of readdirSync(FOLDER)) {
    const pulls = readFileSync(new URL(name, FOLDER), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as PullRequest)
      .toSorted((one, other) => Date.parse(one.merged_at) - Date.parse(other.merged_at))
    const seen = new Set<string>()
    for (const { path, deletions } of pulls.flatMap(({ files }) => files)) {
      if (!needsTrees(path)) continue
      const isKnown = seen.has(path)
      // A path that was not seen, and lost no line, is a new file: it has no old version.
      const hasBase = isKnown || deletions > 0
      sums.versions += hasBase ? 2 : 1
      sums.parsed += hasBase && !isKnown ? 2 : 1
      sums.bases += Number(hasBase)
      sums.known += Number(isKnown)
      seen.add(path)
    }
  }
  return {
    historyVersions: sums.versions,
    historyVersionsParsed: sums.parsed,
    historyBases: sums.bases,
    historyBasesKnown: sums.known,
    historyBasesKnownPercent: Math.round((sums.known / sums.bases) * 1000) / 10
  }
}
