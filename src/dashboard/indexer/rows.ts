/**
 * Rows of the index's tables, and the statements that write them. Columns, their types and their fields' names come from the tables' declaration, so a new
 * column needs nothing here, and a file that writes whole rows does not compile before it gives or computes that column.
 */
import { SqlClient } from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import type { Fragment } from "@effect/sql/Statement"
import { Array as Arrays, Effect } from "effect"
import { type Column, called, type FieldValues, type Kind, type NameOfColumn } from "../../layers/storage/database/schema/table.ts"
import { tables } from "../../layers/storage/database/schema/tables.ts"
import type { Json } from "./blockContents.ts"
import { toJson } from "./json.ts"

type TableName = keyof typeof tables
type ColumnsOf<Table extends TableName> = (typeof tables)[Table]["columns"]
type ColumnName<Table extends TableName> = keyof ColumnsOf<Table> & string

export type Row = { readonly [column: string]: Json }

/** A row of a table under the names of its columns' fields. */
export type Fields<Table extends TableName> = FieldValues<ColumnsOf<Table>>

const quotedName = (name: string): string => `"${name}"`

const columnsOf = (table: TableName): Readonly<Record<string, Column>> => tables[table].columns

/** Every column of a table under its field's name, for a SELECT. */
export const fieldsIn = (table: TableName): string =>
  Object.keys(columnsOf(table))
    .map((column) => `${quotedName(column)} AS ${quotedName(called(column))}`)
    .join(", ")

const valueOf = (kind: Kind, value: unknown): Json =>
  kind === "time" && typeof value === "number" ? new Date(value).toISOString() : toJson(value)

const columnsIn = (table: TableName, found: object): Row => {
  const fields = new Map<string, unknown>(Object.entries(found))
  return Object.fromEntries(
    Object.entries(columnsOf(table)).flatMap(([name, { kind }]) => {
      const value = fields.get(called(name))
      return value === undefined ? [] : [[name, valueOf(kind, value)]]
    })
  )
}

/** The columns that an object has fields of, for an update of these alone. Its other properties are left out. */
export const rowOf = <Table extends TableName>(table: Table, found: Partial<Fields<Table>>): Row => columnsIn(table, found)

/** An escape in JSON; the group has it if it is of NUL or a lone surrogate. */
const ESCAPE = /\\(?:u(0000|d[89a-f]..)|.)/g

/** Rows as JSON. Replaces what Postgres cannot store. */
const storable = (rows: ReadonlyArray<Row>): string =>
  JSON.stringify(rows).replace(ESCAPE, (escape, notText?: string) => (notText === undefined ? escape : "\\ufffd"))

const list = (columns: ReadonlyArray<string>, prefix = ""): string => columns.map((column) => prefix + quotedName(column)).join(", ")

/** Rows as a set in the table's form, for a statement of one's own. Columns that they lack are null there. */
export const given = (sql: SqlClient, table: TableName, rows: ReadonlyArray<Row>) =>
  sql`jsonb_populate_recordset(NULL::${sql(table)}, ${storable(rows)}::jsonb)`

/**
 * Whole rows for a statement of one's own, in two parts of its FROM: the given values as `answer`, and, after whatever the computations need, `whole`, which
 * has the computed columns too. A column that is neither given nor computed does not compile, because a replaced row would lose it.
 */
export const wholeRows = <Table extends TableName, Computed extends ColumnName<Table>>(
  sql: SqlClient,
  table: Table,
  found: ReadonlyArray<Omit<Fields<Table>, NameOfColumn<Computed>>>,
  computed: { readonly [Name in Computed]: Fragment }
) => {
  const rows = found.map((one) => columnsIn(table, one))
  const columns = Object.entries<Fragment>(computed).map(([name, value]) => sql`${sql.literal(`'${name}'`)}, ${value}`)
  return {
    answer: sql`${given(sql, table, rows)} AS answer`,
    whole: sql`jsonb_populate_record(answer, jsonb_build_object(${sql.csv(columns)})) AS whole`
  }
}

const replacing = (columns: ReadonlyArray<string>, key: ReadonlyArray<string>): string =>
  `ON CONFLICT (${list(key)}) DO UPDATE SET ${columns
    .filter((column) => !key.includes(column))
    .map((column) => `${quotedName(column)} = excluded.${quotedName(column)}`)
    .join(", ")}`

/** The end of an insertion of whole rows that replaces those with the same key. */
export const orReplace = <Table extends TableName>(sql: SqlClient, table: Table, ...key: ReadonlyArray<ColumnName<Table>>) =>
  sql.literal(replacing(Object.keys(columnsOf(table)), key))

type Write = Effect.Effect<void, SqlError, SqlClient>

/** The largest number of rows in one statement. */
const MAX_ROWS = 2_000

/** Runs a statement on rows, which are available as `r` in the table's form. */
export const withRows = (
  table: TableName,
  rows: ReadonlyArray<Row>,
  statement: (from: string, columns: ReadonlyArray<string>) => string
): Write =>
  Effect.gen(function* () {
    const [first] = rows
    if (first === undefined) return
    const sql = yield* SqlClient
    const text = statement(`jsonb_populate_recordset(NULL::${quotedName(table)}, $1::jsonb) AS r`, Object.keys(first))
    for (const chunk of Arrays.chunksOf(rows, MAX_ROWS)) yield* sql.unsafe(text, [storable(chunk)])
  })

/** Inserts rows, all with the same columns. With a key, updates existing rows (upsert); `keeping` leaves them as they are. */
export const insert = (table: TableName, rows: ReadonlyArray<Row>, known?: ReadonlyArray<string> | "keeping"): Write =>
  withRows(table, rows, (from, columns) => {
    const conflict = known === undefined ? "" : known === "keeping" ? "ON CONFLICT DO NOTHING" : replacing(columns, known)
    return `INSERT INTO ${quotedName(table)} (${list(columns)}) SELECT ${list(columns, "r.")} FROM ${from} ${conflict}`
  })

/** The same of whole rows, by the names of their columns' fields. */
export const insertWhole = <Table extends TableName>(
  table: Table,
  found: ReadonlyArray<Fields<Table>>,
  known?: ReadonlyArray<ColumnName<Table>> | "keeping"
): Write =>
  insert(
    table,
    found.map((one) => columnsIn(table, one)),
    known
  )

export const update = (table: TableName, rows: ReadonlyArray<Row>, key: string): Write =>
  withRows(table, rows, (from, columns) => {
    const sets = columns.filter((column) => column !== key).map((column) => `${quotedName(column)} = r.${quotedName(column)}`)
    return `UPDATE ${quotedName(table)} AS t SET ${sets.join(", ")} FROM ${from} WHERE t.${quotedName(key)} = r.${quotedName(key)}`
  })
