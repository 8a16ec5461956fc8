/** Serialises scores of files, for other processes and the cache of scores. */
import { Effect, Schema } from "effect"
import packageFile from "../../../../package.json"
import { canonicalHash } from "../../../domain/canonicalJson.ts"
import type { FileScore } from "../../../domain/contributions/FileScore.ts"
import { parsersHash } from "../../../layers/parsing/compareTexts.ts"
import type { ScoredFiles } from "./FileScorer.ts"

/** Changes with what a file counts. */
const EDITION = 6

/** Hash of the program's version, of what files count by and of its parsers: programs with equal hashes have equal scores. */
export const scorerHash: Effect.Effect<string> = Effect.map(parsersHash, (parsers) =>
  canonicalHash({ version: packageFile.version, edition: EDITION, parsers })
)

const NodeSum = Schema.Struct({ count: Schema.Finite, score: Schema.Finite })

const Amount = Schema.Struct({ tokens: Schema.Finite, words: Schema.Finite })

const FileScoreText: Schema.Schema<FileScore> = Schema.Struct({
  path: Schema.String,
  method: Schema.Literal(
    "tree-diff",
    "line-count",
    "skipped",
    "skipped-binary",
    "skipped-large",
    "skipped-unsupported",
    "skipped-missing-base",
    "skipped-isolation-timeout",
    "skipped-crash"
  ),
  score: Schema.Finite,
  category: Schema.Literal("source", "test", "non_code"),
  isTest: Schema.Boolean,
  nodes: Schema.Finite,
  lines: Schema.Finite,
  difference: Schema.NullOr(
    Schema.Struct({ structuralAdded: NodeSum, structuralDeleted: NodeSum, leafAdded: NodeSum, leafDeleted: NodeSum })
  ),
  work: Schema.optionalWith(
    Schema.Struct({
      kind: Schema.Literal("code", "leaves", "small", "nothing"),
      ...Amount.fields,
      small: Schema.optionalWith(Amount, { exact: true }),
      why: Schema.optionalWith(Schema.String, { exact: true }),
      had: Schema.optionalWith(Schema.Int, { exact: true })
    }),
    { exact: true }
  )
})

export const ScoredFilesText: Schema.Schema<ScoredFiles> = Schema.Struct({ files: Schema.Array(FileScoreText), exceeded: Schema.Boolean })
