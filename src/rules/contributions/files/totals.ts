/** Sums over the files of a pull request. */
import {
  type FileScore,
  NO_DIFFERENCE,
  type NodeSum,
  type ScoringMethod,
  type TreeDifference
} from "../../../domain/contributions/FileScore.ts"
import { type WorkTotals, workTotalsOf } from "../work/whatCounts.ts"
import { totalOf } from "./scoreFile.ts"

export interface FileTotals {
  /** How many files it changes. */
  readonly files: number
  /** Σ of tree differences, including test files. */
  readonly tokenScore: number
  /** Σ of tree differences of source files. */
  readonly sourceScore: number
  /** Σ of all files' scores, including those by line count. */
  readonly total: number
  /** Present only where all files were read for `"scoring": "work"`. */
  readonly work?: WorkTotals | undefined
}

const plus = (left: NodeSum, right: NodeSum): NodeSum => ({ count: left.count + right.count, score: left.score + right.score })

const sumOf = (files: ReadonlyArray<FileScore>): TreeDifference =>
  files.reduce(
    (sum, { difference }) =>
      difference === null
        ? sum
        : {
            structuralAdded: plus(sum.structuralAdded, difference.structuralAdded),
            structuralDeleted: plus(sum.structuralDeleted, difference.structuralDeleted),
            leafAdded: plus(sum.leafAdded, difference.leafAdded),
            leafDeleted: plus(sum.leafDeleted, difference.leafDeleted)
          },
    NO_DIFFERENCE
  )

/**
 * Sums in the order of files. Each of the four parts of the tree differences is summed over all files before the four are added: floating-point sums
 * depend on the order.
 */
export const totalsOf = (files: ReadonlyArray<FileScore>): FileTotals => {
  const work = workTotalsOf(files)
  return {
    files: files.length,
    tokenScore: totalOf(sumOf(files)),
    sourceScore: totalOf(sumOf(files.filter((file) => file.category === "source"))),
    total: files.reduce((sum, file) => sum + file.score, 0),
    ...(work === undefined ? {} : { work })
  }
}

/** How many files each rule scored, without rules that scored none. */
export type MethodCounts = { readonly [Method in ScoringMethod]?: number }

export const methodsOf = (files: ReadonlyArray<FileScore>): MethodCounts => {
  const counts: { [Method in ScoringMethod]?: number } = {}
  for (const { method } of files) counts[method] = (counts[method] ?? 0) + 1
  return counts
}
