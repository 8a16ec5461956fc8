/** Every list of the API as CSV (RFC 4180): the list's path with the suffix `.csv`, with the same filters, order and cursor. */
import type * as HttpApp from "@effect/platform/HttpApp"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import { Effect, Option, Predicate, Schema } from "effect"
import Papa from "papaparse"
import { CSV, ROWS_OF_A_FILE } from "../definition/csv.ts"
import type { Field, List } from "../definition/lists.ts"
import { MAX_ITEMS } from "../definition/parameters.ts"
import { Exchange } from "./Exchange.ts"

/** Route names of the CSV paths. Metrics count both forms of a list as one endpoint. */
export const csvPaths = (lists: ReadonlyArray<List>): Readonly<Record<string, string>> =>
  Object.fromEntries(lists.map(({ name, path }) => [path + CSV, name]))

const NUMBER = /^-?\d+(?:\.\d+)?$/
/**
 * Where a spreadsheet would begin a formula: at a sign at the start of a cell, also behind spaces and characters that nobody sees. A cell begins at each
 * separator of a country or of pasted text, too, not only at RFC 4180's.
 */
const FORMULA = /(^|[;|\t\r\n])([\p{Zs}\v\f\u2028\u2029\p{Default_Ignorable_Code_Point}]*)([=+\-@\uff1d\uff0b\uff0d\uff20])/gu

/** A text that no spreadsheet takes for a formula: an apostrophe marks it as a text. */
const harmless = (text: string): string => (NUMBER.test(text) ? text : text.replace(FORMULA, "$1'$2$3"))

const Page = Schema.parseJson(Schema.Struct({ items: Schema.Array(Schema.Unknown), next: Schema.NullOr(Schema.String) }))
const decode = Schema.decodeUnknownOption(Page)
const decoder = new TextDecoder()

const cellOf = (item: unknown, field: Field): string | number | boolean => {
  const value = field.reduce<unknown>((inner, name) => (Predicate.isReadonlyRecord(inner) ? inner[name] : undefined), item)
  if (value === null || value === undefined) return ""
  if (typeof value === "number" || typeof value === "boolean") return value
  return harmless(typeof value === "string" ? value : JSON.stringify(value))
}

export const csvOf = (fields: ReadonlyArray<Field>, items: ReadonlyArray<unknown>): string =>
  `${Papa.unparse(
    { fields: fields.map((field) => field.join(".")), data: items.map((item) => fields.map((field) => cellOf(item, field))) },
    { newline: "\r\n" }
  )}\r\n`

interface ReadRows {
  readonly items: ReadonlyArray<unknown>
  readonly next: string | null
}

/** Reads pages until the file is full, or one page if the request has a limit. Returns an answer that is no page unchanged. */
const read = <E, R>(app: HttpApp.Default<E, R>, request: HttpServerRequest.HttpServerRequest, path: string, asked: URLSearchParams) => {
  const pageAfter = (cursor: string | null) => {
    const query = new URLSearchParams(asked)
    if (!asked.has("limit")) query.set("limit", `${MAX_ITEMS}`)
    if (cursor !== null) query.set("cursor", cursor)
    return app.pipe(Effect.provideService(HttpServerRequest.HttpServerRequest, request.modify({ url: `${path}?${query}` })))
  }
  const most = asked.has("limit") ? 1 : ROWS_OF_A_FILE
  const more = (
    before: ReadRows
  ): Effect.Effect<ReadRows | HttpServerResponse.HttpServerResponse, E, Exclude<R, HttpServerRequest.HttpServerRequest>> =>
    Effect.flatMap(pageAfter(before.next), (response) => {
      const page =
        response.status === 200 && response.body._tag === "Uint8Array" ? decode(decoder.decode(response.body.body)) : Option.none()
      if (Option.isNone(page)) return Effect.succeed(response)
      const { items, next } = page.value
      const all = { items: [...before.items, ...items], next }
      return next === null || all.items.length >= most ? Effect.succeed(all) : more(all)
    })
  return more({ items: [], next: null })
}

/** Answers requests for CSV with the rows of the list's own endpoint. */
export const withCsv = (lists: ReadonlyArray<List>) => {
  const byName = new Map(lists.map((list) => [list.name, list]))
  return <E, R>(app: HttpApp.Default<E, R>) =>
    Effect.gen(function* () {
      const [request, { path, route }] = yield* Effect.all([HttpServerRequest.HttpServerRequest, Exchange])
      const list = path.endsWith(CSV) && route !== undefined ? byName.get(route.name) : undefined
      if (list === undefined) return yield* app
      const asked = new URLSearchParams(request.url.slice(path.length + 1))
      const found = yield* read(app, request, path.slice(0, -CSV.length), asked)
      if (HttpServerResponse.isServerResponse(found)) return found
      const following = new URLSearchParams(asked)
      if (found.next !== null) following.set("cursor", found.next)
      return HttpServerResponse.text(csvOf(list.fields, found.items), {
        contentType: "text/csv; charset=utf-8; header=present",
        headers: {
          "content-disposition": `attachment; filename="${list.name}.csv"`,
          ...(found.next === null ? {} : { link: `<${path}?${following}>; rel="next"` })
        }
      })
    })
}
