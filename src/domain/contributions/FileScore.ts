/** The score of one file of a pull request, and the rule that gave it. */
import { Schema } from "effect"

/** The rule that scored a file. All `skipped…` rules score 0. */
const ScoringMethod = Schema.Literal(
  /** By the nodes that differ between the trees of both texts. */
  "tree-diff",
  /** By changed lines: documentation, configuration, data. */
  "line-count",
  /** The file was removed. */
  "skipped",
  "skipped-binary",
  /** One of the texts has over 1,000,000 bytes. */
  "skipped-large",
  /** There is no grammar for its extension. */
  "skipped-unsupported",
  "skipped-missing-base",
  /** The pull request ran out of its time budget, so that none of its files scores. */
  "skipped-isolation-timeout",
  /** The parser crashed on it twice, the second time in a fresh process. */
  "skipped-crash"
)
export type ScoringMethod = typeof ScoringMethod.Type

/** Nodes of one kind that differ: their number, and Σ weight × count. */
const NodeSum = Schema.Struct({ count: Schema.Finite, score: Schema.Finite })
export interface NodeSum extends Schema.Schema.Type<typeof NodeSum> {}

/**
 * The multiset difference of two trees' nodes, in both directions, by kind. The parser's scores hold token weights only; those in a `FileScore` are also
 * multiplied by the language's and the test's weight.
 */
const TreeDifference = Schema.Struct({ structuralAdded: NodeSum, structuralDeleted: NodeSum, leafAdded: NodeSum, leafDeleted: NodeSum })
export interface TreeDifference extends Schema.Schema.Type<typeof TreeDifference> {}

const NO_NODES: NodeSum = { count: 0, score: 0 }

export const NO_DIFFERENCE: TreeDifference = {
  structuralAdded: NO_NODES,
  structuralDeleted: NO_NODES,
  leafAdded: NO_NODES,
  leafDeleted: NO_NODES
}

const Amount = Schema.Struct({
  /** Nodes or lines that are added, by today's weights. */
  tokens: Schema.Finite,
  /** New words of a language without weighted nodes, of a test by the test's weight. */
  words: Schema.Finite
})
export interface Amount extends Schema.Schema.Type<typeof Amount> {}

/** How much a file counts under `"scoring": "work"`. */
const FileWork = Schema.Struct({
  /** `leaves`: source of which only leaves differ. `small`: tests, documents, configuration and data. */
  kind: Schema.Literal("code", "leaves", "small", "nothing"),
  ...Amount.fields,
  /** Of a file of another kind: its tests, and the texts of a page. */
  small: Schema.optionalWith(Amount, { exact: true }),
  /** Why it counts nothing. */
  why: Schema.optionalWith(Schema.String, { exact: true }),
  /** Of its added words, the part that was had before, in parts per million. Its tokens and words are what is left without that part. Left out: not measured. */
  had: Schema.optionalWith(Schema.Int, { exact: true })
})
export interface FileWork extends Schema.Schema.Type<typeof FileWork> {}

export const FileScore = Schema.Struct({
  path: Schema.String,
  method: ScoringMethod,
  score: Schema.Finite,
  /** `test`: a test file, by any rule. `source`: another tree difference. `non_code`: everything else. */
  category: Schema.Literal("source", "test", "non_code"),
  isTest: Schema.Boolean,
  /** Nodes that differ; for `line-count`, the lines that score. */
  nodes: Schema.Finite,
  /** Changed lines; for a removed file, its deletions. */
  lines: Schema.Finite,
  /** The weighted parts of the score; null except for `tree-diff`. */
  difference: Schema.NullOr(TreeDifference),
  /** Present only under `"scoring": "work"`. */
  work: Schema.optionalWith(FileWork, { exact: true })
})
export interface FileScore extends Schema.Schema.Type<typeof FileScore> {}
