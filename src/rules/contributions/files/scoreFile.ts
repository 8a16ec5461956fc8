/** Chooses the rule that scores a file, and scores it. The caller compares syntax trees if the file needs it. */

import type { ChangedFile } from "../../../domain/contributions/ChangedFile.ts"
import type { FileRules, LanguageRule } from "../../../domain/contributions/FileRules.ts"
import { type FileScore, NO_DIFFERENCE, type ScoringMethod, type TreeDifference } from "../../../domain/contributions/FileScore.ts"
import { extensionOf } from "../../../domain/fileExtension.ts"
import { isTestPath } from "./path.ts"

/** Extensions scored by changed lines: documentation, configuration, data and templates. */
const BY_LINES: ReadonlySet<string> = new Set(
  (
    "md mdx markdown txt text tex rst adoc asciidoc json jsonc yaml yml toml xml csv tsv ini cfg conf config " + "properties plist erb"
  ).split(" ")
)

export const isScoredByLines = (extension: string): boolean => BY_LINES.has(extension)

/**
 * Tests beside the code, by extension; such a file counts as a test as a whole. Lines begin only after "\n", and letters of all scripts form words:
 * `#[testé]` is no test. JavaScript's multiline flag and \b differ, so the patterns spell this out.
 */
const INLINE_TESTS: ReadonlyMap<string, RegExp> = new Map([
  ["rs", /(?:^|\n)[ \t]*(?:#\[(?:cfg\()?test(?![\p{L}\p{N}_])|#!\[cfg\(test\)\]|#\[[\p{L}\p{N}_]+::test(?![\p{L}\p{N}_]))/u],
  ["zig", /(?:^|\n)[ \t]*test[ \t]*[{"]/],
  ["d", /(?:^|\n)[ \t]*unittest(?![\p{L}\p{N}_])/u]
])

/** Whether a text with this extension holds tests. */
export const hasInlineTests = (text: string, extension: string): boolean => INLINE_TESTS.get(extension)?.test(text) ?? false

/** The most lines of one file that score. */
export const LINES_AT_MOST = 300

/** The weight of lines in files whose extension is not in the roster. */
export const DEFAULT_LINE_WEIGHT = 0.12

export const TEST_WEIGHT = 0.05

/** The largest text that scores, in bytes of UTF-8. */
const MAXIMUM_BYTES = 1_000_000

/**
 * Languages whose files always count as unchanged, because the subnet's original program cannot load their grammar (its format is newer than the parser's).
 */
const COMPARED_AS_NOTHING: ReadonlySet<string> = new Set(["csharp"])

/** Whether files of a language always differ by nothing. */
const isComparedAsNothing = ({ language }: LanguageRule): boolean => language !== null && COMPARED_AS_NOTHING.has(language)

/** A file scored by its trees: the grammar of both texts, and the factor of the sums. */
export interface NeedsTrees {
  readonly _tag: "NeedsTrees"
  readonly file: ChangedFile
  readonly language: string
  readonly isTest: boolean
  /** Language weight × test weight. */
  readonly weight: number
}

export interface Scored {
  readonly _tag: "Scored"
  readonly score: FileScore
}

const isTooLarge = (text: string | null): boolean =>
  text !== null && text.length * 3 > MAXIMUM_BYTES && Buffer.byteLength(text, "utf8") > MAXIMUM_BYTES

const categoryOf = (isTest: boolean, method: ScoringMethod): FileScore["category"] =>
  isTest ? "test" : method === "tree-diff" ? "source" : "non_code"

const skipped = (file: ChangedFile, method: ScoringMethod, isTest: boolean, lines = file.changes): Scored => ({
  _tag: "Scored",
  score: { path: file.path, method, score: 0, category: categoryOf(isTest, method), isTest, nodes: 0, lines, difference: null }
})

const byLines = (file: ChangedFile, weight: number, isTest: boolean): Scored => {
  const nodes = Math.min(file.changes, LINES_AT_MOST)
  return {
    _tag: "Scored",
    score: {
      path: file.path,
      method: "line-count",
      score: weight * nodes * (isTest ? TEST_WEIGHT : 1),
      category: categoryOf(isTest, "line-count"),
      isTest,
      nodes,
      lines: file.changes,
      difference: null
    }
  }
}

/** The score of a file whose trees were compared. Validators agree to the last bit, so the order of operations is part of the rule. */
export const withDifference = ({ file, isTest, weight }: NeedsTrees, difference: TreeDifference): FileScore => {
  const weighted = {
    structuralAdded: { count: difference.structuralAdded.count, score: difference.structuralAdded.score * weight },
    structuralDeleted: { count: difference.structuralDeleted.count, score: difference.structuralDeleted.score * weight },
    leafAdded: { count: difference.leafAdded.count, score: difference.leafAdded.score * weight },
    leafDeleted: { count: difference.leafDeleted.count, score: difference.leafDeleted.score * weight }
  }
  return {
    path: file.path,
    method: "tree-diff",
    score: totalOf(weighted),
    category: categoryOf(isTest, "tree-diff"),
    isTest,
    nodes:
      difference.structuralAdded.count + difference.structuralDeleted.count + difference.leafAdded.count + difference.leafDeleted.count,
    lines: file.changes,
    difference: weighted
  }
}

/** Adds the four sums of a difference, always in this order, because floating-point addition depends on it. */
export const totalOf = (difference: TreeDifference): number =>
  difference.structuralAdded.score + difference.structuralDeleted.score + difference.leafAdded.score + difference.leafDeleted.score

/** Scores a file by the first rule that matches, or names the trees that must be compared. `ofTests`: whether it is a test, where its path and text do not say it. */
export const chooseMethod = (
  file: ChangedFile,
  rules: FileRules,
  hasGrammar: (language: string) => boolean,
  ofTests?: boolean
): NeedsTrees | Scored => {
  const extension = extensionOf(file.path)
  const isTest = ofTests ?? isTestPath(file.path)
  if (file.status === "removed") return skipped(file, "skipped", isTest, file.deletions)
  const rule = rules.languages.get(extension)
  if (isScoredByLines(extension)) return byLines(file, rule?.weight ?? DEFAULT_LINE_WEIGHT, isTest)
  if (file.isBinary || file.head === null) return skipped(file, "skipped-binary", isTest)
  if (isTooLarge(file.head) || isTooLarge(file.base)) return skipped(file, "skipped-large", isTest)
  const language = rule?.language ?? null
  if (rule === undefined || language === null) return skipped(file, "skipped-unsupported", isTest)
  const comparedAsNothing = isComparedAsNothing(rule)
  if (!comparedAsNothing && !hasGrammar(language)) return skipped(file, "skipped-unsupported", isTest)
  if (file.status !== "added" && file.base === null) return skipped(file, "skipped-missing-base", isTest)
  const test = ofTests ?? (isTest || hasInlineTests(file.head, extension))
  const trees: NeedsTrees = { _tag: "NeedsTrees", file, language, isTest: test, weight: rule.weight * (test ? TEST_WEIGHT : 1) }
  return comparedAsNothing ? { _tag: "Scored", score: withDifference(trees, NO_DIFFERENCE) } : trees
}

/** The score of every file of a pull request that ran out of its time budget. */
export const excessScore = (file: ChangedFile): FileScore => skipped(file, "skipped-isolation-timeout", false).score

/** The score of every file of a pull request whose texts are too many to load. */
export const tooLargeScore = (file: ChangedFile): FileScore => skipped(file, "skipped-large", false).score

/** The score of a file on which the parser crashed twice. Other files keep theirs. */
export const crashScore = ({ file, isTest }: NeedsTrees): FileScore => skipped(file, "skipped-crash", isTest).score
