/** The score of one file of a pull request, and the rule that gave it. */

/** The rule that scored a file. All `skipped…` rules score 0. */
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
  /** There is no grammar for its extension. */
  | "skipped-unsupported"
  | "skipped-missing-base"
  /** The pull request ran out of its time budget, so that none of its files scores. */
  | "skipped-isolation-timeout"
  /** The parser crashed on it twice, the second time in a fresh process. */
  | "skipped-crash"

/** `test`: a test file, by any rule. `source`: another tree difference. `non_code`: everything else. */
export type FileCategory = "source" | "test" | "non_code"

/** Nodes of one kind that differ: their number, and Σ weight × count. */
export interface NodeSum {
  readonly count: number
  readonly score: number
}

/**
 * The multiset difference of two trees' nodes, in both directions, by kind. The parser's scores hold token weights only; those in a `FileScore` are also
 * multiplied by the language's and the test's weight.
 */
export interface TreeDifference {
  readonly structuralAdded: NodeSum
  readonly structuralDeleted: NodeSum
  readonly leafAdded: NodeSum
  readonly leafDeleted: NodeSum
}

const NO_NODES: NodeSum = { count: 0, score: 0 }

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
  /** Nodes that differ; for `line-count`, the lines that score. */
  readonly nodes: number
  /** Changed lines; for a removed file, its deletions. */
  readonly lines: number
  /** The weighted parts of the score; null except for `tree-diff`. */
  readonly difference: TreeDifference | null
  /** Present only under `"scoring": "work"`. */
  readonly work?: FileWork
}

export interface Amount {
  /** Nodes or lines that are added, by today's weights. */
  readonly tokens: number
  /** New words of a language without weighted nodes, of a test by the test's weight. */
  readonly words: number
}

/** How much a file counts under `"scoring": "work"`. */
export interface FileWork extends Amount {
  /** `leaves`: source of which only leaves differ. `small`: tests, documents, configuration and data. */
  readonly kind: "code" | "leaves" | "small" | "nothing"
  /** Of a file of another kind: its tests, and the texts of a page. */
  readonly small?: Amount
  /** Why it counts nothing. */
  readonly why?: string
  /** Of its added words, the part that was had before, in parts per million. Its tokens and words are what is left without that part. Left out: not measured. */
  readonly had?: number
}
