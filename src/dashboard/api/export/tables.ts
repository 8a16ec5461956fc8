/** Cuts tables into parts with names derived from their content. Pure. */
import { createHash } from "node:crypto"
import type { DatabaseError } from "../../../layers/storage/database/Database.ts"
import type { Current, ExportedTable, TableIndex } from "../definition/export.ts"
import type { FileTable } from "./linkedFiles.ts"

/** A row: the JSON of an item, of an answer or of a file's name. */
export interface Row {
  /** Undefined for items. */
  readonly key?: string
  readonly json: string
}

export interface Table extends Omit<ExportedTable, "rows" | "index"> {
  readonly content: ReadonlyArray<Row>
}

/** All answers at one block. */
export interface Snapshot extends Omit<Current, "tables" | "format" | "exportedAt"> {
  readonly tables: ReadonlyArray<Table>
  /** Linked files. Each is read when it is written, so that only a few are in memory. */
  readonly files: ReadonlyArray<FileTable<DatabaseError>>
}

/** A snapshot's files: parts and indexes by name, before compression. */
export interface Parts {
  readonly texts: ReadonlyMap<string, string>
  readonly tables: ReadonlyArray<ExportedTable>
}

/** Minimum and maximum of a part's characters. Between the two, a row's hash decides where the part ends. */
const [LEAST, MOST] = [8_192, 131_072]
/** One in this many rows ends a part. */
const ROWS_PER_END = 16

const digestOf = (text: string) => createHash("sha256").update(text).digest()
const nameOf = (text: string) => `data/parts/${digestOf(text).toString("hex").slice(0, 40)}.json.gz`

/** Content-defined chunking: a row's own hash decides about a cut. So a new row at the top changes only the first part; all others keep their names. */
const cutIntoParts = (rows: ReadonlyArray<Row>): ReadonlyArray<ReadonlyArray<Row>> => {
  const parts: Array<ReadonlyArray<Row>> = []
  let part: Array<Row> = []
  let length = 0
  for (const row of rows) {
    part.push(row)
    length += row.json.length
    if (length < LEAST || (length < MOST && (digestOf(row.json)[0] ?? 0) % ROWS_PER_END !== 0)) continue
    parts.push(part)
    part = []
    length = 0
  }
  return part.length === 0 ? parts : [...parts, part]
}

export const partsOf = (tables: ReadonlyArray<Table>): Parts => {
  const texts = new Map<string, string>()
  const add = (text: string) => {
    const name = nameOf(text)
    texts.set(name, text)
    return name
  }
  const tableOf = ({ content, ...table }: Table): ExportedTable => {
    const index: TableIndex = cutIntoParts(content).map((rows) => ({
      part: add(`[${rows.map(({ json }) => json).join(",\n")}]`),
      rows: rows.length,
      ...(table.kind === "items" ? {} : { keys: rows.map(({ key = "" }) => key) })
    }))
    return { ...table, rows: content.length, index: add(JSON.stringify(index)) }
  }
  // First, because it fills `texts`.
  const made = tables.map(tableOf)
  return { texts, tables: made }
}
