/** Reads all answers at one block through the API's own handlers, in one transaction that sees one state of the database. */
import * as HttpApi from "@effect/platform/HttpApi"
import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as BunHttpServer from "@effect/platform-bun/BunHttpServer"
import { SqlClient } from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import { Effect, Layer, Option, Schema, SchemaAST } from "effect"
import { OperationFailed } from "../../../domain/failures.ts"
import { Database, type DatabaseError, explained, transaction } from "../../../layers/storage/database/Database.ts"
import { Api } from "../definition/Api.ts"
import { handlers } from "../handlers/handlers.ts"
import { PaceNow } from "../queries/expected.ts"
import { gitHubTrouble, newestBlock, paceAt } from "../stream/changes.ts"
import type { FileTable } from "./linkedFiles.ts"
import { ENTITIES, type EndpointName, type ParameterValues, PLAN, type RowsOf, type Source } from "./plan.ts"
import type { Row, Snapshot, Table } from "./tables.ts"

const isEndpoint = (name: string): name is EndpointName => Object.hasOwn(PLAN, name)

/** Path and query parameters by endpoint. */
const endpoints = new Map<EndpointName, { readonly path: string; readonly isPaged: boolean }>()
HttpApi.reflect(Api, {
  onGroup: () => {},
  onEndpoint: ({ endpoint: { name, path, urlParamsSchema } }) => {
    const isPaged = Option.exists(urlParamsSchema, ({ ast }) =>
      SchemaAST.getPropertySignatures(SchemaAST.encodedAST(ast)).some((parameter) => parameter.name === "cursor")
    )
    if (isEndpoint(name)) endpoints.set(name, { path, isPaged })
  }
})

/** Maximum of items that the API returns at once. */
const PAGE = "100"

const addressOf = (path: string, given: ParameterValues, paging: ParameterValues): string => {
  const named = path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(given[name] ?? ""))
  const rest = Object.entries(given).filter(([name]) => !path.includes(`:${name}`))
  const query = new URLSearchParams([...rest, ...Object.entries(paging)]).toString()
  return query === "" ? named : `${named}?${query}`
}

/** The API in this process. A new one for each snapshot, because the handlers cache sums for some seconds. */
const makeApi = Effect.gen(function* () {
  const context = yield* Layer.build(
    HttpApiBuilder.api(Api).pipe(
      Layer.provide(handlers),
      Layer.provideMerge(Layer.mergeAll(HttpApiBuilder.Router.Live, HttpApiBuilder.Middleware.layer, BunHttpServer.layerContext))
    )
  )
  const app = yield* Effect.provide(HttpApiBuilder.httpApp, context)
  /** An answer's JSON; undefined for 404. */
  return (address: string) =>
    Effect.gen(function* () {
      const response = yield* app.pipe(
        Effect.provideService(HttpServerRequest.HttpServerRequest, HttpServerRequest.fromWeb(new Request(`http://index${address}`))),
        Effect.scoped,
        Effect.provide(context),
        Effect.orDie
      )
      if (response.status === 404) return undefined
      if (response.status !== 200) return yield* new OperationFailed({ message: `the export got ${response.status} for ${address}` })
      return yield* Effect.promise(() => HttpServerResponse.toWeb(response).text())
    })
})
type Ask = Effect.Effect.Success<typeof makeApi>

const Page = Schema.decodeUnknown(
  Schema.parseJson(Schema.Struct({ items: Schema.Array(Schema.Unknown), next: Schema.NullOr(Schema.String) }))
)

interface Items {
  readonly items: ReadonlyArray<unknown>
  readonly isCut: boolean
}

/** The first rows of a list. */
const readItems = (ask: Ask, path: string, most: number) => {
  const readFrom = (cursor: string | undefined, before: ReadonlyArray<unknown>): Effect.Effect<Items, OperationFailed> =>
    Effect.gen(function* () {
      const address = addressOf(path, {}, { limit: PAGE, ...(cursor === undefined ? {} : { cursor }) })
      const { items, next } = yield* Effect.orDie(Page((yield* ask(address)) ?? ""))
      const all = [...before, ...items]
      if (next === null) return { items: all, isCut: false }
      return all.length >= most ? { items: all.slice(0, most), isCut: true } : yield* readFrom(next, all)
    })
  return readFrom(undefined, [])
}

