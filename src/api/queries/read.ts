/**
 * Rows as the API's JSON, alone or as pages. The database makes them so (shape.ts), and they are passed on as they are: reading and writing them by the API's
 * schemas once more would take longer than everything else. Tests read every answer by them.
 */
import { SqlClient } from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import type { Fragment } from "@effect/sql/Statement"
import { Effect, Option } from "effect"
import { PREPARED } from "../../database/prepared.ts"
import type { BadRequest } from "../definition/errors.ts"
import type { Page } from "../definition/values.ts"
import * as Cursor from "./cursor.ts"

export interface List {
  /** The items, shaped as the API says them. */
  readonly columns: string
  readonly from: string
  readonly where: ReadonlyArray<Fragment>
  readonly order: Cursor.Order
  readonly paging: { readonly limit: number; readonly cursor?: string | undefined }
}

type Row<Item> = Item & { readonly cursorKeys: ReadonlyArray<string> }

/** What a parameter that was given adds. */
export const when = <A, B>(value: A | undefined, add: (value: A) => B): ReadonlyArray<B> => (value === undefined ? [] : [add(value)])

const withoutKeys = <Item extends object>({ cursorKeys: _, ...item }: Row<Item>) => item

/** One page of a list. */
export const page = <Item extends object>(
  list: List
): Effect.Effect<Page<Omit<Row<Item>, "cursorKeys">>, SqlError | BadRequest, SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient
    const { columns, from, order, paging } = list
    const { limit, cursor } = paging
    const where = cursor === undefined ? list.where : [...list.where, yield* Cursor.after(sql, order, cursor)]
    const rows = yield* sql<
      Row<Item>
    >`${sql.literal(PREPARED)} SELECT ${sql.literal(columns)}, ${sql.literal(Cursor.keysOf(order))} AS "cursorKeys"
      FROM ${sql.literal(from)} WHERE ${sql.and(where.length === 0 ? ["true"] : where)}
      ORDER BY ${sql.literal(Cursor.orderBy(order))} LIMIT ${limit + 1}`
    const last = rows.length > limit ? rows[limit - 1] : undefined
    return { items: rows.slice(0, limit).map(withoutKeys), next: last === undefined ? null : Cursor.write(order, last.cursorKeys) }
  })

/** The first row of a statement, if there is one. */
export const first = <A>(statement: Effect.Effect<ReadonlyArray<A>, SqlError>): Effect.Effect<Option.Option<A>, SqlError> =>
  Effect.map(statement, ([row]) => Option.fromNullable(row))

/** The row of a statement that always has one. */
export const only = <A>(statement: Effect.Effect<ReadonlyArray<A>, SqlError>): Effect.Effect<A, SqlError> =>
  Effect.flatMap(statement, ([row]) =>
    row === undefined ? Effect.dieMessage("a statement without FROM gave no row") : Effect.succeed(row)
  )
