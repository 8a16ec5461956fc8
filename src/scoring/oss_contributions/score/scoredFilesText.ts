/** Serialises scores of files, for other processes and the cache of scores. */
import { Effect, Schema } from "effect"
import packageFile from "../../../../package.json"
import { canonicalHash } from "../../../domain/canonicalJson.ts"
import { FileScore } from "../../../domain/contributions/FileScore.ts"
import { parsersHash } from "../../../layers/parsing/compareTexts.ts"

/** Changes with what a file counts. */
const EDITION = 6

/** Hash of the program's version, of what files count by and of its parsers: programs with equal hashes have equal scores. */
export const scorerHash: Effect.Effect<string> = Effect.map(parsersHash, (parsers) =>
  canonicalHash({ version: packageFile.version, edition: EDITION, parsers })
)

export const ScoredFiles = Schema.Struct({
  /** In the order of the pull request's files. */
  files: Schema.Array(FileScore),
  /** The pull request ran out of its time budget, so no file has a score. */
  exceeded: Schema.Boolean
})
export interface ScoredFiles extends Schema.Schema.Type<typeof ScoredFiles> {}