const readAnswers = (ask: Ask, path: string, isPaged: boolean, by: ReadonlyArray<string>, all: ReadonlyArray<ParameterValues>) =>
  Effect.map(
    Effect.forEach(all, (given) =>
      Effect.map(
        ask(addressOf(path, given, isPaged ? { limit: PAGE } : {})),
        (json): ReadonlyArray<Row> => (json === undefined ? [] : [{ key: by.map((name) => given[name] ?? "").join(" "), json }])
      )
    ),
    (rows) => rows.flat()
  )

/** Runs a later query outside of the transaction. */
const outsideTransaction = Effect.gen(function* () {
  const [sql, database] = yield* Effect.all([SqlClient, Database])
  return <A>(query: Effect.Effect<A, SqlError, SqlClient>) =>
    explained(query).pipe(Effect.provideService(SqlClient, sql), Effect.provideService(Database, database))
})

const readTables = Effect.gen(function* () {
  const ask = yield* makeApi
  const { kind: database } = yield* Database
  const outside = yield* outsideTransaction
  const answers = new Map<EndpointName, ReadonlyArray<Row>>()
  const files: Array<FileTable<DatabaseError>> = []
  const lists = new Map<EndpointName, Items>()
  const tables: Array<Table> = []
  const planned = (kind: Source["kind"]) =>
    Object.entries<ReadonlyArray<Source>>(PLAN).flatMap(([name, sources]) => {
      const found = isEndpoint(name) ? endpoints.get(name) : undefined
      return isEndpoint(name) && found !== undefined
        ? sources.filter((source) => source.kind === kind).map((source) => ({ name, source, ...found }))
        : []
    })
  for (const { name, source, path } of planned("items")) {
    if (source.kind !== "items") continue
    const read = yield* readItems(ask, path, source.most)
    lists.set(name, read)
    tables.push({ path, kind: "items", by: [], isCut: read.isCut, content: read.items.map((item) => ({ json: JSON.stringify(item) })) })
  }
  const rowsOf: RowsOf = (list, row) =>
    Schema.decodeUnknownSync(Schema.Array(row))((lists.get(list)?.items ?? []).slice(0, ENTITIES[database]))
  for (const { name, source, path, isPaged } of planned("answers")) {
    if (source.kind !== "answers") continue
    const { by, each } = source
    const content = yield* readAnswers(ask, path, isPaged, by, each(rowsOf))
    answers.set(name, content)
    tables.push({ path, kind: "answers", by, isCut: false, content })
  }
  for (const { source, path } of planned("files")) {
    if (source.kind !== "files") continue
    const { by, of, linked } = source
    const all = (answers.get(of) ?? []).flatMap(({ key = "", json }) => linked(key, json))
    // Several answers may name the same file.
    const each = new Map(all.map((file) => [file.key, { ...file, read: outside(file.read) }]))
    files.push({ path, by, files: [...each.values()] })
  }
  return { tables, files }
})

const Chain = Schema.Array(Schema.Struct({ genesis: Schema.String }))

/** All answers at the newest block; undefined while nothing is indexed. */
export const readSnapshot = transaction(
  Effect.gen(function* () {
    const sql = yield* SqlClient
    yield* sql`SET TRANSACTION ISOLATION LEVEL REPEATABLE READ`
    const head = yield* newestBlock
    if (head === undefined) return undefined
    const trouble = yield* gitHubTrouble
    const [chain] = yield* Effect.flatMap(sql`SELECT genesis_hash AS genesis FROM chain`, (rows) =>
      Effect.orDie(Schema.decodeUnknown(Chain)(rows))
    )
    const pace = yield* paceAt(head.number)
    const snapshot: Snapshot = {
      block: head.number,
      hash: head.hash,
      time: head.time.toISOString(),
      genesis: chain?.genesis ?? null,
      pace,
      github: trouble === undefined ? null : { trouble: trouble.trouble, since: trouble.since.toISOString() },
      ...(yield* Effect.provideService(readTables, PaceNow, Effect.succeed(pace)))
    }
    return snapshot
  })
).pipe(Effect.scoped, Effect.withSpan("readSnapshot"))
