/**
 * Reads rows, singly or as pages. The database shapes them as the API's JSON (expressions.ts), and they are passed on unchanged: decoding and encoding them
 * by the API's schemas would dominate the response time. Tests decode every answer by the schemas.
 */
import { SqlClient } from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import type { Fragment } from "@effect/sql/Statement"
import { Effect, Option } from "effect"
import { PREPARED } from "../../../layers/storage/database/schema/prepared.ts"
import type { BadRequest } from "../definition/errors.ts"
import type { Page } from "../definition/values.ts"
import * as Cursor from "./cursor.ts"

export interface List {
  /** The select list of an item, in the shape of the API. */
  readonly columns: string
  /** A table or subquery, and the alias that the expressions use for its rows. */
  readonly from: `${string} ${string}`
  readonly where: ReadonlyArray<Fragment>
  readonly order: Cursor.Order
  readonly paging: { readonly limit: number; readonly cursor?: string | undefined }
}

type Row<Item> = Item & { readonly cursorKeys: ReadonlyArray<string> }

/** The conditions for a parameter, if given. */
export const when = <A, B>(value: A | undefined, add: (value: A) => B): ReadonlyArray<B> => (value === undefined ? [] : [add(value)])

/** The hotkey of a miner that is named by it or by its proven login: of several hotkeys the registered one, then the newest. */
export const hotkeyOf = (sql: SqlClient, named: string): Fragment =>
  sql`coalesce((SELECT m.hotkey FROM miners m WHERE lower(m.github_login) = lower(${named}) AND m.github_proven
    ORDER BY m.uid IS NULL, m.registered_at DESC NULLS LAST, m.hotkey LIMIT 1), ${named}::text)`

/** The condition that a row is a miner's, if one is named. */
export const ofMiner = (sql: SqlClient, row: string, { hotkey }: { readonly hotkey?: string | undefined }): ReadonlyArray<Fragment> =>
  when(hotkey, (named) => sql`${sql.literal(`${row}.hotkey`)} = ${hotkeyOf(sql, named)}`)

/** The conditions that columns equal the parameters of the same names, as far as these are given. `row`: the alias of the rows. */
export const same = <Name extends string>(
  sql: SqlClient,
  row: string,
  query: { readonly [Parameter in Name]?: string | number | boolean | undefined },
  ...names: ReadonlyArray<Name>
): ReadonlyArray<Fragment> => names.flatMap((name) => when(query[name], (value) => sql`${sql.literal(`${row}.${name}`)} = ${value}`))

const withoutKeys = <Item extends object>({ cursorKeys: _, ...item }: Row<Item>) => item

/** One page of a list. Rows are selected before their columns are computed, so that a search with thousands of hits computes only a page. */
export const page = <Item extends object>(
  list: List
): Effect.Effect<Page<Omit<Row<Item>, "cursorKeys">>, SqlError | BadRequest, SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient
    const { columns, from, order, paging } = list
    const { limit, cursor } = paging
    const where = cursor === undefined ? list.where : [...list.where, yield* Cursor.after(sql, order, cursor)]
    const name = from.slice(from.lastIndexOf(" ") + 1)
    const inOrder = sql.literal(`ORDER BY ${Cursor.orderBy(order)}`)
    const chosen = sql`SELECT * FROM ${sql.literal(from)} WHERE ${sql.and(where.length === 0 ? ["true"] : where)} ${inOrder} LIMIT ${limit + 1}`
    const rows = yield* sql<
      Row<Item>
    >`${sql.literal(PREPARED)} SELECT ${sql.literal(columns)}, ${sql.literal(Cursor.keysOf(order))} AS "cursorKeys"
      FROM (${chosen}) ${sql.literal(name)} ${inOrder}`
    const last = rows.length > limit ? rows[limit - 1] : undefined
    return { items: rows.slice(0, limit).map(withoutKeys), next: last === undefined ? null : Cursor.write(order, last.cursorKeys) }
  })

/** Reads a list's pages by the parameters of its endpoint. */
export const listBy =
  <Item extends object, Query extends List["paging"]>(list: (sql: SqlClient, query: Query) => Omit<List, "paging">) =>
  (query: Query) =>
    Effect.flatMap(SqlClient, (sql) => page<Item>({ ...list(sql, query), paging: query }))

export const first = <A>(statement: Effect.Effect<ReadonlyArray<A>, SqlError>): Effect.Effect<Option.Option<A>, SqlError> =>
  Effect.map(statement, ([row]) => Option.fromNullable(row))

/** The row of a statement that always returns one. */
export const onlyRow = <A>(statement: Effect.Effect<ReadonlyArray<A>, SqlError>): Effect.Effect<A, SqlError> =>
  Effect.flatMap(statement, ([row]) =>
    row === undefined ? Effect.dieMessage("a statement without FROM returned no row") : Effect.succeed(row)
  )
