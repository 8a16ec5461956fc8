/** Keyset pagination: a cursor holds the sort keys of the previous page's last item, so the next page is found by index without an offset. */
import type { SqlClient } from "@effect/sql/SqlClient"
import type { Fragment } from "@effect/sql/Statement"
import { Either, Schema } from "effect"
import { BadRequest } from "../definition/errors.ts"

export type KeyKind = "integer" | "bigint" | "numeric" | "text" | "timestamptz"

/** An order by expressions that are never null and together unique. All have the same direction, so one row comparison selects the next page. */
export interface Order {
  /** Names list and order; cursors of others are rejected. */
  readonly name: string
  readonly direction: "ASC" | "DESC"
  readonly keys: ReadonlyArray<readonly [expression: string, kind: KeyKind]>
}

export const newestFirst = (name: string, ...keys: Order["keys"]): Order => ({ name, direction: "DESC", keys })
export const oldestFirst = (name: string, ...keys: Order["keys"]): Order => ({ name, direction: "ASC", keys })

/** A key as text, independent of session settings. */
const keyAsText = ([expression, kind]: Order["keys"][number]): string =>
  kind === "timestamptz" ? `to_char(${expression} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')` : `(${expression})::text`

/** An item's keys, selected beside it. */
export const keysOf = ({ keys }: Order): string => `json_build_array(${keys.map(keyAsText).join(", ")})`

export const orderBy = ({ keys, direction }: Order): string => keys.map(([expression]) => `${expression} ${direction}`).join(", ")

const isWithin = (text: string, most: bigint): boolean => /^-?\d{1,20}$/.test(text) && BigInt(text) <= most && BigInt(text) >= -most

const isTime = (text: string): boolean =>
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/.test(text) &&
  !Number.isNaN(Date.parse(text)) &&
  new Date(text).toISOString().slice(0, 19) === text.slice(0, 19)

/** Whether Postgres accepts a key as this type; clients may forge cursors. */
const readable: { readonly [Kind in KeyKind]: (text: string) => boolean } = {
  integer: (text) => isWithin(text, 2n ** 31n - 1n),
  bigint: (text) => isWithin(text, 2n ** 63n - 1n),
  numeric: (text) => /^\d{1,30}$/.test(text),
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not come in
  text: (text) => /^[^\x00-\x1f\x7f]{0,200}$/.test(text),
  timestamptz: isTime
}

const Cursor = Schema.compose(Schema.StringFromBase64Url, Schema.parseJson(Schema.NonEmptyArray(Schema.String)))
const decode = Schema.decodeUnknownEither(Cursor)
const encode = Schema.encodeSync(Cursor)

export const write = (order: Order, keys: ReadonlyArray<string>): string => encode([order.name, ...keys])

const refused = (message: string) => new BadRequest({ message: "invalid cursor", details: [{ at: "cursor", message }] })

/** The condition for the items after a cursor. */
export const after = (sql: SqlClient, order: Order, cursor: string): Either.Either<Fragment, BadRequest> => {
  const decoded = decode(cursor)
  if (Either.isLeft(decoded)) return Either.left(refused("not a cursor: send the `next` of an answer"))
  const [name, ...values] = decoded.right
  if (name !== order.name)
    return Either.left(refused("it belongs to another list or order: send it with the parameters of the previous page"))
  const casts = order.keys.flatMap(([, kind], index) => {
    const value = values[index]
    return value !== undefined && readable[kind](value) ? [sql`${value}::${sql.literal(kind)}`] : []
  })
  if (casts.length !== order.keys.length || values.length !== casts.length)
    return Either.left(refused("not a cursor: send the `next` of an answer"))
  const expressions = sql.literal(order.keys.map(([expression]) => expression).join(", "))
  return Either.right(sql`(${expressions}) ${sql.literal(order.direction === "DESC" ? "<" : ">")} (${sql.csv(casts)})`)
}
