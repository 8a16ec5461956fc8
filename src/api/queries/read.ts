/** Rows read by the API's schemas, alone or as pages. A row that does not fit is a defect: this program writes all of them. */
import { SqlClient } from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import type { Fragment } from "@effect/sql/Statement"
import { Effect, Option, Schema } from "effect"
import type { BadRequest } from "../definition/errors.ts"
import type { Page } from "../definition/values.ts"
import * as Cursor from "./cursor.ts"

export interface List<A> {
  /** The items, shaped as the API says them. */
  readonly columns: string
  readonly from: string
  readonly where: ReadonlyArray<Fragment>
  readonly order: Cursor.Order
  readonly paging: { readonly limit: number; readonly cursor?: string | undefined }
  /** How to read an item. */
  readonly read: (row: unknown) => Effect.Effect<A>
}

/** Reads what was selected in the shape of a schema's JSON. */
export const reader = <A, I>(schema: Schema.Schema<A, I>): ((row: unknown) => Effect.Effect<A>) => {
  const decode = Schema.decodeUnknown(schema)
  return (row) => Effect.orDie(decode(row))
}

const keysIn = reader(Schema.Struct({ cursorKeys: Schema.Array(Schema.String) }))

/** What a parameter that was given adds. */
export const when = <A, B>(value: A | undefined, add: (value: A) => B): ReadonlyArray<B> => (value === undefined ? [] : [add(value)])

/** One page of a list. */
export const page = <A>(list: List<A>): Effect.Effect<Page<A>, SqlError | BadRequest, SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient
    const { columns, from, order, paging, read } = list
    const { limit, cursor } = paging
    const where = cursor === undefined ? list.where : [...list.where, yield* Cursor.after(sql, order, cursor)]
    const rows = yield* sql`SELECT ${sql.literal(columns)}, ${sql.literal(Cursor.keysOf(order))} AS "cursorKeys"
      FROM ${sql.literal(from)} WHERE ${sql.and(where.length === 0 ? ["true"] : where)}
      ORDER BY ${sql.literal(Cursor.orderBy(order))} LIMIT ${limit + 1}`
    const items = yield* Effect.forEach(rows.slice(0, limit), read)
    const last = rows.length > limit ? rows[limit - 1] : undefined
    return { items, next: last === undefined ? null : Cursor.write(order, (yield* keysIn(last)).cursorKeys) }
  })

/** The first row of a statement, if there is one. */
export const first = <A>(
  statement: Effect.Effect<ReadonlyArray<unknown>, SqlError>,
  read: (row: unknown) => Effect.Effect<A>
): Effect.Effect<Option.Option<A>, SqlError> =>
  Effect.flatMap(statement, ([row]) => (row === undefined ? Effect.succeed(Option.none()) : Effect.asSome(read(row))))
