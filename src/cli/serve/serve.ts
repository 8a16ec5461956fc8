/** Serves the index until stopped: the database, the poller of the index's age, and the server. */
import { join } from "node:path"
import { Context, Duration, Effect, Layer, Option } from "effect"
import packageFile from "../../../package.json"
import * as Exporter from "../../dashboard/api/export/Exporter.ts"
import { handlers } from "../../dashboard/api/handlers/handlers.ts"
import * as Page from "../../dashboard/api/page/Page.ts"
import { Contact } from "../../dashboard/api/queries/chain.ts"
import type { TrustedProxies } from "../../dashboard/api/server/clientAddress.ts"
import type { AccessLog } from "../../dashboard/api/server/observe.ts"
import * as Server from "../../dashboard/api/server/Server.ts"
import * as IndexWatch from "../../dashboard/api/stream/IndexWatch.ts"
import { migrateAlone } from "../../dashboard/indexer/lock.ts"
import * as Push from "../../dashboard/push/Push.ts"
import * as Subscriptions from "../../dashboard/push/Subscriptions.ts"
import { OperationFailed } from "../../domain/failures.ts"
import * as ChainHead from "../../layers/chain/node/ChainHead.ts"
import { retriedAtStart } from "../../layers/machine/effects/retried.ts"
import { print } from "../../layers/machine/terminal/output.ts"
import * as Database from "../../layers/storage/database/Database.ts"
import { bucketObjects } from "../../layers/storage/objects/bucketObjects.ts"
import { bucketSettings, isBucketAddress } from "../../layers/storage/objects/bucketSettings.ts"
import { folderObjects } from "../../layers/storage/objects/folderObjects.ts"
import { contactAddress } from "../../story/contact.ts"
import { runsUntilStopped } from "../program/untilStopped.ts"
import type { DatabaseOptions } from "../shared/options.ts"

export interface ServeOptions {
  readonly host: string
  readonly port: number
  readonly database: DatabaseOptions
  readonly maxConnections: number
  readonly endpoint: Option.Option<string>
  readonly maxBehind: number
  readonly rateLimit: number
  readonly trustedProxies: TrustedProxies
  readonly maxStreams: number
  readonly accessLog: AccessLog
  readonly publicUrl: Option.Option<string>
  /** Nodes that the check of a match asks. */
  readonly witnesses: ReadonlyArray<string>
  /** The operator's contact. */
  readonly contact: Option.Option<string>
  readonly exportTo: Option.Option<string>
  /** The folder of notifications. */
  readonly push: Option.Option<string>
  readonly metricsHost: string
  readonly metricsPort: Option.Option<number>
  readonly json: boolean
}

/** Timeout of a request; the database's statement timeout is a little shorter. */
const REQUEST_TIMEOUT = Duration.seconds(12)
/** At 500 requests a second, the database is polled 10 times instead of 500. */
const ANSWERS_BEHIND = "100 millis"
/** Stream connections per IP address: several people with open pages may share it. */
const STREAMS_OF_A_CLIENT = 20

const databaseLayer = ({ database: { database: url, data }, maxConnections }: ServeOptions) =>
  Layer.scopedContext(retriedAtStart(Layer.build(Database.layer({ url, folder: join(data, "database"), readOnly: true, maxConnections }))))

/** Checks the database's schema. Makes the missing tables of an embedded database, unless another process indexes into it: then it makes them. */
const prepare = Effect.gen(function* () {
  const { kind, check } = yield* Database.Database
  yield* kind === "embedded" ? Effect.catchTag(migrateAlone, "AlreadyIndexing", () => check) : check
})

const chainHead = (endpoint: Option.Option<string>) =>
  Option.match(endpoint, {
    onNone: () => ChainHead.none,
    onSome: (text) => ChainHead.layer({ endpoints: text.split(",").map((one) => one.trim()) })
  })

