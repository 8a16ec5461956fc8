/** By what a language's files count under `"scoring": "work"`, for people. Pure. */
import type { LanguageRule } from "../../../domain/contributions/FileRules.ts"
import { isScoredByLines } from "../files/scoreFile.ts"
import { isCountedByWords } from "./byWords.ts"
import { hasScripts } from "./pages.ts"
import { knowsTests } from "./tests.ts"

export interface Counted {
  readonly by: "lines" | "nodes" | "nodes and scripts" | "words"
  /** Of a token of nodes or a line; null: words weigh alike in all languages. */
  readonly weight: number | null
  /** Whether tests are found in files whose path does not say that they are tests. */
  readonly findsTests: boolean
}

export const howCounted = (extension: string, rule: LanguageRule, hasGrammar: (language: string) => boolean): Counted => {
  if (isScoredByLines(extension)) return { by: "lines", weight: rule.weight, findsTests: false }
  const findsTests = knowsTests(extension)
  if (isCountedByWords(rule) || rule.language === null || !hasGrammar(rule.language)) return { by: "words", weight: null, findsTests }
  const isPage = hasScripts(extension)
  return { by: isPage ? "nodes and scripts" : "nodes", weight: rule.weight, findsTests: findsTests || isPage }
}
