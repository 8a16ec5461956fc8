/** Fields of answers that show database columns unchanged: name, type and description are derived from the column's declaration. */
import { Predicate, Schema } from "effect"
import { type Column, type Columns, called, type Kind, type NameOfColumn } from "../../../layers/storage/database/schema/table.ts"
import {
  account,
  amount,
  count,
  day,
  flag,
  json,
  Moment,
  number,
  ppm,
  rating,
  shareOfOne,
  text,
  time,
  uid,
  uids,
  wholeNumber
} from "./values.ts"

/** The schema of each kind of column. No answer contains bytes. */
const schemas = {
  ...{ text, account, flag, count, whole: wholeNumber, number, json, uid, uids, rating, share: shareOfOne, ppm, time, day },
  rao: amount,
  // A new schema instance each time, because each field is annotated with its own column.
  block: () => Schema.make<Moment, typeof Moment.Encoded>(Moment.ast)
}
type ShownKind = Kind & keyof typeof schemas

/** The key under which a field of the API carries the database's column that it shows. */
export const shows: unique symbol = Symbol("shows")
export interface Shows {
  readonly [shows]: { readonly name: string; readonly kind: ShownKind; readonly isOptional: boolean }
}

export const doesShow = (field: Schema.Struct.Field): field is Schema.Struct.Field & Shows => Predicate.hasProperty(field, shows)

type OrNull<C extends Column, S extends Schema.Schema.All> = (C["isOptional"] extends true ? Schema.NullOr<S> : S) & Shows

export type FieldsOf<C extends Columns> = {
  readonly [Name in keyof C & string as C[Name]["kind"] extends ShownKind ? NameOfColumn<Name> : never]: OrNull<
    C[Name],
    ReturnType<(typeof schemas)[C[Name]["kind"] & ShownKind]>
  >
}

const isShown = (kind: Kind): kind is ShownKind => Object.hasOwn(schemas, kind)

const field = <S extends Schema.Schema.All>(name: string, kind: ShownKind, isOptional: boolean, schema: S) =>
  Object.assign(isOptional ? Schema.NullOr(schema) : schema, { [shows]: { name, kind, isOptional } })

export function fieldsOf<C extends Columns>(columns: C): FieldsOf<C>
export function fieldsOf(columns: Columns): Schema.Struct.Fields {
  return Object.fromEntries(
    Object.entries(columns).flatMap(([name, { kind, isOptional, meaning }]) =>
      isShown(kind) ? [[called(name), field(name, kind, isOptional, schemas[kind](meaning))]] : []
    )
  )
}

/** The field of a column with its own schema, such as an enumeration. */
export function shaped<C extends Columns, Name extends keyof C & string, S extends Schema.Schema.Any>(
  columns: C,
  name: Name,
  schema: S
): OrNull<C[Name], S>
export function shaped(columns: Columns, name: string, schema: Schema.Schema.Any): Schema.Struct.Field {
  const column = columns[name]
  if (column === undefined || !isShown(column.kind)) throw new Error(`no column ${name} can be shown`)
  return field(name, column.kind, column.isOptional, schema.annotations({ description: column.meaning }))
}

/** Inserts fields after one of an answer's fields. */
export function behind<F extends Schema.Struct.Fields, More extends Schema.Struct.Fields>(
  name: keyof F & string,
  more: More,
  fields: F
): F & More
export function behind(name: string, more: Schema.Struct.Fields, fields: Schema.Struct.Fields): Schema.Struct.Fields {
  return Object.fromEntries(Object.entries(fields).flatMap((entry) => (entry[0] === name ? [entry, ...Object.entries(more)] : [entry])))
}
