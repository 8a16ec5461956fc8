/**
 * The number of the chain's finalised block, polled with two small HTTP requests: for callers that only want to know how far behind they are.
 */
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import { Clock, Context, Duration, Effect, Layer, Option, Ref, Schedule, Schema } from "effect"

export class ChainHead extends Context.Tag("gittensor/ChainHead")<
  ChainHead,
  {
    /** None: no endpoint is asked, or none has answered recently. */
    readonly number: Effect.Effect<Option.Option<number>>
  }
>() {}

export interface ChainHeadOptions {
  /** ws://…, wss://…, http://… or https://…; the first that answers is used. */
  readonly endpoints: ReadonlyArray<string>
  readonly every?: Duration.DurationInput
}

const PATIENCE = Duration.seconds(5)
/** How long an answer is used, in milliseconds. */
const BELIEVED = 60_000

const Hash = Schema.Struct({ result: Schema.String })
const Header = Schema.Struct({ result: Schema.Struct({ number: Schema.NumberFromString }) })

/** Substrate nodes answer JSON-RPC over HTTP at the address of their WebSocket. */
const httpOf = (endpoint: string) => endpoint.replace(/^ws(s?):/, "http$1:")

const ask = <A, I>(endpoint: string, answer: Schema.Schema<A, I>, method: string, ...params: ReadonlyArray<string>) =>
  HttpClientRequest.post(httpOf(endpoint)).pipe(
    HttpClientRequest.bodyUnsafeJson({ jsonrpc: "2.0", id: 1, method, params }),
    (request) => Effect.flatMap(HttpClient.HttpClient, (client) => HttpClient.filterStatusOk(client).execute(request)),
    Effect.flatMap(HttpClientResponse.schemaBodyJson(answer)),
    Effect.scoped
  )

const headOf = (endpoint: string) =>
  Effect.gen(function* () {
    const { result: hash } = yield* ask(endpoint, Hash, "chain_getFinalizedHead")
    const { result: header } = yield* ask(endpoint, Header, "chain_getHeader", hash)
    return header.number
  }).pipe(Effect.timeout(PATIENCE))

const make = ({ endpoints, every = Duration.seconds(6) }: ChainHeadOptions) =>
  Effect.gen(function* () {
    const known = yield* Ref.make<{ readonly number: number; readonly at: number } | undefined>(undefined)
    const look = Effect.gen(function* () {
      const number = yield* Effect.firstSuccessOf(endpoints.map(headOf))
      yield* Ref.set(known, { number, at: yield* Clock.currentTimeMillis })
    }).pipe(Effect.catchAll((error) => Effect.logDebug("the chain's head could not be read", error.message)))
    yield* look.pipe(Effect.repeat(Schedule.spaced(every)), Effect.provide(FetchHttpClient.layer), Effect.forkScoped)
    return ChainHead.of({
      number: Effect.gen(function* () {
        const found = yield* Ref.get(known)
        const now = yield* Clock.currentTimeMillis
        return found !== undefined && now - found.at < BELIEVED ? Option.some(found.number) : Option.none()
      })
    })
  })

export const layer = (options: ChainHeadOptions) => Layer.scoped(ChainHead, make(options))

/** Asks no endpoint. */
export const none = Layer.succeed(ChainHead, { number: Effect.succeedNone })
