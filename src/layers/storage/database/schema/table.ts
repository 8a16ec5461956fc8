/** The form in which tables and their columns are declared. */

/** How the database stores a kind of column: its Postgres types, and the note behind the column's meaning. */
interface ColumnStorage {
  readonly types: ReadonlyArray<string>
  readonly kept?: string
}

const kinds = <K extends string>(all: Readonly<Record<K, ColumnStorage>>): Readonly<Record<K, ColumnStorage>> => all

export const KINDS = kinds({
  text: { types: ["text"] },
  /** An SS58 address. */
  account: { types: ["text"] },
  flag: { types: ["boolean"] },
  /** A whole number from 0 on. */
  count: { types: ["integer", "bigint", "smallint"] },
  whole: { types: ["integer", "bigint"] },
  number: { types: ["numeric", "numeric(20,0)"] },
  json: { types: ["jsonb"] },
  bytes: { types: ["bytea"] },
  uid: { types: ["integer"] },
  uids: { types: ["bytea"], kept: ": 32 bytes, UID u is bit u % 8 of byte u / 8" },
  rao: { types: ["numeric(20,0)"], kept: ", in rao" },
  /** A miner's rating, in points elsewhere. */
  rating: { types: ["integer"], kept: ", in thousandths of a point" },
  /** A part of a whole, as a fraction elsewhere. */
  share: { types: ["integer"], kept: ", in parts per million" },
  /** A part of a whole, in parts per million everywhere. */
  ppm: { types: ["integer", "bigint"], kept: ", in parts per million" },
  /** A block by its number. */
  block: { types: ["integer", "bigint"] },
  time: { types: ["timestamp with time zone"] },
  /** A day in UTC. */
  day: { types: ["date"] }
})
export type Kind = keyof typeof KINDS

export interface Column<K extends Kind = Kind, Optional extends boolean = boolean> {
  readonly kind: K
  readonly isOptional: Optional
  readonly meaning: string
}
export type Columns = Readonly<Record<string, Column>>

const columnOf =
  <K extends Kind>(kind: K) =>
  (meaning: string): Column<K, false> => ({ kind, isOptional: false, meaning })

export const text = columnOf("text")
export const account = columnOf("account")
export const flag = columnOf("flag")
export const count = columnOf("count")
export const whole = columnOf("whole")
export const number = columnOf("number")
export const json = columnOf("json")
export const bytes = columnOf("bytes")
export const uid = columnOf("uid")
export const uids = columnOf("uids")
export const rao = columnOf("rao")
export const rating = columnOf("rating")
export const share = columnOf("share")
export const ppm = columnOf("ppm")
export const block = columnOf("block")
export const time = columnOf("time")
export const day = columnOf("day")

/** A column that may be null. */
export const optional = <K extends Kind>(column: Column<K, false>): Column<K, true> => ({ ...column, isOptional: true })

type Present<C extends Columns> = { readonly [Name in keyof C]: Column<C[Name]["kind"], false> }

/** The same columns, for rows in which none of them is null. */
export function present<C extends Columns>(columns: C): Present<C>
export function present(columns: Columns): Columns {
  return Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, { ...column, isOptional: false }]))
}

export const theBlock = block("the block")
export const eventOfBlock = count("the event's index in its block")
export const extrinsicOfBlock = count("the extrinsic's index in its block")

export interface Table<C extends Columns = Columns> {
  /** The meaning of a row. */
  readonly row: string
  readonly columns: C
}

export const table = <C extends Columns>(row: string, columns: C): Table<C> => ({ row, columns })

/** A column's field name: in camel case, without its unit and without words that the containing object implies. A row's block is `at`. */
export type NameOfColumn<Name extends string> = Name extends "block"
  ? "at"
  : Name extends `github_${infer Rest}` | `${infer Rest}_ppm`
    ? Camel<Rest>
    : Camel<Name>
type Camel<Name extends string> = Name extends `${infer First}_${infer Rest}` ? `${First}${Capitalize<Camel<Rest>>}` : Name

/** What a column's field holds in the program, apart from null. Other kinds hold numbers; a time is in milliseconds since 1970. */
interface Holds {
  readonly text: string
  readonly account: string
  readonly day: string
  readonly flag: boolean
  readonly rao: bigint
  readonly json: unknown
}

/** A row in the program: each column's value under the name of its field. */
export type FieldValues<C extends Columns> = {
  readonly [Name in keyof C & string as NameOfColumn<Name>]:
    | (C[Name]["kind"] extends keyof Holds ? Holds[C[Name]["kind"]] : number)
    | (C[Name]["isOptional"] extends true ? null : never)
}

/** As `NameOfColumn`, for a name known only at run time. */
export const called = (column: string): string =>
  column === "block" ? "at" : column.replace(/^github_|_ppm$/, "").replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
