/**
 * The data files of an exported page. All answers at one block are rows of tables, and each table is cut into parts. Parts, indexes and linked files have
 * names derived from their content and are immutable. Only `CURRENT` refers to all of them, so replacing this one file switches every reader to the next
 * snapshot.
 */
import { Schema } from "effect"
import { GitHubTrouble } from "../../../domain/GitHubTrouble.ts"

/** The file that is replaced last. */
export const CURRENT_FILE = "data/current.json"

/** Incremented when a page that is already loaded can no longer read the files. */
export const EXPORT_FORMAT = 2

/** Names of parts and indexes. Their content is gzipped; the browser decompresses it. */
export const PART_NAME = /^data\/parts\/[0-9a-f]{40}\.json\.gz$/
/** Names of linked files: the SHA-256 of the content. Browsers execute no file with one of these extensions. */
export const FILE_NAME = /^files\/[0-9a-f]{64}\.(?:txt|json|bin)$/

const PartName = Schema.String.pipe(Schema.pattern(PART_NAME))

/**
 * - items: the rows of a list, in its default order.
 * - answers: whole answers. The key of each: the values of the parameters in `by`, separated by spaces.
 * - files: the names of the files that the page links to, with keys like those of answers.
 */
const ExportedTable = Schema.Struct({
  /** API path, such as /v1/issues/:id. */
  path: Schema.String,
  kind: Schema.Literal("items", "answers", "files"),
  by: Schema.Array(Schema.String),
  rows: Schema.Int,
  /** Whether the index has more rows than were exported. */
  isCut: Schema.Boolean,
  index: PartName
})
export type ExportedTable = typeof ExportedTable.Type

export const Current = Schema.Struct({
  format: Schema.Literal(EXPORT_FORMAT),
  block: Schema.Int,
  hash: Schema.String,
  time: Schema.String,
  exportedAt: Schema.String,
  /** The chain: the hash of its block 0. */
  genesis: Schema.NullOr(Schema.String),
  /** The estimate of when blocks come: `Pace` of `src/story/time.ts`. */
  pace: Schema.NullOr(Schema.Struct({ block: Schema.Int, time: Schema.Number, milliseconds: Schema.Number, blocks: Schema.Int })),
  github: Schema.NullOr(Schema.Struct({ trouble: GitHubTrouble, since: Schema.String })),
  tables: Schema.Array(ExportedTable)
})
export type Current = typeof Current.Type

/** Maps a table's rows to its parts. Answers and files also have their keys here, so that a reader loads only the part that it needs. */
export const TableIndex = Schema.Array(
  Schema.Struct({ part: PartName, rows: Schema.Int, keys: Schema.optional(Schema.Array(Schema.String)) })
)
export type TableIndex = typeof TableIndex.Type
