/** Sums over the files of a pull request. */
import { type FileScore, NO_DIFFERENCE, type NodeSum, type TreeDifference } from "../../../../domain/contributions/FileScore.ts"
import { totalOf } from "./scoreFile.ts"

export interface FileTotals {
  /** The number of files. */
  readonly files: number
  /** All files, by any rule. */
  readonly total: number
  /** Files scored by their trees, tests included. */
  readonly tokenScore: number
  /** Files scored by their trees, without tests. */
  readonly sourceScore: number
  readonly structural: NodeSum
  readonly leaf: NodeSum
  /** Nodes that differ and lines that score. */
  readonly nodes: number
  readonly lines: number
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
 * Sums in the order of files. Each of a tree difference's four parts is summed over all files before the four are added: the last bit depends on it.
 */
export const totalsOf = (files: ReadonlyArray<FileScore>): FileTotals => {
  const all = sumOf(files)
  return {
    files: files.length,
    total: files.reduce((sum, file) => sum + file.score, 0),
    tokenScore: totalOf(all),
    sourceScore: totalOf(sumOf(files.filter((file) => file.category === "source"))),
    structural: plus(all.structuralAdded, all.structuralDeleted),
    leaf: plus(all.leafAdded, all.leafDeleted),
    nodes: files.reduce((sum, file) => sum + file.nodes, 0),
    lines: files.reduce((sum, file) => sum + file.lines, 0)
  }
}