/** The checked database and the poller of the index's age. */
const services = (options: ServeOptions) =>
  IndexWatch.layer({
    listeners: options.maxStreams,
    perClient: STREAMS_OF_A_CLIENT,
    every: Duration.seconds(1),
    heartbeat: Duration.seconds(15)
  }).pipe(
    Layer.provide(Layer.effectDiscard(retriedAtStart(prepare))),
    Layer.provideMerge(Layer.merge(databaseLayer(options), chainHead(options.endpoint)))
  )

/** A folder for a static web server, or a bucket. */
const placeOf = (place: string) =>
  isBucketAddress(place) ? Effect.flatMap(bucketSettings(place), (settings) => bucketObjects(settings)) : folderObjects(place, "public")

const exporting = ({ exportTo: place, witnesses }: ServeOptions, page: Page.Page) =>
  Option.match(place, {
    onNone: () => Effect.succeedNone,
    onSome: (place) =>
      Effect.gen(function* () {
        const store = yield* placeOf(place)
        const { problems } = yield* Exporter.make(store, page, witnesses)
        return Option.some({ where: store.where, problems })
      })
  })

/** Notifications with the page closed, if configured. */
const pushing = ({ push, contact }: ServeOptions) =>
  Option.match(push, {
    onNone: () => Effect.succeed({}),
    onSome: (folder) =>
      Effect.gen(function* () {
        if (Option.isNone(contact))
          return yield* new OperationFailed({
            message: "--push needs --contact (or GITTENSOR_CONTACT): push services ask for an address to write to"
          })
        if (/@(?:localhost|[^.@]*)$/.test(contact.value))
          yield* Effect.logWarning(
            `Apple's push service refuses a contact without a public domain, such as ${contact.value}: its browsers get nothing`
          )
        const subscriptions = Subscriptions.layer(join(folder, "subscriptions.sqlite"))
        const context = yield* Push.layer({
          keyFile: join(folder, "key.json"),
          contact: contactAddress(contact.value),
          toPrivateHosts: false
        }).pipe(Layer.provide(subscriptions), Layer.build)
        return { push: Context.get(context, Push.Push) }
      })
  })

const serving = (options: ServeOptions) =>
  Effect.gen(function* () {
    const { where } = yield* Database.Database
    const page = yield* Page.built
    const exported = yield* exporting(options, page)
    const { host, port, rateLimit, maxBehind, accessLog, trustedProxies } = options
    const server = yield* Server.make(handlers, {
      hostname: host,
      port,
      rateLimit,
      trusted: trustedProxies,
      maxBehind,
      accessLog,
      patience: REQUEST_TIMEOUT,
      answersBehind: ANSWERS_BEHIND,
      version: packageFile.version,
      witnesses: options.witnesses,
      ...Option.match(options.metricsPort, {
        onNone: () => ({}),
        onSome: (port) => ({ metrics: { hostname: options.metricsHost, port } })
      }),
      ...Option.match(options.publicUrl, { onNone: () => ({}), onSome: (publicUrl) => ({ publicUrl }) }),
      ...Option.match(exported, { onNone: () => ({}), onSome: ({ problems }) => ({ problems }) }),
      ...(yield* pushing(options)),
      page
    })
    const url = `http://${server.hostname.includes(":") ? `[${server.hostname}]` : server.hostname}:${server.port}`
    const { metrics } = server
    const beside = metrics === undefined ? "" : `, health and metrics on ${metrics.hostname}:${metrics.port}`
    const copied = Option.match(exported, { onNone: () => "", onSome: ({ where }) => `, exported to ${where}` })
    const told = {
      ready: true,
      url,
      database: where,
      ...Option.match(exported, { onNone: () => ({}), onSome: ({ where }) => ({ exported: where }) }),
      ...(metrics === undefined ? {} : { metrics: { ...metrics } })
    }
    yield* print(options.json, told, () => [`serving ${where} at ${url} (the API behind the page: ${url}/docs)${beside}${copied}`])
    return yield* Effect.flatMap(IndexWatch.IndexWatch, ({ stopped }) => stopped)
  }).pipe(Effect.scoped, Effect.provide(services(options)), Effect.provideService(Contact, Option.getOrNull(options.contact)))

export const run = (options: ServeOptions) => Effect.zipRight(runsUntilStopped, serving(options))
