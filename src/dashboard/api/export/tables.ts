/** Cuts tables into parts that are named by their content. Pure. */
import { createHash } from "node:crypto"
import type { DatabaseError } from "../../../layers/storage/database/Database.ts"
import type { Current, ExportedTable, TableIndex } from "../definition/export.ts"
import type { FileTable } from "./linkedFiles.ts"

/** A row: the JSON of an item, of an answer or of a file's name. */
export interface Row {
  /** Items have none. */
  readonly key?: string
  readonly json: string
}

export interface Table extends Omit<ExportedTable, "rows" | "index"> {
  readonly content: ReadonlyArray<Row>
}

/** All answers of one block. */
export interface Snapshot extends Omit<Current, "tables" | "format" | "exportedAt"> {
  readonly tables: ReadonlyArray<Table>
  /** What the page links. Each file is read when it is written, so that never more than a few are in memory. */
  readonly files: ReadonlyArray<FileTable<DatabaseError>>
}

/** The files of a snapshot: parts and indexes by their names, before compression. */
export interface Parts {
  readonly texts: ReadonlyMap<string, string>
  readonly tables: ReadonlyArray<ExportedTable>
}

/** A part ends at a row that says so, within these numbers of characters. */
const [LEAST, MOST] = [8_192, 131_072]
/** One of so many rows ends a part. */
const ENDS = 16

const digestOf = (text: string) => createHash("sha256").update(text).digest()
const nameOf = (text: string) => `data/parts/${digestOf(text).toString("hex").slice(0, 40)}.json.gz`

/** Cuts where the rows themselves say so. A new row at the top then changes only the first part, and all others keep their names. */
const cut = (rows: ReadonlyArray<Row>): ReadonlyArray<ReadonlyArray<Row>> => {
  const parts: Array<ReadonlyArray<Row>> = []
  let part: Array<Row> = []
  let length = 0
  for (const row of rows) {
    part.push(row)
    length += row.json.length
    if (length < LEAST || (length < MOST && (digestOf(row.json)[0] ?? 0) % ENDS !== 0)) continue
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
    const index: TableIndex = cut(content).map((rows) => ({
      part: add(`[${rows.map(({ json }) => json).join(",\n")}]`),
      rows: rows.length,
      ...(table.kind === "items" ? {} : { keys: rows.map(({ key = "" }) => key) })
    }))
    return { ...table, rows: content.length, index: add(JSON.stringify(index)) }
  }
  // The tables first: making them fills `texts`.
  const made = tables.map(tableOf)
  return { texts, tables: made }
}
