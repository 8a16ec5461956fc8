/**
 * What one file of a pull request came to, and by which rule.
 */

/** The rule by which a file has its score; all `skipped…` are 0. */
export type ScoringMethod =
  /** By the nodes that differ between the trees of both texts. */
  | "tree-diff"
  /** By changed lines: documentation, configuration, data. */
  | "line-count"
  /** The file was removed. */
  | "skipped"
  | "skipped-binary"
  /** One of the texts has over 1,000,000 bytes. */
  | "skipped-large"
  /** No grammar for its extension. */
  | "skipped-unsupported"
  | "skipped-missing-base"
  /** The pull request took longer than its budget, so that none of its files scores. */
  | "skipped-isolation-timeout"
  /** The parser crashed on it, in a fresh process too. */
  | "skipped-crash"

/** `test`: a test file, by whatever rule it scored. `source`: a tree difference. `non_code`: all else. */
export type FileCategory = "source" | "test" | "non_code"

/** Nodes of one kind that differ: how many, and Σ weight × count. */
export interface NodeSum {
  readonly count: number
  readonly score: number
}

/**
 * The multiset difference of the nodes of two trees, in both directions, by kind. What comes from the parser is unweighted; in a `FileScore`
 * each score is multiplied by the language's and the test's weight.
 */
export interface TreeDifference {
  readonly structuralAdded: NodeSum
  readonly structuralDeleted: NodeSum
  readonly leafAdded: NodeSum
  readonly leafDeleted: NodeSum
}

const NO_NODES: NodeSum = { count: 0, score: 0 }

/** The difference of two equal trees. */
export const NO_DIFFERENCE: TreeDifference = {
  structuralAdded: NO_NODES,
  structuralDeleted: NO_NODES,
  leafAdded: NO_NODES,
  leafDeleted: NO_NODES
}

export interface FileScore {
  readonly path: string
  readonly method: ScoringMethod
  readonly score: number
  readonly category: FileCategory
  readonly isTest: boolean
  /** Nodes that differ; with `line-count` the lines that score. */
  readonly nodes: number
  /** Lines changed; of a removed file its deletions. */
  readonly lines: number
  /** The parts of the score, weighted; null but for `tree-diff`. */
  readonly difference: TreeDifference | null
}
