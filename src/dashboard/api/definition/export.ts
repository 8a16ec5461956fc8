/**
 * The data files of an exported page. All answers of one block are rows of tables, and each table is cut into parts. Parts, indexes and the files that the page
 * links are named by their content and never change. `CURRENT` leads to all of them, so replacing this one file switches every reader to the next snapshot.
 */
import { Schema } from "effect"
import { GitHubTrouble } from "../../../domain/GitHubTrouble.ts"

/** The file that is switched last. */
export const CURRENT = "data/current.json"

/** Changes when a page that was loaded before can't read these files any more. */
export const EXPORT_FORMAT = 1

/** The names of a part and of an index. Their content is compressed by gzip, which a browser undoes by itself. */
export const PART_NAME = /^data\/parts\/[0-9a-f]{40}\.json\.gz$/
/** Names of the files that the page links to: the SHA-256 of the content. No browser runs a file with one of these endings. */
export const FILE_NAME = /^files\/[0-9a-f]{64}\.(?:txt|json|bin)$/

const PartName = Schema.String.pipe(Schema.pattern(PART_NAME))

/**
 * - items: the rows of a list, in its default order.
 * - answers: whole answers. Each has a key: the values of the parameters in `by`, separated by spaces.
 * - files: the names of the files that the page links to, with keys like those of answers.
 */
const ExportedTable = Schema.Struct({
  /** The path of the API, such as /v1/issues/:id. */
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
  /** Milliseconds from one block to the next. */
  pace: Schema.Number,
  github: Schema.NullOr(Schema.Struct({ trouble: GitHubTrouble, since: Schema.String })),
  tables: Schema.Array(ExportedTable)
})
export type Current = typeof Current.Type

/** Where the rows of a table are. Answers and files have their keys here, so that only the part of one is read. */
export const TableIndex = Schema.Array(
  Schema.Struct({ part: PartName, rows: Schema.Int, keys: Schema.optional(Schema.Array(Schema.String)) })
)
export type TableIndex = typeof TableIndex.Type
