/** What an index serves of epochs: `gittensor serve`, on this machine or another. */
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import { Context, Duration, Effect, Layer, Option, Schema } from "effect"
import { EpochFacts } from "../../domain/EpochFacts.ts"
import { problemOf } from "../../domain/jsonProblem.ts"

/** The index does not answer, or not as an index does. */
class IndexUnavailable extends Schema.TaggedError<IndexUnavailable>()("IndexUnavailable", {
  address: Schema.String,
  reason: Schema.String
}) {
  override get message() {
    return `the index at ${this.address} cannot be used (${this.reason}): is it the address of "gittensor serve", like http://127.0.0.1:8080?`
  }
}

/** The index has not audited this epoch. */
class EpochNotIndexed extends Schema.TaggedError<EpochNotIndexed>()("EpochNotIndexed", { address: Schema.String, epoch: Schema.Number }) {
  override get message() {
    return `the index at ${this.address} has no epoch ${this.epoch}: it has those that were settled while it ran, and before that as far as its node remembers`
  }
}

export class IndexApi extends Context.Tag("gittensor/IndexApi")<
  IndexApi,
  {
    /** What the chain says of an epoch, as the index wrote it down. */
    readonly facts: (epoch: number) => Effect.Effect<EpochFacts, IndexUnavailable | EpochNotIndexed>
    /** The newest epoch that the index has audited; none if there is none. */
    readonly newestEpoch: Effect.Effect<Option.Option<number>, IndexUnavailable>
  }
>() {}

/** How long one request may take. */
const PATIENCE = Duration.seconds(20)

const Newest = Schema.Struct({ items: Schema.Array(Schema.Struct({ epoch: Schema.NonNegativeInt })) })

const make = (address: string) =>
  Effect.map(HttpClient.HttpClient, (client) => {
    const unavailable = (reason: string) => new IndexUnavailable({ address, reason })
    const get = <A, I>(path: string, schema: Schema.Schema<A, I>) =>
      Effect.gen(function* () {
        const response = yield* Effect.mapError(client.get(`${address}${path}`), ({ message }) => unavailable(message))
        if (response.status === 404) return Option.none<A>()
        if (response.status !== 200) return yield* unavailable(`HTTP ${response.status}`)
        return Option.some(
          yield* HttpClientResponse.schemaBodyJson(schema)(response).pipe(
            Effect.mapError((error) => unavailable(error._tag === "ParseError" ? problemOf(error) : error.message))
          )
        )
      }).pipe(
        Effect.scoped,
        Effect.timeoutFail({ duration: PATIENCE, onTimeout: () => unavailable(`no answer within ${Duration.format(PATIENCE)}`) })
      )
    return IndexApi.of({
      facts: (epoch) =>
        Effect.flatMap(
          get(`/v1/consensus/epochs/${epoch}/facts`, EpochFacts),
          Effect.mapError(() => new EpochNotIndexed({ address, epoch }))
        ),
      newestEpoch: Effect.map(
        get("/v1/consensus/epochs?limit=1", Newest),
        Option.flatMapNullable(({ items }) => items[0]?.epoch)
      )
    })
  })

/** The index at an address like http://127.0.0.1:8080. */
export const layer = (address: string): Layer.Layer<IndexApi> =>
  Layer.effect(IndexApi, make(address.replace(/\/+$/, ""))).pipe(Layer.provide(FetchHttpClient.layer))
